"""The online backup, and the act by which a restored copy takes its original's place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.desk.base.rules_log import proof_tables_of
from dutydesk.desk.base.user_files import refuse_special_file
from dutydesk.desk.delivery import lease, notice_check, requeue
from dutydesk.desk.delivery.own_route import OwnRoute, RouteLease
from dutydesk.desk.service.perform import Service
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.errors import DeskError, InvalidRequest, Refused, StoreUnusable
from dutydesk.domain.events.notices import NoticesSending
from dutydesk.domain.events.store import StoreBackedUp, StoreRestored
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.copies import COPY_COUNTER, Progress, VerifiedCopy, read_only_reason
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store_files import LOCK_SUFFIXES, read_copy
from dutydesk.store.tables import items, log, log_queries, notices
from dutydesk.store.tables.notices import NoticeChange

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, Context
    from dutydesk.domain.proof.prover import Proof
    from dutydesk.store.engine.store import Store
    from dutydesk.store.engine.transaction import Transaction


@value(frozen=True, slots=True)
class BackupResult:
    """``policy`` is ``verified``, the first breach, or why it was not looked at; ``unrecorded`` is why not."""

    file: str
    events: int
    head: str
    bytes: int
    chain: str
    policy: str
    unrecorded: str | None = None


async def back_up(store: Store, context: Context, actor: Actor, path: Path, progress: Progress) -> BackupResult:
    """Copies the store while others work on it, and verifies the copy before it gets its name.

    The backup is logged as an event; the backup of a store that can't be written is not logged.
    Raises NotAllowed, InvalidRequest, Refused where the copy can't be written, StoreUnusable where it does not verify.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.BACK_UP))
    _refuse_store_files(path, store.path)
    refuse_special_file(path)
    with suppress(DeskError):  # a store that can't be written is copied as it is
        await store.file_waiting()
    copied = await store.copy_to(path, progress)
    policy = _policy_words(context, copied)
    unrecorded = None
    try:
        await store.write(partial(_record, context=context, actor=actor, copied=copied))
    except StoreUnusable as error:
        unrecorded = error.words
    return BackupResult(copied.file, copied.events, copied.head, copied.bytes, "verified", policy, unrecorded)


def _refuse_store_files(path: Path, store: Path) -> None:
    beside = {f"{store.name}{suffix}" for suffix in ("-wal", "-shm", "-journal", *LOCK_SUFFIXES)} | {"desk.toml"}
    if path.name in beside and path.parent.resolve() == store.parent.resolve():
        raise InvalidRequest(
            InvalidRequestCode.STORE_FILE_NAMED, sentence("{path} belongs to the store; choose another name", path=path)
        )


def _policy_words(context: Context, copied: VerifiedCopy) -> str:
    most = context.limits.batches.proved_events
    if copied.events > most:
        return sentence(
            "not looked at, because it has more than {most:,} events: audit verify --policy does", most=most
        )

    from dutydesk.domain.proof.prover import prove  # on first use: a console opens without it

    def look(handle: Handle) -> Proof:
        return prove(log.walk(handle), proof_tables_of(context))

    proof = read_copy(Path(copied.file), look)
    first = proof.breaches[0] if proof.breaches else None
    return sentence("event {seq}: {words}", seq=first.seq, words=first.words) if first else sentence("verified")


def _record(transaction: Transaction, context: Context, actor: Actor, copied: VerifiedCopy) -> None:
    context.officer(transaction, actor, Right.BACK_UP)
    transaction.emit(
        actor.officer,
        "store",
        StoreBackedUp(login=actor.login, through=copied.events, head=copied.head, bytes=copied.bytes),
    )


@value(frozen=True, slots=True)
class OutboxContents:
    """What an outbox has delivered: its keys after a given segment, and the highest numbers in it."""

    segment: int = 0
    keys: frozenset[str] = frozenset()
    item: int = 0
    notice: int = 0


def latest_segment(handle: Handle) -> int:
    """The number of the latest segment, by the store's counter or by the log, the higher of both."""
    row = handle.one("desk_row")
    return max(0 if row is None else int(row["segment"]), log_queries.last_segment(handle))


