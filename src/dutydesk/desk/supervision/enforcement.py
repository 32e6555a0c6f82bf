"""Apply a change of level to the items that the desk already has, in the transaction of the change.

A stricter level stops deliveries that have not left. A weaker level releases nothing. A delivery that is being sent
finishes, and the event of the post-review lists it as crossed.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.proposal_void import void_proposal
from dutydesk.desk.base.reinstate import reinstate_parent
from dutydesk.desk.base.rows import CountryCounts
from dutydesk.desk.base.suppression import is_any_copy_sent, suppress_unsent
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.delivery.states import OPEN_STATES, DeliveryState, ItemState, PostReview, SuppressionCause
from dutydesk.domain.events.items import EnforcementFields, ItemBlocked, ItemHeldAgain
from dutydesk.domain.events.reviews import ItemPostReview
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.supervision.measures import Level, measure_words
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items


@value(frozen=True, slots=True)
class AffectedItems:
    """The items of one country that a policy affects, by their present state.

    ``current_counts`` counts all the country's items in these states, affected or not.
    """

    queued: tuple[Item, ...]
    held: tuple[Item, ...]
    blocked: tuple[Item, ...]
    current_counts: CountryCounts


def current_supervision(item: Item, policy: Policy) -> SenderLevel:
    """Return the level, and its measure, that the policy sets for the item's sender, channel and kind."""
    return policy.level_for(item.sender or "", channel_of(item.type or MessageType.DIFFUSION), item.kind)


def suppression_cause(item: Item, policy: Policy) -> SuppressionCause | None:
    """Return why the policy stops the deliveries of a released item, or ``None`` where it does not.

    The level ``held`` does not stop an item that a review released; ``suspended`` stops every item.
    """
    match current_supervision(item, policy).level:
        case Level.SUSPENDED:
            return SuppressionCause.SUSPENDED
        case Level.HELD if not item.held_before:
            return SuppressionCause.MEASURE
        case Level.HELD | Level.MONITORED | Level.DIRECT:
            return None


def affected_items(handle: Handle, country: str, policy: Policy) -> AffectedItems:
    """Find the items of a country and its sub-bureaus whose state the policy would change."""
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
    """Return the country's counts after the policy is enforced.

    An item of which a copy has been sent stays released.
    """
    causes = [suppression_cause(item, policy) for item in affected.queued if not is_any_copy_sent(handle, item)]
    to_block = causes.count(SuppressionCause.SUSPENDED)
    return CountryCounts(
        queued=affected.current_counts.queued - len(affected.queued),
        held=affected.current_counts.held - len(affected.held) + len(affected.blocked) + len(causes) - to_block,
        blocked=affected.current_counts.blocked - len(affected.blocked) + len(affected.held) + to_block,
    )


def enforce(transaction: Transaction, context: Context, country: str, previous_policy: Policy, actor: str) -> None:
    """Apply the policy that is now in force to the country's items.

    ``previous_policy`` is the policy before the change; where its epoch is still the current one, nothing is done.
    """
    policy = context.policy(transaction)
    if policy.epoch == previous_policy.epoch:
        return
    affected = affected_items(transaction, country, policy)
    for item in affected.queued:
        suppress_item(transaction, context, item, policy, actor)
    for item in affected.held:
        _block(transaction, item, policy, actor)
    for item in affected.blocked:
        _hold_blocked(transaction, item, policy, actor)


def suppress_item(transaction: Transaction, context: Context, item: Item, policy: Policy, actor: str) -> None:
    """Suppress the unsent deliveries of a released item if the policy demands it.

    If no copy has been sent, the item is held again, or blocked where its sender is suspended; the item that it had
    superseded is reinstated and treated likewise. If a copy has been sent, the item stays released and a post-review
    is due.
    """
    cause = suppression_cause(item, policy)
    if cause is None:
        return
    partly_sent = is_any_copy_sent(transaction, item)
    suppress_unsent(transaction, item, cause, actor)
    if partly_sent:
        _open_post_review(transaction, context, item, policy, actor)
        return
    unproposed = void_proposal(transaction, item, (_with_current_level(item, policy).causes[0],), actor)
    held_again = replace(
        _with_current_level(unproposed, policy),
        state=ItemState.BLOCKED if cause is SuppressionCause.SUSPENDED else ItemState.HELD,
        cycle=item.cycle + 1,
        decided_by=None,
        post_review=None,
        post_review_due=None,
    )
    items.save(transaction, item, held_again)
    kind = ItemBlocked if held_again.state is ItemState.BLOCKED else ItemHeldAgain
    event = kind(cycle=held_again.cycle, **_enforcement_data(held_again, item))
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
            state=PostReview.DUE.value,
            crossed=tuple(crossed),
            measure=_measure_name(_with_current_level(item, policy)),
            review_due=due.isoformat(),
        ),
    )


def _block(transaction: Transaction, item: Item, policy: Policy, actor: str) -> None:
    unproposed = void_proposal(transaction, item, (_with_current_level(item, policy).causes[0],), actor)
    blocked = replace(_with_current_level(unproposed, policy), state=ItemState.BLOCKED, claim=None)
    items.save(transaction, item, blocked)
    transaction.emit(actor, item.name, ItemBlocked(**_enforcement_data(blocked, item)))


def _hold_blocked(transaction: Transaction, item: Item, policy: Policy, actor: str) -> None:
    """Put a blocked item into the review queue after its suspension is eased; it is not delivered without review."""
    held = replace(
        _with_current_level(item, policy),
        state=ItemState.HELD,
        causes=(
            *_with_current_level(item, policy).causes,
            "was blocked before, and is reviewed before anything goes out",
        ),
    )
    items.save(transaction, item, held)
    transaction.emit(actor, item.name, ItemHeldAgain(**_enforcement_data(held, item)))


def _with_current_level(item: Item, policy: Policy) -> Item:
    """Return the item with its present level, measure and cause, from which its route is explained."""
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


def _enforcement_data(item: Item, before: Item) -> EnforcementFields:
    return {
        "measure": _measure_name(item),
        "was": before.state.value,
        "level": item.level.value if item.level is not None else None,
        "causes": tuple(item.causes),
    }


def _measure_name(item: Item) -> str | None:
    return measure_name(item.measure) if item.measure is not None else None
