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
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class HitFound(LogEvent):
    """``item`` is ``null`` for a hit on an imported record of ``source``. ``score`` is from 0 to 100.

    ``query`` identifies what was asked, ``text`` is the digest of the hit's ``column_digests``, which say a little of
    the query, of the explanation and of the record's title. ``after`` is the newest item at that time.
    """

    kind: ClassVar = EventKind.CHECK_HIT

    hit: Logged[str]
    item: Logged[str | None]
    requester: Logged[str]
    source: Logged[str]
    database: Logged[str]
    score: Logged[int]
    place: Logged[str | None]
    record: Logged[int] = ABSENT
    reference: Logged[str | None] = ABSENT
    query: Logged[str] = ABSENT
    text: Logged[str] = ABSENT
    category: Logged[str] = ABSENT
    after: Logged[int] = ABSENT


@event
class HitDismissed(LogEvent):
    """``until`` is to the second, ``until_at`` exact."""

    kind: ClassVar = EventKind.HIT_DISMISSED

    login: Logged[str]
    hit: Logged[str]
    reason: Logged[str]
    until: Logged[str]
    until_at: Logged[str] = ABSENT


@event
class ChecksCounted(LogEvent):
    """The checks of one commit, which leave no event of their own where they hit nothing.

    ``hours`` has supplier (0 for the checks themselves), hour since 1970, requester, database, result and number;
    ``minutes`` requester, minute and number. Suppliers, requesters and senders are numbers of bureaus' rows.
    ``references`` has for each sender the day, the number of references that were kept, and the sum of their digests,
    by which they are recognised; ``forgotten`` the days and senders whose references are gone.
    """

    kind: ClassVar = EventKind.CHECKS_COUNTED

    hours: Logged[tuple[tuple[int, int, int, str, str, int], ...]]
    minutes: Logged[tuple[tuple[int, int, int], ...]]
    references: Logged[tuple[tuple[int, int, int, str], ...]]
    forgotten: Logged[tuple[tuple[int, int], ...]]


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
