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
from dutydesk.desk.base.bodies import report_body, report_item_body
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.suppression import suppress_row, suppress_unsent
from dutydesk.desk.delivery import notice_check
from dutydesk.desk.delivery.outbox import notice_kind
from dutydesk.desk.supervision.enforcement import suppress_item, suppression_cause
from dutydesk.domain.delivery.audience import Verdict, verdicts
from dutydesk.domain.delivery.bodies import BYTE_FAULTS, CHANGED_WORDS, LoggedBodies
from dutydesk.domain.delivery.items import DeliveryGroup, Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.deliveries import (
    DeliveriesDead,
    DeliveriesSending,
    DeliveriesSuppressed,
    DeliveriesWaiting,
    DispatchEvent,
)
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.logged_items import LoggedItem
from dutydesk.domain.events.notices import NoticesSending
from dutydesk.domain.events.store import SegmentBegun
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, deliveries, items, log_queries
from dutydesk.store.tables import notices as notices_table
from dutydesk.store.tables.notices import NoticeChange, StoredNotice

DISPATCHER = "dispatcher"
#: Items that a lease reads the rows of together.
ITEMS_PER_READ = 16
LEASABLE = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
#: How long what is for a bureau whose way is shut is left alone; a way that is mended meanwhile ends that.
UNREACHABLE_DELAY = timedelta(seconds=30)
#: Bureaus that can't be reached, by no fault of a delivery's own, each with what stands in the way in words.
UnreachableBureaus = Mapping[str, str]
NONE_UNREACHABLE: UnreachableBureaus = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LeasedItem:
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
    leased_items: tuple[LeasedItem, ...]
    notices: tuple[StoredNotice, ...]

    def __bool__(self) -> bool:
        return bool(self.leased_items or self.notices)


@dataclass(frozen=True, slots=True)
class TransportResult:
    """What came of a batch, by key: ``None`` for taken, else the error's words.

    ``untried`` are those keys that were not taken because the way to their bureau is shut: that try does not count.
    """

    results: dict[str, str | None]
    unreachable_keys: frozenset[str] = frozenset()

    @property
    def failure_count(self) -> int:
        """How many were not taken."""
        return len(self.results) - [*self.results.values()].count(None)


def lease(
    transaction: Transaction, context: Context, limit: int, unreachable: UnreachableBureaus = NONE_UNREACHABLE
) -> Batch:
    """Takes what is due, or a part of it while an officer waits. What is for a bureau in ``shut`` is put off.

    Level, restrictions, membership and clearance are read again in this leasing transaction.
    """
    policy = context.policy(transaction)
    limit = min(limit, ITEMS_PER_READ) if transaction.brief else limit
    longest = max(context.settings.backoff_most, context.settings.dispatch_delay)
    deliveries.limit_due_times(transaction, transaction.at + longest, limit)
    leased = _lease_items(transaction, context, policy, limit, unreachable)
    notices = [] if leased and transaction.must_yield() else notices_table.due_notices(transaction, limit)
    notices = notice_check.check_queued(transaction, notices)
    _lease_notices(transaction, notices, policy, unreachable)
    ready = tuple(notice for notice in notices if _is_reachable(notice, policy, unreachable))
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
    transaction.emit(DISPATCHER, log_queries.OUTBOX, SegmentBegun(segment=segment))
    return segment


