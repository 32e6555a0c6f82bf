"""Reverse a decision: undo a release before any copy is sent, or reopen a refusal. Retry a dead delivery."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.bodies import require_bytes
from dutydesk.desk.base.context import Actor, CommandResult, Context, require_text
from dutydesk.desk.base.proposal_void import keep_review, void_proposal
from dutydesk.desk.base.reinstate import reinstate_parent
from dutydesk.desk.base.suppression import is_any_copy_sent, suppress_unsent
from dutydesk.desk.examination.recheck import reexamine_others_on_person
from dutydesk.desk.review.claims import last_changes
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, SuppressionCause
from dutydesk.domain.errors import Conflict, NotAllowed, Refused
from dutydesk.domain.events.deliveries import DeliveryRetried
from dutydesk.domain.events.logged_items import DEAD
from dutydesk.domain.events.reviews import ItemReopened, ItemUndone
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, log_queries, remarks


def undo(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Undo an officer's release before any delivery is tried; the item is held again.

    The item that it superseded, if any, is reinstated. Raises Refused where the item was not released by an officer or
    a delivery has been tried, NotAllowed, NotFound.
    """
    item = context.item_to_review(transaction, actor, number)
    if item.state is not ItemState.RELEASED:
        raise Refused(
            RefusedCode.NOT_RELEASED,
            sentence("{name} is {state}; only a release can be undone", name=item.name, state=item.state),
        )
    if not item.held_before:
        raise Refused(
            RefusedCode.RELEASED_BY_ROUTE,
            sentence("{name} was released by its route, not by an officer; recall it instead", name=item.name),
        )
    rows = deliveries.of_item(transaction, number)
    if is_any_copy_sent(transaction, item) or any(row.attempts for row in rows):
        raise Refused(
            RefusedCode.DELIVERY_BEGUN, sentence("{name} is already being delivered; recall it instead", name=item.name)
        )
    suppress_unsent(transaction, item, SuppressionCause.WITHDRAWN, actor.officer)
    unproposed = void_proposal(transaction, item, (f"{actor.officer} undid the release",), actor.officer)
    held = replace(unproposed, state=ItemState.HELD, cycle=item.cycle + 1, decided_by=None)
    items.save(transaction, item, held)
    transaction.emit(actor.officer, item.name, ItemUndone(login=actor.login, cycle=held.cycle, officer=item.decided_by))
    parent = reinstate_parent(transaction, held, actor.officer)
    words = sentence("the release of {name} is undone; it is held again", name=item.name)
    if parent is not None:
        words = sentence(
            "the release of {name} is undone; it is held again, and {parent} is released again",
            name=item.name,
            parent=parent.name,
        )
    return _result(transaction, number, words)


def reopen(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Reopen a refusal on a new ground, as a supervisor who took no part in it; the item is held again.

    Raises Conflict where it was reopened already, Refused, NotAllowed, NotFound, InvalidRequest.
    """
    item = context.item_to_review(transaction, actor, number, Right.REOPEN)
    reason = require_text(reason, sentence("the new ground for reopening it"))
    if item.state is not ItemState.REFUSED:
        if item.cycle > 1:
            raise Conflict(
                ConflictCode.ALREADY_REOPENED,
                sentence("{name} is {state}; it was reopened", name=item.name, state=item.state),
                *last_changes(transaction, item),
            )
        raise Refused(
            RefusedCode.NOT_REFUSED,
            sentence("{name} is {state}; only a refusal can be reopened", name=item.name, state=item.state),
        )
    if actor.officer in _deciders(transaction, item):
        raise NotAllowed(
            NotAllowedCode.OWN_REFUSAL,
            sentence(
                "{officer} took part in the refusal of {name}; another supervisor must reopen it",
                officer=actor.officer,
                name=item.name,
            ),
        )
    reopened = replace(item, state=ItemState.HELD, cycle=item.cycle + 1, decided_by=None)
    items.save(transaction, item, reopened)
    transaction.emit(actor.officer, item.name, ItemReopened(login=actor.login, reason=reason, cycle=reopened.cycle))
    keep_review(actor.officer, "reopen", reason, reopened, transaction)
    reexamine_others_on_person(transaction, context, reopened)
    return _result(
        transaction, number, sentence("{name} is held again, review {cycle}", name=item.name, cycle=reopened.cycle)
    )


def _deciders(handle: Handle, item: Item) -> frozenset[str]:
    """Return the officers who signed the refusal: its proposer and its confirmer, or the one who decided."""
    words = ("refuse", "confirm")
    signed = {
        r.officer for r in remarks.reviews_of(handle, item.number) if r.cycle == item.cycle and r.decision in words
    }
    return frozenset(signed | ({item.decided_by} if item.decided_by else set()))


def retry(transaction: Transaction, context: Context, actor: Actor, number: int, recipient: str) -> CommandResult:
    """Queue a dead delivery again with all its tries; the rules are checked again when it is leased.

    Raises Refused where the delivery is not dead, by its row or by the log; BodyChanged, NotAllowed, NotFound.
    """
    officer = context.officer(transaction, actor, Right.RETRY)
    item = items.get(transaction, number)
    context.refuse_own_country(officer, item.sender)
    row = deliveries.get(transaction, number, recipient)
    if row.state is not DeliveryState.DEAD:
        raise Refused(
            RefusedCode.DELIVERY_NOT_DEAD,
            sentence(
                "the delivery of {name} to {recipient} is {state}; only a dead one can be retried",
                name=item.name,
                recipient=recipient,
                state=row.state,
            ),
        )
    require_bytes(transaction, item, f"it is not delivered to {recipient}")
    logged = log_queries.item(transaction, item.name)
    if logged is None or logged.delivery_status.get(recipient) != DEAD:
        raise Refused(
            RefusedCode.DELIVERY_NOT_DEAD,
            sentence(
                "by the log the delivery of {name} to {recipient} is not dead; it is not retried",
                name=item.name,
                recipient=recipient,
            ),
        )
    queued = replace(row, state=DeliveryState.QUEUED, attempts=0, due_at=transaction.at, error=None)
    deliveries.save(transaction, number, [row], [queued])
    transaction.emit(actor.officer, item.name, DeliveryRetried(login=actor.login, recipient=recipient))
    after = items.get(transaction, number)
    words = sentence("{name} is queued for {recipient} again", name=item.name, recipient=recipient)
    return CommandResult(after.name, queued.state, after.revision, words)


def _result(transaction: Transaction, number: int, words: str) -> CommandResult:
    item = items.get(transaction, number)
    return CommandResult(item.name, item.state, item.revision, words)
