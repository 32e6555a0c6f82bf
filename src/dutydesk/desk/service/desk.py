"""The desk: every use case of screens, commands, inboxes and simulated colleagues, on one store.

Each act is one transaction that reads, asks the domain and writes state and events together. A ``command_id`` makes it
safe to send an act twice. Acts and queries raise a ``DeskError``: one sentence and an exit code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dutydesk.desk.audit import read_log
from dutydesk.desk.base.bodies import BodyMonitor
from dutydesk.desk.base.clock import Clock, ReplayClock, SystemClock
from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.base.rule_files import load_table, rules_folder
from dutydesk.desk.base.settings import DEFAULTS, LoadedSettings, Settings, demo_settings, load
from dutydesk.desk.delivery.direct_lease import DirectLease
from dutydesk.desk.delivery.sealing import sealing_of
from dutydesk.desk.examination import later_filing
from dutydesk.desk.intake import backfill
from dutydesk.desk.intake.incoming import IntakeMemory
from dutydesk.desk.intake.readers import Readers
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.watch_search import WatchSearch
from dutydesk.desk.service.acts import (
    CheckService,
    ImportService,
    IntakeService,
    KeyService,
    PeopleService,
    RetentionService,
    ReviewService,
    RouteService,
    SupervisionService,
)
from dutydesk.desk.service.backup import BackupService
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.desk.service.later import LaterFiling
from dutydesk.desk.service.preamble import needs_setup, preamble, realm_and_last_event, set_up
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.store.engine.location import is_in_database
from dutydesk.store.engine.opening import create_store
from dutydesk.store.engine.store import Store, open_store
from dutydesk.store.tables.measures import PolicyReader
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules


@dataclass(frozen=True)
class Desk:
    """The services of one open store; made by :func:`open_desk`.

    ``realm`` is ``live``, ``exercise`` or ``demo``, for the store's whole life.
    """

    store: Store
    context: Context
    realm: str
    loaded: LoadedSettings
    clock: Clock
    queries: DeskQueries
    intake: IntakeService
    checks: CheckService
    review: ReviewService
    supervision: SupervisionService
    people: PeopleService
    keys: KeyService
    routes: RouteService
    retention: RetentionService
    imports: ImportService
    delivery: DeliveryService
    backups: BackupService

    @property
    def limits(self) -> Limits:
        return self.context.limits

    async def close(self) -> None:
        """Closes the store, and ends what runs beside it."""
        await self.intake.later.close()
        await self.store.close()
        self.intake.memory.close()

    def for_reader(self, actor: Actor) -> Desk:
        """The same desk as this officer may see it: queries leave out what is denied to his or her country."""
        return replace(self, queries=replace(self.queries, reader=actor.officer))

    async def record_read(self, actor: Actor, seen: ItemRow) -> str | None:
        """Records that an item was shown to this officer; see :mod:`dutydesk.desk.audit.read_log`. Never raises."""
        return await read_log.record_read(self.store, self.context, actor, seen)


def make_store(
    path: Path, realm: str, clock: Clock | None = None, report: Callable[[str], None] = lambda _words: None
) -> None:
    """Makes an empty store. Its first :func:`open_desk` names its ``founder``. ``report`` is told why it takes long.

    Raises StoreUnusable, or InvalidRequest for settings next to it or rules that can't be read; then nothing is made.
    """
    settings = load(path, load_rules().ids).settings
    load_table(rules_folder(path, settings))
    at = (clock or SystemClock()).now()
    create_store(path, realm, at, allow_unsafe=settings.allow_unsafe_cluster, report=report)


async def open_desk(
    path: Path, clock: Clock | None = None, founder: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Desk:
    """Opens a store that exists. ``founder`` is the login of a new store's first administrator.

    Without ``clock`` the clock of a DEMO store continues from its last event in real time; other stores use UTC now.
    Raises StoreUnusable, or InvalidRequest for settings or rules that can't be read.
    """
    directory, rules = load_directory(), load_rules()
    policies = PolicyReader(dict(directory.parents))
    first = Context(directory, rules, Settings(), policies, limits)
    settled: list[tuple[Context, Clock]] = [(first, clock or SystemClock())]
    of_box = load(path, rules.ids).settings if is_in_database(path) else Settings()
    store = await open_store(
        path,
        lambda: settled[0][1].now(),
        lambda tx: preamble(tx, *settled[0]),
        limits.store if of_box.far_ms == DEFAULTS.far_ms else replace(limits.store, far_ms=of_box.far_ms),
        later_filing.file_piece,
        allow_unsafe=of_box.allow_unsafe_cluster,
    )
    try:
        realm, last = await store.read(realm_and_last_event)
        loaded = load(path, rules.ids, demo_settings(directory, last.date()) if realm == "demo" else Settings())
        own = rules_folder(path, loaded.settings)
        context = replace(first, settings=loaded.settings, rules=load_table(own))
        now: Clock = ReplayClock(last) if realm == "demo" and clock is None else settled[0][1]
        settled[0] = (context, now)
        if await store.read(lambda handle: needs_setup(handle, context, founder)):
            await store.write(lambda tx: set_up(tx, context, realm, founder))
        while await store.read(backfill.has_unfiled_items):
            await store.write(lambda tx: backfill.file_next_items(tx, context), officer=False)
    except BaseException:
        await store.close()
        raise
    return _make_desk(store, context, realm, loaded, now)


def _intake_memory(store: Store, context: Context, name_cache: NameCache) -> IntakeMemory:
    limits, folder = context.limits.memory, rules_folder(store.path, context.settings)
    return IntakeMemory(name_cache, WatchSearch(store.path, limits), Readers(context, folder, limits))


def _make_desk(store: Store, context: Context, realm: str, loaded: LoadedSettings, clock: Clock) -> Desk:
    limits = context.limits
    direct_lease = DirectLease(limits.delivery, lambda tx: sealing_of(tx, context))
    name_cache = NameCache(limits.memory)
    return Desk(
        store,
        context,
        realm,
        loaded,
        clock,
        queries=DeskQueries(store, context, realm, clock, watch=BodyMonitor(limits.views)),
        intake=IntakeService(
            store,
            context,
            direct_lease.outbox_for,
            _intake_memory(store, context, name_cache),
            LaterFiling(store, limits.dispatch.filing_seconds),
        ),
        checks=CheckService(store, context, name_cache),
        review=ReviewService(store, context),
        supervision=SupervisionService(store, context),
        people=PeopleService(store, context, realm),
        keys=KeyService(store, context),
        routes=RouteService(store, context),
        retention=RetentionService(store, context),
        imports=ImportService(store, context),
        delivery=DeliveryService(store, context, direct_lease),
        backups=BackupService(store, context),
    )
