"""The keys by which bureaus sign their messages, and whether those must be signed: dated, like measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

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
    signs is taken, whenever that was. ``has_begun``, ``has_ended``: an act of the log said so as from then on, or the
    log went beyond that date, which counts for all that is later in the log, also after the clock has stepped back.
    """

    bureau: str
    fingerprint: str
    public: bytes
    since: datetime
    until: datetime | None = None
    revoked_since: datetime | None = None
    has_begun: bool = False
    has_ended: bool = False

    def fault_at(self, at: datetime) -> SignatureCode | None:
        """Why the key is not in force at that moment."""
        if self.revoked_since is not None:
            return SignatureCode.KEY_REVOKED
        if at < self.since and not self.has_begun:
            return SignatureCode.KEY_NOT_YET_VALID
        if self.has_ended or (self.until is not None and at >= self.until):
            return SignatureCode.KEY_RETIRED
        return None


@value(frozen=True, slots=True)
class LevelOrder:
    """From ``since`` on, a bureau's messages on these channels need this level of signature.

    ``has_begun`` as of a key.
    """

    level: SignatureLevel
    channels: frozenset[Channel]
    since: datetime
    has_begun: bool = False


@value(frozen=True, slots=True)
class DeskKey:
    """A public key of the desk, in force from ``since`` until the next one is; ``has_begun`` as of a bureau's."""

    fingerprint: str
    public: bytes
    since: datetime
    has_begun: bool = False


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
        """The level of the order that counts last; see :func:`_last_begun`."""
        orders = (order for order in self.orders.get(bureau, ()) if channel in order.channels)
        last = _last_begun(orders, at)
        return SignatureLevel.UNSIGNED if last is None else last.level

    def levels(self, bureau: str, at: datetime) -> dict[Channel, SignatureLevel]:
        """The level of each channel."""
        return {channel: self.level(bureau, channel, at) for channel in Channel}

    def key_fault(self, fingerprint: str, sender: str, at: datetime) -> SignatureCode | None:
        """Why a message of that sender can't be signed by this key at that moment; ``None`` where it can."""
        key = self.keys.get(fingerprint)
        if key is None:
            return SignatureCode.KEY_UNKNOWN
        return SignatureCode.KEY_OF_ANOTHER if key.bureau != sender else key.fault_at(at)

    @property
    def next_date(self) -> datetime | None:
        """The first of the dates at which something begins or ends, and has not yet by what the log says.

        Once the log goes beyond a date it has come for good, also where the clock steps back behind it.
        """
        orders = [order for each in self.orders.values() for order in each]
        dated: list[BureauKey | LevelOrder | DeskKey] = [*self.keys.values(), *orders, *self.desk_keys]
        begins = [each.since for each in dated if not each.has_begun]
        ends = [key.until for key in self.keys.values() if key.until is not None and not key.has_ended]
        return min((*begins, *ends), default=None)

    def desk_key(self, at: datetime) -> DeskKey | None:
        """The desk's own key in force; ``None`` for a desk that has none yet."""
        return _last_begun(self.desk_keys, at)


_Dated = TypeVar("_Dated", LevelOrder, DeskKey)


def _last_begun(dated: Iterable[_Dated], at: datetime) -> _Dated | None:
    """Of what has begun by ``at``, that which began last; see :meth:`KeyRing.next_date`.

    What stands in the log behind one that had begun, began after it, whatever its date: the clock may have stepped back
    between them. Else the dates tell.
    """
    last: _Dated | None = None
    for each in dated:
        if each.has_begun or each.since <= at:
            is_later = last is None or last.has_begun or each.since >= last.since
            last = each if is_later else last
    return last
