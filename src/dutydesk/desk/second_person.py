"""The second person's word on an item: on its decision or recall, else on the only restriction proposed for it."""

from __future__ import annotations

from dutydesk.desk import restrict, seconding, widenings
from dutydesk.desk.ground import Act, Answer, Ground
from dutydesk.domain.errors import Conflict, Obstacle
from dutydesk.domain.items import restriction_name
from dutydesk.domain.officers import Right
from dutydesk.store import items, proposals
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction


def confirm_item(
    transaction: Transaction, ground: Ground, act: Act, number: int, expected: str | None = None
) -> Answer:
    """``expected`` is the identity of the proposal that was read.

    Raises Conflict where several restrictions are proposed on the item and nothing else is.
    """
    ground.officer(transaction, act, Right.REVIEW)
    restriction = _restriction(transaction, number)
    if restriction is not None:
        return restrict.confirm(transaction, ground, act, restriction)
    return seconding.confirm(transaction, ground, act, number, expected)


def dissent_item(transaction: Transaction, ground: Ground, act: Act, number: int, reason: str) -> Answer:
    """Raises Conflict where several restrictions are proposed on the item and nothing else is."""
    ground.officer(transaction, act, Right.REVIEW)
    restriction = _restriction(transaction, number)
    if restriction is not None:
        return widenings.dissent(transaction, ground, act, restriction, reason)
    return seconding.dissent(transaction, ground, act, number, reason)


def void_if_stale(transaction: Transaction, ground: Ground, number: int) -> None:
    """Voids whatever is proposed on the item and can no longer be confirmed."""
    seconding.void_if_stale(transaction, ground, number)
    for proposal in widenings.waiting_on_item(transaction, items.get(transaction, number)):
        widenings.void_if_stale(transaction, ground, proposal.number)


def _restriction(handle: Handle, number: int) -> int | None:
    """The number of the restriction that is the only thing proposed on the item."""
    if proposals.of_item(handle, number) is not None:
        return None
    item = items.get(handle, number)
    waiting = widenings.waiting_on_item(handle, item)
    if len(waiting) > 1:
        names = ", ".join(restriction_name(proposal.number) for proposal in waiting)
        raise Conflict(
            f"several restrictions are proposed on {item.name}: name one of {names}",
            *(Obstacle("restriction", widenings.said_of(proposal)) for proposal in waiting),
        )
    return waiting[0].number if waiting else None
