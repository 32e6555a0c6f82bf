"""Read a screen's list and its counts together, so that both come from one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from dutydesk.desk.base.bodies import BodyMonitor
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.hit_rows import FeedRow
from dutydesk.desk.base.key_rows import SignatureRules
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import AlarmRow, CountryRow, HeaderView, ItemRow, MeasureRow, WaitingCounts
from dutydesk.desk.views.alarms import alarms
from dutydesk.desk.views.bureau_keys import signature_rules
from dutydesk.desk.views.countries import countries, measure_rows
from dutydesk.desk.views.figures import consulted_sentence
from dutydesk.desk.views.hits import LineFilter, Place, hit_rows, lines
from dutydesk.desk.views.items import count_lines, header, post_reviews, queue, rows_of
from dutydesk.desk.views.recall_progress import restriction_rows
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.measures import MeasureState
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, measures, restriction_proposals
from dutydesk.store.tables.items import finding_counts, recalls_proposed, unclaimed_counts


@value(frozen=True, slots=True)
class QueuePage:
    """The review queue: items that wait for a decision, and released items in post-review; no item is in both.

    ``waiting_count`` counts all items that wait, also those beyond ``to_decide``. ``more_post_reviews``: there may be
    more of them than ``post_reviews`` lists. ``answered``: items whose sender has answered the desk's last question.
    ``findings``: of items that have any, how many block a release and how many are indications.
    """

    to_decide: tuple[ItemRow, ...]
    post_reviews: tuple[ItemRow, ...]
    waiting_count: int
    more_post_reviews: bool
    answered: frozenset[str] = frozenset()
    findings: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@value(frozen=True, slots=True)
class FeedPage:
    """Lines of the feed, and the total number of items and hits."""

    rows: tuple[FeedRow, ...]
    total: int


@value(frozen=True, slots=True)
class CountryPage:
    """One country: ``row`` is ``None`` where it is not a member.

    ``consulted`` is a sentence on how often its data were consulted this year. ``restrictions`` are the proposals on
    its data or on one of its items that wait for a second officer, oldest first. ``signatures`` says how its messages
    must be signed, and by which keys.
    """

    row: CountryRow | None
    measures: tuple[MeasureRow, ...]
    consulted: str
    restrictions: tuple[RestrictionRow, ...] = ()
    signatures: SignatureRules | None = None


@value(frozen=True, slots=True)
class Overview:
    """The header's figures, the alarms, and what waits for somebody without being an alarm yet."""

    header: HeaderView
    alarms: tuple[AlarmRow, ...]
    waiting: WaitingCounts


def queue_page(handle: Handle, limit: int, eyes: Visibility, watch: BodyMonitor) -> QueuePage:
    """Return the review queue with at most ``limit`` rows in each of its two lists."""
    to_decide = queue(handle, limit, eyes, watch.changed)
    found = post_reviews(handle, limit, eyes, watch.changed)
    names = {row.item for row in to_decide}
    waiting = len(to_decide)
    if waiting == limit:
        waiting = max(waiting, sum(log.counter(handle, f"state:{state}") for state in OPEN_STATES))
    only_post_reviews = tuple(row for row in found if row.item not in names)
    answered = log.answered(handle, [row.item for row in to_decide if row.state == ItemState.HELD])
    return QueuePage(
        tuple(to_decide),
        only_post_reviews,
        waiting,
        len(found) == limit,
        answered,
        _findings(handle, (*to_decide, *only_post_reviews)),
    )


def _findings(handle: Handle, rows: Iterable[ItemRow]) -> dict[str, tuple[int, int]]:
    """The counts alone: an officer from whom an item is withheld may see them, as on the item itself."""
    names = {item_number(row.item) or 0: row.item for row in rows}
    return {names[number]: counts for number, counts in finding_counts(handle, names).items()}


def feed_page(handle: Handle, line_filter: LineFilter, before: Place, limit: int, eyes: Visibility) -> FeedPage:
    """Return the newest ``limit`` lines of the feed before a place, newest first."""
    return FeedPage(tuple(lines(handle, line_filter, before, limit, eyes)), count_lines(handle))


def feed_rows(handle: Handle, items: list[int], hits: list[int], eyes: Visibility) -> FeedPage:
    """Return these items and hits as they are now; missing ones are left out."""
    return FeedPage((*rows_of(handle, items, eyes), *hit_rows(handle, hits, eyes)), count_lines(handle))


def country_page(handle: Handle, context: Context, code: str) -> CountryPage:
    """Return one country with its measures, the use of its data and the restrictions proposed on them."""
    row = next((row for row in countries(handle, context) if row.code == code), None)
    waiting = restriction_rows(handle, context, restriction_proposals.waiting(handle, code))
    return CountryPage(
        row,
        tuple(measure_rows(handle, context, code)),
        consulted_sentence(handle, context, code),
        waiting,
        signature_rules(handle, context, code),
    )


def overview(handle: Handle, context: Context, realm: str, watch: BodyMonitor) -> Overview:
    """Return the header's figures, the alarms and what waits, all of one moment."""
    figures = header(handle, realm)
    return Overview(figures, tuple(alarms(handle, context, watch)), _waiting(handle, figures))


def _waiting(handle: Handle, figures: HeaderView) -> WaitingCounts:
    flash, urgent = unclaimed_counts(handle)
    proposed_measures = sum(
        measure.lift is not None or measure.state is MeasureState.PROPOSED for measure in measures.all_measures(handle)
    )
    proposals = (
        figures.states.get(ItemState.PROPOSED, 0)
        + proposed_measures
        + len(recalls_proposed(handle))
        + len(restriction_proposals.waiting(handle))
    )
    return WaitingCounts(proposals, flash, urgent)
