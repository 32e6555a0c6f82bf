"""The silver pilot's places as a maintained counter: one for each item of a sender that is not over and done with."""

from __future__ import annotations

from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction

#: States in which an item gives its place back: nothing of it was or will be sent out.
_STATES_OUTSIDE_QUOTA = frozenset({ItemState.REFUSED, ItemState.WITHDRAWN, ItemState.REJECTED})


def uses_quota(item: Item) -> bool:
    """A correction of what went out has its parent's place."""
    return (
        item.kind is Kind.SILVER and item.type is not MessageType.CORRECTION and item.state not in _STATES_OUTSIDE_QUOTA
    )


def count(transaction: Transaction, before: Item | None, after: Item) -> None:
    """Called wherever an item's row is written. A purge gives no place back and takes none."""
    if after.state is ItemState.PURGED or after.sender is None:
        return
    change = uses_quota(after) - (before is not None and uses_quota(before))
    if change:
        transaction.add_to_counter(f"silver:{after.sender}", change)


def quota_used(handle: Handle, sender: str) -> int:
    """Those that this transaction takes counted in: several messages may share one."""
    name = f"silver:{sender}"
    pending = handle.pending_count(name) if isinstance(handle, Transaction) else 0
    return int(handle.value("counter_value", name=name) or 0) + pending
