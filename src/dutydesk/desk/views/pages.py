"""Lists with what is counted over them, both from one snapshot, so that a count is never that of other rows."""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.desk.base.bodies import BodyMonitor
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.hit_rows import FeedRow
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import AlarmRow, CountryRow, HeaderView, ItemRow, MeasureRow
from dutydesk.desk.views.alarms import alarms
from dutydesk.desk.views.countries import countries, measure_rows
from dutydesk.desk.views.figures import consulted_sentence
from dutydesk.desk.views.hits import LineFilter, Place, hit_rows, lines
from dutydesk.desk.views.items import count_lines, header, post_reviews, queue, rows_of
from dutydesk.desk.views.recall_progress import restriction_rows
from dutydesk.domain.delivery.states import OPEN_STATES
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, restriction_proposals


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The review queue. ``work`` waits for a decision, ``afterwards`` went out and is reviewed; no item is in both.

    ``waiting`` counts all that waits, also what ``work`` has no room for; ``more_afterwards``: there may be more.
    """

    to_decide: tuple[ItemRow, ...]
    post_reviews: tuple[ItemRow, ...]
    waiting_count: int
    more_post_reviews: bool


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Lines of the feed, and how many items and hits there are in all."""

    rows: tuple[FeedRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CountryPage:
    """One country: ``row`` is ``None`` where it is no member. ``consulted`` says how often its data were, this year.

    ``restrictions`` wait for a second person, on its data in general or on one item; oldest first.
    """

    row: CountryRow | None
    measures: tuple[MeasureRow, ...]
    consulted: str
    restrictions: tuple[RestrictionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    header: HeaderView
    alarms: tuple[AlarmRow, ...]


def queue_page(handle: Handle, limit: int, eyes: Visibility, watch: BodyMonitor) -> QueuePage:
    """At most ``most`` rows of each sort."""
    work = queue(handle, limit, eyes, watch.changed)
    found = post_reviews(handle, limit, eyes, watch.changed)
    names = {row.item for row in work}
    waiting = len(work)
    if waiting == limit:
        waiting = max(waiting, sum(log.counter(handle, f"state:{state}") for state in OPEN_STATES))
    afterwards = tuple(row for row in found if row.item not in names)
    return QueuePage(tuple(work), afterwards, waiting, len(found) == limit)


def feed_page(handle: Handle, line_filter: LineFilter, before: Place, limit: int, eyes: Visibility) -> FeedPage:
    """The newest lines that stand before a place, newest first."""
    return FeedPage(tuple(lines(handle, line_filter, before, limit, eyes)), count_lines(handle))


def feed_rows(handle: Handle, items: list[int], hits: list[int], eyes: Visibility) -> FeedPage:
    """These items and hits as they are now; those that do not exist are left out."""
    return FeedPage((*rows_of(handle, items, eyes), *hit_rows(handle, hits, eyes)), count_lines(handle))


def country_page(handle: Handle, context: Context, code: str) -> CountryPage:
    row = next((row for row in countries(handle, context) if row.code == code), None)
    waiting = restriction_rows(handle, context, restriction_proposals.waiting(handle, code))
    return CountryPage(
        row, tuple(measure_rows(handle, context, code)), consulted_sentence(handle, context, code), waiting
    )


def overview(handle: Handle, context: Context, realm: str, watch: BodyMonitor) -> Overview:
    return Overview(header(handle, realm), tuple(alarms(handle, context, watch)))