def _lease_items(
    transaction: Transaction, context: Context, policy: Policy, limit: int, unreachable: UnreachableBureaus
) -> list[LeasedItem]:
    leased: list[LeasedItem] = []
    due = items.due(transaction, limit)
    while part := list(islice(due, ITEMS_PER_READ)):
        numbers = [item.number for item in part]
        logged = log_queries.items(transaction, [item.name for item in part])
        rows, received = deliveries.groups_of_items(transaction, numbers), bodies.logged_bodies(transaction, numbers)
        for item in part:
            if leased and transaction.must_yield():
                return leased
            known = (logged[item.name], rows.get(item.number), received[item.number])
            taken = lease_item(transaction, context, policy, item, *known, unreachable)
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
    rows: Sequence[DeliveryGroup] | None = None,
    logged_bodies: LoggedBodies | None = None,
    unreachable: UnreachableBureaus = NONE_UNREACHABLE,
) -> LeasedItem | None:
    """One item's part of a lease; ``None`` where nothing of it may go.

    ``logged`` is what the log says of the item, ``rows`` are its deliveries, and ``received`` is what the log says of
    its bodies, if they were read.
    """
    if item.unreadable:
        _end_deliveries(transaction, item, "the store's row of the item can't be read")
        return None
    differing = lease_check.item_difference(item, logged)
    if differing is not None or logged is None:
        lease_check.end_deliveries(transaction, item, logged, differing or "", "nothing of it is handed over")
        report_item_body(transaction, item.number)
        return None
    if item.state is not ItemState.RELEASED:
        suppress_unsent(transaction, item, SuppressionCause.WITHDRAWN, "system")
        return None
    if suppression_cause(item, policy) is not None:
        suppress_item(transaction, context, item, policy, "system")
        return None
    if logged_bodies is None:
        logged_bodies = bodies.logged_bodies(transaction, [item.number])[item.number]
    raw = bodies.verified_bytes(transaction, item, logged_bodies)
    if raw is None:
        report_item_body(transaction, item.number)
        _end_deliveries(transaction, item, f"its body was {CHANGED_WORDS}")
        return None
    if logged_bodies.reported in BYTE_FAULTS:
        report_body(transaction, item, None, logged_bodies)
    if rows is None:
        rows = deliveries.groups_of_items(transaction, [item.number])[item.number]
    due = [
        alike
        for alike in rows
        if alike.state in LEASABLE and not alike.waiting and alike.due_at is not None and alike.due_at <= transaction.at
    ]
    if unreachable:
        due = _postpone_unreachable(transaction, item, due, unreachable)
    checked = lease_check.check_rows(transaction, item, logged, due)
    scopes = policy.scopes(item.sender or "", item.root, item.restricted_from)
    cleared = context.cleared_bureaus(confidential=item.confidential)
    today, directory = transaction.at.date(), context.directory
    judged = [
        part
        for alike in checked.approved
        for part in _apply_verdicts(
            alike, verdicts(alike.recipients, scopes, policy, today, directory, cleared), policy
        )
    ]
    deliveries.save_groups(transaction, item.number, due, [*judged, *checked.corrected])
    taken = _log_outcome(transaction, item, judged)
    return build_leased_item(item, raw, taken) if taken else None


def _postpone_unreachable(
    transaction: Transaction, item: Item, due: Sequence[DeliveryGroup], unreachable: UnreachableBureaus
) -> list[DeliveryGroup]:
    """What of the due rows may go. Those for a bureau whose way is shut wait as they are, and no event says so: the log
    would grow as long as nobody mends it."""
    open_to: list[DeliveryGroup] = []
    for alike in due:
        before = [replace(alike, recipients=(code,)) for code in alike.recipients if code in unreachable]
        after = [
            replace(row, due_at=transaction.at + UNREACHABLE_DELAY, error=unreachable[code])
            for row in before
            for code in row.recipients
        ]
        deliveries.save_groups(transaction, item.number, before, after)
        rest = tuple(code for code in alike.recipients if code not in unreachable)
        if rest:
            open_to.append(replace(alike, recipients=rest))
    return open_to


def resume_deliveries(transaction: Transaction, reachable: UnreachableBureaus) -> None:
    """What was put off for these bureaus is due now. ``mended``: the words that it was put off with."""
    for code, words in reachable.items():
        for row in deliveries.unsent_to(transaction, code):
            if row.error == words and not row.waiting:
                deliveries.save(transaction, row.item, [row], [replace(row, due_at=transaction.at, error=None)])
        notices_table.expedite_notices(transaction, code, words)


