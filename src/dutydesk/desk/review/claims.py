"""Claims on held items: a lease, its take-over, the ticks of the human checklist, notes."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.bodies import require_sound
from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.event_text import event_sentence
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Claim, Item, Note, Tick
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Obstacle, Refused
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemClaimed, ItemNoted, ItemTakenOver, ItemTicked, ItemUnclaimed
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.guards import claim_obstacle, may_be_claimed
from dutydesk.domain.review.officers import Right
from dutydesk.domain.rules.examination import HumanCheck
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, log, officers, remarks

_PASSIVE_KINDS = frozenset({EventKind.ITEM_NOTED, EventKind.ITEM_READ})
#: States into which an officer's decision brings an item.
_DECIDED_STATES = frozenset({ItemState.RELEASED, ItemState.REFUSED, ItemState.RECALLED, ItemState.REJECTED})
#: States into which a sender or a measure takes an item out of its review.
_REMOVED_STATES = frozenset({ItemState.BLOCKED, ItemState.WITHDRAWN})


def require_revision(handle: Handle, item: Item, expected: int | None) -> None:
    """Raises Conflict, naming who did what and when, if the item changed since the officer read it."""
    if expected is not None and expected != item.revision:
        raise Conflict(
            ConflictCode.ITEM_CHANGED, f"{item.name} has changed since you read it", *last_changes(handle, item)
        )


def last_changes(handle: Handle, item: Item) -> tuple[Obstacle, ...]:
    """The latest change of an item, as the log has it; remarks and reads change nothing."""
    events = [event for event in log.of_subject(handle, item.name) if event.kind not in _PASSIVE_KINDS]
    return tuple(Obstacle(event.kind, event_sentence(event)) for event in events[-1:])


def decider_words(item: Item) -> str:
    """``, by Mara Lind`` where an officer brought the item into the state it is in now; else nothing.

    What a sender or the desk did later (a withdrawal, a correction, a purge) is not the deciding officer's act.
    """
    return f", by {item.decided_by}" if item.decided_by is not None and item.state in _DECIDED_STATES else ""


def require_claimable(handle: Handle, item: Item) -> None:
    """Raises Conflict for an item on which a decision has fallen already, Refused for one that is not in review."""
    if may_be_claimed(item):
        return
    if item.decided_by is not None:
        raise Conflict(
            ConflictCode.ALREADY_DECIDED,
            f"{item.name} is {item.state} already{decider_words(item)}",
            *last_changes(handle, item),
        )
    acts = last_changes(handle, item)
    if item.state in _REMOVED_STATES and any(actor.what != EventKind.ITEM_ROUTED for actor in acts):
        raise Conflict(
            ConflictCode.LEFT_REVIEW, f"{item.name} is {item.state} meanwhile; it is not in review any more", *acts
        )
    raise Refused(RefusedCode.NOT_IN_REVIEW, f"{item.name} is {item.state}; it is not in review")


def require_claim(handle: Handle, item: Item, officer: str) -> None:
    """Raises Conflict if another holds the item, Refused if nobody does."""
    require_claimable(handle, item)
    obstacle = claim_obstacle(item, officer, handle.at)
    if obstacle is None:
        return
    if item.claimed_by(handle.at) is not None:
        raise Conflict(ConflictCode.CLAIMED_BY_ANOTHER, obstacle.words, obstacle, *last_changes(handle, item))
    lapsed = item.claim is not None and item.claim.officer == officer
    raise Refused(RefusedCode.CLAIM_LAPSED if lapsed else RefusedCode.NOT_CLAIMED, obstacle.words, obstacle)


def claim(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    number: int,
    take_over: str | None = None,
    for_officer: str | None = None,
    expected: int | None = None,
) -> CommandResult:
    """Takes the lease, renews one's own, or takes over another's with a reason (supervisors).

    ``for_officer`` names the colleague who gets it.
    """
    item = context.item_to_review(transaction, actor, number)
    require_revision(transaction, item, expected)
    require_claimable(transaction, item)
    holder = item.claimed_by(transaction.at)
    claimant = actor.officer if for_officer is None else _require_colleague(transaction, context, item, for_officer)
    if holder is not None and holder != actor.officer:
        if take_over is None:
            until = format_utc(item.claim.until) if item.claim else ""
            raise Conflict(
                ConflictCode.CLAIMED_BY_ANOTHER,
                f"{item.name} is claimed by {holder} until {until}; a supervisor may take it over with a reason",
                *last_changes(transaction, item),
            )
        context.officer(transaction, actor, Right.TAKE_OVER)
    reason = require_text(take_over, "the reason for the take-over") if take_over is not None else None
    lease = Claim(claimant, transaction.at + context.settings.claim_lease)
    items.save(transaction, item, replace(item, claim=lease))
    transaction.emit(
        actor.officer,
        item.name,
        (ItemTakenOver if holder not in (None, actor.officer) else ItemClaimed)(
            login=actor.login,
            claimant=claimant,
            until=format_utc(lease.until),
            reason=reason,
            holder=holder,
            given_to=claimant if claimant != actor.officer else None,
        ),
    )
    return _result(transaction, number, f"{claimant} has {item.name} until {format_utc(lease.until)}")


def _require_colleague(transaction: Transaction, context: Context, item: Item, name: str) -> str:
    colleague = officers.find_by_name(transaction, name)
    if colleague is None:
        raise NotFound(NotFoundCode.UNKNOWN_OFFICER, f"{name} is no officer of this desk; dutydesk officers lists them")
    if not colleague.may(Right.REVIEW):
        raise NotAllowed(NotAllowedCode.COLLEAGUE_CANNOT_REVIEW, f"{name} is {colleague.role} and can't review")
    context.refuse_own_country(colleague, item.sender)
    context.require_read_access(transaction, colleague, item)
    return name


def unclaim(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Gives one's own lease back."""
    context.officer(transaction, actor, Right.REVIEW)
    item = items.get(transaction, number)
    holder = item.claimed_by(transaction.at)
    if holder is None:
        raise Refused(RefusedCode.NOT_CLAIMED, f"{item.name} is claimed by nobody")
    if holder != actor.officer:
        raise Conflict(
            ConflictCode.CLAIMED_BY_ANOTHER,
            f"{item.name} is claimed by {holder}, not by you",
            *last_changes(transaction, item),
        )
    items.save(transaction, item, replace(item, claim=None))
    transaction.emit(actor.officer, item.name, ItemUnclaimed(login=actor.login))
    return _result(transaction, number, f"{item.name} is free")


