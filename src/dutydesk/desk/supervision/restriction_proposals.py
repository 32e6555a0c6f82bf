"""Propose to widen access on an owner's behalf.

Access to data is widened by two officers, neither of the owner's country nor of one that gains access.
"""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.signers import SignerRequirements, proposer_refusal, require_fit_proposer
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import Item, item_name, restriction_name
from dutydesk.domain.errors import Conflict, Obstacle
from dutydesk.domain.events.restrictions import RestrictionDissented, RestrictionProposed, RestrictionVoid
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.supervision.restrictions import EVERYONE, RestrictionProposal, RestrictionState
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from dutydesk.store.tables import restriction_proposals as proposals


def require_proposer(handle: Handle, context: Context, officer: Officer, owner: str, allow: tuple[str, ...]) -> None:
    """Raise NotAllowed for an officer of the owner's own country, or of one that would gain access."""
    signing = SignerRequirements(
        f"the restrictions of {owner}", officer.name, Right.RESTRICT, owner, beneficiaries=allow
    )
    require_fit_proposer(handle, context, officer, signing)


def propose(
    transaction: Transaction, actor: Actor, owner: str, item: Item | None, allow: tuple[str, ...], before: str
) -> CommandResult:
    """Store a proposal to allow bureaus, which waits for a second officer.

    ``before`` is the text on what the same command has done already; the result's text begins with it. Raises Conflict
    where the same is proposed already.
    """
    number = item.number if item is not None else None
    for other in proposals.waiting(transaction, owner):
        if other.item == number and set(other.allow) == set(allow):
            raise Conflict(
                ConflictCode.ALREADY_PROPOSED,
                sentence(
                    "{number} already proposes the same; confirm it or dissent", number=restriction_name(other.number)
                ),
                _proposal_obstacle(other),
            )
    name = restriction_name(proposals.add(transaction, owner, number, allow, actor.officer))
    subject = owner if item is None else item.name
    transaction.emit(
        actor.officer,
        subject,
        RestrictionProposed(
            login=actor.login,
            restriction=name,
            owner=owner,
            item=item.name if item is not None else None,
            allow=tuple(allow),
        ),
    )
    words = sentence(
        "{before}{name} allows {allow} {owner}; it waits for a second officer to confirm it",
        before=before,
        name=name,
        allow=_recipient_words(allow),
        owner=_scope_words(owner, number),
    )
    return CommandResult(subject, RestrictionState.PROPOSED, item.revision if item is not None else 0, words, name)


