"""The acts of officers, bureaus and the desk itself, grouped by subject; each is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from dutydesk.desk.base.context import Actor, CommandResult
from dutydesk.desk.base.rows import DryRun
from dutydesk.desk.checks import check as checks
from dutydesk.desk.checks.batches import ImportObserver
from dutydesk.desk.checks.check import CheckRequest, CheckResult
from dutydesk.desk.checks.import_entities import EntityImport, EntityReport, import_entities
from dutydesk.desk.checks.import_files import FileReport, import_file
from dutydesk.desk.checks.import_records import ImportCount, ImportedRecord, RecordOrigin, import_records
from dutydesk.desk.checks.import_registers import ImportReport, import_register
from dutydesk.desk.checks.matching import Query
from dutydesk.desk.delivery.outbox import Outbox
from dutydesk.desk.examination import later_filing
from dutydesk.desk.intake import quarantine
from dutydesk.desk.intake.incoming import INTAKE, IntakeMemory, ReceivedMessage, prepare_message
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.intake.receive import receive_message
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.people import officers
from dutydesk.desk.retention import retention
from dutydesk.desk.retention.retention import Purge
from dutydesk.desk.review import claims, distinguish, reverse, second_person
from dutydesk.desk.review import recall as recalls
from dutydesk.desk.review.decide import Deciding, decide
from dutydesk.desk.service.later import LaterFiling
from dutydesk.desk.service.perform import Command, Service, record_differences
from dutydesk.desk.supervision import (
    bureau_keys,
    bureau_routes,
    desk_key,
    dry_run,
    measure_confirm,
    measures,
    network,
    restriction_proposals,
    restrictions,
)
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import Conflict, Refused, StateDiffers
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.rules.registers import Register
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.jobs import IntakeWork
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.decode.stream import RawMessage


@dataclass(frozen=True)
class IntakeService(Service):
    """Messages of the bureaus, and input in quarantine."""

    outbox_for: Callable[[Transaction], Outbox]
    memory: IntakeMemory
    later: LaterFiling

    async def receive(self, raw: RawMessage, bound_to: str | None = None, actor: str = INTAKE) -> Receipt:
        """Takes one message in, and returns once it is durable. ``bound_to`` owns the channel that it came by."""

        ahead = not self.store.had_officer_lately
        with self.memory.readers.asked(raw, self.store.clock, ahead=ahead) as asked:
            received = ReceivedMessage(raw, bound_to, actor, asked)

            def prepare(handle: Handle) -> Callable[[Transaction], Receipt]:
                incoming = prepare_message(handle, self.context, self.memory, received)

                def work(transaction: Transaction) -> Receipt:
                    receipt = receive_message(transaction, self.context, incoming, self.outbox_for(transaction))
                    later_filing.follow_up(transaction)
                    return receipt

                reference = incoming.named
                return work if reference is None else IntakeWork(work, reference)

            try:
                receipt = await self.store.write_prepared(prepare)
            except StateDiffers:
                await record_differences(self.store)
                raise
            self.later.note()
            return receipt

    reread = Command("reread", quarantine.reread)
    reject = Command("reject", quarantine.reject)


@dataclass(frozen=True)
class CheckService(Service):
    """Checks of persons and documents against the databases."""

    name_cache: NameCache

    async def check(self, actor: Actor, requester: str, query: Query, place: str | None = None) -> CheckResult:
        """Checks in a bureau's name.

        Raises NotAllowed, InvalidRequest for an unknown bureau, Refused for a query that tells nobody apart.
        """
        request = CheckRequest(requester, query, place, actor.officer)
        search = await self.store.read(
            lambda handle: checks.prepare_search(handle, self.context, self.name_cache, query)
        )
        result = await self.store.write(lambda tx: checks.check_by_officer(tx, self.context, actor, request, search))
        if isinstance(result, Refused):
            raise result
        return result

    dismiss = Command("dismiss", checks.dismiss)


@dataclass(frozen=True)
class ReviewService(Service):
    """What officers do with one item."""

    claim = Command("claim", claims.claim)
    unclaim = Command("unclaim", claims.unclaim)
    tick = Command("tick", claims.tick)
    distinguish = Command("distinguish", distinguish.distinguish)
    note = Command("note", claims.note)
    undo = Command("undo", reverse.undo)
    reopen = Command("reopen", reverse.reopen)
    retry = Command("retry", reverse.retry)
    recall = Command("recall", recalls.recall)
    ratify = Command("ratify", recalls.ratify)
    post_review = Command("postreview", recalls.post_review)
    dissent = Command("dissent", second_person.dissent_item)
    _decide = Command("decide", decide)
    _confirm = Command("confirm", second_person.confirm_item, unidentified={"expected"})

    async def decide(self, actor: Actor, number: int, wanted: Deciding) -> CommandResult:
        """Decides on a held item. An officer who comes second gets a Conflict; the reason is kept as a note.

        Raises Conflict, Refused with each obstacle, NotAllowed, InvalidRequest.
        """
        try:
            return await self._decide(actor, number, wanted)
        except Conflict as conflict:
            if not wanted.reason.strip():
                raise
            with suppress(Refused):
                await self.note(
                    Actor(actor.officer, actor.login), number, f"[not decided: {conflict.words}] {wanted.reason}"
                )
            raise Conflict(
                conflict.code, sentence("{words}; your text is kept as a note", words=conflict.words), *conflict.detail
            ) from conflict

    async def confirm(self, actor: Actor, number: int, expected: str | None = None) -> CommandResult:
        """Confirms what is proposed on an item, as the second person. A stale proposal is void.

        ``expected`` is the identity of the proposal that was read. Raises Conflict where another one stands.
        """
        async with self.voiding_if_stale(second_person.void_if_stale, number):
            return await self._confirm(actor, number, expected)


@dataclass(frozen=True)
class SupervisionService(Service):
    """Measures, restrictions and the bureaus' connections."""

    order = Command("order", measures.order)
    endorse = Command("endorse", measures.endorse)
    lift = Command("lift", measure_confirm.lift)
    dissent = Command("dissent", measure_confirm.dissent)
    restrict = Command("restrict", restrictions.restrict)
    dissent_restriction = Command("dissent-restriction", restriction_proposals.dissent)
    set_offline = Command("offline", network.set_offline)
    _confirm = Command("confirm", measure_confirm.confirm, unidentified={"expected"})
    _confirm_restriction = Command("confirm-restriction", restrictions.confirm)

    async def dry_run(self, actor: Actor, order: Order) -> DryRun:
        """What an order would stop or hold; nothing is written."""
        return await self.store.read(lambda handle: dry_run.dry_run(handle, self.context, order, actor.officer))

    async def confirm(self, actor: Actor, number: int, expected: int | None = None) -> CommandResult:
        """Confirms an easing or a lift, as the second person. It is void where its proposer may no longer propose it.

        ``expected`` is the measure's revision that was read. Raises Conflict where it has another one.
        """
        async with self.voiding_if_stale(measure_confirm.void_if_stale, number):
            return await self._confirm(actor, number, expected)

    async def confirm_restriction(self, actor: Actor, number: int) -> CommandResult:
        """Confirms wider access, as the second person. It is void where its proposer may no longer propose it."""
        async with self.voiding_if_stale(restriction_proposals.void_if_stale, number):
            return await self._confirm_restriction(actor, number)


