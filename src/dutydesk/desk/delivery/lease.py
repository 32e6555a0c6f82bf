"""Leasing: takes the deliveries that are due, and applies the rules of this moment to them.

A transport gets each delivery at least once, always with the same key; the record has it exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from dutydesk.desk.base import differences, lease_check
from dutydesk.desk.base.bodies import report_body, report_item_body
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.suppression import suppress_row, suppress_unsent
from dutydesk.desk.delivery import notice_check
from dutydesk.desk.delivery.outbox import notice_kind
from dutydesk.desk.delivery.own_route import EVERY_ROUTE, OwnRoute, RouteLease
from dutydesk.desk.delivery.sealing import Sealing, sealing_of
from dutydesk.desk.supervision.enforcement import suppress_item, suppression_cause
from dutydesk.domain.delivery.audience import Verdict, verdicts
from dutydesk.domain.delivery.bodies import BYTE_FAULTS, CHANGED_WORDS, LoggedBodies
from dutydesk.domain.delivery.items import DeliveryGroup, Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.deliveries import (
    DeliveriesDead,
    DeliveriesRequeued,
    DeliveriesSending,
    DeliveriesSuppressed,
    DeliveriesWaiting,
    DispatchEvent,
)
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.logged_items import LoggedItem
from dutydesk.domain.events.notices import NoticesSending
from dutydesk.domain.events.store import SegmentBegun
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.policy import Policy
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, deliveries, items, log_queries, notices
from dutydesk.store.tables.notices import NoticeChange, StoredNotice, parse_data

DISPATCHER = "dispatcher"
LEASABLE = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
#: Bureaus that can't be reached, each with the reason in words.
UnreachableBureaus = Mapping[str, str]
NONE_UNREACHABLE: UnreachableBureaus = MappingProxyType({})


@value(frozen=True, slots=True)
class LeasedItem:
    """One leased item: its message as received, and the key for each recipient.

    ``as_received`` is the item as intake wrote it, for a direct lease.
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


#: A notice of the desk's own in a batch; its ``data`` is JSON text.
LeasedNotice = StoredNotice


def notice_data(notice: LeasedNotice) -> Mapping[str, Json]:
    """The fields that a notice carries, such as the reason of a recall."""
    return parse_data(notice.data)


@value(frozen=True, slots=True)
class Batch:
    """The result of one lease. ``segment`` rises with every lease of the store, across processes.

    ``sealing`` says how its lines are signed, ``None`` that they are not.
    """

    segment: int
    at: datetime
    leased_items: tuple[LeasedItem, ...]
    notices: tuple[LeasedNotice, ...]
    sealing: Sealing | None = None

    def __bool__(self) -> bool:
        return bool(self.leased_items or self.notices)


@value(frozen=True, slots=True)
class TransportResult:
    """The outcome of a batch by key: ``None`` for delivered, else the error in words.

    ``unreachable_keys`` failed because their bureau can't be reached; the attempt does not count. ``unknown_keys`` were
    sent and not answered: they stay leased until the transport can say what became of them.
    """

    results: dict[str, str | None]
    unreachable_keys: frozenset[str] = frozenset()
    unknown_keys: frozenset[str] = frozenset()

    @property
    def failure_count(self) -> int:
        """How many were not delivered."""
        return len(self.results) - [*self.results.values()].count(None)


def lease(
    transaction: Transaction,
    context: Context,
    limit: int,
    unreachable: UnreachableBureaus = NONE_UNREACHABLE,
    own: OwnRoute = EVERY_ROUTE,
) -> Batch:
    """Leases what is due, or a part of it while an officer waits. Deliveries to ``unreachable`` bureaus are postponed.

    Only deliveries to bureaus of the ``own`` route are leased. Level, restrictions, membership and clearance are read
    again in this transaction.
    """
    policy = context.policy(transaction)
    limit = min(limit, context.limits.delivery.items_per_read) if transaction.brief else limit
    longest = max(context.settings.backoff_most, context.settings.dispatch_delay)
    deliveries.limit_due_times(transaction, transaction.at + longest, limit)
    route, recipients = RouteLease(transaction, own), own.recipients(transaction)
    leased = _lease_items(transaction, context, policy, limit, unreachable, route)
    listed = [] if leased and transaction.must_yield() else notices.due_notices(transaction, limit, recipients)
    listed = notice_check.check_queued(transaction, listed)
    ready = tuple(notice for notice in listed if _is_reachable(notice, policy, unreachable))
    if ready:
        route.say()
    later = transaction.at + context.limits.delivery.unreachable_delay
    _lease_notices(transaction, listed, policy, unreachable, later)
    if not (leased or ready):
        return Batch(0, transaction.at, (), ())
    sealing = sealing_of(transaction, context)
    return Batch(next_segment(transaction), transaction.at, tuple(leased), ready, sealing)


def next_segment(transaction: Transaction) -> int:
    """The number of the next segment of the outbox, above those in the log."""
    logged, row = log_queries.last_segment(transaction), transaction.one("desk_row")
    if row is not None and row["segment"] < logged:
        words = sentence(
            "the store counts {row} segments, the log has begun {logged}; it goes on above those",
            row=row["segment"],
            logged=logged,
        )
        differences.report(transaction, "segment", log_queries.OUTBOX, words)
        transaction.run("desk_raise_segment", segment=logged)
    transaction.run("desk_next_segment")
    row = transaction.one("desk_row")
    segment = row["segment"] if row is not None else 0
    transaction.emit(DISPATCHER, log_queries.OUTBOX, SegmentBegun(segment=segment))
    return segment


