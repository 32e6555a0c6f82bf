"""Stopping deliveries that have not left, and telling those who hold a copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from dutydesk.desk import lease_check
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Alike, Delivery, Item
from dutydesk.domain.logged_items import MADE
from dutydesk.domain.policy import Policy
from dutydesk.domain.restrictions import Scopes
from dutydesk.domain.states import HOLDING, NOT_SENT, SENT, DeliveryState, Notice, SuppressionCause
from dutydesk.store import deliveries, log_queries, own_lines
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction

Row = TypeVar("Row", Delivery, Alike)


def suppressed(row: Row, cause: SuppressionCause) -> Row:
    return replace(row, state=DeliveryState.SUPPRESSED, cause=cause, waiting=False, due_at=None)


def stop_unsent(
    transaction: Transaction,
    item: Item,
    cause: SuppressionCause,
    actor: str,
    only: Callable[[Delivery], bool] = lambda _row: True,
) -> list[Delivery]:
    """Suppresses what has not left, with its cause; returns the rows that were stopped."""
    stopped = [row for row in deliveries.of_item(transaction, item.number) if row.state in NOT_SENT and only(row)]
    if stopped:
        deliveries.change(transaction, item.number, stopped, [suppressed(row, cause) for row in stopped])
        recipients: list[Json] = [row.recipient for row in stopped]
        transaction.emit(
            actor, EventKind.DELIVERIES_SUPPRESSED, item.name, suppress={cause.value: recipients}, cycle=item.cycle
        )
    return stopped


def anything_sent(handle: Handle, item: Item) -> bool:
    """Whether any recipient holds a copy, or is being sent one."""
    return any(row.state in SENT for row in deliveries.of_item(handle, item.number))


ACCESS_WORDS = "its owner has withdrawn your access; what you hold is no longer to be used"


def close_copies(
    transaction: Transaction, policy: Policy, scopes: Scopes, sender: str, item: Item | None, actor: str
) -> frozenset[str]:
    """Tells each holder of one of the sender's items, or of that one, whom the scopes deny; returns their codes."""
    told = [
        recipient
        for recipient in deliveries.holders_of(transaction, sender, item)
        if scopes.denied(recipient, policy.parents.get(recipient))
        and own_lines.withdraw_access(transaction, sender, item, recipient, {"reason": ACCESS_WORDS})
    ]
    if told and item is not None:
        recipients: list[Json] = [*told]
        transaction.emit(actor, EventKind.DELIVERIES_ACCESS_WITHDRAWN, item.name, recipients=recipients)
    return frozenset(told)


def tell_holders(transaction: Transaction, item: Item, notice: Notice, reason: str) -> int:
    """Queues a notice to each recipient that holds a copy, and counts them; one being sent is told as it lands."""
    rows = [row.recipient for row in deliveries.of_item(transaction, item.number) if row.state in HOLDING]
    logged = log_queries.item(transaction, item.name)
    holders = sorted(logged.standing_in(MADE)) if logged is not None else rows
    if holders != rows:
        lease_check.report_holders(transaction, item, rows, holders)
    for recipient in holders:
        own_lines.add_notice(transaction, item, recipient, notice, {"reason": reason})
    return len(holders)
