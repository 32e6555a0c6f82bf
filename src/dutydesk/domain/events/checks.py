"""Events of checks against the records, of their hits, and of what is imported into records and registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class CheckTaken(LogEvent):
    """A bureau's check that hits something; checks without a hit leave no event."""

    kind: ClassVar = EventKind.CHECK_TAKEN

    database: Logged[str]
    hits: Logged[int]
    sender: Logged[str] = ABSENT
    reference: Logged[str] = ABSENT
    content: Logged[str] = ABSENT


@event
class HitFound(LogEvent):
    """``item`` is ``null`` for a hit on an imported record of ``source``. ``score`` is from 0 to 100."""

    kind: ClassVar = EventKind.CHECK_HIT

    hit: Logged[str]
    item: Logged[str | None]
    requester: Logged[str]
    source: Logged[str]
    database: Logged[str]
    score: Logged[int]
    place: Logged[str | None]


@event
class HitDismissed(LogEvent):
    kind: ClassVar = EventKind.HIT_DISMISSED

    login: Logged[str]
    hit: Logged[str]
    reason: Logged[str]
    until: Logged[str]


@event
class RegisterImported(LogEvent):
    """Numbers of rows, and the file's hash; ``concerned`` is the number of items on persons who are now registered.

    ``ended`` is the number of entries that left the list.
    """

    kind: ClassVar = EventKind.REGISTER_IMPORTED

    login: Logged[str]
    sha256: Logged[str]
    taken: Logged[int]
    changed: Logged[int]
    unchanged: Logged[int]
    not_taken: Logged[int]
    concerned: Logged[int]
    ended: Logged[int] = ABSENT


@event
class RecordsImported(LogEvent):
    """A part of an import, with the numbers of records by source, or the numbers of the whole file.

    ``ended`` is the number of records that left the list or whose time on it has ended.
    """

    kind: ClassVar = EventKind.RECORDS_IMPORTED

    login: Logged[str]
    changed: Logged[int]
    records: Logged[Mapping[str, int]] = ABSENT
    sha256: Logged[str] = ABSENT
    rows: Logged[int] = ABSENT
    taken: Logged[int] = ABSENT
    unchanged: Logged[int] = ABSENT
    not_taken: Logged[int] = ABSENT
    ended: Logged[int] = ABSENT
