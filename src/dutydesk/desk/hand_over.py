"""Handing over to transports: lease what is due, read the rules again while leasing, mark what was taken.

Towards a transport a delivery is made at least once, always under the same key; in the record exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from dutydesk.desk import landing
from dutydesk.desk.enforce import stop, stops
from dutydesk.desk.ground import Ground
from dutydesk.desk.placing import notice_kind
from dutydesk.desk.stopping import stop_unsent, suppressed
from dutydesk.domain.audience import Verdict, verdicts
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Alike, Delivery, Item
from dutydesk.domain.policy import Policy
from dutydesk.domain.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.store import deliveries, items, own_lines
from dutydesk.store.handle import Handle
from dutydesk.store.own_lines import NoticeChange, StoredNotice
from dutydesk.store.transaction import Transaction

DISPATCHER = "dispatcher"
#: Delivery rows that one piece of work marks, and items that a lease reads the rows of together.
ROWS_AT_ONCE = 100
ITEMS_AT_ONCE = 16
LEASABLE = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})


@dataclass(frozen=True, slots=True)
class Leased:
    """One item in the dispatcher's hands: the message as received, and the key for each recipient."""

    item: int
    name: str
    sender: str
    disseminated_by: str
    notice: Notice
    message: bytes
    notice_number: str | None
    keys: tuple[tuple[str, str], ...]


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
    """What came of a batch, by key: ``None`` for taken, else the error's words."""

    results: dict[str, str | None]


def lease(transaction: Transaction, ground: Ground, most: int) -> Batch:
    """Takes what is due, or a part of it while an officer waits.

    Level, restrictions, membership and clearance are read again in this leasing transaction.
    """
    policy = ground.policy(transaction)
    most = min(most, ITEMS_AT_ONCE) if transaction.brief else most
    longest = max(ground.settings.backoff_most, ground.settings.dispatch_delay)
    deliveries.not_later(transaction, transaction.at + longest, most)
    leased = _lease_items(transaction, ground, policy, most)
    notices = [] if leased and transaction.pressed() else own_lines.due_notices(transaction, most)
    _mark_notices(transaction, notices, policy)
    ready = tuple(notice for notice in notices if notice.recipient not in policy.offline)
    segment = 0
    if leased or ready:
        transaction.run("desk_next_segment")
        row = transaction.one("desk_row")
        segment = row["segment"] if row is not None else 0
    return Batch(segment, transaction.at, tuple(leased), ready)


def _lease_items(transaction: Transaction, ground: Ground, policy: Policy, most: int) -> list[Leased]:
    leased: list[Leased] = []
    due = items.due(transaction, most)
    while part := list(islice(due, ITEMS_AT_ONCE)):
        rows = deliveries.alike(transaction, [item.number for item in part])
        for item in part:
            if leased and transaction.pressed():
                return leased
            taken = lease_item(transaction, ground, policy, item, rows.get(item.number))
            if taken is not None:
                leased.append(taken)
            else:
                rows = {}  # what stopped one may have stopped others: each of them is read anew
    return leased


def lease_item(
    transaction: Transaction, ground: Ground, policy: Policy, item: Item, rows: Sequence[Alike] | None = None
) -> Leased | None:
    """One item's part of a lease; ``None`` where nothing of it may go. ``rows``: its deliveries, if they were read."""
    if item.unreadable:
        _give_up(transaction, item, "the store's row of the item can't be read")
        return None
    if item.state is not ItemState.RELEASED:
        stop_unsent(transaction, item, SuppressionCause.WITHDRAWN, "system")
        return None
    if stops(item, policy) is not None:
        stop(transaction, ground, item, policy, "system")
        return None
    raw = items.sound_bytes(transaction, item.number, item.version)
    if raw is None:
        _give_up(transaction, item, "its bytes are no longer those that were received")
        return None
    if rows is None:
        rows = deliveries.alike(transaction, [item.number])[item.number]
    due = [
        alike
        for alike in rows
        if alike.state in LEASABLE and not alike.waiting and alike.due_at is not None and alike.due_at <= transaction.at
    ]
    scopes = policy.scopes(item.sender or "", item.number, item.restricted_from)
    cleared = ground.cleared(confidential=item.confidential)
    today, directory = transaction.at.date(), ground.directory
    judged = [
        part
        for alike in due
        for part in _judged(alike, verdicts(alike.recipients, scopes, policy, today, directory, cleared), policy)
    ]
    deliveries.change_alike(transaction, item.number, due, judged)
    _record(transaction, item, judged)
    keys = [pair for alike in judged if alike.state is DeliveryState.SENDING for pair in alike.keys]
    if not keys:
        return None
    return Leased(
        item=item.number,
        name=item.name,
        sender=item.sender or "",
        disseminated_by="general_secretariat" if item.held_before else "sender",
        notice=notice_kind(item.type),
        message=raw,
        notice_number=item.notice_number,
        keys=tuple(sorted(keys)),
    )