def _lease_items(
    transaction: Transaction,
    context: Context,
    policy: Policy,
    limit: int,
    unreachable: UnreachableBureaus,
    route: RouteLease,
) -> list[LeasedItem]:
    leased: list[LeasedItem] = []
    due = items.due(transaction, limit, route.own.recipients(transaction))
    while part := list(islice(due, context.limits.delivery.items_per_read)):
        numbers = [item.number for item in part]
        logged = log_queries.items(transaction, [item.name for item in part])
        rows, received = deliveries.groups_of_items(transaction, numbers), bodies.logged_bodies(transaction, numbers)
        for item in part:
            if leased and transaction.must_yield():
                return leased
            known = KnownState(logged[item.name], rows.get(item.number), received[item.number])
            taken = lease_item(transaction, context, policy, item, known, unreachable, route)
            if taken is not None:
                leased.append(taken)
            else:
                rows = {}  # what stopped one may have stopped others: read the rows of each again
    return leased


@value(frozen=True, slots=True)
class KnownState:
    """What was read of an item ahead of its lease.

    ``logged`` is the item as the log has it, ``rows`` are its deliveries and ``logged_bodies`` its bodies as the log
    has them. ``None`` for the last two: the lease reads them itself.
    """

    logged: LoggedItem | None
    rows: Sequence[DeliveryGroup] | None = None
    logged_bodies: LoggedBodies | None = None


def lease_item(
    transaction: Transaction,
    context: Context,
    policy: Policy,
    item: Item,
    known: KnownState,
    unreachable: UnreachableBureaus = NONE_UNREACHABLE,
    route: RouteLease | None = None,
) -> LeasedItem | None:
    """Leases the deliveries of one item that are due; ``None`` where none may go. ``route`` is all, if not given."""
    route = route or RouteLease(transaction)
    logged, rows, logged_bodies = known.logged, known.rows, known.logged_bodies
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
        for alike in route.own.rows_of(rows)
        if alike.state in LEASABLE and not alike.waiting and alike.due_at is not None and alike.due_at <= transaction.at
    ]
    if unreachable:
        due = _postpone_unreachable(transaction, context, item, due, unreachable)
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
    taken = _log_outcome(transaction, item, judged, route)
    return build_leased_item(item, raw, taken) if taken else None


def _postpone_unreachable(
    transaction: Transaction,
    context: Context,
    item: Item,
    due: Sequence[DeliveryGroup],
    unreachable: UnreachableBureaus,
) -> list[DeliveryGroup]:
    """The due rows for bureaus that can be reached. The others wait, and no event is logged, because that would be one
    for each round until the bureau is reachable."""
    open_to: list[DeliveryGroup] = []
    later = transaction.at + context.limits.delivery.unreachable_delay
    for alike in due:
        before = [replace(alike, recipients=(code,)) for code in alike.recipients if code in unreachable]
        after = [replace(row, due_at=later, error=unreachable[code]) for row in before for code in row.recipients]
        deliveries.save_groups(transaction, item.number, before, after)
        rest = tuple(code for code in alike.recipients if code not in unreachable)
        if rest:
            open_to.append(replace(alike, recipients=rest))
    return open_to


def resume_deliveries(transaction: Transaction, reachable: UnreachableBureaus) -> None:
    """Makes the deliveries due now that were postponed for these bureaus, with these words."""
    for code, words in reachable.items():
        for row in deliveries.unsent_to(transaction, code):
            if row.error == words and not row.waiting:
                deliveries.save(transaction, row.item, [row], [replace(row, due_at=transaction.at, error=None)])
        notices.expedite_notices(transaction, code, words)


def build_leased_item(
    item: Item, message: bytes, recipients: Sequence[str], as_received: Item | None = None
) -> LeasedItem:
    """Builds a leased item; ``recipients`` are sorted by code."""
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
    """Ends the deliveries of an item that can't be sent as it was received as ``dead``; an officer may retry them."""
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


def _log_outcome(
    transaction: Transaction, item: Item, decided_rows: list[DeliveryGroup], route: RouteLease
) -> list[str]:
    """Logs the deliveries, and returns the recipients to whom the item is sent."""
    sending = sorted_recipients(alike for alike in decided_rows if alike.state is DeliveryState.SENDING)
    if sending:
        route.say()
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
    transaction: Transaction,
    kind: type[DispatchEvent],
    item: Item,
    recipients: list[str],
    errors: Iterable[str] = (),
    *,
    uncounted: bool | None = None,
) -> None:
    """Logs a change of an item's deliveries; ``recipients`` are sorted by code.

    ``uncounted`` says of requeued ones whether their attempt does not count.
    """
    event = kind(recipients=tuple(recipients), version=item.version, cycle=item.cycle, errors=tuple(errors) or ABSENT)
    if uncounted is not None and isinstance(event, DeliveriesRequeued):
        event = replace(event, uncounted=uncounted)
    transaction.emit(DISPATCHER, item.name, event)


def _lease_notices(
    transaction: Transaction,
    listed: list[StoredNotice],
    policy: Policy,
    unreachable: UnreachableBureaus,
    later: datetime,
) -> None:
    """Marks notices as sending; those for an unreachable bureau wait until ``later``."""
    changes = [_notice_change(notice, policy, later, unreachable) for notice in listed]
    if changes:
        notices.change_notices(transaction, changes)
    for notice in listed:
        if _is_reachable(notice, policy, unreachable):
            notices.list_in_log(transaction, NoticesSending, notice)


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
    """The message's JSON on one line; unchanged where it was on one line before."""
    text = message.decode()
    if "\n" in text or "\r" in text:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text
