"""Deliveries: one row for each recipient of an item."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import Delivery, DeliveryGroup, Item, item_name
from dutydesk.domain.delivery.states import DeliveryState, SuppressionCause
from dutydesk.domain.errors import NotFound
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us, optional_to_us, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus
from dutydesk.store.tables.items import OpenCounters

#: The due time of an item whose open deliveries are all leased.
NEVER = 2**62

_OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.SENDING})
_FIRST = (1, 1)
_recipient = attrgetter("recipient")
#: What a row is counted by: its state, why it was suppressed, whether its bureau is off the network.
CountKey = tuple[DeliveryState, SuppressionCause | None, bool]


def _count_key(delivery: Delivery | DeliveryGroup) -> CountKey:
    return delivery.state, delivery.cause, delivery.waiting


def _delivery(row: StoreRow, recipient: str) -> Delivery:
    item, _, version, cycle, state, cause, waiting, attempts, due_at, error = row
    return Delivery(
        item,
        recipient,
        version,
        cycle,
        DeliveryState(state),
        None if cause is None else SuppressionCause(cause),
        bool(waiting),
        attempts,
        None if due_at is None else from_us(due_at),
        error,
    )


def _deliveries(handle: Handle, rows: Sequence[StoreRow]) -> list[Delivery]:
    return list(map(_delivery, rows, bureaus.codes_of(handle, [row[1] for row in rows])))


def of_item(handle: Handle, number: int) -> list[Delivery]:
    """An item's deliveries in the order of the recipients' codes."""
    rows = _deliveries(handle, handle.all("delivery_of_item", item=number))
    return sorted(rows, key=_recipient)


def groups_of_items(handle: Handle, numbers: Sequence[int]) -> dict[int, list[DeliveryGroup]]:
    """The deliveries of several items; those that differ only by recipient form one group."""
    found: dict[int, list[DeliveryGroup]] = {number: [] for number in numbers}
    for row in handle.all("delivery_alike", items=json.dumps(numbers)):
        found[row[0]].append(_group(handle, row))
    return found


def _group(handle: Handle, row: StoreRow) -> DeliveryGroup:
    item, recipients, version, cycle, state, cause, waiting, attempts, due_at, error = row
    return DeliveryGroup(
        item,
        tuple(sorted(bureaus.codes_of(handle, json.loads(recipients)))),
        version,
        cycle,
        DeliveryState(state),
        None if cause is None else SuppressionCause(cause),
        bool(waiting),
        attempts,
        None if due_at is None else from_us(due_at),
        error,
    )


def of_recipient(handle: Handle, number: int, recipient: str) -> Delivery | None:
    bureau = bureaus.find_id(handle, recipient)
    row = None if bureau is None else handle.one("delivery_one", item=number, recipient=bureau)
    return None if row is None else _delivery(row, recipient)


def get(handle: Handle, number: int, recipient: str) -> Delivery:
    """One delivery. Raises NotFound."""
    delivery = of_recipient(handle, number, recipient)
    if delivery is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_DELIVERY,
            sentence("{number} has no delivery to {recipient}", number=item_name(number), recipient=recipient),
        )
    return delivery


def waiting_for(handle: Handle, recipient: str) -> list[Delivery]:
    bureau = bureaus.id_of(handle, recipient)
    return _deliveries(handle, handle.all("delivery_waiting_for", recipient=bureau))


def unsent_to(handle: Handle, recipient: str) -> list[Delivery]:
    """Deliveries to one bureau that are queued or wait for a retry."""
    bureau = bureaus.id_of(handle, recipient)
    return _deliveries(handle, handle.all("delivery_unsent_to", recipient=bureau))


def sending(handle: Handle) -> list[Delivery]:
    """Deliveries that are leased."""
    return _deliveries(handle, handle.all("delivery_sending"))


def dead(handle: Handle, most: int) -> list[Delivery]:
    return _deliveries(handle, handle.all("delivery_dead", most=most))


@value(frozen=True, slots=True)
class NewRows:
    """New rows that differ only by recipient; ``due_at`` is ``None`` if they are leased at once."""

    state: DeliveryState
    cause: SuppressionCause | None
    waiting: bool
    due_at: datetime | None
    recipients: Sequence[str]

    @property
    def attempts(self) -> int:
        return int(self.state is DeliveryState.SENDING)

    @property
    def sort(self) -> CountKey:
        return self.state, self.cause, self.waiting


def initial_counters(fresh: Iterable[NewRows]) -> OpenCounters:
    """The counters of a new item that has these first rows."""
    opened = waiting = 0
    due: list[datetime] = []
    for rows in fresh:
        if rows.waiting:
            waiting += len(rows.recipients)
        elif rows.state in _OPEN:
            opened += len(rows.recipients)
            if rows.due_at is not None:
                due.append(rows.due_at)
    return OpenCounters(opened, waiting, to_us(min(due)) if due else NEVER if opened or waiting else 0)


def add_first(transaction: Transaction, number: int, fresh: Iterable[NewRows]) -> None:
    """Write the first rows of a new item, which was added with their :func:`initial_counters`."""
    for rows in fresh:
        rest = (rows.state, rows.cause, rows.waiting, rows.attempts, rows.due_at)
        _put(transaction, number, _FIRST, rest, rows.recipients, "delivery_add")
        _count(transaction, rows.sort, len(rows.recipients))


def replace_deliveries(
    transaction: Transaction, number: int, rows: Iterable[Delivery], replaced: Iterable[Delivery] = ()
) -> None:
    """Write an item's deliveries, replacing those of an earlier cycle to the same recipients."""
    rows = list(rows)
    fresh = _group_rows(rows)
    for alike in fresh:
        _put(transaction, number, (alike.version, alike.cycle), (*_count_key(alike), 0, alike.due_at), alike.recipients)
    written = {row.recipient for row in rows}
    was = _group_rows(row for row in replaced if row.recipient in written)
    _update_counters(transaction, number, _count_rows(was), _count_rows(fresh))


