"""Administrators set the route by which a bureau is reached, and so the outbox and the dispatcher for it."""

from __future__ import annotations

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bureau_routes import check_route_name
from dutydesk.domain.errors import Conflict, InvalidRequest
from dutydesk.domain.events.bureau_routes import BureauRouted
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureau_routes, deliveries, notices


def set_route(transaction: Transaction, context: Context, actor: Actor, bureau: str, route: str) -> CommandResult:
    """Give a bureau its route from here on; what is queued for it follows. A repeated call changes nothing.

    Raises NotAllowed, InvalidRequest for an unknown bureau or a name that is none, and Conflict while anything is being
    sent to the bureau: only the outbox that it goes to can say what became of it.
    """
    context.officer(transaction, actor, Right.ROUTES)
    today = transaction.at.date()
    if context.directory.bureau(bureau, today) is None:
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(bureau, today))
    check_route_name(route)
    book = context.bureau_routes.current(transaction)
    if book.route_of(bureau) == route:
        words = sentence("the route of {bureau} is {route} already", bureau=bureau, route=route)
        return CommandResult(bureau, route, 0, words)
    require_nothing_under_way(transaction, bureau)
    event = BureauRouted(login=actor.login, bureau=bureau, route=route)
    bureau_routes.record(transaction, actor.officer, event)
    words = sentence("the route of {bureau} is {route} now", bureau=bureau, route=route)
    return CommandResult(bureau, route, 0, words)


def require_nothing_under_way(handle: Handle, bureau: str) -> None:
    """Raises Conflict while anything is being sent to the bureau: its outbox alone can say what became of it."""
    count = sum(row.recipient == bureau for row in deliveries.sending(handle))
    count += sum(notice.recipient == bureau for notice in notices.sending_notices(handle))
    if count:
        raise Conflict(
            ConflictCode.BEING_SENT,
            sentence(
                "deliveries and notices are being sent to {bureau}: {count}; try again once they are answered, or take "
                "it off the network until then",
                bureau=bureau,
                count=count,
            ),
        )
