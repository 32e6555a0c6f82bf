"""Handing over to transports: lease what is due, read the rules again while leasing, take back what was not taken.

Towards a transport a delivery is made at least once, always under the same key; in the record exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType

from dutydesk.desk.base import differences, lease_check
from dutydesk.desk.base.bodies import report, report_item
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.suppression import stop_unsent, suppressed
from dutydesk.desk.delivery import notice_check
from dutydesk.desk.delivery.outbox import notice_kind
from dutydesk.desk.supervision.enforcement import stop, stops
from dutydesk.domain.delivery.audience import Verdict, verdicts
from dutydesk.domain.delivery.bodies import CHANGED, OF_BYTES, LoggedBodies
from dutydesk.domain.delivery.items import Alike, Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.events.logged_items import LoggedItem
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, deliveries, items, log_queries
from dutydesk.store.tables import notices as notices_table
from dutydesk.store.tables.notices import NoticeChange, StoredNotice

DISPATCHER = "dispatcher"
#: Items that a lease reads the rows of together.
ITEMS_AT_ONCE = 16
LEASABLE = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
#: How long what is for a bureau whose way is shut is left alone; a way that is mended meanwhile ends that.
SHUT_FOR = timedelta(seconds=30)
#: Bureaus that can't be reached, by no fault of a delivery's own, each with what stands in the way in words.
Shut = Mapping[str, str]
NOBODY: Shut = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Leased:
    """One item in the dispatcher's hands: the message as received, and the key for each recipient.

    ``as_received`` is the item as intake wrote it, where the same commit has leased it.
    """

    item: int
    name: str
    sender: str
    disseminated_by: str
    notice: Notice
    message: bytes
    notice_number: str | None
    keys: tuple[tuple[str, str], ...]
    as_received: Item | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one lease took. ``segment`` rises with every lease of the store, also across processes."""

    segment: int
    at: datetime
    leased: tuple[Leased, ...]
    notices: tuple[StoredNotice, ...]

    def __bool__(self) -> bool:
        return bool(self.leased or self.notices)


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of a batch, by key: ``None`` for taken, else the error's words.

    ``untried`` are those keys that were not taken because the way to their bureau is shut: that try does not count.
    """

    results: dict[str, str | None]
    untried: frozenset[str] = frozenset()

    @property
    def failed(self) -> int:
        """How many were not taken."""
        return len(self.results) - [*self.results.values()].count(None)


def lease(transaction: Transaction, context: Context, most: int, shut: Shut = NOBODY) -> Batch:
    """Takes what is due, or a part of it while an officer waits. What is for a bureau in ``shut`` is put off.

    Level, restrictions, membership and clearance are read again in this leasing transaction.
    """
    policy = context.policy(transaction)
    most = min(most, ITEMS_AT_ONCE) if transaction.brief else most
    longest = max(context.settings.backoff_most, context.settings.dispatch_delay)
    deliveries.not_later(transaction, transaction.at + longest, most)
    leased = _lease_items(transaction, context, policy, most, shut)
    notices = [] if leased and transaction.pressed() else notices_table.due_notices(transaction, most)
    notices = notice_check.may_go(transaction, notices)
    _mark_notices(transaction, notices, policy, shut)
    ready = tuple(notice for notice in notices if _is_open(notice, policy, shut))
    segment = next_segment(transaction) if leased or ready else 0
    return Batch(segment, transaction.at, tuple(leased), ready)


def next_segment(transaction: Transaction) -> int:
    """The number of the next segment of the outbox, above all that the log has begun."""
    logged, row = log_queries.last_segment(transaction), transaction.one("desk_row")
    if row is not None and row["segment"] < logged:
        words = f"the store counts {row['segment']} segments, the log has begun {logged}; it goes on above those"
        differences.report(transaction, "segment", log_queries.OUTBOX, words)
        transaction.run("desk_raise_segment", segment=logged)
    transaction.run("desk_next_segment")
    row = transaction.one("desk_row")
    segment = row["segment"] if row is not None else 0
    transaction.emit(DISPATCHER, EventKind.SEGMENT_BEGUN, log_queries.OUTBOX, segment=segment)
    return segment


def _lease_items(transaction: Transaction, context: Context, policy: Policy, most: int, shut: Shut) -> list[Leased]:
    leased: list[Leased] = []
    due = items.due(transaction, most)
    while part := list(islice(due, ITEMS_AT_ONCE)):
        numbers = [item.number for item in part]
        logged = log_queries.items(transaction, [item.name for item in part])
        rows, received = deliveries.alike(transaction, numbers), bodies.logged(transaction, numbers)
        for item in part:
            if leased and transaction.pressed():
                return leased
            known = (logged[item.name], rows.get(item.number), received[item.number])
            taken = lease_item(transaction, context, policy, item, *known, shut)
            if taken is not None:
                leased.append(taken)
            else:
                rows = {}  # what stopped one may have stopped others: each of them is read anew
    return leased


def lease_item(
    transaction: Transaction,
    context: Context,
    policy: Policy,
    item: Item,
    logged: LoggedItem | None,
    rows: Sequence[Alike] | None = None,
    received: LoggedBodies | None = None,
    shut: Shut = NOBODY,
) -> Leased | None:
    """One item's part of a lease; ``None`` where nothing of it may go.

    ``logged`` is what the log says of the item, ``rows`` are its deliveries, and ``received`` is what the log says of
    its bodies, if they were read.
    """
    if item.unreadable:
        _give_up(transaction, item, "the store's row of the item can't be read")
        return None
    differing = lease_check.item_difference(item, logged)
    if differing is not None or logged is None:
        lease_check.set_aside(transaction, item, logged, differing or "", "nothing of it is handed over")
        report_item(transaction, item.number)
        return None
    if item.state is not ItemState.RELEASED:
        stop_unsent(transaction, item, SuppressionCause.WITHDRAWN, "system")
        return None
    if stops(item, policy) is not None:
        stop(transaction, context, item, policy, "system")
        return None
    if received is None:
        received = bodies.logged(transaction, [item.number])[item.number]
    raw = bodies.sound_bytes(transaction, item, received)
    if raw is None:
        report_item(transaction, item.number)
        _give_up(transaction, item, f"its body was {CHANGED}")
        return None
    if received.reported in OF_BYTES:
        report(transaction, item, None, received)
    if rows is None:
        rows = deliveries.alike(transaction, [item.number])[item.number]
    due = [
        alike
        for alike in rows
        if alike.state in LEASABLE and not alike.waiting and alike.due_at is not None and alike.due_at <= transaction.at
    ]
    if shut:
        due = _put_off(transaction, item, due, shut)
    checked = lease_check.check_rows(transaction, item, logged, due)
    scopes = policy.scopes(item.sender or "", item.root, item.restricted_from)
    cleared = context.cleared(confidential=item.confidential)
    today, directory = transaction.at.date(), context.directory
    judged = [
        part
        for alike in checked.going
        for part in _judged(alike, verdicts(alike.recipients, scopes, policy, today, directory, cleared), policy)
    ]
    deliveries.change_alike(transaction, item.number, due, [*judged, *checked.aside])
    taken = _record(transaction, item, judged)
    return leased_of(item, raw, taken) if taken else None


def _put_off(transaction: Transaction, item: Item, due: Sequence[Alike], shut: Shut) -> list[Alike]:
    """What of the due rows may go. Those for a bureau whose way is shut wait as they are, and no event says so: the log
    would grow as long as nobody mends it."""
    open_to: list[Alike] = []
    for alike in due:
        before = [replace(alike, recipients=(code,)) for code in alike.recipients if code in shut]
        after = [
            replace(row, due_at=transaction.at + SHUT_FOR, error=shut[code])
            for row in before
            for code in row.recipients
        ]
        deliveries.change_alike(transaction, item.number, before, after)
        rest = tuple(code for code in alike.recipients if code not in shut)
        if rest:
            open_to.append(replace(alike, recipients=rest))
    return open_to


def let_go(transaction: Transaction, mended: Shut) -> None:
    """What was put off for these bureaus is due now. ``mended``: the words that it was put off with."""
    for code, words in mended.items():
        for row in deliveries.unsent_to(transaction, code):
            if row.error == words and not row.waiting:
                deliveries.change(transaction, row.item, [row], [replace(row, due_at=transaction.at, error=None)])
        notices_table.let_go_notices(transaction, code, words)


def leased_of(item: Item, message: bytes, recipients: Sequence[str], as_received: Item | None = None) -> Leased:
    """``recipients`` in the order of their codes."""
    beginning = f"{item.name}/{item.version}.{item.cycle}/"
    return Leased(
        item=item.number,
        name=item.name,
        sender=item.sender or "",
        disseminated_by="general_secretariat" if item.held_before else "sender",
        notice=notice_kind(item.type),
        message=message,
        notice_number=item.notice_number,
        keys=tuple([(recipient, beginning + recipient) for recipient in recipients]),
        as_received=as_received,
    )


def _give_up(transaction: Transaction, item: Item, why: str) -> None:
    """What can't be handed over as it was received ends dead, in front of an officer, and holds nobody else up."""
    rows = [row for row in deliveries.of_item(transaction, item.number) if row.state in LEASABLE]
    deliveries.change(
        transaction, item.number, rows, [replace(row, state=DeliveryState.DEAD, due_at=None, error=why) for row in rows]
    )
    say(transaction, EventKind.DELIVERIES_DEAD, item, [row.recipient for row in rows], errors=[why])


