"""What a change of level does to what the desk has already: in the same transaction, never by a timer.

Tightening stops what has not left; easing releases nothing. What is being sent finishes, and is listed as crossed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.proposal_void import void_proposal
from dutydesk.desk.base.reinstate import reinstate_parent
from dutydesk.desk.base.rows import CountryCounts
from dutydesk.desk.base.suppression import is_any_copy_sent, suppress_unsent
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.delivery.states import OPEN_STATES, DeliveryState, ItemState, PostReview, SuppressionCause
from dutydesk.domain.events.items import ItemBlocked, ItemHeldAgain
from dutydesk.domain.events.reviews import ItemPostReview
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.supervision.measures import Level, measure_words
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items


@dataclass(frozen=True, slots=True)
class AffectedItems:
    """What a change of rules would do to one country's items, by what they are now; ``now`` counts all there are."""

    queued: tuple[Item, ...]
    held: tuple[Item, ...]
    blocked: tuple[Item, ...]
    current_counts: CountryCounts


def current_supervision(item: Item, policy: Policy) -> SenderLevel:
    return policy.level_for(item.sender or "", channel_of(item.type or MessageType.DIFFUSION), item.kind)


def suppression_cause(item: Item, policy: Policy) -> SuppressionCause | None:
    """Why a released item may not go on to be delivered under the rules in force, or ``None``.

    A level ``held`` never stands against a release by review; ``suspended`` stands against everything.
    """
    match current_supervision(item, policy).level:
        case Level.SUSPENDED:
            return SuppressionCause.SUSPENDED
        case Level.HELD if not item.held_before:
            return SuppressionCause.MEASURE
        case Level.HELD | Level.MONITORED | Level.DIRECT:
            return None


def affected_items(handle: Handle, country: str, policy: Policy) -> AffectedItems:
    """Which items a set of rules would move, for a country and its sub-bureaus."""
    bureaus = (country, *(code for code, parent in policy.parents.items() if parent == country))
    unsent = [item for code in bureaus for item in items.unsent_of(handle, code)]
    released = [item for item in unsent if item.state is ItemState.RELEASED]
    opened = [item for code in bureaus for state in OPEN_STATES for item in items.of_sender_in(handle, code, state)]
    blocked = [item for code in bureaus for item in items.of_sender_in(handle, code, ItemState.BLOCKED)]
    return AffectedItems(
        queued=tuple(item for item in released if suppression_cause(item, policy) is not None),
        held=tuple(item for item in opened if current_supervision(item, policy).level is Level.SUSPENDED),
        blocked=tuple(item for item in blocked if current_supervision(item, policy).level is not Level.SUSPENDED),
        current_counts=CountryCounts(len(released), len(opened), len(blocked)),
    )


def counts_after(handle: Handle, affected: AffectedItems, policy: Policy) -> CountryCounts:
    """What would stand where; an item of which something has left already stays released."""
    recalled = [suppression_cause(item, policy) for item in affected.queued if not is_any_copy_sent(handle, item)]
    to_block = recalled.count(SuppressionCause.SUSPENDED)
    return CountryCounts(
        queued=affected.current_counts.queued - len(affected.queued),
        held=affected.current_counts.held - len(affected.held) + len(affected.blocked) + len(recalled) - to_block,
        blocked=affected.current_counts.blocked - len(affected.blocked) + len(affected.held) + to_block,
    )


def enforce(transaction: Transaction, context: Context, country: str, previous_policy: Policy, actor: str) -> None:
    """Applies the rules that are now in force to the country's items. ``before`` are the rules until this commit."""
    policy = context.policy(transaction)
    if policy.epoch == previous_policy.epoch:
        return
    moved = affected_items(transaction, country, policy)
    for item in moved.queued:
        suppress_item(transaction, context, item, policy, actor)
    for item in moved.held:
        _block(transaction, item, policy, actor)
    for item in moved.blocked:
        _hold_blocked(transaction, item, policy, actor)


def suppress_item(transaction: Transaction, context: Context, item: Item, policy: Policy, actor: str) -> None:
    """Stops a released item under the rules in force: back to review or blocked if nothing left, else the rest only."""
    cause = suppression_cause(item, policy)
    if cause is None:
        return
    partly_out = is_any_copy_sent(transaction, item)
    suppress_unsent(transaction, item, cause, actor)
    if partly_out:
        _open_post_review(transaction, context, item, policy, actor)
        return
    left = void_proposal(transaction, item, (_with_current_level(item, policy).causes[0],), actor)
    held_again = replace(
        _with_current_level(left, policy),
        state=ItemState.BLOCKED if cause is SuppressionCause.SUSPENDED else ItemState.HELD,
        cycle=item.cycle + 1,
        decided_by=None,
        post_review=None,
        post_review_due=None,
    )
    items.save(transaction, item, held_again)
    kind = ItemBlocked if held_again.state is ItemState.BLOCKED else ItemHeldAgain
    event = kind(measure=_measure_name(held_again), cycle=held_again.cycle, was=item.state.value)
    transaction.emit(actor, item.name, event)
    parent = reinstate_parent(transaction, held_again, actor)
    if parent is not None and parent.open_deliveries:
        suppress_item(transaction, context, parent, policy, actor)


def _open_post_review(transaction: Transaction, context: Context, item: Item, policy: Policy, actor: str) -> None:
    crossed = [
        row.recipient for row in deliveries.of_item(transaction, item.number) if row.state is DeliveryState.SENDING
    ]
    due = transaction.at + context.settings.post_review_due
    items.save(transaction, item, replace(item, post_review=PostReview.DUE, post_review_due=due))
    transaction.emit(
        actor,
        item.name,
        ItemPostReview(
            state=PostReview.DUE.value, crossed=tuple(crossed), measure=_measure_name(_with_current_level(item, policy))
        ),
    )


def _block(transaction: Transaction, item: Item, policy: Policy, actor: str) -> None:
    left = void_proposal(transaction, item, (_with_current_level(item, policy).causes[0],), actor)
    blocked = replace(_with_current_level(left, policy), state=ItemState.BLOCKED, claim=None)
    items.save(transaction, item, blocked)
    transaction.emit(actor, item.name, ItemBlocked(measure=_measure_name(blocked), was=item.state.value))


def _hold_blocked(transaction: Transaction, item: Item, policy: Policy, actor: str) -> None:
    """An eased suspension puts what was blocked into the review queue, never straight out."""
    held = replace(
        _with_current_level(item, policy),
        state=ItemState.HELD,
        causes=(
            *_with_current_level(item, policy).causes,
            "was blocked before, and is reviewed before anything goes out",
        ),
    )
    items.save(transaction, item, held)
    transaction.emit(actor, item.name, ItemHeldAgain(measure=_measure_name(held), was=item.state.value))


def _with_current_level(item: Item, policy: Policy) -> Item:
    """The item with the level that it now stands under, as its route is explained."""
    supervised = current_supervision(item, policy)
    measure = supervised.measure
    cause = (
        f"{item.sender} is {supervised.level} under {measure_words(measure)}"
        if measure is not None
        else f"{item.sender} is direct: no measure is in force for it"
    )
    return replace(
        item, level=supervised.level, measure=measure.number if measure is not None else None, causes=(cause,)
    )


def _measure_name(item: Item) -> str | None:
    return measure_name(item.measure) if item.measure is not None else None
