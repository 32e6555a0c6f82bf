"""Proposals to widen access on an owner's behalf: an allowance waits for a second person, outside who gains by it."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk.base.context import Actor, ActResult, Context, required, stamp
from dutydesk.desk.base.signers import Signing, lost_right, require_first
from dutydesk.domain.delivery.items import Item, item_name, restriction_name
from dutydesk.domain.errors import Conflict, Obstacle
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.supervision.restrictions import EVERYONE, RestrictionProposal, RestrictionState
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from dutydesk.store.tables import restriction_proposals as proposals


def require_proposer(handle: Handle, context: Context, officer: Officer, owner: str, allow: tuple[str, ...]) -> None:
    """Raises NotAllowed for a person of the owner's own country, or of one that would gain access."""
    signing = Signing(f"the restrictions of {owner}", officer.name, Right.RESTRICT, owner, gaining=allow)
    require_first(handle, context, officer, signing)


def propose(
    transaction: Transaction, actor: Actor, owner: str, item: Item | None, allow: tuple[str, ...], before: str
) -> ActResult:
    """Writes the first person's half. ``before`` are words on what the same command did at once.

    Raises Conflict where the same is proposed already.
    """
    number = item.number if item is not None else None
    for other in proposals.waiting(transaction, owner):
        if other.item == number and set(other.allow) == set(allow):
            raise Conflict(
                f"{restriction_name(other.number)} proposes the same already; confirm it or dissent", _shown(other)
            )
    name = restriction_name(proposals.add(transaction, owner, number, allow, actor.officer))
    subject = owner if item is None else item.name
    transaction.emit(
        actor.officer,
        EventKind.RESTRICTION_PROPOSED,
        subject,
        login=actor.login,
        restriction=name,
        owner=owner,
        item=item.name if item is not None else None,
        allow=list(allow),
    )
    words = f"{before}{name} allows {_whom(allow)} {_what(owner, number)}; it waits for a second officer's confirm"
    return ActResult(subject, RestrictionState.PROPOSED, item.revision if item is not None else 0, words, name)


def dissent(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> ActResult:
    """Another person's no, or the proposer's taking back: the owner's restrictions stay as they were."""
    reason = required(reason, "the reason (--reason)")
    proposal, _item = waiting_for(transaction, context, actor, number)
    officer = context.officer(transaction, actor, Right.RESTRICT)
    context.refuse_own_country(officer, proposal.owner)
    own = proposal.officer == actor.officer
    proposals.end(transaction, proposal, RestrictionState.DISSENTED, actor.officer)
    fields: dict[str, Json] = {"login": actor.login, "proposer": proposal.officer, "own": own, "reason": reason}
    _emit(transaction, proposal, EventKind.RESTRICTION_DISSENTED, actor.officer, fields)
    name = restriction_name(number)
    words = f"{actor.officer} takes {name} back" if own else f"{name} of {proposal.officer} is turned down"
    return answer_of(transaction, number, words)


def changes(handle: Handle, context: Context, proposal: RestrictionProposal) -> tuple[str, ...]:
    """Why a proposal can no longer be confirmed; empty where it can."""
    lost = lost_right(handle, context, signing_of(proposal))
    return (lost,) if lost is not None else ()


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """Ends a proposal whose proposer may no longer propose it; leaves one that stands as it is."""
    proposal = proposals.get(transaction, number)
    if proposal.state is RestrictionState.PROPOSED and (changed := changes(transaction, context, proposal)):
        _void(transaction, proposal, "system", changed)


def void_overtaken(
    transaction: Transaction, owner: str, item: Item | None, denied: Iterable[str], actor: str, *, by_owner: bool
) -> None:
    """Ends the proposals that a statement on the same scope overtakes.

    What the owner states itself ends every proposal on that scope; what an officer denies ends those that would allow
    the same bureaus again.
    """
    waiting = proposals.waiting(transaction, owner)
    if not waiting:
        return
    scope, taken = _scope(transaction, item.number if item is not None else None), frozenset(denied)
    for proposal in waiting:
        crossing = EVERYONE in taken or EVERYONE in proposal.allow or not taken.isdisjoint(proposal.allow)
        if (by_owner or (taken and crossing)) and _scope(transaction, proposal.item) == scope:
            by = owner if by_owner else actor
            _void(transaction, proposal, actor, (f"{by} has stated restrictions since",))


def waiting_on_item(handle: Handle, item: Item) -> list[RestrictionProposal]:
    """The proposals on one item that wait for a second person."""
    return [found for found in proposals.waiting(handle, item.sender or "") if _scope(handle, found.item) == item.root]


def _scope(handle: Handle, number: int | None) -> int | None:
    """The root of the item's family of corrections: what is stated on one of them concerns all."""
    item = items.find(handle, number) if number is not None else None
    return number if item is None else item.root


def _void(transaction: Transaction, proposal: RestrictionProposal, actor: str, why: tuple[str, ...]) -> None:
    proposals.end(transaction, proposal, RestrictionState.VOID, actor)
    fields: dict[str, Json] = {"proposer": proposal.officer, "differences": list(why)}
    _emit(transaction, proposal, EventKind.RESTRICTION_VOID, actor, fields)


def _emit(
    transaction: Transaction, proposal: RestrictionProposal, kind: EventKind, actor: str, fields: dict[str, Json]
) -> None:
    item = item_name(proposal.item) if proposal.item is not None else None
    name = restriction_name(proposal.number)
    transaction.emit(actor, kind, item or proposal.owner, restriction=name, owner=proposal.owner, item=item, **fields)


def waiting_for(
    transaction: Transaction, context: Context, actor: Actor, number: int
) -> tuple[RestrictionProposal, Item | None]:
    """Raises NotAllowed, NotFound, and Conflict where somebody was first."""
    context.officer(transaction, actor, Right.RESTRICT)
    proposal = proposals.get(transaction, number)
    if proposal.state is not RestrictionState.PROPOSED:
        by = f", by {proposal.ended_by}" if proposal.ended_by is not None else ""
        words = f"{restriction_name(number)} is {proposal.state} already{by}; nothing waits for a second officer"
        raise Conflict(words, _shown(proposal))
    return proposal, items.get(transaction, proposal.item) if proposal.item is not None else None


def signing_of(proposal: RestrictionProposal) -> Signing:
    name = restriction_name(proposal.number)
    return Signing(name, proposal.officer, Right.RESTRICT, proposal.owner, gaining=proposal.allow)


def _shown(proposal: RestrictionProposal) -> Obstacle:
    return Obstacle("restriction", said_of(proposal))


def said_of(proposal: RestrictionProposal) -> str:
    """A proposal in one sentence: who proposed what, and when."""
    return (
        f"{restriction_name(proposal.number)}: {proposal.officer} proposed at {stamp(proposal.at)} to allow "
        f"{_whom(proposal.allow)} {_what(proposal.owner, proposal.item)}"
    )


def _whom(allow: tuple[str, ...]) -> str:
    return "everyone" if EVERYONE in allow else ", ".join(allow)


def _what(owner: str, item: int | None) -> str:
    return f"all data of {owner}" if item is None else item_name(item)


def answer_of(handle: Handle, number: int, words: str) -> ActResult:
    proposal = proposals.get(handle, number)
    item = items.get(handle, proposal.item) if proposal.item is not None else None
    subject = proposal.owner if item is None else item.name
    revision = item.revision if item is not None else 0
    return ActResult(subject, proposal.state, revision, words, restriction_name(number))
