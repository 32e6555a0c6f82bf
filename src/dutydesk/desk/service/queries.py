"""The desk's queries: everything that screens and commands show. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from dutydesk.desk.base.bodies import BodyMonitor
from dutydesk.desk.base.clock import Clock, ReplayClock
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.difference_rows import ItemDifference
from dutydesk.desk.base.figure_rows import DeskCounters, MinuteCounts, NetworkFigures
from dutydesk.desk.base.health_rows import FeedPosition, HealthFigures
from dutydesk.desk.base.hit_rows import FeedRow, HitRow, HitView
from dutydesk.desk.base.key_rows import DeskKeyRow, SignatureRules
from dutydesk.desk.base.person_rows import PersonFile
from dutydesk.desk.base.proposal_rows import ItemProposal, MeasureProposal
from dutydesk.desk.base.redaction import Visibility, visibility_for
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import (
    AffectedItemRow,
    AlarmRow,
    CountryRow,
    EarlierItemRow,
    EventRow,
    HeaderView,
    ItemRow,
    ItemView,
    MeasureRow,
    OfficerRow,
    RouteExplanation,
)
from dutydesk.desk.base.wall_rows import WallFigures
from dutydesk.desk.examination import persons
from dutydesk.desk.intake.receipts import IntakeOutcome, Receipt, redact_receipt
from dutydesk.desk.views import (
    alarms,
    bureau_keys,
    countries,
    figures,
    health,
    hits,
    item_difference,
    items,
    own_work,
    pages,
    pending_proposals,
    person_file,
    recall_progress,
    wall,
)
from dutydesk.store.engine.commit_times import CommitHistogram as CommitHistogram
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.tables import log, records, restriction_proposals
from dutydesk.store.tables.items import PageFilter
from dutydesk.store.tables.log import ChainReport

T = TypeVar("T")


@dataclass(frozen=True)
class DeskQueries:
    store: Store
    context: Context
    realm: str
    clock: Clock
    watch: BodyMonitor = field(default_factory=BodyMonitor, kw_only=True)
    #: The name of the officer who reads; ``None`` is the desk itself. See :mod:`dutydesk.desk.base.redaction`.
    reader: str | None = field(default=None, kw_only=True)

    async def _read_for_reader(self, look: Callable[[Handle, Visibility], T]) -> T:
        """Reads what may be denied to the reader's country."""
        return await self.store.read(lambda handle: look(handle, visibility_for(handle, self.context, self.reader)))

    async def version(self) -> int:
        """Changes whenever any process has committed; the change feed waits for it."""
        return await self.store.data_version()

    async def events_after(self, seq: int, limit: int = 500) -> list[EventRow]:
        events = await self._read_for_reader(lambda handle, eyes: items.events_after(handle, seq, limit, eyes))
        self._follow_clock(events)
        return events

    async def changes_after(self, seq: int, limit: int) -> tuple[list[EventRow], int]:
        """The events after ``seq``, fewer than ``limit`` if these are all, and how many checks were received in all."""

        def look(handle: Handle, eyes: Visibility) -> tuple[list[EventRow], int]:
            return items.events_after(handle, seq, limit, eyes), records.total_checks(handle)

        events, checks = await self._read_for_reader(look)
        self._follow_clock(events)
        return events, checks

    def _follow_clock(self, events: list[EventRow]) -> None:
        if events and isinstance(self.clock, ReplayClock):
            self.clock.advance_to(events[-1].at)

    async def head_seq(self) -> int:
        return await self.store.read(log.head_seq)

    async def signature_rules(self, bureau: str) -> SignatureRules:
        """How a bureau's messages must be signed, and by which keys."""
        return await self.store.read(lambda handle: bureau_keys.signature_rules(handle, self.context, bureau))

    async def all_signature_rules(self) -> list[SignatureRules]:
        """The same for the bureaus that have keys, or must sign."""
        return await self.store.read(lambda handle: bureau_keys.all_signature_rules(handle, self.context))

    async def desk_keys(self) -> list[DeskKeyRow]:
        """The keys by which the desk signs what it hands over."""
        return await self.store.read(lambda handle: bureau_keys.desk_keys(handle, self.context))

    async def feed(self, page_filter: PageFilter | None = None, limit: int = 100) -> list[ItemRow]:
        return await self._read_for_reader(
            lambda handle, eyes: items.feed(handle, page_filter or PageFilter(), limit, eyes)
        )

    async def rows(self, numbers: list[int]) -> list[ItemRow]:
        return await self._read_for_reader(lambda handle, eyes: items.rows_of(handle, numbers, eyes))

    async def lines(
        self, line_filter: hits.LineFilter = hits.ALL_LINES, before: hits.Place = hits.NEWEST, limit: int = 100
    ) -> list[FeedRow]:
        """Items and hits in one order, the newest first."""
        return await self._read_for_reader(lambda handle, eyes: hits.lines(handle, line_filter, before, limit, eyes))

    async def hit_rows(self, numbers: list[int]) -> list[HitRow]:
        return await self._read_for_reader(lambda handle, eyes: hits.hit_rows(handle, numbers, eyes))

    async def hit(self, number: int) -> HitView:
        """Raises NotFound."""
        return await self._read_for_reader(lambda handle, eyes: hits.hit(handle, number, eyes))

    async def visible_receipt(self, receipt: Receipt) -> Receipt:
        """A receipt as this officer may see it: the hits of a check are the requester's."""
        if not receipt.hits or self.reader is None:
            return receipt
        return await self._read_for_reader(lambda _handle, eyes: redact_receipt(receipt, eyes))

    async def queue(self, limit: int = 200) -> list[ItemRow]:
        return await self._read_for_reader(lambda handle, eyes: items.queue(handle, limit, eyes, self.watch.changed))

    async def post_reviews(self, limit: int = 200) -> list[ItemRow]:
        return await self._read_for_reader(
            lambda handle, eyes: items.post_reviews(handle, limit, eyes, self.watch.changed)
        )

    async def queue_page(self, limit: int = 200) -> pages.QueuePage:
        """Items that wait for a decision, items reviewed after their release, and the counts of both, from one read."""
        return await self._read_for_reader(lambda handle, eyes: pages.queue_page(handle, limit, eyes, self.watch))

    async def own_work(self, officer: str) -> list[own_work.WorkRow]:
        """What waits for an officer: proposals to sign, claims, and proposals of the officer's own."""
        return await self._read_for_reader(lambda handle, eyes: own_work.own_work(handle, self.context, officer, eyes))

    async def feed_page(
        self, line_filter: hits.LineFilter = hits.ALL_LINES, before: hits.Place = hits.NEWEST, limit: int = 100
    ) -> pages.FeedPage:
        """Items and hits in one order, the newest first, and how many there are in all, from one read."""
        return await self._read_for_reader(
            lambda handle, eyes: pages.feed_page(handle, line_filter, before, limit, eyes)
        )

    async def feed_rows(self, item_numbers: list[int], hit_numbers: list[int]) -> pages.FeedPage:
        """These lines as they are now, and how many there are in all, from one read."""
        return await self._read_for_reader(
            lambda handle, eyes: pages.feed_rows(handle, item_numbers, hit_numbers, eyes)
        )

    async def country_page(self, code: str) -> pages.CountryPage:
        """A country, its measures and the checks against its data, from one read."""
        return await self.store.read(lambda handle: pages.country_page(handle, self.context, code))

    async def overview(self) -> pages.Overview:
        """The header's figures and the alarms, from one read."""
        return await self.store.read(lambda handle: pages.overview(handle, self.context, self.realm, self.watch))

    async def show(self, number: int) -> ItemView:
        return await self._read_for_reader(lambda handle, eyes: items.show(handle, self.context, number, eyes))

    async def difference(self, number: int, against: str | None = None) -> ItemDifference:
        """What differs between an item and an earlier version, or another item; ``against`` names one of its bases.

        Raises NotFound.
        """
        return await self._read_for_reader(
            lambda handle, eyes: item_difference.item_difference(handle, self.context, number, against, eyes)
        )

    async def earlier_items(self, number: int) -> list[EarlierItemRow]:
        """Other items on the same person, from any bureau, newest first."""
        return await self._read_for_reader(lambda handle, eyes: persons.earlier_items(handle, number, eyes))

    async def person(self, subject: str) -> PersonFile:
        """All that the reader may know of the person behind an item or a hit, newest first.

        Raises NotFound, NotAllowed, BodyChanged.
        """
        return await self._read_for_reader(
            lambda handle, eyes: person_file.person_file(handle, self.context, subject, eyes)
        )

    async def why(self, number: int, at: datetime | None = None) -> RouteExplanation:
        return await self.store.read(lambda handle: items.why(handle, self.context, number, at))

    async def header(self) -> HeaderView:
        return await self.store.read(lambda handle: items.header(handle, self.realm))

    async def figures(self) -> DeskCounters:
        return await self.store.read(items.figures)

    async def stats(self, since: datetime | None = None, country: str | None = None) -> NetworkFigures:
        return await self.store.read(lambda handle: figures.stats(handle, self.context, since, country))

    async def consulted_sentence(self, country: str) -> str:
        """How often this year the data of a country were consulted and by whom, as a sentence."""
        return await self.store.read(lambda handle: figures.consulted_sentence(handle, self.context, country))

    async def rows_behind_figure(self, name: str, of: str, since: datetime | None) -> list[FeedRow]:
        """The items or hits behind a figure, as :class:`figure_views.Stats` names it."""
        return await self._read_for_reader(
            lambda handle, eyes: figures.rows_behind_figure(handle, name, of, since, eyes)
        )

    async def messages_per_minute(self, limit: int = 60) -> MinuteCounts:
        """Messages received in each of the last ``limit`` minutes."""
        return await self.store.read(lambda handle: figures.messages_per_minute(handle, limit))

    async def wall_figures(self) -> WallFigures:
        """The desk at a glance, from one read."""
        return await self.store.read(lambda handle: wall.wall_figures(handle, self.context))

    async def countries(self) -> list[CountryRow]:
        return await self.store.read(lambda handle: countries.countries(handle, self.context))

    async def measures(self, country: str | None = None) -> list[MeasureRow]:
        return await self.store.read(lambda handle: countries.measure_rows(handle, self.context, country))

    async def restriction_proposals(self, owner: str) -> tuple[RestrictionRow, ...]:
        """Restrictions proposed on an owner's data or on one item of it that wait for a second person; oldest first."""
        return await self.store.read(
            lambda handle: recall_progress.restriction_rows(
                handle, self.context, restriction_proposals.waiting(handle, owner)
            )
        )

    async def alarms(self) -> list[AlarmRow]:
        """The present alarms, the gravest first."""
        return await self.store.read(lambda handle: alarms.alarms(handle, self.context, self.watch))

    async def health(self) -> HealthFigures:
        """The desk in numbers for a monitor; it reads no table as a whole."""
        return await self.store.read(lambda handle: health.health_figures(handle, self.realm, IntakeOutcome))

    async def feed_position(self, seen: int) -> FeedPosition:
        """The end of the log, and since when there is something after event ``seen``."""
        return await self.store.read(lambda handle: health.feed_position(handle, seen))

    def is_unconfirmed(self) -> bool:
        """Whether what this process is writing has waited long to be durable, as on a cluster without its standby."""
        return self.store.unconfirmed_seconds > self.context.limits.store.unconfirmed_seconds

    def commit_histogram(self) -> CommitHistogram:
        """How long this process's commits took."""
        return self.store.commit_histogram

    async def measure_proposal(self, number: int) -> MeasureProposal:
        """What a second officer would confirm. Raises NotFound; Conflict where nothing is proposed on the measure."""
        return await self.store.read(lambda handle: pending_proposals.measure_proposal(handle, self.context, number))

    async def item_proposal(self, number: int) -> ItemProposal:
        """An item, the proposal on it and the effects of confirming it, from one read. Raises NotFound."""
        return await self._read_for_reader(
            lambda handle, eyes: pending_proposals.item_proposal(handle, self.context, number, eyes)
        )

    async def worklist(self, number: int) -> list[AffectedItemRow]:
        """The items that a measure held or suppressed, to be reviewed where it proves wrong; none is sent by itself."""
        return await self.store.read(lambda handle: alarms.worklist(handle, number))

    async def history(self, subject: str) -> list[EventRow]:
        """The events of one item, measure or bureau, oldest first."""
        return await self._read_for_reader(lambda handle, eyes: items.history(handle, subject, eyes))

    async def officers(self) -> list[OfficerRow]:
        return await self.store.read(items.officers)

    async def verify(self) -> ChainReport:
        return await self.store.read(log.verify)
