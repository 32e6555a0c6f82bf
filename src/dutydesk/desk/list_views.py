"""Lists with what is counted over them, both from one snapshot, so that a count is never that of other rows."""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.desk.alarms import alarms
from dutydesk.desk.figures import consulted
from dutydesk.desk.ground import Ground
from dutydesk.desk.hit_views import FeedRow
from dutydesk.desk.hits import Lines, Place, hit_rows, lines
from dutydesk.desk.looking import header, lines_in_all, post_reviews, queue, rows_of
from dutydesk.desk.looking_at_countries import countries, measure_rows
from dutydesk.desk.views import AlarmRow, CountryRow, HeaderView, ItemRow, MeasureRow
from dutydesk.domain.states import OPEN_STATES
from dutydesk.store import log
from dutydesk.store.handle import Handle


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
    """One country: ``row`` is ``None`` where it is no member. ``consulted`` says how often its data were, this year."""

    row: CountryRow | None
    measures: tuple[MeasureRow, ...]
    consulted: str


@dataclass(frozen=True, slots=True)
class Overview:
    header: HeaderView
    alarms: tuple[AlarmRow, ...]


def queue_page(handle: Handle, most: int) -> QueuePage:
    """At most ``most`` rows of each sort."""
    work = queue(handle, most)
    found = post_reviews(handle, most)
    names = {row.item for row in work}
    waiting = len(work)
    if waiting == most:
        waiting = max(waiting, sum(log.counter(handle, f"state:{state}") for state in OPEN_STATES))
    afterwards = tuple(row for row in found if row.item not in names)
    return QueuePage(tuple(work), afterwards, waiting, len(found) == most)


def feed_page(handle: Handle, wanted: Lines, before: Place, most: int) -> FeedPage:
    """The newest lines that stand before a place, newest first."""
    return FeedPage(tuple(lines(handle, wanted, before, most)), lines_in_all(handle))


def feed_rows(handle: Handle, items: list[int], hits: list[int]) -> FeedPage:
    """These items and hits as they are now; those that do not exist are left out."""
    return FeedPage((*rows_of(handle, items), *hit_rows(handle, hits)), lines_in_all(handle))


def country_page(handle: Handle, ground: Ground, code: str) -> CountryPage:
    row = next((row for row in countries(handle, ground) if row.code == code), None)
    return CountryPage(row, tuple(measure_rows(handle, ground, code)), consulted(handle, ground, code))


def overview(handle: Handle, ground: Ground, realm: str) -> Overview:
    return Overview(header(handle, realm), tuple(alarms(handle, ground)))