def _give_up(transaction: Transaction, item: Item, why: str) -> None:
    """What can't be handed over as it was received ends dead, in front of an officer, and holds nobody else up."""
    rows = [row for row in deliveries.of_item(transaction, item.number) if row.state in LEASABLE]
    deliveries.change(
        transaction, item.number, rows, [replace(row, state=DeliveryState.DEAD, due_at=None, error=why) for row in rows]
    )
    transaction.emit(
        DISPATCHER,
        EventKind.DELIVERIES_DEAD,
        item.name,
        recipients=[row.recipient for row in rows],
        version=item.version,
        cycle=item.cycle,
        errors=[why],
    )


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


def _recipients(rows: Iterable[Alike]) -> list[str]:
    return sorted(recipient for alike in rows for recipient in alike.recipients)


def _record(transaction: Transaction, item: Item, judged: list[Alike]) -> None:
    sending = _recipients(alike for alike in judged if alike.state is DeliveryState.SENDING)
    if sending:
        transaction.emit(
            DISPATCHER,
            EventKind.DELIVERIES_SENDING,
            item.name,
            recipients=sending,
            version=item.version,
            cycle=item.cycle,
        )
    stopped: dict[str, list[Alike]] = {}
    for alike in judged:
        if alike.cause is not None:
            stopped.setdefault(alike.cause.value, []).append(alike)
    if stopped:
        suppress: dict[str, Json] = {cause: _recipients(rows) for cause, rows in stopped.items()}
        transaction.emit("system", EventKind.DELIVERIES_SUPPRESSED, item.name, suppress=suppress, cycle=item.cycle)
    waiting = _recipients(alike for alike in judged if alike.waiting)
    if waiting:
        transaction.emit("system", EventKind.DELIVERIES_WAITING, item.name, recipients=waiting)


def _mark_notices(transaction: Transaction, notices: list[StoredNotice], policy: Policy) -> None:
    changes = [
        NoticeChange(notice.id, DeliveryState.QUEUED, notice.attempts, None)
        if notice.recipient in policy.offline
        else NoticeChange(notice.id, DeliveryState.SENDING, notice.attempts + 1, None)
        for notice in notices
    ]
    if changes:
        own_lines.change_notices(transaction, changes)


Jitter = Callable[[], float]


def mark_items(
    transaction: Transaction, ground: Ground, leased: Sequence[Leased], handed: Handed, jitter: Jitter
) -> None:
    """Records what the transport took; what failed backs off and ends ``dead``, in front of an officer.

    What is recorded already stays as it is. ``jitter`` gives numbers from 0 to 1.
    """
    numbers = [each.item for each in leased]
    rows = deliveries.alike(transaction, numbers)
    for each, item in zip(leased, items.several(transaction, numbers), strict=True):
        _mark_item(transaction, ground, each, item, rows[each.item], handed, jitter)


def mark_notices(
    transaction: Transaction, ground: Ground, notices: Sequence[StoredNotice], handed: Handed, jitter: Jitter
) -> None:
    """The same for notices of the desk's own."""
    changes = []
    for notice in notices:
        error = handed.results.get(notice.key)
        attempts = notice.attempts + 1
        state = _after(error, attempts, ground)
        due = transaction.at + backoff(attempts, ground, jitter()) if error else transaction.at
        changes.append(NoticeChange(notice.id, state, attempts, due, error))
    if changes:
        own_lines.change_notices(transaction, changes)
        done = {change.id for change in changes if change.state is DeliveryState.DELIVERED}
        landing.told(transaction, [notice for notice in notices if notice.id in done])


def in_parts(leased: Sequence[Leased]) -> Iterator[tuple[Leased, ...]]:
    """Pieces of a batch that are each marked within milliseconds, so that an officer can come in between."""
    part: list[Leased] = []
    rows = 0
    for each in leased:
        part.append(each)
        rows += len(each.keys)
        if rows >= ROWS_AT_ONCE:
            yield tuple(part)
            part, rows = [], 0
    if part:
        yield tuple(part)


