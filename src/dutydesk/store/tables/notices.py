"""The desk's notices to bureaus: receipts, refusals, questions, recalls, hits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import DeliveryState, Notice
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.logged_notices import NoticeKey, digest_of, subject_of
from dutydesk.domain.events.notices import NoticesConfirmed, NoticesEvent, NoticesQueued, NoticesSending
from dutydesk.domain.frozen import value
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus
from dutydesk.store.tables.deliveries import NEVER

DISPATCHER = "dispatcher"


@value(frozen=True, slots=True)
class StoredNotice:
    """A notice to one bureau, about an item of ``sender``; ``data`` is JSON text.

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
        """The name of the item, or of the hit."""
        return item_name(self.item) if self.item is not None else str(parse_data(self.data)["hit"])

    @property
    def disseminated_by(self) -> str:
        """The desk for a notice to the sender of the item; the item's own dissemination otherwise."""
        own = self.held_before or self.item is None or self.recipient == self.sender
        return "general_secretariat" if own else "sender"

    @property
    def key(self) -> str:
        return f"{self.name}/{self.version}.{self.cycle}/{self.recipient}/{self.notice}.{self.id}"


def add_notice(
    transaction: Transaction,
    item: Item,
    recipient: str,
    notice: Notice,
    data: Mapping[str, Json],
    *,
    sending: bool = False,
) -> StoredNotice:
    """Queue a notice to one bureau, due at once; with ``sending`` it is leased at once."""
    state, text = DeliveryState.SENDING if sending else DeliveryState.QUEUED, canonical_json(data)
    about = (item.number, recipient, notice, item.version, item.cycle)
    added = StoredNotice(_next_notice(transaction), *about, text, state, 0, item.sender, item.held_before)
    _write(transaction, added)
    return added


def _write(transaction: Transaction, added: StoredNotice) -> None:
    """Write the row, and in the log its key with a digest of its words."""
    sending = added.state is DeliveryState.SENDING
    transaction.defer(
        "notice_add",
        id=added.id,
        item=added.item,
        recipient=bureaus.id_of(transaction, added.recipient),
        notice=added.notice.value,
        version=added.version,
        cycle=added.cycle,
        data=added.data,
        state=added.state.value,
        attempts=int(sending),
        due_at=NEVER if sending else transaction.at_us,
    )
    list_in_log(transaction, NoticesSending if sending else NoticesQueued, added, begins=True)


def list_in_log(
    transaction: Transaction,
    kind: type[NoticesEvent],
    notice: StoredNotice,
    *,
    begins: bool = False,
    outcome: str | None = None,
) -> None:
    """List the notice in the one event of that kind that this transaction records for its numbers.

    ``begins``: the log does not know the notice, so a digest of its words is recorded too. ``outcome`` is that of an
    attempt, for a notice that is queued again.
    """
    digest = digest_of(notice.data) if begins else outcome
    transaction.list_notice(DISPATCHER, kind, subject_of(notice.id), notice.key, digest)


def _next_notice(transaction: Transaction) -> int:
    number = transaction.next_notice or int(transaction.value("notice_next"))
    transaction.next_notice = number + 1
    return number


def add_hit_notice(transaction: Transaction, recipient: str, data: Mapping[str, Json]) -> None:
    """Notify a source of a hit on a record that came from no item; ``data`` names the hit."""
    about = (None, recipient, Notice.HIT, 1, 1)
    number, text = _next_notice(transaction), canonical_json(data)
    _write(transaction, StoredNotice(number, *about, text, DeliveryState.QUEUED, 0, None, held_before=False))


def withdraw_access(transaction: Transaction, sender: str, recipient: str, data: Mapping[str, Json]) -> int:
    """Queue a notice for each copy of the sender's items that the recipient holds and was not notified of.

    Returns how many.
    """
    of = bureaus.id_of(transaction, recipient)
    return _withdraw(transaction, transaction.all("notice_access_open", sender=sender, recipient=of), recipient, data)


def withdraw_access_to(transaction: Transaction, item: int, recipient: str, data: Mapping[str, Json]) -> bool:
    """Queue a notice on one copy that the recipient holds; false if it was notified before."""
    of = bureaus.id_of(transaction, recipient)
    copies = transaction.all("notice_access_open_to", item=item, recipient=of)
    return bool(_withdraw(transaction, copies, recipient, data))


