"""The second person's word on a proposed release, refusal or recall: yes, or no; and the proposer's own taking back."""

from __future__ import annotations

from dutydesk.desk.base.bodies import NOT_RELEASED, report_item, require_sound
from dutydesk.desk.base.context import Actor, ActResult, Context, required, stamp
from dutydesk.desk.base.proposal_void import fall, said, without_proposal
from dutydesk.desk.base.signers import Signing, lost_right, require_second, require_unchanged
from dutydesk.desk.base.suppression import tell_holders
from dutydesk.desk.review.claims import decided, last_acts
from dutydesk.desk.review.propose import look
from dutydesk.desk.review.recall import recalled, seen_of
from dutydesk.desk.review.rulings import Ruling, refuse, release
from dutydesk.domain.delivery.bodies import CHANGED
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import Conflict, Refused
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.review.four_eyes import Proposal, Proposed, differences
from dutydesk.domain.review.officers import Right
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, proposals, remarks


def confirm(
    transaction: Transaction, context: Context, actor: Actor, number: int, expected: str | None = None
) -> ActResult:
    """``expected`` is the identity of the proposal that the officer has read; another one is a Conflict.

    Raises StaleProposal, with the differences, where what the first officer saw is no longer so.

    The caller then voids it by :func:`void_if_stale`, in a transaction of its own: this one is rolled back.
    """
    context.item_to_review(transaction, actor, number)
    item, proposal = _proposed(transaction, number)
    signing = _signing(item, proposal)
    require_second(transaction, context, actor, signing)
    if expected is not None and expected != proposal.identity:
        raise Conflict(
            f"{proposal.officer} proposed to {proposal.what} {item.name} at {stamp(proposal.at)}, "
            "which is not the proposal that you read; look at it again",
            *last_acts(transaction, item),
        )
    require_unchanged(signing, changes(transaction, context, item, proposal))
    if proposal.what is Proposed.RELEASE:
        require_sound(transaction, item, NOT_RELEASED)
    proposals.drop(transaction, number)
    ruling = Ruling(proposal.reason, proposal.code, proposal.articles, proposal.overrides, proposal, proposal.because)
    match proposal.what:
        case Proposed.RELEASE:
            words = release(transaction, context, actor, item, ruling)
        case Proposed.REFUSE:
            words = refuse(transaction, context, actor, item, ruling)
        case Proposed.RECALL:
            words = recalled(transaction, context, actor, item, ruling)
    said(actor.officer, "confirm", "", item, transaction)
    return _answer(transaction, number, words)


def _proposed(handle: Handle, number: int) -> tuple[Item, Proposal]:
    """Raises Conflict, naming the last act, where somebody was first; Refused where nothing was ever proposed."""
    item, proposal = items.get(handle, number), proposals.of_item(handle, number)
    if proposal is not None:
        return item, proposal
    words = f"nothing is proposed on {item.name}, which is {item.state}"
    if item.state is ItemState.HELD and not remarks.reviews_of(handle, number):
        raise Refused(words)
    raise Conflict(words + decided(item), *last_acts(handle, item))


def changes(handle: Handle, context: Context, item: Item, proposal: Proposal) -> tuple[str, ...]:
    """What has changed since the proposal, the proposer's own rights among it; read again at each commit."""
    now = seen_of(item) if proposal.what is Proposed.RECALL else look(handle, context, item)
    lost = lost_right(handle, context, _signing(item, proposal))
    fault = bodies.kept(handle, item).fault if proposal.what is Proposed.RELEASE else None
    changed = (f"its body was {CHANGED}",) if fault is not None else ()
    return (*((lost,) if lost else ()), *changed, *differences(proposal.seen, now))


def _signing(item: Item, proposal: Proposal) -> Signing:
    """An override is a supervisor's; any officer may be its second person."""
    first = Right.OVERRIDE if proposal.overrides else None
    return Signing(item.name, proposal.officer, Right.REVIEW, item.sender, first, item=item)


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """Puts an item whose proposal is void back into review; leaves one whose proposal stands as it is."""
    item, proposal = items.get(transaction, number), proposals.of_item(transaction, number)
    if proposal is None:
        return
    changed = changes(transaction, context, item, proposal)
    if changed:
        report_item(transaction, number)
        items.save(transaction, item, fall(transaction, item, changed, "system"))
        _lift_caveat(transaction, item, proposal)


def dissent(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> ActResult:
    """Another person's no, or the proposer's taking back: held again, and both opinions are kept."""
    context.item_to_review(transaction, actor, number)
    reason = required(reason, "the reason (--reason)")
    item, proposal = _proposed(transaction, number)
    own = proposal.officer == actor.officer
    proposals.drop(transaction, number)
    items.save(transaction, item, without_proposal(item))
    transaction.emit(
        actor.officer,
        EventKind.ITEM_DISSENTED,
        item.name,
        login=actor.login,
        proposer=proposal.officer,
        of=proposal.what.value,
        own=own,
        reason=reason,
        cycle=item.cycle,
    )
    said(actor.officer, "take back" if own else "dissent", reason, item, transaction)
    _lift_caveat(transaction, item, proposal)
    words = (
        f"{actor.officer} takes back the proposal to {proposal.what} {item.name}"
        if own
        else f"the proposal of {proposal.officer} to {proposal.what} {item.name} is turned down; both opinions are kept"
    )
    return _answer(transaction, number, words)


def _lift_caveat(transaction: Transaction, item: Item, proposal: Proposal) -> None:
    if proposal.what is Proposed.RECALL:
        tell_holders(
            transaction, item, Notice.CAVEAT_LIFTED, f"the doubt of {stamp(proposal.at)} is settled: it stands"
        )


def _answer(transaction: Transaction, number: int, words: str) -> ActResult:
    item = items.get(transaction, number)
    return ActResult(item.name, item.state, item.revision, words)
