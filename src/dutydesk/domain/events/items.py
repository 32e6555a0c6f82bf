"""Events of an item's life outside its review: its sender's follow-ups, measures, corrections, retention, its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NotRequired, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


class ReferenceFields(TypedDict):
    """What the event of every accepted message names; ``content`` is the hash of what the message says.

    ``signature`` and ``unsigned`` are as in ``SignatureFields``.
    """

    sender: str
    reference: str
    content: str
    signature: NotRequired[Mapping[str, str]]
    unsigned: NotRequired[bool]


@event
class FollowUpEvent(LogEvent):
    """An item's sender writes about it. ``content`` is the hash of what the message says."""

    state: Logged[str]
    sender: Logged[str] = ABSENT
    reference: Logged[str] = ABSENT
    content: Logged[str] = ABSENT
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class ItemInformed(FollowUpEvent):
    """The sender's answer to a question. ``text`` is its digest."""

    kind: ClassVar = EventKind.ITEM_INFORMED

    text: Logged[str] = ABSENT


@event
class ItemWithdrawn(FollowUpEvent):
    """By the sender's message, or ``by`` an item that corrects it and describes another person."""

    kind: ClassVar = EventKind.ITEM_WITHDRAWN

    reason: Logged[str]
    cycle: Logged[int]
    by: Logged[str] = ABSENT


@event
class ItemSuperseded(LogEvent):
    """The correction ``by`` takes its place. ``post_review`` is when its review after release was due."""

    kind: ClassVar = EventKind.ITEM_SUPERSEDED

    by: Logged[str]
    post_review: Logged[str | None]


@event
class ItemReinstated(LogEvent):
    """It stands again ``instead_of`` its correction, and is ``queued`` again for those who had not got it."""

    kind: ClassVar = EventKind.ITEM_REINSTATED

    instead_of: Logged[str]
    queued: Logged[tuple[str, ...]]


class EnforcementFields(TypedDict):
    """The fields of ``EnforcementEvent`` that each has."""

    measure: str | None
    was: str
    level: str | None
    causes: tuple[str, ...]


@event
class EnforcementEvent(LogEvent):
    """A measure moves the item out of the state ``was``; ``cycle`` is that of a new review, where one begins.

    ``level`` is the sender's, ``causes`` explain it.
    """

    measure: Logged[str | None]
    was: Logged[str]
    cycle: Logged[int] = ABSENT
    level: Logged[str | None] = ABSENT
    causes: Logged[tuple[str, ...]] = ABSENT


@event
class ItemHeldAgain(EnforcementEvent):
    kind: ClassVar = EventKind.ITEM_HELD_AGAIN


@event
class ItemBlocked(EnforcementEvent):
    kind: ClassVar = EventKind.ITEM_BLOCKED


@event
class ItemRejected(LogEvent):
    kind: ClassVar = EventKind.ITEM_REJECTED

    login: Logged[str]
    reason: Logged[str]


@event
class ItemLegalHold(LogEvent):
    kind: ClassVar = EventKind.ITEM_LEGAL_HOLD

    login: Logged[str]
    held: Logged[bool]
    reason: Logged[str | None]


@event
class ItemRetentionAsked(LogEvent):
    """The source is asked whether there is a reason to keep the data longer (RPD 50)."""

    kind: ClassVar = EventKind.ITEM_RETENTION_ASKED

    until: Logged[str | None]


@event
class ItemPurged(LogEvent):
    """The bodies are deleted; ``sha256`` are their hashes in the order of their versions (RPD 51).

    ``urgency`` is what the last of them said.
    """

    kind: ClassVar = EventKind.ITEM_PURGED

    login: Logged[str]
    was: Logged[str]
    sha256: Logged[tuple[str, ...]]
    until: Logged[str | None]
    urgency: Logged[str] = ABSENT


@event
class ItemBodyChanged(LogEvent):
    """The stored body is not the one that was received. ``sha256`` is that of the received bytes."""

    kind: ClassVar = EventKind.ITEM_BODY_CHANGED

    version: Logged[int]
    fault: Logged[str]
    sha256: Logged[str | None]


@event
class ItemBodyRestored(LogEvent):
    kind: ClassVar = EventKind.ITEM_BODY_RESTORED

    version: Logged[int]
