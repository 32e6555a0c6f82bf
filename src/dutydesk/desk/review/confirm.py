"""Confirm a proposed release, refusal or recall, or dissent from it; the proposer dissents to take it back."""

from __future__ import annotations

from dutydesk.desk.base.bodies import NOT_RELEASED, report_item_body, require_sound
from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.proposal_void import keep_review, void_proposal, without_proposal
from dutydesk.desk.base.signers import SignerRequirements, proposer_refusal, require_fit_confirmer, require_unchanged
from dutydesk.desk.base.suppression import notify_holders
from dutydesk.desk.review.claims import decider_words, last_changes
from dutydesk.desk.review.propose import review_basis
from dutydesk.desk.review.recall import apply_recall, recall_basis
from dutydesk.desk.review.rulings import Ruling, refuse, release
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import Conflict, Refused
from dutydesk.domain.events.reviews import ItemDissented
from dutydesk.domain.review.four_eyes import Proposal, ProposedDecision, differences
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, proposals, remarks


def confirm(
    transaction: Transaction, context: Context, actor: Actor, number: int, expected: str | None = None
) -> CommandResult:
    """Confirm the proposal on an item as the second officer, and carry it out.

    ``expected`` is the identity of the proposal that the officer read. Raises Conflict where another one is open or
    none is, Refused, NotAllowed, BodyChanged, and StaleProposal, with the differences, where the basis of the proposal
    has changed. This transaction is then rolled back, and the caller calls :func:`void_if_stale` in a new one.
    """
    context.item_to_review(transaction, actor, number)
    item, proposal = _require_proposal(transaction, number)
    context.live.require_item(transaction, number)
    signing = _signing(item, proposal)
    require_fit_confirmer(transaction, context, actor, signing)
    if expected is not None and expected != proposal.identity:
        raise Conflict(
            ConflictCode.PROPOSAL_REPLACED,
            sentence(
                "{officer} proposed to {what} {name} at {at}, which is not the proposal that you read; read it again",
                officer=proposal.officer,
                what=proposal.what,
                name=item.name,
                at=format_utc(proposal.at),
            ),
            *last_changes(transaction, item),
        )
    require_unchanged(signing, changes_since_proposal(transaction, context, item, proposal))
    if proposal.what is ProposedDecision.RELEASE:
        require_sound(transaction, item, NOT_RELEASED)
    proposals.drop(transaction, number)
    ruling = Ruling(proposal.reason, proposal.code, proposal.articles, proposal.overrides, proposal, proposal.because)
    match proposal.what:
        case ProposedDecision.RELEASE:
            words = release(transaction, context, actor, item, ruling)
        case ProposedDecision.REFUSE:
            words = refuse(transaction, context, actor, item, ruling)
        case ProposedDecision.RECALL:
            words = apply_recall(transaction, context, actor, item, ruling)
    keep_review(actor.officer, "confirm", "", item, transaction)
    return _result(transaction, number, words)


def _require_proposal(handle: Handle, number: int) -> tuple[Item, Proposal]:
    """Return the item and its proposal.

    Raises Conflict, naming the last change, where the proposal has ended; Refused for a held item without a review.
    """
    item, proposal = items.get(handle, number), proposals.of_item(handle, number)
    if proposal is not None:
        return item, proposal
    if item.state is ItemState.HELD and not remarks.reviews_of(handle, number):
        words = sentence("nothing is proposed on {name}, which is held; claim it and decide on it", name=item.name)
        raise Refused(RefusedCode.NOTHING_PROPOSED, words)
    words = sentence("nothing is proposed on {name}, which is {state}", name=item.name, state=item.state)
    raise Conflict(ConflictCode.PROPOSAL_GONE, words + decider_words(item), *last_changes(handle, item))


def changes_since_proposal(handle: Handle, context: Context, item: Item, proposal: Proposal) -> tuple[str, ...]:
    """Return what has changed since the proposal, in sentences, including the proposer's rights; empty if nothing."""
    now = recall_basis(item) if proposal.what is ProposedDecision.RECALL else review_basis(handle, context, item)
    lost = proposer_refusal(handle, context, _signing(item, proposal))
    fault = bodies.verify_body(handle, item).fault if proposal.what is ProposedDecision.RELEASE else None
    body_change = (sentence("its body was {changed_words}", changed_words=CHANGED_WORDS),) if fault is not None else ()
    fixed = sorted(rule for rule in proposal.overrides if not context.rules.may_be_overridden(rule))
    table_change = (sentence("{fixed} may not be overridden any more", fixed=", ".join(fixed)),) if fixed else ()
    return (*((lost,) if lost else ()), *body_change, *table_change, *differences(proposal.seen, now))


def _signing(item: Item, proposal: Proposal) -> SignerRequirements:
    """Return the requirements on both officers. An override is proposed by a supervisor; any officer may confirm it."""
    first = Right.OVERRIDE if proposal.overrides else None
    return SignerRequirements(item.name, proposal.officer, Right.REVIEW, item.sender, first, item=item)


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """Void the item's proposal if its basis has changed; do nothing otherwise.

    An item in state ``proposed`` is held again; after a proposed recall, the holders of copies are notified.
    """
    item, proposal = items.get(transaction, number), proposals.of_item(transaction, number)
    if proposal is None:
        return
    changed = changes_since_proposal(transaction, context, item, proposal)
    if changed:
        report_item_body(transaction, number)
        items.save(transaction, item, void_proposal(transaction, item, changed, "system", alone=True))
        _lift_caveat(transaction, item, proposal)


def dissent(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Turn a proposal down, or take one's own back.

    An item in review is held again, a released one stays released. Both opinions are kept. Raises Conflict, Refused,
    NotAllowed, NotFound, and InvalidRequest without a reason.
    """
    context.item_to_review(transaction, actor, number)
    reason = require_text(reason, sentence("a reason"))
    item, proposal = _require_proposal(transaction, number)
    own = proposal.officer == actor.officer
    proposals.drop(transaction, number)
    items.save(transaction, item, without_proposal(item))
    transaction.emit(
        actor.officer,
        item.name,
        ItemDissented(
            login=actor.login,
            proposer=proposal.officer,
            of=proposal.what.value,
            own=own,
            reason=reason,
            cycle=item.cycle,
        ),
    )
    keep_review(actor.officer, "take back" if own else "dissent", reason, item, transaction)
    _lift_caveat(transaction, item, proposal)
    words = (
        sentence(
            "{officer} withdraws the proposal to {what} {name}",
            officer=actor.officer,
            what=proposal.what,
            name=item.name,
        )
        if own
        else sentence(
            "the proposal of {officer} to {what} {name} is rejected; both opinions are kept",
            officer=proposal.officer,
            what=proposal.what,
            name=item.name,
        )
    )
    return _result(transaction, number, words)


def _lift_caveat(transaction: Transaction, item: Item, proposal: Proposal) -> None:
    if proposal.what is ProposedDecision.RECALL:
        notify_holders(
            transaction,
            item,
            Notice.CAVEAT_LIFTED,
            sentence("the doubt of {at} is settled: it stands", at=format_utc(proposal.at)),
        )


def _result(transaction: Transaction, number: int, words: str) -> CommandResult:
    item = items.get(transaction, number)
    return CommandResult(item.name, item.state, item.revision, words)
