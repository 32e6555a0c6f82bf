"""Lists with what is counted over them, both from one snapshot, so that a count is never that of other rows."""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.desk.base.bodies import BodyWatch
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.hit_rows import FeedRow
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import AlarmRow, CountryRow, HeaderView, ItemRow, MeasureRow
from dutydesk.desk.base.withheld import Eyes
from dutydesk.desk.views.alarms import alarms
from dutydesk.desk.views.countries import countries, measure_rows
from dutydesk.desk.views.figures import consulted
from dutydesk.desk.views.hits import HitLines, Place, hit_rows, lines
from dutydesk.desk.views.items import header, lines_in_all, post_reviews, queue, rows_of
from dutydesk.desk.views.recall_progress import restriction_rows
from dutydesk.domain.delivery.states import OPEN_STATES
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, restriction_proposals


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The review queue. ``work`` waits for a decision, ``afterwards`` went out and is reviewed; no item is in both.

    ``waiting`` counts all that waits, also what ``work`` has no room for; ``more_afterwards``: there may be more.
    """

    work: tuple[ItemRow, ...]
    afterwards: tuple[ItemRow, ...]
    waiting: int
    more_afterwards: bool


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


def queue_page(handle: Handle, most: int, eyes: Eyes, watch: BodyWatch) -> QueuePage:
    """At most ``most`` rows of each sort."""
    work = queue(handle, most, eyes, watch.changed)
    found = post_reviews(handle, most, eyes, watch.changed)
    names = {row.item for row in work}
    waiting = len(work)
    if waiting == most:
        waiting = max(waiting, sum(log.counter(handle, f"state:{state}") for state in OPEN_STATES))
    afterwards = tuple(row for row in found if row.item not in names)
    return QueuePage(tuple(work), afterwards, waiting, len(found) == most)


def feed_page(handle: Handle, wanted: HitLines, before: Place, most: int, eyes: Eyes) -> FeedPage:
    """The newest lines that stand before a place, newest first."""
    return FeedPage(tuple(lines(handle, wanted, before, most, eyes)), lines_in_all(handle))


def feed_rows(handle: Handle, items: list[int], hits: list[int], eyes: Eyes) -> FeedPage:
    """These items and hits as they are now; those that do not exist are left out."""
    return FeedPage((*rows_of(handle, items, eyes), *hit_rows(handle, hits, eyes)), lines_in_all(handle))


def country_page(handle: Handle, context: Context, code: str) -> CountryPage:
    row = next((row for row in countries(handle, context) if row.code == code), None)
    waiting = restriction_rows(handle, context, restriction_proposals.waiting(handle, code))
    return CountryPage(row, tuple(measure_rows(handle, context, code)), consulted(handle, context, code), waiting)


def overview(handle: Handle, context: Context, realm: str, watch: BodyWatch) -> Overview:
    return Overview(header(handle, realm), tuple(alarms(handle, context, watch)))
