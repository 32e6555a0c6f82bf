"""Deliveries, one row per recipient, and the desk's own notices to bureaus."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dutydesk.domain.errors import NotFound
from dutydesk.domain.events import Json
from dutydesk.domain.items import Delivery, Item, item_name
from dutydesk.domain.states import DeliveryState, Notice, SuppressionCause
from dutydesk.store import network
from dutydesk.store.handle import Handle, from_us, maybe_from_us, maybe_us, to_us
from dutydesk.store.transaction import Transaction, canonical

#: The due time of an item whose open deliveries are all in the dispatcher's hands.
NEVER = 2**62

_OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.SENDING})


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A line of the desk's own to one bureau, about an item of ``sender``; ``data`` is JSON text.

    ``item`` is ``None`` for a hit on a record that came from no item.
    """

    id: int
    item: int | None
    recipient: str
    notice: Notice
    version: int
    cycle: int
    data: str
    state: DeliveryState
    attempts: int
    sender: str | None
    held_before: bool

    @property
    def name(self) -> str:
        """The item's, or the hit's."""
        return item_name(self.item) if self.item is not None else str(as_json(self.data)["hit"])

    @property
    def disseminated_by(self) -> str:
        """What the desk tells the sender itself is the desk's own word; the rest goes as its item went."""
        own = self.held_before or self.item is None or self.recipient == self.sender
        return "general_secretariat" if own else "sender"

    @property
    def key(self) -> str:
        return f"{self.name}/{self.version}.{self.cycle}/{self.recipient}/{self.notice}.{self.id}"


def _is_open(delivery: Delivery) -> bool:
    return delivery.state in _OPEN and not delivery.waiting


def _delivery(handle: Handle, row: sqlite3.Row) -> Delivery:
    return Delivery(
        item=row["item"],
        recipient=network.code_of(handle, row["recipient"]),
        version=row["version"],
        cycle=row["cycle"],
        state=DeliveryState(row["state"]),
        cause=SuppressionCause(row["cause"]) if row["cause"] else None,
        waiting=bool(row["waiting"]),
        attempts=row["attempts"],
        due_at=maybe_from_us(row["due_at"]),
        error=row["error"],
    )


def of_item(handle: Handle, number: int) -> list[Delivery]:
    """In the order of the recipients' codes."""
    rows = [_delivery(handle, row) for row in handle.all("delivery_of_item", item=number)]
    return sorted(rows, key=lambda delivery: delivery.recipient)


def of_recipient(handle: Handle, number: int, recipient: str) -> Delivery | None:
    bureau = network.find_id(handle, recipient)
    row = None if bureau is None else handle.one("delivery_one", item=number, recipient=bureau)
    return None if row is None else _delivery(handle, row)


def get(handle: Handle, number: int, recipient: str) -> Delivery:
    """Raises NotFound."""
    delivery = of_recipient(handle, number, recipient)
    if delivery is None:
        raise NotFound(f"{item_name(number)} has no delivery to {recipient}")
    return delivery


def waiting_for(handle: Handle, recipient: str) -> list[Delivery]:
    bureau = network.id_of(handle, recipient)
    return [_delivery(handle, row) for row in handle.all("delivery_waiting_for", recipient=bureau)]


def unsent_to(handle: Handle, recipient: str) -> list[Delivery]:
    """What is queued or backing off for one bureau."""
    bureau = network.id_of(handle, recipient)
    return [_delivery(handle, row) for row in handle.all("delivery_unsent_to", recipient=bureau)]


def sending(handle: Handle) -> list[Delivery]:
    """What a dispatcher had in its hands."""
    return [_delivery(handle, row) for row in handle.all("delivery_sending")]


def dead(handle: Handle, most: int) -> list[Delivery]:
    return [_delivery(handle, row) for row in handle.all("delivery_dead", most=most)]


def put(transaction: Transaction, number: int, rows: Iterable[Delivery], replaced: Iterable[Delivery] = ()) -> None:
    """Writes an item's deliveries, in place of ``replaced`` ones of an earlier cycle to the same recipients."""
    rows = list(rows)
    transaction.run_many(
        "delivery_put",
        [
            {
                "item": number,
                "recipient": network.id_of(transaction, row.recipient),
                "version": row.version,
                "cycle": row.cycle,
                "state": row.state.value,
                "cause": row.cause.value if row.cause else None,
                "waiting": int(row.waiting),
                "due_at": maybe_us(row.due_at),
            }
            for row in rows
        ],
    )
    written = {row.recipient for row in rows}
    _account(transaction, number, [row for row in replaced if row.recipient in written], rows)


def change(transaction: Transaction, number: int, before: Iterable[Delivery], after: Iterable[Delivery]) -> None:
    """Writes changed deliveries of one item; ``before`` are the same rows as they were."""
    before, after = list(before), list(after)
    transaction.run_many(
        "delivery_set",
        [
            {
                "item": number,
                "recipient": network.id_of(transaction, row.recipient),
                "state": row.state.value,
                "cause": row.cause.value if row.cause else None,
                "waiting": int(row.waiting),
                "attempts": row.attempts,
                "due_at": maybe_us(row.due_at),
                "error": row.error,
            }
            for row in after
        ],
    )
    _account(transaction, number, before, after)


