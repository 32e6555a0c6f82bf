"""Read hits: the feed's lines, in which items and hits have one order, and one hit in full."""

from __future__ import annotations

import json

from dutydesk.desk.base.hit_rows import DismissalRow, FeedRow, HitNoticeRow, HitRow, HitView
from dutydesk.desk.base.redaction import Visibility, redact_hit, redact_hit_view
from dutydesk.desk.views.items import feed
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import item_name, item_number
from dutydesk.domain.errors import NotFound
from dutydesk.domain.events.checks import HitDismissed
from dutydesk.domain.events.event import instant, required
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.frozen import value
from dutydesk.domain.records.records import hit_name
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import hits, log, records
from dutydesk.store.tables.hits import NEWEST as NEWEST
from dutydesk.store.tables.hits import HitFilter as HitFilter  # what screens narrow the feed by
from dutydesk.store.tables.hits import HitLine
from dutydesk.store.tables.hits import Place as Place
from dutydesk.store.tables.items import PageFilter


@value(frozen=True, slots=True)
class LineFilter:
    """The filter of the feed's lines; ``None`` leaves out all items or all hits."""

    items: PageFilter | None
    hits: HitFilter | None


ALL_LINES = LineFilter(PageFilter(), HitFilter())


def place_of(row: FeedRow) -> Place:
    """Return a line's place in the feed: a hit follows the item that was the newest when the check was made."""
    return (row.after, row.number) if isinstance(row, HitRow) else (item_number(row.item) or 0, 0)


def lines(handle: Handle, line_filter: LineFilter, before: Place, limit: int, eyes: Visibility) -> list[FeedRow]:
    """Return the newest ``limit`` lines before a place, newest first, as the reader may see them."""
    found: list[FeedRow] = []
    if line_filter.items is not None:
        below = before[0] + (before[1] > 0)
        found += feed(handle, line_filter.items.below(below), limit, eyes)
    if line_filter.hits is not None:
        found += _page(handle, line_filter.hits, before, limit, eyes)
    return sorted(found, key=place_of, reverse=True)[:limit]


def _page(handle: Handle, narrow: HitFilter, before: Place, most: int, eyes: Visibility) -> list[HitRow]:
    """Return the newest hits before a place; a search by words skips hits that are withheld from the reader."""
    found: list[HitRow] = []
    while True:
        page = [redact_hit(hit_row(line), eyes) for line in hits.page(handle, narrow, before, most)]
        found += [row for row in page if narrow.words is None or not row.withheld]
        if len(page) < most or len(found) >= most:
            return found[:most]
        before = place_of(page[-1])


def hit_rows(handle: Handle, numbers: list[int], eyes: Visibility) -> list[HitRow]:
    """Return the hits of these numbers as they are now; missing ones are left out."""
    return [redact_hit(hit_row(line), eyes) for line in hits.lines(handle, numbers)]


def hit_row(line: HitLine) -> HitRow:
    """Return a stored hit as the feed shows it, without redaction."""
    return HitRow(
        hit=hit_name(line.id),
        number=line.id,
        after=line.after_item,
        at=line.at,
        requester=line.requester,
        source=line.source,
        database=line.database,
        score=line.score,
        title=line.title,
        item=item_name(line.item) if line.item is not None else None,
        place=line.place,
        dismissed_until=line.dismissed_until,
    )


def hit(handle: Handle, number: int, eyes: Visibility) -> HitView:
    """Return one hit in full, as the reader may see it. Raises NotFound."""
    stored, rows = records.hit(handle, number), [hit_row(line) for line in hits.lines(handle, [number])]
    if stored is None or not rows:
        raise NotFound(NotFoundCode.UNKNOWN_HIT, sentence("there is no hit {number}", number=hit_name(number)))
    query: dict[str, Json] = json.loads(stored.query)
    view = HitView(
        row=rows[0],
        query=query,
        explanation=tuple(filter(None, stored.explanation.split("; "))),
        reference=stored.reference,
        actor=stored.actor,
        record=records.find_row(handle, stored.record),
        told=tuple(HitNoticeRow(code, state) for code, state in hits.notified_bureaus(handle, number)),
        dismissals=_dismissals(handle, rows[0]),
    )
    return redact_hit_view(view, eyes)


def _dismissals(handle: Handle, row: HitRow) -> tuple[DismissalRow, ...]:
    """Return the dismissals of this hit, oldest first."""
    events = [event for event in log.of_subject(handle, row.item or row.hit) if event.kind is EventKind.HIT_DISMISSED]
    found = [(event, HitDismissed.from_data(log.data_of(event))) for event in events]
    return tuple(
        DismissalRow(event.actor, event.at, instant(dismissed.until), required(dismissed.reason))
        for event, dismissed in found
        if dismissed.hit == row.hit
    )
