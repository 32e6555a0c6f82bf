"""Hits as screens and commands are shown them: lines among the items of the feed, and one in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.events.log import Json
from dutydesk.store.tables.records import RecordRow as RecordRow


@dataclass(frozen=True, slots=True)
class HitRow:
    """A line of the feed. ``requester`` asked, ``source`` is whose record was hit; ``title`` is the record's then.

    ``item`` is that from which the record comes, ``None`` for one that was imported. ``after`` is the number of the
    item behind which the line stands. Where ``dismissed_until`` is set an officer found the hit false.
    ``withheld``: the record is denied to the reader's country, and words stand in place of its title.
    """

    hit: str
    number: int
    after: int
    at: datetime
    requester: str
    source: str
    database: str
    score: int
    title: str
    item: str | None
    place: str | None
    dismissed_until: datetime | None = None
    withheld: bool = False


FeedRow = ItemRow | HitRow


@dataclass(frozen=True, slots=True)
class HitNoticeRow:
    """To whom the desk's own line on a hit goes, and the state of that delivery."""

    recipient: str
    state: str


@dataclass(frozen=True, slots=True)
class DismissalRow:
    officer: str
    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit in full. ``query`` is what was asked, as it was asked; ``explanation`` how its score came about.

    ``record`` is as it stands now, ``None`` where the record has gone since, or another took its place.
    """

    row: HitRow
    query: dict[str, Json]
    explanation: tuple[str, ...]
    reference: str | None
    actor: str
    record: RecordRow | None
    told: tuple[HitNoticeRow, ...]
    dismissals: tuple[DismissalRow, ...]