def build_leased_item(
    item: Item, message: bytes, recipients: Sequence[str], as_received: Item | None = None
) -> LeasedItem:
    """``recipients`` in the order of their codes."""
    beginning = f"{item.name}/{item.version}.{item.cycle}/"
    return LeasedItem(
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


def _end_deliveries(transaction: Transaction, item: Item, reason: str) -> None:
    """What can't be handed over as it was received ends dead, in front of an officer, and holds nobody else up."""
    rows = [row for row in deliveries.of_item(transaction, item.number) if row.state in LEASABLE]
    deliveries.save(
        transaction,
        item.number,
        rows,
        [replace(row, state=DeliveryState.DEAD, due_at=None, error=reason) for row in rows],
    )
    log_deliveries(transaction, DeliveriesDead, item, [row.recipient for row in rows], (reason,))


def _apply_verdicts(rows: DeliveryGroup, audience: Iterable[Verdict], policy: Policy) -> Iterator[DeliveryGroup]:
    parts: dict[tuple[SuppressionCause | None, bool], list[str]] = {}
    for judgement in audience:
        waits = judgement.cause is None and judgement.recipient in policy.offline
        parts.setdefault((judgement.cause, waits), []).append(judgement.recipient)
    for (cause, waits), recipients in parts.items():
        part = replace(rows, recipients=tuple(recipients))
        if cause is not None:
            yield suppress_row(part, cause)
        elif waits:
            yield replace(part, state=DeliveryState.QUEUED, waiting=True)
        else:
            yield replace(part, state=DeliveryState.SENDING, attempts=rows.attempts + 1, due_at=None)


def sorted_recipients(rows: Iterable[DeliveryGroup]) -> list[str]:
    """In the order of their codes."""
    return sorted(recipient for alike in rows for recipient in alike.recipients)


def _log_outcome(transaction: Transaction, item: Item, decided_rows: list[DeliveryGroup]) -> list[str]:
    """Returns whom it is being sent to."""
    sending = sorted_recipients(alike for alike in decided_rows if alike.state is DeliveryState.SENDING)
    if sending:
        log_deliveries(transaction, DeliveriesSending, item, sending)
    stopped: dict[str, list[DeliveryGroup]] = {}
    for alike in decided_rows:
        if alike.cause is not None:
            stopped.setdefault(alike.cause.value, []).append(alike)
    if stopped:
        suppress = {cause: tuple(sorted_recipients(rows)) for cause, rows in stopped.items()}
        transaction.emit("system", item.name, DeliveriesSuppressed(suppress=suppress, cycle=item.cycle))
    waiting = sorted_recipients(alike for alike in decided_rows if alike.waiting)
    if waiting:
        transaction.emit("system", item.name, DeliveriesWaiting(recipients=tuple(waiting)))
    return sending


def log_deliveries(
    transaction: Transaction, kind: type[DispatchEvent], item: Item, recipients: list[str], errors: Iterable[str] = ()
) -> None:
    """Records what happened to an item's deliveries; ``recipients`` are in the order of their codes."""
    event = kind(recipients=tuple(recipients), version=item.version, cycle=item.cycle, errors=tuple(errors) or ABSENT)
    transaction.emit(DISPATCHER, item.name, event)


def _lease_notices(
    transaction: Transaction, notices: list[StoredNotice], policy: Policy, unreachable: UnreachableBureaus
) -> None:
    changes = [_notice_change(notice, policy, transaction.at + UNREACHABLE_DELAY, unreachable) for notice in notices]
    if changes:
        notices_table.change_notices(transaction, changes)
    for notice in notices:
        if _is_reachable(notice, policy, unreachable):
            notices_table.list_in_log(transaction, NoticesSending, notice)


def _is_reachable(notice: StoredNotice, policy: Policy, unreachable: UnreachableBureaus) -> bool:
    return notice.recipient not in policy.offline and notice.recipient not in unreachable


def _notice_change(
    notice: StoredNotice, policy: Policy, later: datetime, unreachable: UnreachableBureaus
) -> NoticeChange:
    if notice.recipient in policy.offline:
        return NoticeChange(notice.id, DeliveryState.QUEUED, notice.attempts, None)
    if notice.recipient in unreachable:
        return NoticeChange(notice.id, notice.state, notice.attempts, later, unreachable[notice.recipient])
    return NoticeChange(notice.id, DeliveryState.SENDING, notice.attempts + 1, None)


def compact_json(message: bytes) -> str:
    """The sender's own object on one line, as it came where it was on one line already."""
    text = message.decode()
    if "\n" in text or "\r" in text:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text
