"""Events of the keys by which bureaus sign their messages, and by which the desk signs what it hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


class SignatureFields(TypedDict, total=False):
    """How an accepted message was signed; part of the event of every accepted message, empty for one without.

    ``signature`` has the key's fingerprint, the protected header and the signature (both base64url), so that the log
    and the bytes of the body prove it. ``unsigned``: it was taken without one, though its sender prefers them.
    """

    signature: Mapping[str, str]
    unsigned: bool


@event
class KeyEvent(LogEvent):
    """An administrator changes a bureau's keys, or how its messages must be signed. The subject is the bureau.

    Times are UTC, as in measures.
    """

    login: Logged[str]


@event
class KeyAdded(KeyEvent):
    """``key`` is the fingerprint, ``public`` the 32 bytes of the public key in hex.

    It is in force from ``since``, and before ``until``, where one is set.
    """

    kind: ClassVar = EventKind.KEY_ADDED

    key: Logged[str]
    public: Logged[str]
    since: Logged[str]
    until: Logged[str | None]


@event
class KeyRetired(KeyEvent):
    """The key is in force no longer than ``until``."""

    kind: ClassVar = EventKind.KEY_RETIRED

    key: Logged[str]
    until: Logged[str]


@event
class KeyRevoked(KeyEvent):
    """Nothing that the key signs is taken from here on; what it signed after ``since`` is in doubt."""

    kind: ClassVar = EventKind.KEY_REVOKED

    key: Logged[str]
    since: Logged[str]
    reason: Logged[str]


@event
class SignaturesOrdered(KeyEvent):
    """From ``since`` on the bureau's messages on these channels are taken at this level of signature."""

    kind: ClassVar = EventKind.SIGNATURES_ORDERED

    level: Logged[str]
    channels: Logged[tuple[str, ...]]
    since: Logged[str]


@event
class DeskKeyMade(LogEvent):
    """The desk signs by this key from ``since`` on; ``key`` and ``public`` are as in ``KeyAdded``."""

    kind: ClassVar = EventKind.DESK_KEY_MADE

    key: Logged[str]
    public: Logged[str]
    since: Logged[str]
    login: Logged[str] = ABSENT