def dissent(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Turn a proposal down, or take one's own back; the owner's restrictions do not change.

    Raises NotAllowed, NotFound, and Conflict where the proposal has ended.
    """
    reason = require_text(reason, sentence("a reason"))
    proposal, _item = require_proposal(transaction, context, actor, number)
    officer = context.officer(transaction, actor, Right.RESTRICT)
    context.refuse_own_country(officer, proposal.owner)
    own = proposal.officer == actor.officer
    proposals.end(transaction, proposal, RestrictionState.DISSENTED, actor.officer)
    item = _item_name(proposal)
    event = RestrictionDissented(
        restriction=restriction_name(number),
        owner=proposal.owner,
        item=item,
        login=actor.login,
        proposer=proposal.officer,
        own=own,
        reason=reason,
    )
    transaction.emit(actor.officer, item or proposal.owner, event)
    name = restriction_name(number)
    words = (
        sentence("{officer} withdraws {name}", officer=actor.officer, name=name)
        if own
        else sentence("{name} of {officer} is rejected", name=name, officer=proposal.officer)
    )
    return restriction_result(transaction, number, words)


def changes_since_proposal(handle: Handle, context: Context, proposal: RestrictionProposal) -> tuple[str, ...]:
    """Return why a proposal can no longer be confirmed; empty where it can."""
    lost = proposer_refusal(handle, context, signing_of(proposal))
    return (lost,) if lost is not None else ()


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """End a proposal whose proposer has lost the right to make it; do nothing otherwise."""
    proposal = proposals.get(transaction, number)
    if proposal.state is RestrictionState.PROPOSED and (
        changed := changes_since_proposal(transaction, context, proposal)
    ):
        _void(transaction, proposal, "system", changed)


def void_superseded(
    transaction: Transaction, owner: str, item: Item | None, denied: Iterable[str], actor: str, *, by_owner: bool
) -> None:
    """End the proposals that a new statement on the same scope makes obsolete.

    A statement by the owner itself ends every proposal on that scope. A denial by an officer ends the proposals that
    would allow the same bureaus again.
    """
    waiting = proposals.waiting(transaction, owner)
    if not waiting:
        return
    scope, denials = _scope(transaction, item.number if item is not None else None), frozenset(denied)
    for proposal in waiting:
        overlaps = EVERYONE in denials or EVERYONE in proposal.allow or not denials.isdisjoint(proposal.allow)
        if (by_owner or (denials and overlaps)) and _scope(transaction, proposal.item) == scope:
            by = owner if by_owner else actor
            _void(transaction, proposal, actor, (f"{by} has stated restrictions since",))


def proposals_on_item(handle: Handle, item: Item) -> list[RestrictionProposal]:
    """Return the proposals on an item's family that wait for a second officer."""
    return [found for found in proposals.waiting(handle, item.sender or "") if _scope(handle, found.item) == item.root]


def _scope(handle: Handle, number: int | None) -> int | None:
    """Return the root of the item's family, because a statement on one member applies to all; ``None`` for all data."""
    item = items.find(handle, number) if number is not None else None
    return number if item is None else item.root


def _void(transaction: Transaction, proposal: RestrictionProposal, actor: str, why: tuple[str, ...]) -> None:
    proposals.end(transaction, proposal, RestrictionState.VOID, actor)
    item, name = _item_name(proposal), restriction_name(proposal.number)
    event = RestrictionVoid(
        restriction=name, owner=proposal.owner, item=item, proposer=proposal.officer, differences=tuple(why)
    )
    transaction.emit(actor, item or proposal.owner, event)


def _item_name(proposal: RestrictionProposal) -> str | None:
    return item_name(proposal.item) if proposal.item is not None else None


def require_proposal(
    transaction: Transaction, context: Context, actor: Actor, number: int
) -> tuple[RestrictionProposal, Item | None]:
    """Return an open proposal and its item, ``None`` where it covers all the owner's data.

    Raises NotAllowed, NotFound, and Conflict where the proposal has ended.
    """
    context.officer(transaction, actor, Right.RESTRICT)
    proposal = proposals.get(transaction, number)
    if proposal.state is not RestrictionState.PROPOSED:
        by = f", by {proposal.ended_by}" if proposal.ended_by is not None else ""
        words = sentence(
            "{number} is already {state}{by}; nothing waits for a second officer",
            number=restriction_name(number),
            state=proposal.state,
            by=by,
        )
        raise Conflict(ConflictCode.RESTRICTION_NOT_PROPOSED, words, _proposal_obstacle(proposal))
    return proposal, items.get(transaction, proposal.item) if proposal.item is not None else None


def signing_of(proposal: RestrictionProposal) -> SignerRequirements:
    """Return the requirements on both officers of a proposal."""
    name = restriction_name(proposal.number)
    return SignerRequirements(name, proposal.officer, Right.RESTRICT, proposal.owner, beneficiaries=proposal.allow)


def _proposal_obstacle(proposal: RestrictionProposal) -> Obstacle:
    return Obstacle("restriction", describe_proposal(proposal))


def describe_proposal(proposal: RestrictionProposal) -> str:
    """Describe a proposal in one sentence: who proposed what, and when."""
    return sentence(
        "{number}: {officer} proposed at {at} to allow {allow} {owner}",
        number=restriction_name(proposal.number),
        officer=proposal.officer,
        at=format_utc(proposal.at),
        allow=_recipient_words(proposal.allow),
        owner=_scope_words(proposal.owner, proposal.item),
    )


def _recipient_words(allow: tuple[str, ...]) -> str:
    return sentence("everyone") if EVERYONE in allow else ", ".join(allow)


def _scope_words(owner: str, item: int | None) -> str:
    return sentence("all data of {owner}", owner=owner) if item is None else item_name(item)


def restriction_result(handle: Handle, number: int, words: str) -> CommandResult:
    """Return the proposal's state, with the sentence for the officer; the revision is that of its item, or 0."""
    proposal = proposals.get(handle, number)
    item = items.get(handle, proposal.item) if proposal.item is not None else None
    subject = proposal.owner if item is None else item.name
    revision = item.revision if item is not None else 0
    return CommandResult(subject, proposal.state, revision, words, restriction_name(number))
