"""Events of the desk's own notices to bureaus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dutydesk.domain.events.event import LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class NoticesListed(LogEvent):
    """From here on the log names every notice; ``open`` of an earlier release still wait."""

    kind: ClassVar = EventKind.NOTICES_LISTED

    open: Logged[int]


@event
class NoticesEvent(LogEvent):
    """The keys of notices; where one begins, each with the digest of its words or ``null``."""

    keys: Logged[tuple[str, ...] | Mapping[str, str | None]]


@event
class NoticesQueued(NoticesEvent):
    kind: ClassVar = EventKind.NOTICES_QUEUED


@event
class NoticesSending(NoticesEvent):
    kind: ClassVar = EventKind.NOTICES_SENDING


@event
class NoticesRequeued(NoticesEvent):
    """Each key with what became of the attempt: ``failed``, ``uncounted``, or ``null`` where nobody knows."""

    kind: ClassVar = EventKind.NOTICES_REQUEUED


@event
class NoticesDead(NoticesEvent):
    kind: ClassVar = EventKind.NOTICES_DEAD


@event
class NoticesMade(NoticesEvent):
    kind: ClassVar = EventKind.NOTICES_MADE


@event
class NoticesConfirmed(NoticesEvent):
    """Their recipients have confirmed that they gave up what the notices are about."""

    kind: ClassVar = EventKind.NOTICES_CONFIRMED


@event
class ReceiptsKept(LogEvent):
    """Digests of the receipts of accepted messages, each by the message's sender and reference."""

    kind: ClassVar = EventKind.RECEIPTS_KEPT

    digests: Logged[Mapping[str, str]]
