"""The quota of the silver pilot as a maintained counter: one place for each item of a sender that may go out."""

from __future__ import annotations

from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction

#: States in which an item gives its place back, because nothing of it was or will be sent.
_STATES_OUTSIDE_QUOTA = frozenset({ItemState.REFUSED, ItemState.WITHDRAWN, ItemState.REJECTED})


def uses_quota(item: Item) -> bool:
    """Whether the item takes a place. A correction of an item that went out uses its parent's."""
    return (
        item.kind is Kind.SILVER and item.type is not MessageType.CORRECTION and item.state not in _STATES_OUTSIDE_QUOTA
    )


def count(transaction: Transaction, before: Item | None, after: Item) -> None:
    """Update the counter; called wherever an item's row is written. A purge changes nothing."""
    if after.state is ItemState.PURGED or after.sender is None:
        return
    change = uses_quota(after) - (before is not None and uses_quota(before))
    if change:
        transaction.add_to_counter(f"silver:{after.sender}", change)


def quota_used(handle: Handle, sender: str) -> int:
    """The places in use, including those that this transaction takes."""
    name = f"silver:{sender}"
    pending = handle.pending_count(name) if isinstance(handle, Transaction) else 0
    return int(handle.value("counter_value", name=name) or 0) + pending