def _judged(rows: Alike, judgements: Iterable[Verdict], policy: Policy) -> Iterator[Alike]:
    parts: dict[tuple[SuppressionCause | None, bool], list[str]] = {}
    for judgement in judgements:
        waits = judgement.cause is None and judgement.recipient in policy.offline
        parts.setdefault((judgement.cause, waits), []).append(judgement.recipient)
    for (cause, waits), recipients in parts.items():
        part = replace(rows, recipients=tuple(recipients))
        if cause is not None:
            yield suppressed(part, cause)
        elif waits:
            yield replace(part, state=DeliveryState.QUEUED, waiting=True)
        else:
            yield replace(part, state=DeliveryState.SENDING, attempts=rows.attempts + 1, due_at=None)


def recipients_of_rows(rows: Iterable[Alike]) -> list[str]:
    """In the order of their codes."""
    return sorted(recipient for alike in rows for recipient in alike.recipients)


def _record(transaction: Transaction, item: Item, judged: list[Alike]) -> list[str]:
    """Returns whom it is being sent to."""
    sending = recipients_of_rows(alike for alike in judged if alike.state is DeliveryState.SENDING)
    if sending:
        say(transaction, EventKind.DELIVERIES_SENDING, item, sending)
    stopped: dict[str, list[Alike]] = {}
    for alike in judged:
        if alike.cause is not None:
            stopped.setdefault(alike.cause.value, []).append(alike)
    if stopped:
        suppress: dict[str, Json] = {cause: recipients_of_rows(rows) for cause, rows in stopped.items()}
        transaction.emit("system", EventKind.DELIVERIES_SUPPRESSED, item.name, suppress=suppress, cycle=item.cycle)
    waiting = recipients_of_rows(alike for alike in judged if alike.waiting)
    if waiting:
        transaction.emit("system", EventKind.DELIVERIES_WAITING, item.name, recipients=waiting)
    return sending


