"""The keys by which bureaus sign their messages, and whether those must be signed: dated, like measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.measures import Channel


class SignatureLevel(StrEnum):
    """``preferred``: a message without a signature is taken and flagged. ``required``: it goes to quarantine.

    A signature that is wrong is never taken, at any level.
    """

    UNSIGNED = "unsigned"
    PREFERRED = "preferred"
    REQUIRED = "required"


@value(frozen=True, slots=True)
class BureauKey:
    """A bureau's public key. ``public`` is its 32 bytes; times are UTC.

    It is in force from ``since`` and before ``until``, where that is set. Once it is ``revoked_since`` nothing that it
    signs is taken, whenever that was.
    """

    bureau: str
    fingerprint: str
    public: bytes
    since: datetime
    until: datetime | None = None
    revoked_since: datetime | None = None

    def fault_at(self, at: datetime) -> SignatureCode | None:
        """Why the key is not in force at that moment."""
        if self.revoked_since is not None:
            return SignatureCode.KEY_REVOKED
        if at < self.since:
            return SignatureCode.KEY_NOT_YET_VALID
        if self.until is not None and at >= self.until:
            return SignatureCode.KEY_RETIRED
        return None


@value(frozen=True, slots=True)
class LevelOrder:
    """From ``since`` on, a bureau's messages on these channels need this level of signature."""

    level: SignatureLevel
    channels: frozenset[Channel]
    since: datetime


@value(frozen=True, slots=True)
class DeskKey:
    """A public key of the desk, in force from ``since`` until the next one is."""

    fingerprint: str
    public: bytes
    since: datetime


@value(frozen=True, slots=True)
class KeyRing:
    """All keys by fingerprint, and the orders on each bureau's signatures in the order of the log."""

    keys: Mapping[str, BureauKey] = field(default_factory=dict)
    orders: Mapping[str, tuple[LevelOrder, ...]] = field(default_factory=dict)
    desk_keys: tuple[DeskKey, ...] = ()

    def of_bureau(self, bureau: str) -> tuple[BureauKey, ...]:
        """A bureau's keys, the oldest first."""
        return tuple(key for key in self.keys.values() if key.bureau == bureau)

    def level(self, bureau: str, channel: Channel, at: datetime) -> SignatureLevel:
        """The level of the order with the latest begin by ``at``; of two with the same, that of the later one."""
        level, begin = SignatureLevel.UNSIGNED, None
        for order in self.orders.get(bureau, ()):
            if channel in order.channels and order.since <= at and (begin is None or order.since >= begin):
                level, begin = order.level, order.since
        return level

    def levels(self, bureau: str, at: datetime) -> dict[Channel, SignatureLevel]:
        """The level of each channel."""
        return {channel: self.level(bureau, channel, at) for channel in Channel}

    def key_fault(self, fingerprint: str, sender: str, at: datetime) -> SignatureCode | None:
        """Why a message of that sender can't be signed by this key at that moment; ``None`` where it can."""
        key = self.keys.get(fingerprint)
        if key is None:
            return SignatureCode.KEY_UNKNOWN
        return SignatureCode.KEY_OF_ANOTHER if key.bureau != sender else key.fault_at(at)

    def desk_key(self, at: datetime) -> DeskKey | None:
        """The desk's own key in force; ``None`` for a desk that has none yet."""
        in_force = [key for key in self.desk_keys if key.since <= at]
        return max(in_force, key=lambda key: key.since, default=None)
