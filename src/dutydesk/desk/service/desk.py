"""The desk: every use case of screens, commands, inboxes and simulated colleagues, on one store.

Each act is one transaction that reads, asks the domain and writes state and events together. A ``command_id`` makes
it safe to send an act twice. What raises is a ``DeskError``: one sentence and an exit code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from dutydesk.desk.audit import read_log
from dutydesk.desk.base import bodies, rows
from dutydesk.desk.base.clock import Clock, ReplayClock, SystemClock
from dutydesk.desk.base.commands import run_once
from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.desk.base.settings import Settings, demo_settings, load
from dutydesk.desk.checks import check as checks
from dutydesk.desk.checks.check import CheckRequest, CheckResult
from dutydesk.desk.checks.import_files import FileReport, ImportObserver, import_file
from dutydesk.desk.checks.import_records import ImportCount, ImportedRecord, RecordOrigin, import_records
from dutydesk.desk.checks.import_registers import ImportReport, import_register
from dutydesk.desk.checks.matching import Query
from dutydesk.desk.intake import backfill, quarantine
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.intake.receive import INTAKE, prepare_message, receive_message
from dutydesk.desk.people import officers
from dutydesk.desk.retention import retention
from dutydesk.desk.retention.retention import Purge
from dutydesk.desk.review import claims, reverse, second_person
from dutydesk.desk.review import recall as recalls
from dutydesk.desk.review.decide import Deciding, decide
from dutydesk.desk.service import backup
from dutydesk.desk.service.backup import BackupResult, OutboxContents
from dutydesk.desk.service.dispatching import DispatchDesk
from dutydesk.desk.service.preamble import needs_setup, preamble, realm_and_last_event, set_up
from dutydesk.desk.supervision import dry_run, measure_confirm, measures, restriction_proposals
from dutydesk.desk.supervision.measures import Order
from dutydesk.desk.supervision.network import set_offline
from dutydesk.desk.supervision.restrictions import confirm as confirm_restriction
from dutydesk.desk.supervision.restrictions import restrict
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import BodyChanged, Conflict, Refused, StaleProposal
from dutydesk.domain.messages.message import Recipients
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.rules.registers import Register
from dutydesk.store.engine import database
from dutydesk.store.engine.backup import Progress
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import open_store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables.measures import PolicyReader
from dutydesk.wire.decode.stream import RawMessage
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.rule_table import load_rules

T = TypeVar("T")


class Desk(DispatchDesk):
    """Made by :func:`open_desk`. ``realm`` is ``live``, ``exercise`` or ``demo``, for the store's whole life."""

    async def close(self) -> None:
        await self.store.close()

    def for_reader(self, actor: Actor) -> Desk:
        """The same desk as this officer may see it: what is denied to his or her country is left out."""
        return replace(self, reader=actor.officer)

    async def sign_in(self, as_name: str | None = None) -> Actor:
        """Who acts from this process: the OS user's officer, or the one that ``--as`` names. Raises NotAllowed."""
        login, demo = officers.os_user(), self.realm == "demo"
        return await self.store.read(
            partial(officers.sign_in, store=self.store.path, demo=demo, login=login, as_name=as_name)
        )

    async def require(self, actor: Actor, right: Right) -> Officer:
        """For what is no write of its own, such as reading or dispatching. Raises NotAllowed."""
        return await self.store.read(lambda handle: self.context.officer(handle, actor, right))

    async def record_read(self, actor: Actor, seen: rows.ItemRow) -> str | None:
        """Record that an item was shown to this officer; see :mod:`dutydesk.desk.audit.read_log`. Never raises."""
        if seen.changed:
            await bodies.write_body_report(self.store, item_number(seen.item) or 0)
        return await read_log.record_read(self.store, self.context, actor, seen)

    # Intake

    async def receive(self, raw: RawMessage, bound_to: str | None = None, actor: str = INTAKE) -> Receipt:
        """Takes one message in; returns once it is durable."""

        def thought(handle: Handle) -> Callable[[Transaction], Receipt]:
            incoming = prepare_message(handle, self.context, raw, bound_to, actor)
            return lambda tx: receive_message(tx, self.context, incoming, self.direct_lease.lease_for(tx))

        return await self.store.write_prepared(thought)

    # Checks

    async def check(self, actor: Actor, requester: str, query: Query, place: str | None = None) -> CheckResult:
        """A check in a bureau's name. Raises Refused for one that tells nobody apart, BadCall for an unknown bureau."""
        asked = CheckRequest(requester, query, place, actor.officer)
        found = await self.store.read(lambda handle: checks.prepare_search(handle, self.context, query))
        answer = await self.store.write(lambda tx: checks.check_by_officer(tx, self.context, actor, asked, found))
        if isinstance(answer, Refused):
            raise answer
        return answer

    async def dismiss(self, actor: Actor, hit: int, reason: str, until: datetime | None = None) -> CommandResult:
        arguments = (hit, reason, until)
        return await self._perform(
            actor, "dismiss", arguments, lambda tx: checks.dismiss(tx, self.context, actor, *arguments)
        )

    # Review

    async def claim(
        self,
        actor: Actor,
        number: int,
        take_over: str | None = None,
        for_officer: str | None = None,
        expected: int | None = None,
    ) -> CommandResult:
        arguments = (number, take_over, for_officer, expected)
        return await self._perform(
            actor, "claim", arguments, lambda tx: claims.claim(tx, self.context, actor, *arguments)
        )

    async def unclaim(self, actor: Actor, number: int) -> CommandResult:
        return await self._perform(
            actor, "unclaim", (number,), lambda tx: claims.unclaim(tx, self.context, actor, number)
        )

    async def tick(self, actor: Actor, number: int, check: str, note: str | None = None) -> CommandResult:
        arguments = (number, check, note)
        return await self._perform(
            actor, "tick", arguments, lambda tx: claims.tick(tx, self.context, actor, *arguments)
        )

    async def note(self, actor: Actor, number: int, text: str) -> CommandResult:
        return await self._perform(
            actor, "note", (number, text), lambda tx: claims.note(tx, self.context, actor, number, text)
        )

    async def decide(self, actor: Actor, number: int, wanted: Deciding) -> CommandResult:
        """Who loses a race is told who won it, and what he or she typed is kept as a note on the item."""
        try:
            return await self._perform(
                actor, "decide", (number, wanted), lambda tx: decide(tx, self.context, actor, number, wanted)
            )
        except Conflict as conflict:
            if not wanted.reason.strip():
                raise
            with suppress(Refused):
                await self.note(
                    Actor(actor.officer, actor.login), number, f"[not decided: {conflict.words}] {wanted.reason}"
                )
            raise Conflict(
                conflict.code, f"{conflict.words}; your text is kept as a note", *conflict.detail
            ) from conflict

    async def undo(self, actor: Actor, number: int) -> CommandResult:
        return await self._perform(actor, "undo", (number,), lambda tx: reverse.undo(tx, self.context, actor, number))

    async def retry(self, actor: Actor, number: int, recipient: str) -> CommandResult:
        arguments = (number, recipient)
        return await self._perform(
            actor, "retry", arguments, lambda tx: reverse.retry(tx, self.context, actor, *arguments)
        )

    async def confirm_item(self, actor: Actor, number: int, expected: str | None = None) -> CommandResult:
        """The second person's yes. What the first one saw must still be so, else the proposal is void.

        ``expected`` is the identity of the proposal that was read; another one is a Conflict.
        """
        try:
            return await self._perform(
                actor,
                "confirm",
                (number,),
                lambda tx: second_person.confirm_item(tx, self.context, actor, number, expected),
            )
        except StaleProposal:
            await self.store.write(lambda tx: second_person.void_if_stale(tx, self.context, number))
            raise

    async def dissent_item(self, actor: Actor, number: int, reason: str) -> CommandResult:
        arguments = (number, reason)
        return await self._perform(
            actor, "dissent", arguments, lambda tx: second_person.dissent_item(tx, self.context, actor, *arguments)
        )

    async def recall(
        self, actor: Actor, number: int, reason: str, *, urgent: bool = False, expected: int | None = None
    ) -> CommandResult:
        return await self._perform(
            actor,
            "recall",
            (number, reason, urgent, expected),
            lambda tx: recalls.recall(tx, self.context, actor, number, reason, urgent=urgent, expected=expected),
        )

    async def ratify(self, actor: Actor, number: int) -> CommandResult:
        return await self._perform(
            actor, "ratify", (number,), lambda tx: recalls.ratify(tx, self.context, actor, number)
        )

    async def post_review(self, actor: Actor, number: int, *, keep: bool, reason: str) -> CommandResult:
        return await self._perform(
            actor,
            "postreview",
            (number, keep, reason),
            lambda tx: recalls.post_review(tx, self.context, actor, number, keep=keep, reason=reason),
        )

    async def reopen(self, actor: Actor, number: int, reason: str) -> CommandResult:
        arguments = (number, reason)
        return await self._perform(
            actor, "reopen", arguments, lambda tx: reverse.reopen(tx, self.context, actor, *arguments)
        )

    async def legal_hold(self, actor: Actor, number: int, reason: str | None, *, held: bool) -> CommandResult:
        return await self._perform(
            actor,
            "legal-hold",
            (number, reason, held),
            lambda tx: retention.legal_hold(tx, self.context, actor, number, reason, held=held),
        )

    async def purge(self, actor: Actor) -> Purge:
        """Takes away what is past its retention, a batch at a time, until nothing is left that may go."""
        purged: list[str] = []
        while True:
            done = await self.store.write(lambda tx: retention.purge(tx, self.context, actor))
            purged += done.purged
            if not done.purged or len(done.purged) + len(done.kept) < retention.MAX_PURGED:
                return Purge(tuple(purged), done.kept)

    async def apply_deadlines(self) -> None:
        """Lets what has fallen due happen where nobody else writes."""
        if await self.store.read(retention.is_anything_due):
            await self.store.write(lambda _tx: None, officer=False)

    async def reread(self, actor: Actor, number: int) -> CommandResult:
        return await self._perform(
            actor, "reread", (number,), lambda tx: quarantine.reread(tx, self.context, actor, number)
        )

    async def reject(self, actor: Actor, number: int, reason: str) -> CommandResult:
        arguments = (number, reason)
        return await self._perform(
            actor, "reject", arguments, lambda tx: quarantine.reject(tx, self.context, actor, *arguments)
        )

    # Supervision and restrictions

    async def order(self, actor: Actor, order: Order) -> CommandResult:
        return await self._perform(
            actor, "order", (order,), lambda tx: measures.order(tx, self.context, actor, order)[0]
        )

    async def dry_run(self, actor: Actor, order: Order) -> rows.DryRun:
        return await self.store.read(lambda handle: dry_run.dry_run(handle, self.context, order, actor.officer))

    async def endorse(self, actor: Actor, number: int, by: str, order: str, *, declined: bool = False) -> CommandResult:
        arguments = (number, by, order)
        return await self._perform(
            actor,
            "endorse",
            (*arguments, declined),
            lambda tx: measures.endorse(tx, self.context, actor, *arguments, declined=declined),
        )

    async def lift(self, actor: Actor, number: int, order: str, by: str, reason: str) -> CommandResult:
        arguments = (number, order, by, reason)
        return await self._perform(
            actor, "lift", arguments, lambda tx: measure_confirm.lift(tx, self.context, actor, *arguments)
        )

    async def confirm_measure(self, actor: Actor, number: int, expected: int | None = None) -> CommandResult:
        """The second person's yes to an easing or a lift; it is void where its proposer may no longer propose it.

        ``expected`` is the measure's revision that was read; another one is a Conflict.
        """
        try:
            return await self._perform(
                actor,
                "confirm",
                (number,),
                lambda tx: measure_confirm.confirm(tx, self.context, actor, number, expected),
            )
        except StaleProposal:
            await self.store.write(lambda tx: measure_confirm.void_if_stale(tx, self.context, number))
            raise

    async def dissent_measure(self, actor: Actor, number: int, reason: str) -> CommandResult:
        arguments = (number, reason)
        return await self._perform(
            actor, "dissent", arguments, lambda tx: measure_confirm.dissent(tx, self.context, actor, *arguments)
        )

    async def restrict(
        self, actor: Actor, owner: str, deny: Recipients | None, allow: Recipients | None, number: int | None = None
    ) -> CommandResult:
        arguments = (owner, deny, allow, number)
        return await self._perform(
            actor, "restrict", arguments, lambda tx: restrict(tx, self.context, actor, *arguments)
        )

    async def confirm_restriction(self, actor: Actor, number: int) -> CommandResult:
        """The second person's yes to what widens access; void where its proposer may no longer propose it."""
        try:
            return await self._perform(
                actor, "confirm-restriction", (number,), lambda tx: confirm_restriction(tx, self.context, actor, number)
            )
        except StaleProposal:
            await self.store.write(lambda tx: restriction_proposals.void_if_stale(tx, self.context, number))
            raise

    async def dissent_restriction(self, actor: Actor, number: int, reason: str) -> CommandResult:
        arguments = (number, reason)
        return await self._perform(
            actor,
            "dissent-restriction",
            arguments,
            lambda tx: restriction_proposals.dissent(tx, self.context, actor, *arguments),
        )

    async def set_offline(self, actor: Actor, country: str, *, offline: bool) -> CommandResult:
        return await self._perform(
            actor,
            "offline",
            (country, offline),
            lambda tx: set_offline(tx, self.context, actor, country, offline=offline),
        )

    async def import_records(self, actor: Actor, origin: RecordOrigin, batch: Sequence[ImportedRecord]) -> ImportCount:
        """One batch of records, such as a few thousand rows of a file; what was imported before is replaced."""
        return await self.store.write(lambda tx: import_records(tx, self.context, actor, origin, batch))

    async def import_file(
        self, actor: Actor, origin: RecordOrigin, path: Path, source: str, watch: ImportObserver
    ) -> FileReport:
        """A file of records, batch by batch; ``source`` is whose they are where a row does not say."""
        return await import_file(self.store, self.context, actor, origin, path, source, watch)

    async def import_register(self, actor: Actor, register: Register, raw: bytes) -> ImportReport:
        return await self.store.write(lambda tx: import_register(tx, self.context, actor, register, raw))

    async def add_officer(self, actor: Actor, officer: Officer) -> CommandResult:
        return await self._perform(
            actor, "officer", (officer,), lambda tx: officers.add_officer(tx, self.context, actor, officer)
        )

    # Backups

    async def latest_segment(self) -> int:
        """The number of the latest batch that was handed over."""
        return await self.store.read(backup.latest_segment)

    async def refuse_copy(self, newest_segment: int) -> None:
        """``newest_segment`` is the outbox's. Raises StoreUnusable for a copy that nobody has let go on."""
        await self.store.read(lambda handle: backup.refuse_copy(handle, newest_segment))

    async def back_up(self, actor: Actor, path: Path, progress: Progress) -> BackupResult:
        return await backup.back_up(self, actor, path, progress)

    async def accept_copy(self, actor: Actor, contents: OutboxContents) -> int:
        return await self.store.write(lambda tx: backup.accept_copy(tx, self.context, actor, contents))

    # One answer for each command

    async def _perform(
        self, actor: Actor, name: str, arguments: tuple[object, ...], work: Callable[[Transaction], CommandResult]
    ) -> CommandResult:
        digest = hashlib.sha256(repr((name, actor.officer, arguments)).encode()).hexdigest()
        try:
            return await self.store.write(lambda tx: run_once(tx, actor.command_id, digest, work))
        except BodyChanged as found:
            await bodies.write_body_report(self.store, found.item)
            raise