def say(transaction: Transaction, kind: EventKind, item: Item, recipients: list[str], **extra: Json) -> None:
    """What happened to an item's deliveries; ``recipients`` in the order of their codes."""
    said: list[Json] = [*recipients]
    transaction.emit(DISPATCHER, kind, item.name, recipients=said, version=item.version, cycle=item.cycle, **extra)


def _mark_notices(transaction: Transaction, notices: list[StoredNotice], policy: Policy, shut: Shut) -> None:
    changes = [_leased_notice(notice, policy, transaction.at + SHUT_FOR, shut) for notice in notices]
    if changes:
        notices_table.change_notices(transaction, changes)
    for notice in notices:
        if _is_open(notice, policy, shut):
            notices_table.enlist(transaction, EventKind.NOTICES_SENDING, notice)


def _is_open(notice: StoredNotice, policy: Policy, shut: Shut) -> bool:
    return notice.recipient not in policy.offline and notice.recipient not in shut


def _leased_notice(notice: StoredNotice, policy: Policy, later: datetime, shut: Shut) -> NoticeChange:
    if notice.recipient in policy.offline:
        return NoticeChange(notice.id, DeliveryState.QUEUED, notice.attempts, None)
    if notice.recipient in shut:
        return NoticeChange(notice.id, notice.state, notice.attempts, later, shut[notice.recipient])
    return NoticeChange(notice.id, DeliveryState.SENDING, notice.attempts + 1, None)


def compact(message: bytes) -> str:
    """The sender's own object on one line, as it came where it was on one line already."""
    text = message.decode()
    if "\n" in text or "\r" in text:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text
