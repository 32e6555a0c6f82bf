"""Events of input as it arrives, before it is routed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind

#: The path of a field in a message, and what is wrong with it.
ProblemPair: TypeAlias = tuple[str, str]


@event
class IntakeAccepted(LogEvent):
    """A message becomes an item. ``sha256`` is that of its bytes; ``same_text_as`` an item of the same words.

    ``content`` is the hash of what the message says; ``signature`` and ``unsigned`` are as in ``SignatureFields``.
    """

    kind: ClassVar = EventKind.INTAKE_ACCEPTED

    sender: Logged[str]
    reference: Logged[str | None] = ABSENT
    type: Logged[str] = ABSENT
    sha256: Logged[str] = ABSENT
    same_text_as: Logged[str | None] = ABSENT
    sent_at: Logged[str] = ABSENT
    content: Logged[str] = ABSENT
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class IntakeRepeated(LogEvent):
    kind: ClassVar = EventKind.INTAKE_REPEATED

    reference: Logged[str]
    sender: Logged[str]
    sha256: Logged[str]


@event
class IntakeRejected(LogEvent):
    """Input of ``size`` bytes that is not kept."""

    kind: ClassVar = EventKind.INTAKE_REJECTED

    sha256: Logged[str]
    size: Logged[int]
    reference: Logged[str | None]
    sender: Logged[str | None]
    problems: Logged[tuple[ProblemPair, ...]]


@event
class QuarantineEvent(LogEvent):
    """Input that is kept unread. ``beside`` is the item that has its reference.

    ``findings`` is the digest of what the rules found in it, ``null`` for nothing.
    """

    sender: Logged[str | None]
    reference: Logged[str | None]
    sha256: Logged[str]
    problems: Logged[tuple[ProblemPair, ...]]
    beside: Logged[str | None]
    findings: Logged[str | None] = ABSENT


@event
class IntakeQuarantined(QuarantineEvent):
    kind: ClassVar = EventKind.INTAKE_QUARANTINED


@event
class IntakeConflict(QuarantineEvent):
    kind: ClassVar = EventKind.INTAKE_CONFLICT