def _account(transaction: Transaction, number: int, before: list[Delivery], after: list[Delivery]) -> None:
    """Keeps the item's open counters, its next due time and the desk's figures in step with the rows."""
    moved: Counter[str] = Counter()
    for rows, sign in ((before, -1), (after, 1)):
        for row in rows:
            moved[f"delivery:{row.state}"] += sign
            if row.cause is not None:
                moved[f"suppressed:{row.cause}"] += sign
            if row.waiting:
                moved["waiting"] += sign
    for name, by in moved.items():
        if by:
            transaction.count(name, by)
    opened = sum(map(_is_open, after)) - sum(map(_is_open, before))
    waiting = sum(row.waiting for row in after) - sum(row.waiting for row in before)
    if before or any(_is_open(row) or row.waiting for row in after):
        transaction.run("item_add_open", number=number, opened=opened, waiting=waiting)


def add_notice(transaction: Transaction, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json]) -> None:
    """Queues a line of the desk's own to one bureau, due at once."""
    transaction.run(
        "notice_add",
        item=item.number,
        recipient=network.id_of(transaction, recipient),
        notice=notice.value,
        version=item.version,
        cycle=item.cycle,
        data=canonical(data),
        due_at=transaction.at_us,
    )


def add_hit_notice(transaction: Transaction, recipient: str, data: Mapping[str, Json]) -> None:
    """Tells a source of a hit on a record that came from no item; ``data`` names the hit."""
    transaction.run(
        "notice_add",
        item=None,
        recipient=network.id_of(transaction, recipient),
        notice=Notice.HIT.value,
        version=1,
        cycle=1,
        data=canonical(data),
        due_at=transaction.at_us,
    )


def holders_of(handle: Handle, sender: str, item: Item | None) -> list[str]:
    """Who holds a copy of one of the sender's items, or of that one."""
    rows = handle.all("delivery_holders", sender=sender, item=item.number if item else None)
    return sorted(network.code_of(handle, row["recipient"]) for row in rows)


def withdraw_access(
    transaction: Transaction, sender: str, item: Item | None, recipient: str, data: Mapping[str, Json]
) -> int:
    """Queues a notice for each copy that the recipient holds and was not told of yet; returns how many."""
    return transaction.run(
        "notice_withdraw_access",
        sender=sender,
        item=item.number if item else None,
        recipient=network.id_of(transaction, recipient),
        data=canonical(data),
        due_at=transaction.at_us,
    )


def _notice(handle: Handle, row: sqlite3.Row) -> StoredNotice:
    return StoredNotice(
        row["id"],
        row["item"],
        network.code_of(handle, row["recipient"]),
        Notice(row["notice"]),
        row["version"],
        row["cycle"],
        row["data"],
        DeliveryState(row["state"]),
        row["attempts"],
        row["sender"],
        bool(row["held_before"]),
    )


def due_notices(handle: Handle, most: int) -> list[StoredNotice]:
    return [_notice(handle, row) for row in handle.all("notice_due", now=to_us(handle.at), most=most)]


def sending_notices(handle: Handle) -> list[StoredNotice]:
    return [_notice(handle, row) for row in handle.all("notice_sending")]


def notices_of(handle: Handle, number: int) -> list[StoredNotice]:
    return [_notice(handle, row) for row in handle.all("notice_of_item", item=number)]


def access_notices(handle: Handle, number: int) -> list[StoredNotice]:
    """Those that tell a recipient of the item that its access is withdrawn, oldest first."""
    return [notice for notice in notices_of(handle, number) if notice.notice is Notice.ACCESS_WITHDRAWN]


def confirm_notice(transaction: Transaction, notice: StoredNotice) -> None:
    """Its recipient has confirmed it; what a hand-over reports later does not undo that."""
    transaction.run("notice_confirm", id=notice.id)


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """``due_at`` is ``None`` while it is in the dispatcher's hands, or its bureau is off the network."""

    id: int
    state: DeliveryState
    attempts: int
    due_at: datetime | None
    error: str | None = None


def change_notices(transaction: Transaction, changes: Iterable[NoticeChange]) -> None:
    transaction.run_many(
        "notice_set",
        [
            {
                "id": change.id,
                "state": change.state.value,
                "attempts": change.attempts,
                "due_at": NEVER if change.due_at is None else to_us(change.due_at),
                "error": change.error,
            }
            for change in changes
        ],
    )


def hold_notices(transaction: Transaction, recipient: str, *, held: bool) -> None:
    """Keeps the desk's own lines for a bureau that is off the network, and lets them go when it is back."""
    due_at = NEVER if held else transaction.at_us
    transaction.run("notice_hold", recipient=network.id_of(transaction, recipient), due_at=due_at)


def not_later(transaction: Transaction, latest: datetime, most: int) -> None:
    """Brings forward what is due later than any wait can last: it was timed by a clock that ran ahead."""
    for row in transaction.all("item_due_beyond", latest=to_us(latest), most=most):
        before = [one for one in of_item(transaction, row["number"]) if one.due_at is not None and one.due_at > latest]
        change(transaction, row["number"], before, [replace(one, due_at=latest) for one in before])
    transaction.run("notice_not_later", latest=to_us(latest))


def next_due(handle: Handle) -> datetime | None:
    """When the next delivery or notice may be handed over; ``None`` when nothing is open."""
    times = [handle.value("item_next_due"), handle.value("notice_next_due")]
    open_times = [at for at in times if at is not None]
    return from_us(min(open_times)) if open_times and min(open_times) < NEVER else None


def anything_open(handle: Handle) -> bool:
    """Whether anything is queued, backing off or being sent; rows that wait for an offline bureau don't count."""
    return bool(handle.value("delivery_anything_open", never=NEVER))


def as_json(text: str) -> Mapping[str, Json]:
    data: Mapping[str, Json] = json.loads(text)
    return data