def refuse_copy(handle: Handle, newest_segment: int) -> None:
    """Refuses a copy, and a store that is older than its outbox, whose latest segment is ``newest_segment``.

    Raises StoreUnusable.
    """
    words = read_only_reason(handle)
    if words is not None:
        raise StoreUnusable(StoreCode.STORE_IS_COPY, words)
    if newest_segment > latest_segment(handle):
        raise StoreUnusable(
            StoreCode.STORE_BEHIND_OUTBOX,
            sentence(
                "the outbox has segment {newest_segment}, and this store wrote up to {handle}: it is "
                "older than its outbox, or that is another store's; name another --outbox, or if "
                "this is a copy that takes its original's place: dutydesk dispatch --restored",
                newest_segment=newest_segment,
                handle=latest_segment(handle),
            ),
        )


def accept_copy(transaction: Transaction, context: Context, actor: Actor, contents: OutboxContents) -> int:
    """Lets a copy take its original's place. Returns how many deliveries and notices had gone out already.

    What the outbox holds is recorded as delivered, under today's rules, and not sent again. New items, notices and
    segments get numbers above those in the outbox. Raises NotAllowed.
    """
    context.officer(transaction, actor, Right.DISPATCH)
    figures = log.counters(transaction)
    copy_of = figures.get(COPY_COUNTER, 0)
    if not copy_of and contents.segment <= latest_segment(transaction):
        raise Refused(
            RefusedCode.NOT_A_COPY,
            sentence("this store is no copy, and its outbox has nothing that it does not know: leave --restored out"),
        )
    transaction.emit(
        actor.officer,
        "store",
        StoreRestored(
            login=actor.login,
            copy_of=copy_of or None,
            segment=contents.segment,
            gone=len(contents.keys),
            item=contents.item,
            notice=contents.notice,
        ),
    )
    transaction.add_to_counter(COPY_COUNTER, -copy_of)
    for name, highest in (("floor:item", contents.item), ("floor:notice", contents.notice)):
        transaction.add_to_counter(name, max(highest - figures.get(name, 0), 0))
    transaction.run("desk_raise_segment", segment=contents.segment)
    _lease_again(transaction, context, contents.keys)
    return requeue.requeue_leased(transaction, context, contents.keys).count


def _lease_again(transaction: Transaction, context: Context, keys: frozenset[str]) -> None:
    """Leases the items of these keys, as a dispatcher does; the rules suppress what they forbid."""
    policy = context.policy(transaction)
    route = RouteLease(transaction, OwnRoute(book=context.bureau_routes.current(transaction)))
    for number in sorted({number for key in keys if (number := item_number(key.partition("/")[0])) is not None}):
        item = items.find(transaction, number)
        if item is None:
            continue
        known = lease.KnownState(log_queries.item(transaction, item.name))
        lease.lease_item(transaction, context, policy, item, known, route=route)
        out = [
            notice
            for notice in notices.notices_of(transaction, number)
            if notice.key in keys and notice.state in lease.LEASABLE
        ]
        out = notice_check.check_queued(transaction, out)
        if out:
            route.say()
        notices.change_notices(
            transaction, [NoticeChange(each.id, DeliveryState.SENDING, each.attempts + 1, None) for each in out]
        )
        for notice in out:
            notices.list_in_log(transaction, NoticesSending, notice)


@dataclass(frozen=True)
class BackupService(Service):
    """Copies of the store."""

    async def latest_segment(self) -> int:
        """The number of the latest batch that was handed over."""
        return await self.store.read(latest_segment)

    async def refuse_copy(self, newest_segment: int) -> None:
        """Raises StoreUnusable for a copy that no administrator has accepted. ``newest_segment`` is the outbox's."""
        await self.store.read(lambda handle: refuse_copy(handle, newest_segment))

    async def back_up(self, actor: Actor, path: Path, progress: Progress) -> BackupResult:
        """Copies the store while others work on it. Raises as :func:`back_up` does."""
        return await back_up(self.store, self.context, actor, path, progress)

    async def accept_copy(self, actor: Actor, contents: OutboxContents) -> int:
        """Lets a copy take its original's place. Returns how many deliveries and notices had gone out already."""
        return await self.store.write(lambda tx: accept_copy(tx, self.context, actor, contents))