@dataclass(frozen=True)
class KeyService(Service):
    """The keys by which bureaus and the desk sign, and whose messages must be signed."""

    add = Command("key", bureau_keys.add_key)
    retire = Command("key-retire", bureau_keys.retire_key)
    revoke = Command("key-revoke", bureau_keys.revoke_key)
    order = Command("signatures", bureau_keys.order_signatures)

    async def make_desk_key(self, actor: Actor, since: datetime | None = None) -> CommandResult:
        """Makes a key by which the desk signs what it hands over, from ``since`` on; its file first, then its event.

        Raises NotAllowed, InvalidRequest for a past time, Refused where the file can't be written.
        """
        await self.store.read(lambda handle: self.context.officer(handle, actor, Right.KEYS))
        key = desk_key.write_new_key(self.store.path)
        return await self.store.write(lambda tx: desk_key.record_key(tx, self.context, actor, key, since))


@dataclass(frozen=True)
class RouteService(Service):
    """The routes by which bureaus are reached, on a desk that several boxes share."""

    record = Command("bureau-route", bureau_routes.set_route)

    async def set_route(self, actor: Actor, bureau: str, route: str) -> CommandResult:
        """Give a bureau its route; see :func:`~dutydesk.desk.supervision.bureau_routes.set_route`.

        Raises Refused also on a desk of one box, which delivers to all bureaus.
        """
        await self.store.read(lambda handle: self.context.officer(handle, actor, Right.DISPATCH))
        self.require_several_boxes((route,))
        return await self.record(actor, bureau, route)

    def require_several_boxes(self, routes: Iterable[str]) -> None:
        """Raises Refused where a route but the main one is named on a desk of one box."""
        if not self.store.engine.is_shared and any(route != MAIN for route in routes):
            raise Refused(
                RefusedCode.ONE_BOX,
                sentence(
                    "one box delivers to all bureaus of this desk; routes are for several boxes on a cluster, and "
                    "dispatch --outbox CC=PLACE names an outbox for some bureaus here"
                ),
            )


