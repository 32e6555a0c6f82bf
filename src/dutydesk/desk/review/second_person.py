"""Confirm or dissent on an item: its decision or recall, or else the one restriction proposed on it."""

from __future__ import annotations

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.desk.review import confirm
from dutydesk.desk.supervision import restriction_proposals, restrictions
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import restriction_name
from dutydesk.domain.errors import Conflict, Obstacle
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, proposals


def confirm_item(
    transaction: Transaction, context: Context, actor: Actor, number: int, expected: str | None = None
) -> CommandResult:
    """Confirm the proposal on an item; ``expected`` is the identity of the proposal that the officer read.

    Raises Conflict where several restrictions are proposed on the item and no decision is; otherwise as
    :func:`confirm.confirm` and :func:`restrictions.confirm`.
    """
    context.officer(transaction, actor, Right.REVIEW)
    restriction = _only_restriction(transaction, number)
    if restriction is not None:
        return restrictions.confirm(transaction, context, actor, restriction)
    return confirm.confirm(transaction, context, actor, number, expected)


def dissent_item(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Dissent from the proposal on an item.

    Raises Conflict where several restrictions are proposed on the item and no decision is; otherwise as
    :func:`confirm.dissent` and :func:`restriction_proposals.dissent`.
    """
    context.officer(transaction, actor, Right.REVIEW)
    restriction = _only_restriction(transaction, number)
    if restriction is not None:
        return restriction_proposals.dissent(transaction, context, actor, restriction, reason)
    return confirm.dissent(transaction, context, actor, number, reason)


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """Void each proposal on the item that can no longer be confirmed."""
    confirm.void_if_stale(transaction, context, number)
    for proposal in restriction_proposals.proposals_on_item(transaction, items.get(transaction, number)):
        restriction_proposals.void_if_stale(transaction, context, proposal.number)


def _only_restriction(handle: Handle, number: int) -> int | None:
    """Return the number of the restriction that is the only proposal on the item, or ``None``.

    Raises Conflict where there are several restrictions and no other proposal.
    """
    if proposals.of_item(handle, number) is not None:
        return None
    item = items.get(handle, number)
    waiting = restriction_proposals.proposals_on_item(handle, item)
    if len(waiting) > 1:
        names = ", ".join(restriction_name(proposal.number) for proposal in waiting)
        raise Conflict(
            ConflictCode.SEVERAL_PROPOSALS,
            sentence("several restrictions are proposed on {name}: name one of {names}", name=item.name, names=names),
            *(Obstacle("restriction", restriction_proposals.describe_proposal(proposal)) for proposal in waiting),
        )
    return waiting[0].number if waiting else None