def _put(
    transaction: Transaction,
    number: int,
    round: tuple[int, int],
    rest: Sequence[Any],
    recipients: Sequence[str],
    query: str = "delivery_put",
) -> None:
    (version, cycle), (state, cause, waiting, attempts, due_at) = round, rest
    transaction.defer(
        query,
        item=number,
        recipients=bureaus.ids_text(transaction, recipients),
        version=version,
        cycle=cycle,
        state=str(state),
        cause=None if cause is None else str(cause),
        waiting=int(waiting),
        attempts=attempts,
        due_at=optional_to_us(due_at),
    )


def count_sending(handle: Handle, numbers: Sequence[int]) -> dict[int, int]:
    """How many deliveries of each item are leased, without the items that were changed or have a waiting delivery."""
    return {row[0]: row[1] for row in handle.all("delivery_all_sending", items=json.dumps(numbers))}


def set_delivered(transaction: Transaction, number: int, rows: int) -> None:
    """Mark all leased deliveries of an item, ``rows`` of them, as delivered."""
    transaction.defer("delivery_arrived", item=number)
    transaction.defer("item_add_open", number=number, opened=-rows, waiting=0)
    transaction.add_to_counter(f"delivery:{DeliveryState.SENDING}", -rows)
    transaction.add_to_counter(f"delivery:{DeliveryState.DELIVERED}", rows)


def save(transaction: Transaction, number: int, before: Iterable[Delivery], after: Iterable[Delivery]) -> None:
    """Write changed deliveries of one item; ``before`` are the same rows as they were."""
    save_groups(transaction, number, _group_rows(before), _group_rows(after))


def _group_rows(rows: Iterable[Delivery]) -> list[DeliveryGroup]:
    alike: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        told = (row.version, row.cycle, *_count_key(row), row.attempts, row.due_at, row.error)
        alike.setdefault((row.item, *told), []).append(row.recipient)
    return [DeliveryGroup(item, tuple(recipients), *told) for (item, *told), recipients in alike.items()]


def save_groups(
    transaction: Transaction, number: int, before: Sequence[DeliveryGroup], after: Sequence[DeliveryGroup]
) -> None:
    """The same for groups: one statement writes a group."""
    for rows in after:
        transaction.defer(
            "delivery_set",
            item=number,
            recipients=bureaus.ids_text(transaction, rows.recipients),
            state=str(rows.state),
            cause=None if rows.cause is None else str(rows.cause),
            waiting=int(rows.waiting),
            attempts=rows.attempts,
            due_at=optional_to_us(rows.due_at),
            error=rows.error,
        )
    _update_counters(transaction, number, _count_rows(before), _count_rows(after))