def _withdraw(transaction: Transaction, copies: list[StoreRow], recipient: str, data: Mapping[str, Json]) -> int:
    for row in copies:
        about = (row["number"], recipient, Notice.ACCESS_WITHDRAWN, row["version"], row["cycle"])
        rest = (canonical_json(data), DeliveryState.QUEUED, 0, row["sender"], bool(row["held_before"]))
        _write(transaction, StoredNotice(_next_notice(transaction), *about, *rest))
    return len(copies)


def _notice(handle: Handle, row: StoreRow) -> StoredNotice:
    return StoredNotice(
        row["id"],
        row["item"],
        bureaus.code_of(handle, row["recipient"]),
        Notice(row["notice"]),
        row["version"],
        row["cycle"],
        row["data"],
        DeliveryState(row["state"]),
        row["attempts"],
        row["sender"],
        bool(row["held_before"]),
    )


def due_notices(handle: Handle, most: int, recipients: str | None = None) -> list[StoredNotice]:
    """``recipients`` are row numbers of bureaus as a JSON array, for the notices to these alone."""
    at = to_us(handle.at)
    if recipients is None:
        return [_notice(handle, row) for row in handle.all("notice_due", now=at, most=most)]
    rows = handle.all("notice_due_to", now=at, most=most, recipients=recipients)
    return [_notice(handle, row) for row in rows]


def sending_notices(handle: Handle) -> list[StoredNotice]:
    return [_notice(handle, row) for row in handle.all("notice_sending")]


def unfinished_notices(handle: Handle, notices: Sequence[StoredNotice]) -> list[StoredNotice]:
    """Those that are leased, or were confirmed while they were."""
    numbers = json.dumps([notice.id for notice in notices])
    found = {row["id"] for row in handle.all("notice_still_sending", numbers=numbers)}
    return [notice for notice in notices if notice.id in found]


def notices_of(handle: Handle, number: int) -> list[StoredNotice]:
    return [_notice(handle, row) for row in handle.all("notice_of_item", item=number)]


def access_notices(handle: Handle, number: int) -> list[StoredNotice]:
    """Notices that the access to the item is withdrawn, oldest first."""
    return [notice for notice in notices_of(handle, number) if notice.notice is Notice.ACCESS_WITHDRAWN]


def confirm_notice(transaction: Transaction, notice: StoredNotice) -> None:
    """Record that the recipient has confirmed the notice; a later acknowledgement does not undo that."""
    transaction.run("notice_confirm", id=notice.id)
    list_in_log(transaction, NoticesConfirmed, notice)


@value(frozen=True, slots=True)
class NoticeChange:
    """A notice's new state. ``due_at`` is ``None`` while it is leased or its bureau is off the network."""

    id: int
    state: DeliveryState
    attempts: int
    due_at: datetime | None
    error: str | None = None


def change_notices(transaction: Transaction, changes: Iterable[NoticeChange]) -> None:
    for change in changes:
        transaction.defer(
            "notice_set",
            id=change.id,
            state=change.state.value,
            attempts=change.attempts,
            due_at=NEVER if change.due_at is None else to_us(change.due_at),
            error=change.error,
        )


def open_notices(handle: Handle) -> list[StoredNotice]:
    """Notices that were not delivered, including those for bureaus that are off the network."""
    return [_notice(handle, row) for row in handle.all("notice_open")]


def readdress(transaction: Transaction, number: int, key: NoticeKey) -> None:
    """Correct a notice's row by its key in the log; its words and its state stay."""
    transaction.run(
        "notice_readdress",
        id=number,
        item=key.item,
        recipient=bureaus.id_of(transaction, key.recipient),
        notice=key.notice.value,
        version=key.version,
        cycle=key.cycle,
    )


def hold_notices(transaction: Transaction, recipient: str, *, held: bool) -> None:
    """Hold the notices for a bureau that is off the network, or release them when it is back."""
    due_at = NEVER if held else transaction.at_us
    transaction.run("notice_hold", recipient=bureaus.id_of(transaction, recipient), due_at=due_at)


def expedite_notices(transaction: Transaction, recipient: str, error: str) -> None:
    """Make notices due now that were put off for a bureau with these words."""
    bureau = bureaus.id_of(transaction, recipient)
    transaction.run("notice_let_go", recipient=bureau, error=error, due_at=transaction.at_us, never=NEVER)


def parse_data(text: str) -> Mapping[str, Json]:
    data: Mapping[str, Json] = json.loads(text)
    return data