def tick(
    transaction: Transaction, context: Context, actor: Actor, number: int, check: str, note: str | None = None
) -> CommandResult:
    """One point of the human checklist, for the present body version; ticking it twice changes nothing."""
    item = context.item_to_review(transaction, actor, number)
    require_claim(transaction, item, actor.officer)
    require_sound(transaction, item, "nothing on it is ticked")
    known = [point.id for point in checklist_of(context, item)]
    if check not in known:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_TICK,
            f"{check!r} is no point of this checklist; its points are {', '.join(known)}",
        )
    mark = Tick(check, actor.officer, transaction.at, note)
    if remarks.add_tick(transaction, item, mark):
        items.save(transaction, item, item)
        transaction.emit(
            actor.officer, item.name, ItemTicked(login=actor.login, check=check, version=item.version, note=note)
        )
    return _result(transaction, number, f"{check} is ticked for version {item.version}")


def checklist_of(context: Context, item: Item) -> tuple[HumanCheck, ...]:
    """What a person ticks for this item's kind before it may be released."""
    return context.rules.checklist(item.kind, item.type or MessageType.DIFFUSION)


def note(transaction: Transaction, context: Context, actor: Actor, number: int, text: str) -> CommandResult:
    """A remark beside the item; it changes nothing else. The log keeps that it was made, the store what it says."""
    context.officer(transaction, actor, Right.NOTE)
    item = items.get(transaction, number)
    text = require_text(text, "the note", InvalidRequestCode.NOTE_MISSING)
    remarks.add_remark(transaction, number, Note(actor.officer, text, transaction.at))
    transaction.emit(actor.officer, item.name, ItemNoted(login=actor.login))
    return _result(transaction, number, f"noted on {item.name}")


def _result(transaction: Transaction, number: int, words: str) -> CommandResult:
    item = items.get(transaction, number)
    return CommandResult(item.name, item.state, item.revision, words)