def renumber(transaction: Transaction, item: Item, recipients: Sequence[str]) -> None:
    """Give the rows the item's present version and cycle, which are part of their keys."""
    transaction.run(
        "delivery_renumber",
        item=item.number,
        recipients=bureaus.ids_text(transaction, recipients),
        version=item.version,
        cycle=item.cycle,
    )


def _count_rows(rows: Iterable[DeliveryGroup]) -> Counter[CountKey]:
    counted: Counter[CountKey] = Counter()
    for alike in rows:
        counted[_count_key(alike)] += len(alike.recipients)
    return counted


def _update_counters(transaction: Transaction, number: int, was: Counter[CountKey], now: Counter[CountKey]) -> None:
    """Keep the item's open counters, its next due time and the desk's counters in step with the rows."""
    _update_figures(transaction, was, now)
    opened, waiting = _opened(now), _waiting(now)
    if was or opened or waiting:
        moved = {"opened": opened - _opened(was), "waiting": waiting - _waiting(was)}
        transaction.defer("item_add_open", number=number, **moved)


def _update_figures(transaction: Transaction, was: Counter[CountKey], now: Counter[CountKey]) -> None:
    """Change the desk's counters."""
    for sort in was | now:
        by = now[sort] - was[sort]
        if by:
            _count(transaction, sort, by)


def _count(transaction: Transaction, sort: CountKey, by: int) -> None:
    state, cause, waiting = sort
    transaction.add_to_counter(f"delivery:{state}", by)
    if cause is not None:
        transaction.add_to_counter(f"suppressed:{cause}", by)
    if waiting:
        transaction.add_to_counter("waiting", by)


def _opened(sorts: Counter[CountKey]) -> int:
    return sum(rows for (state, _, waiting), rows in sorts.items() if state in _OPEN and not waiting)


def _waiting(sorts: Counter[CountKey]) -> int:
    return sum(rows for (_, _, waiting), rows in sorts.items() if waiting)


def holders_of(handle: Handle, sender: str) -> list[str]:
    """The bureaus that hold a copy of one of the sender's items."""
    rows = handle.all("delivery_holders", sender=sender)
    return sorted(bureaus.code_of(handle, row["recipient"]) for row in rows)


def holders_in_family(handle: Handle, root: int) -> list[tuple[int, str]]:
    """Each member's holders, in the order of the members' numbers and then of the codes."""
    rows = handle.all("delivery_family_holders", root=root)
    return sorted((row["item"], bureaus.code_of(handle, row["recipient"])) for row in rows)


def limit_due_times(transaction: Transaction, latest: datetime, most: int) -> None:
    """Bring forward due times later than any wait can be; they come from a clock that ran ahead."""
    for row in transaction.all("item_due_beyond", latest=to_us(latest), most=most):
        before = [one for one in of_item(transaction, row["number"]) if one.due_at is not None and one.due_at > latest]
        save(transaction, row["number"], before, [replace(one, due_at=latest) for one in before])
    transaction.run("notice_not_later", latest=to_us(latest))


def next_due(handle: Handle, recipients: str | None = None) -> datetime | None:
    """When the next delivery or notice is due; ``None`` if nothing is open.

    ``recipients`` are row numbers of bureaus as a JSON array, for what goes to these alone.
    """
    if recipients is None:
        times = [handle.value("item_next_due"), handle.value("notice_next_due")]
    else:
        times = [handle.value("delivery_next_due_to", recipients=recipients)]
    open_times = [at for at in times if at is not None]
    return from_us(min(open_times)) if open_times and min(open_times) < NEVER else None


def is_anything_due(handle: Handle, recipients: str | None = None) -> bool:
    """Whether a lease now would find an item or a notice; ``recipients`` as in :func:`next_due`."""
    if recipients is not None:
        due = next_due(handle, recipients)
        return due is not None and due <= handle.at
    return bool(handle.value("delivery_anything_due", now=to_us(handle.at)))


def is_anything_open(handle: Handle) -> bool:
    """Whether anything is queued, waits for a retry or is leased; rows for an offline bureau don't count."""
    return bool(handle.value("delivery_anything_open", never=NEVER))