@dataclass(frozen=True)
class PeopleService(Service):
    """The desk's officers."""

    realm: str
    add_officer = Command("officer", officers.add_officer)

    async def sign_in(self, as_name: str | None = None) -> Actor:
        """The actor of this process: the OS user's officer, or the one whom ``--as`` names. Raises NotAllowed."""
        login, demo = officers.os_user(), self.realm == "demo"
        return await self.store.read(
            partial(officers.sign_in, store=self.store.path, demo=demo, login=login, as_name=as_name)
        )

    async def require(self, actor: Actor, right: Right) -> Officer:
        """The officer who acts, where he or she has ``right``. Raises NotAllowed.

        For what is not a write of its own, such as reading or dispatching.
        """
        return await self.store.read(lambda handle: self.context.officer(handle, actor, right))


@dataclass(frozen=True)
class RetentionService(Service):
    """How long items are kept."""

    legal_hold = Command("legal-hold", retention.legal_hold)

    async def purge(self, actor: Actor, *, rewrite: bool | None = None) -> Purge:
        """Removes the bodies of all items that are past their retention, a batch for each transaction.

        Then their bytes are removed from the store's file and its log; ``rewrite`` writes even a large file anew, for
        which everybody waits.
        """
        purged: list[str] = []
        is_complete = False
        while not is_complete:
            done = await self.store.write(lambda tx: retention.purge(tx, self.context, actor))
            purged += done.purged
            read = len(done.purged) + len(done.kept)
            is_complete = not done.purged or read < self.context.limits.batches.purged_items
        if not purged and not rewrite:
            return Purge((), done.kept)
        erased = await self.store.erase_remains(rewrite=rewrite)
        return Purge(tuple(purged), done.kept, erased.rewritten and erased.log_emptied, erased.left_to_vacuum)

    async def apply_deadlines(self) -> None:
        """Applies the deadlines that have passed, where no other transaction does."""
        if await self.store.read(retention.is_anything_due):
            await self.store.write(lambda _tx: None, officer=False)


@dataclass(frozen=True)
class ImportService(Service):
    """Records and registers from files."""

    async def import_records(self, actor: Actor, origin: RecordOrigin, batch: Sequence[ImportedRecord]) -> ImportCount:
        """Imports one batch, such as a few thousand rows of a file; it replaces what was imported before."""
        return await self.store.write(lambda tx: import_records(tx, self.context, actor, origin, batch))

    async def import_file(
        self, actor: Actor, origin: RecordOrigin, path: Path, source: str, watch: ImportObserver
    ) -> FileReport:
        """Imports a file of records, batch by batch. ``source`` owns the rows that name no owner."""
        return await import_file(self.store, self.context, actor, origin, path, source, watch)

    async def import_entities(
        self, actor: Actor, path: Path, wanted: EntityImport, watch: ImportObserver
    ) -> EntityReport:
        """Imports the persons of a list, as records or into a register, batch by batch."""
        return await import_entities(self.store, self.context, actor, path, wanted, watch)

    async def import_register(self, actor: Actor, register: Register, raw: bytes) -> ImportReport:
        """Replaces a register by the entries of a file."""
        return await self.store.write(lambda tx: import_register(tx, self.context, actor, register, raw))
