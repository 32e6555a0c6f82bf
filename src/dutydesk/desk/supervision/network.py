"""Take a bureau off the network and put it back; its deliveries wait meanwhile.

The rules are checked again when a delivery is leased after the return.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import Delivery
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.measures import BureauOffline, BureauOnline
from dutydesk.domain.review.officers import Right
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, deliveries, measures, notices


def _waiting_words(count: int, *, offline: bool) -> str:
    if offline:
        return marked("{count} delivery waits for it") if count == 1 else marked("{count} deliveries wait for it")
    return marked("{count} delivery goes out now") if count == 1 else marked("{count} deliveries go out now")


def set_offline(
    transaction: Transaction, context: Context, actor: Actor, country: str, *, offline: bool
) -> CommandResult:
    """Mark a bureau off the network or back on it; a repeated call changes nothing.

    Raises NotAllowed, and InvalidRequest for an unknown code.
    """
    context.officer(transaction, actor, Right.NETWORK)
    if context.directory.bureau(country, transaction.at.date()) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(country, transaction.at.date())
        )
    state = "offline" if offline else "online"
    if (bureaus.rows(transaction)[country].offline_since is not None) == offline:
        return CommandResult(country, state, 0, sentence("{country} is already {state}", country=country, state=state))
    bureaus.set_offline(transaction, country, transaction.at if offline else None)
    measures.renew_network(transaction)
    rows = deliveries.unsent_to(transaction, country) if offline else deliveries.waiting_for(transaction, country)
    for row in rows:
        deliveries.save(transaction, row.item, [row], [_set_waiting(row, transaction, waiting=offline)])
    notices.hold_notices(transaction, country, held=offline)
    transaction.emit(
        actor.officer, country, (BureauOffline if offline else BureauOnline)(login=actor.login, deliveries=len(rows))
    )
    words = sentence(_waiting_words(len(rows), offline=offline), count=len(rows))
    return CommandResult(
        country, state, 0, sentence("{country} is {state}; {words}", country=country, state=state, words=words)
    )


def _set_waiting(row: Delivery, transaction: Transaction, *, waiting: bool) -> Delivery:
    return replace(row, state=DeliveryState.QUEUED, waiting=waiting, due_at=transaction.at)
