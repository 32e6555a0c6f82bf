"""Notices on what happened to an item while a copy of it was being sent; they are queued once it is delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.letters import letter
from dutydesk.desk.base.suppression import ACCESS_WITHDRAWN_TEXT, Row, suppress_row
from dutydesk.domain.delivery.items import Delivery, Item, item_name
from dutydesk.domain.delivery.states import HOLDING, DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.deliveries import (
    DeliveriesAccessTold,
    DeliveriesAccessWithdrawn,
    DeliveriesRecallSent,
    DeliveriesStopped,
)
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, notices
from dutydesk.store.tables.notices import StoredNotice

ACTOR = "dispatcher"
_RECALL_NOTICES = frozenset({Notice.RECALL, Notice.WITHDRAWAL})


def suppress_if_ended(row: Row, item: Item) -> Row:
    """Suppresses a delivery that failed or was requeued after its item had ended."""
    if item.state is ItemState.RELEASED or row.state is DeliveryState.DELIVERED:
        return row
    cause = SuppressionCause.RECALLED if item.state is ItemState.RECALLED else SuppressionCause.WITHDRAWN
    return suppress_row(row, cause)


def log_stopped(
    transaction: Transaction, item: Item, stopped: Iterable[tuple[str, SuppressionCause | None, bool]]
) -> None:
    """Logs the deliveries that :func:`suppress_if_ended` suppressed: recipient, cause, whether no attempt counts."""
    alike: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for recipient, cause, uncounted in stopped:
        alike[cause.value if cause is not None else "", uncounted].append(recipient)
    for (cause_text, uncounted), recipients in sorted(alike.items()):
        event = DeliveriesStopped(
            recipients=tuple(sorted(recipients)),
            version=item.version,
            cycle=item.cycle,
            cause=cause_text,
            uncounted=uncounted,
        )
        transaction.emit(ACTOR, item.name, event)


def notify_late_holders(transaction: Transaction, context: Context, item: Item, rows: Iterable[Delivery]) -> None:
    """Notifies recipients of a copy that was withdrawn, recalled, put in doubt or denied to them while it was sent."""
    notify_late_recipients(
        transaction, context, item, [row.recipient for row in rows if row.state is DeliveryState.DELIVERED]
    )


def notify_late_recipients(transaction: Transaction, context: Context, item: Item, arrived: list[str]) -> None:
    if not arrived:
        return
    match _state_after_corrections(transaction, item):
        case ItemState.CANCELLED:
            _add_notices(transaction, item, arrived, Notice.WITHDRAWAL, sentence("withdrawn by its sender"))
        case ItemState.RECALLED:
            _add_notices(transaction, item, arrived, Notice.RECALL, sentence("recalled by the General Secretariat"))
        case _ if item.recall_proposed_by is not None:
            _add_notices(
                transaction,
                item,
                arrived,
                Notice.CAVEAT,
                sentence("under examination: do not rely on it until told more"),
            )
        case _:
            pass
    policy = context.policy(transaction)
    scopes = policy.scopes(item.sender or "", item.root, item.restricted_from)
    if scopes.is_empty:
        return
    denied = [recipient for recipient in arrived if scopes.denies(recipient, policy.parents.get(recipient))]
    if denied:
        _add_notices(transaction, item, denied, Notice.ACCESS_WITHDRAWN, ACCESS_WITHDRAWN_TEXT)
        transaction.emit("system", item.name, DeliveriesAccessWithdrawn(recipients=tuple(denied)))


def _state_after_corrections(handle: Handle, item: Item) -> ItemState:
    """The item's state; for a superseded item, that of its correction, where that has ended since."""
    if item.state is not ItemState.SUPERSEDED:
        return item.state
    return items.later_recall_state(handle, item) or item.state


def _add_notices(transaction: Transaction, item: Item, recipients: Iterable[str], notice: Notice, reason: str) -> None:
    for recipient in recipients:
        notices.add_notice(transaction, item, recipient, notice, letter(recipient, {"reason": reason}))


def expect_confirmations(transaction: Transaction, listed: Iterable[StoredNotice]) -> None:
    """Expects the recipients' confirmation of delivered notices of recall, withdrawal or withdrawn access."""
    reached: dict[int, set[str]] = defaultdict(set)
    closed: dict[int, set[str]] = defaultdict(set)
    for notice in listed:
        if notice.item is None:
            continue
        if notice.notice in _RECALL_NOTICES:
            reached[notice.item].add(notice.recipient)
        elif notice.notice is Notice.ACCESS_WITHDRAWN:
            closed[notice.item].add(notice.recipient)
    for number, recipients in closed.items():
        transaction.emit(ACTOR, item_name(number), DeliveriesAccessTold(recipients=tuple(sorted(recipients))))
    for number, recipients in reached.items():
        before = [
            row
            for row in deliveries.of_item(transaction, number)
            if row.recipient in recipients and row.state in HOLDING - {DeliveryState.RECALL_CONFIRMED}
        ]
        if not before:
            continue
        deliveries.save(transaction, number, before, [replace(row, state=DeliveryState.RECALL_SENT) for row in before])
        told = DeliveriesRecallSent(recipients=tuple(row.recipient for row in before))
        transaction.emit(ACTOR, items.get(transaction, number).name, told)
