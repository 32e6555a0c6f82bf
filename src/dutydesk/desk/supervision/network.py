"""Bureaus that leave and rejoin the network: their deliveries wait, and what the rules say is read again on return."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import Delivery
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.measures import BureauOffline, BureauOnline
from dutydesk.domain.review.officers import Right
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, deliveries, measures, notices


def set_offline(
    transaction: Transaction, context: Context, actor: Actor, country: str, *, offline: bool
) -> CommandResult:
    """Raises BadCall for an unknown code; saying it twice changes nothing."""
    context.officer(transaction, actor, Right.NETWORK)
    if context.directory.bureau(country, transaction.at.date()) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(country, transaction.at.date())
        )
    state = "offline" if offline else "online"
    if (bureaus.rows(transaction)[country].offline_since is not None) == offline:
        return CommandResult(country, state, 0, f"{country} was {state} already")
    bureaus.set_offline(transaction, country, transaction.at if offline else None)
    measures.renew_network(transaction)
    rows = deliveries.unsent_to(transaction, country) if offline else deliveries.waiting_for(transaction, country)
    for row in rows:
        deliveries.save(transaction, row.item, [row], [_set_waiting(row, transaction, waiting=offline)])
    notices.hold_notices(transaction, country, held=offline)
    transaction.emit(
        actor.officer, country, (BureauOffline if offline else BureauOnline)(login=actor.login, deliveries=len(rows))
    )
    one = len(rows) == 1
    waiting = f"{'wait' if not one else 'waits'} for it" if offline else f"{'go' if not one else 'goes'} out now"
    words = f"{len(rows)} {'delivery' if one else 'deliveries'} {waiting}"
    return CommandResult(country, state, 0, f"{country} is {state}; {words}")


def _set_waiting(row: Delivery, transaction: Transaction, *, waiting: bool) -> Delivery:
    return replace(row, state=DeliveryState.QUEUED, waiting=waiting, due_at=transaction.at)
