"""Hits for screens and commands: a hit's line in the feed, and one hit in full."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value
from dutydesk.store.tables.records import RecordRow as RecordRow


@value(frozen=True, slots=True)
class HitRow:
    """A hit's line in the feed. ``requester`` is the bureau that made the check.

    ``source`` is the bureau whose record was hit; ``title`` is the record's title at the time of the check. ``item`` is
    the item that the record comes from, ``None`` for an imported record. ``after`` is the number of the item that the
    line follows in the feed. ``dismissed_until`` is set if an officer dismissed the hit as false. ``withheld``: the
    record is denied to the reader's country, and a placeholder replaces its title.
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


@value(frozen=True, slots=True)
class HitNoticeRow:
    """A recipient of the desk's notice of a hit, and the state of its delivery."""

    recipient: str
    state: str


@value(frozen=True, slots=True)
class DismissalRow:
    officer: str
    at: datetime
    until: datetime
    reason: str


@value(frozen=True, slots=True)
class HitView:
    """One hit in full. ``query`` is the check's query as sent; ``explanation`` says how the score was computed.

    ``record`` is the record's present content, or ``None`` if the record has since been removed or replaced.
    """

    row: HitRow
    query: dict[str, Json]
    explanation: tuple[str, ...]
    reference: str | None
    actor: str
    record: RecordRow | None
    told: tuple[HitNoticeRow, ...]
    dismissals: tuple[DismissalRow, ...]