def _mark_item(
    transaction: Transaction,
    ground: Ground,
    leased: Leased,
    item: Item,
    rows: Sequence[Alike],
    handed: Handed,
    jitter: Jitter,
) -> None:
    keys = dict(leased.keys)
    before = [
        replace(alike, recipients=ours)
        for alike in rows
        if alike.state is DeliveryState.SENDING and (ours := tuple(code for code in alike.recipients if code in keys))
    ]
    errors = {code: handed.results.get(key) for code, key in leased.keys}
    after = [
        landing.settled(part, item)
        for alike in before
        for part in _marked(alike, errors, transaction.at, ground, jitter)
    ]
    deliveries.change_alike(transaction, leased.item, before, after)
    for state, kind in (
        (DeliveryState.DELIVERED, EventKind.DELIVERIES_MADE),
        (DeliveryState.FAILED, EventKind.DELIVERIES_FAILED),
        (DeliveryState.DEAD, EventKind.DELIVERIES_DEAD),
    ):
        became = [alike for alike in after if alike.state is state]
        if became:
            said: list[Json] = [*sorted({alike.error for alike in became if alike.error})]
            extra: dict[str, Json] = {"errors": said} if said else {}
            transaction.emit(
                DISPATCHER,
                kind,
                item.name,
                recipients=_recipients(became),
                version=item.version,
                cycle=item.cycle,
                **extra,
            )
    arrived = _recipients(alike for alike in after if alike.state is DeliveryState.DELIVERED)
    landing.tell_arrived(transaction, ground, item, arrived)


def _marked(
    rows: Alike, errors: Mapping[str, str | None], at: datetime, ground: Ground, jitter: Jitter
) -> Iterator[Alike]:
    """Those that were taken together; those that failed one by one, because each waits for a time of its own."""
    taken = tuple(code for code in rows.recipients if errors[code] is None)
    if taken:
        yield replace(rows, recipients=taken, state=_after(None, rows.attempts, ground), due_at=None, error=None)
    for code in rows.recipients:
        error = errors[code]
        if error is not None:
            state = _after(error, rows.attempts, ground)
            due = at + backoff(rows.attempts, ground, jitter()) if state is DeliveryState.FAILED else None
            yield replace(rows, recipients=(code,), state=state, due_at=due, error=error)


def _after(error: str | None, attempts: int, ground: Ground) -> DeliveryState:
    if error is None:
        return DeliveryState.DELIVERED
    return DeliveryState.DEAD if attempts >= ground.settings.delivery_tries else DeliveryState.FAILED


def backoff(attempts: int, ground: Ground, jitter: float) -> timedelta:
    """Doubles from the first wait to the longest; between half and all of it, so that retries don't come in step."""
    settings = ground.settings
    doubled: timedelta = settings.backoff_first * 2 ** min(max(attempts - 1, 0), 20)
    full = min(doubled, settings.backoff_most)
    return full * (0.5 + jitter / 2)


def take_back(transaction: Transaction, ground: Ground, taken: frozenset[str], *, untried: bool = False) -> int:
    """After a take-over: what the last dispatcher had in its hands is queued again, unless the transport has it.

    ``untried``: the transport as a whole was down, and the try does not count.
    """
    off = int(untried)
    rows = deliveries.sending(transaction)
    for number in dict.fromkeys(row.item for row in rows):
        item = items.get(transaction, number)
        before = [row for row in rows if row.item == number]
        after = [landing.settled(_taken_back(row, taken, transaction.at, off), item) for row in before]
        deliveries.change(transaction, number, before, after)
        for state, kind in (
            (DeliveryState.DELIVERED, EventKind.DELIVERIES_MADE),
            (DeliveryState.QUEUED, EventKind.DELIVERIES_REQUEUED),
        ):
            recipients: list[Json] = [row.recipient for row in after if row.state is state]
            if recipients:
                transaction.emit(
                    DISPATCHER, kind, item.name, recipients=recipients, version=item.version, cycle=item.cycle
                )
        landing.landed(transaction, ground, item, after)
    notices = own_lines.sending_notices(transaction)
    own_lines.change_notices(
        transaction,
        [
            NoticeChange(
                notice.id,
                DeliveryState.DELIVERED if notice.key in taken else DeliveryState.QUEUED,
                notice.attempts - (0 if notice.key in taken else off),
                transaction.at,
            )
            for notice in notices
        ],
    )
    landing.told(transaction, [notice for notice in notices if notice.key in taken])
    return len(rows) + len(notices)


def _taken_back(row: Delivery, taken: frozenset[str], at: datetime, off: int) -> Delivery:
    if row.key in taken:
        return replace(row, state=DeliveryState.DELIVERED, due_at=None)
    return replace(row, state=DeliveryState.QUEUED, due_at=at, attempts=row.attempts - off)


def in_hand(handle: Handle) -> frozenset[str]:
    """The keys that were in the last dispatcher's hands."""
    keys = [row.key for row in deliveries.sending(handle)]
    return frozenset((*keys, *(notice.key for notice in own_lines.sending_notices(handle))))


def compact(message: bytes) -> str:
    """The sender's own object on one line, as it came where it was on one line already."""
    text = message.decode()
    if "\n" in text or "\r" in text:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text
