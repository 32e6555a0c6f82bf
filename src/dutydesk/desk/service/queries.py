"""The reading half of the desk: everything that screens and commands look at. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from dutydesk.desk.base import figure_rows, proposal_rows
from dutydesk.desk.base import hit_rows as hit_views
from dutydesk.desk.base import rows as views
from dutydesk.desk.base.bodies import BodyWatch
from dutydesk.desk.base.clock import Clock, ReplayClock
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.settings import Loaded
from dutydesk.desk.base.withheld import Eyes, eyes_of
from dutydesk.desk.examination import persons
from dutydesk.desk.intake.receipts import Receipt, receipt_shown
from dutydesk.desk.views import alarms, before_confirm, figures, hits, lists, recall_progress
from dutydesk.desk.views import countries as looking_at_countries
from dutydesk.desk.views import items as looking
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.tables import log, records, restriction_proposals
from dutydesk.store.tables.items import PageFilter
from dutydesk.store.tables.log import ChainReport

T = TypeVar("T")


@dataclass(frozen=True)
class Reader:
    store: Store
    context: Context
    realm: str
    loaded: Loaded
    clock: Clock
    watch: BodyWatch = field(default_factory=BodyWatch, kw_only=True)
    #: The officer who reads, by name; ``None`` is the desk itself. See :mod:`dutydesk.desk.base.withheld`.
    reader: str | None = field(default=None, kw_only=True)

    async def _shown(self, look: Callable[[Handle, Eyes], T]) -> T:
        """A read of what may be denied to the country of who reads."""
        return await self.store.read(lambda handle: look(handle, eyes_of(handle, self.context, self.reader)))

    async def version(self) -> int:
        """Changes whenever anybody, in any process, has committed: the bell of the change feed."""
        return await self.store.data_version()

    async def events_after(self, seq: int, most: int = 500) -> list[views.EventRow]:
        events = await self._shown(lambda handle, eyes: looking.events_after(handle, seq, most, eyes))
        if events and isinstance(self.clock, ReplayClock):
            self.clock.advance_to(events[-1].at)
        return events

    async def head(self) -> int:
        return await self.store.read(log.head_seq)

    async def checks_taken(self) -> int:
        """How many database checks were ever taken in."""
        return await self.store.read(records.checks_taken)

    async def feed(self, narrow: PageFilter | None = None, most: int = 100) -> list[views.ItemRow]:
        return await self._shown(lambda handle, eyes: looking.feed(handle, narrow or PageFilter(), most, eyes))

    async def rows(self, numbers: list[int]) -> list[views.ItemRow]:
        return await self._shown(lambda handle, eyes: looking.rows_of(handle, numbers, eyes))

    async def lines(
        self, wanted: hits.HitLines = hits.ALL_LINES, before: hits.Place = hits.NEWEST, most: int = 100
    ) -> list[hit_views.FeedRow]:
        """Items and hits in one order, the newest first."""
        return await self._shown(lambda handle, eyes: hits.lines(handle, wanted, before, most, eyes))

    async def hit_rows(self, numbers: list[int]) -> list[hit_views.HitRow]:
        return await self._shown(lambda handle, eyes: hits.hit_rows(handle, numbers, eyes))

    async def hit(self, number: int) -> hit_views.HitView:
        """Raises NotFound."""
        return await self._shown(lambda handle, eyes: hits.hit(handle, number, eyes))

    async def receipt_shown(self, receipt: Receipt) -> Receipt:
        """A receipt as this officer may see it: the hits of a check are the requester's."""
        if not receipt.hits or self.reader is None:
            return receipt
        return await self._shown(lambda _handle, eyes: receipt_shown(receipt, eyes))

    async def queue(self, most: int = 200) -> list[views.ItemRow]:
        return await self._shown(lambda handle, eyes: looking.queue(handle, most, eyes, self.watch.changed))

    async def post_reviews(self, most: int = 200) -> list[views.ItemRow]:
        return await self._shown(lambda handle, eyes: looking.post_reviews(handle, most, eyes, self.watch.changed))

    async def queue_page(self, most: int = 200) -> lists.QueuePage:
        """What waits for a decision, what is reviewed after its release, and how many there are, from one read."""
        return await self._shown(lambda handle, eyes: lists.queue_page(handle, most, eyes, self.watch))

    async def feed_page(
        self, wanted: hits.HitLines = hits.ALL_LINES, before: hits.Place = hits.NEWEST, most: int = 100
    ) -> lists.FeedPage:
        """Items and hits in one order, the newest first, and how many there are in all, from one read."""
        return await self._shown(lambda handle, eyes: lists.feed_page(handle, wanted, before, most, eyes))

    async def feed_rows(self, items: list[int], hits_of: list[int]) -> lists.FeedPage:
        """These lines as they are now, and how many there are in all, from one read."""
        return await self._shown(lambda handle, eyes: lists.feed_rows(handle, items, hits_of, eyes))

    async def country_page(self, code: str) -> lists.CountryPage:
        """A country, its measures and what was asked of its data, from one read."""
        return await self.store.read(lambda handle: lists.country_page(handle, self.context, code))

    async def overview(self) -> lists.Overview:
        """The header's figures and the alarms, from one read."""
        return await self.store.read(lambda handle: lists.overview(handle, self.context, self.realm, self.watch))

    async def show(self, number: int) -> views.ItemView:
        return await self._shown(lambda handle, eyes: looking.show(handle, self.context, number, eyes))

    async def earlier(self, number: int) -> list[views.EarlierRow]:
        """Other items on the same person, from any bureau, newest first."""
        return await self._shown(lambda handle, eyes: persons.earlier(handle, number, eyes))

    async def why(self, number: int, at: datetime | None = None) -> views.WhyView:
        return await self.store.read(lambda handle: looking.why(handle, self.context, number, at))

    async def header(self) -> views.HeaderView:
        return await self.store.read(lambda handle: looking.header(handle, self.realm))

    async def figures(self) -> figure_rows.Figures:
        return await self.store.read(looking.figures)

    async def stats(self, since: datetime | None = None, country: str | None = None) -> figure_rows.Stats:
        return await self.store.read(lambda handle: figures.stats(handle, self.context, since, country))

    async def consulted(self, country: str) -> str:
        """How often this year the data of a country were consulted and by whom, as a sentence."""
        return await self.store.read(lambda handle: figures.consulted(handle, self.context, country))

    async def behind(self, name: str, of: str, since: datetime | None) -> list[hit_views.FeedRow]:
        """The items or hits behind a figure, as :class:`figure_views.Stats` names it."""
        return await self._shown(lambda handle, eyes: figures.behind(handle, name, of, since, eyes))

    async def minutes(self, most: int = 60) -> figure_rows.Minutes:
        """Messages a minute, for as many minutes back."""
        return await self.store.read(lambda handle: figures.minutes(handle, most))

    async def countries(self) -> list[views.CountryRow]:
        return await self.store.read(lambda handle: looking_at_countries.countries(handle, self.context))

    async def measures(self, country: str | None = None) -> list[views.MeasureRow]:
        return await self.store.read(lambda handle: looking_at_countries.measure_rows(handle, self.context, country))

    async def restrictions_proposed(self, owner: str) -> tuple[RestrictionRow, ...]:
        """What waits for a second person on an owner's data, in general or on one item; oldest first."""
        return await self.store.read(
            lambda handle: recall_progress.restriction_rows(
                handle, self.context, restriction_proposals.waiting(handle, owner)
            )
        )

    async def alarms(self) -> list[views.AlarmRow]:
        """What somebody must look at now, the gravest first."""
        return await self.store.read(lambda handle: alarms.alarms(handle, self.context, self.watch))

    async def measure_proposal(self, number: int) -> proposal_rows.MeasureProposal:
        """What a second officer signs. Raises NotFound; Conflict where nothing is proposed on the measure."""
        return await self.store.read(lambda handle: before_confirm.measure_proposal(handle, self.context, number))

    async def item_proposal(self, number: int) -> proposal_rows.ItemProposal:
        """An item with what is proposed on it and what would follow, from one read. Raises NotFound."""
        return await self._shown(lambda handle, eyes: before_confirm.item_proposal(handle, self.context, number, eyes))

    async def worklist(self, number: int) -> list[views.WorkRow]:
        """What a measure stopped or led to, for when it is later found wrong: nothing of it is sent by itself."""
        return await self.store.read(lambda handle: alarms.worklist(handle, number))

    async def history(self, subject: str) -> list[views.EventRow]:
        """The part of the log that is about one item, measure or bureau, oldest first."""
        return await self._shown(lambda handle, eyes: looking.history(handle, subject, eyes))

    async def officers(self) -> list[views.OfficerRow]:
        return await self.store.read(looking.officers)

    async def verify(self) -> ChainReport:
        return await self.store.read(log.verify)