def make_store(path: Path, realm: str, clock: Clock | None = None) -> None:
    """Makes an empty store. Its first :func:`open_desk` names its ``founder``.

    Raises StoreUnusable, or BadCall for settings beside it that can't be read: then nothing is made.
    """
    load(path, load_rules().ids)
    database.create_store(path, realm, (clock or SystemClock()).now())


async def open_desk(path: Path, clock: Clock | None = None, founder: str | None = None) -> Desk:
    """Opens a store that exists. ``founder`` is the login of a new store's first administrator.

    Without ``clock``, a DEMO store goes on from its last event, at the world's pace; others have UTC now.
    Raises StoreUnusable, or BadCall for settings that can't be read.
    """
    directory, rules = load_directory(), load_rules()
    policies = PolicyReader(dict(directory.parents))
    settled: list[tuple[Context, Clock]] = [(Context(directory, rules, Settings(), policies), clock or SystemClock())]
    store = await open_store(path, lambda: settled[0][1].now(), lambda tx: preamble(tx, *settled[0]))
    try:
        realm, last = await store.read(realm_and_last_event)
        loaded = load(path, rules.ids, demo_settings(directory, last.date()) if realm == "demo" else Settings())
        context = Context(directory, rules, loaded.settings, policies)
        now: Clock = ReplayClock(last) if realm == "demo" and clock is None else settled[0][1]
        settled[0] = (context, now)
        if await store.read(lambda handle: needs_setup(handle, context, founder)):
            await store.write(lambda tx: set_up(tx, context, realm, founder))
        while await store.read(backfill.has_unfiled_items):
            await store.write(lambda tx: backfill.file_next_items(tx, context), officer=False)
    except BaseException:
        await store.close()
        raise
    return Desk(store, context, realm, loaded, now)
