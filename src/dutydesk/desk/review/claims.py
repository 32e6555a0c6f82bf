"""Claim a held item, give it back or take it over; tick its checklist; write a note."""

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
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemClaimed, ItemNoted, ItemTakenOver, ItemTicked, ItemUnclaimed
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.guards import claim_obstacle, may_be_claimed
from dutydesk.domain.review.officers import Right
from dutydesk.domain.rules.examination import HumanCheck
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, log, officers, remarks

_PASSIVE_KINDS = frozenset({EventKind.ITEM_NOTED, EventKind.ITEM_READ})
#: States that an officer's decision leads to.
_DECIDED_STATES = frozenset({ItemState.RELEASED, ItemState.REFUSED, ItemState.RECALLED, ItemState.REJECTED})
#: States in which a sender or a measure has removed an item from review.
_REMOVED_STATES = frozenset({ItemState.BLOCKED, ItemState.WITHDRAWN})


def require_revision(handle: Handle, item: Item, expected: int | None) -> None:
    """Raise Conflict, naming who did what and when, if the item has changed since the officer read it."""
    if expected is not None and expected != item.revision:
        raise Conflict(
            ConflictCode.ITEM_CHANGED,
            sentence("{name} has changed since you read it; read it again", name=item.name),
            *last_changes(handle, item),
        )


def last_changes(handle: Handle, item: Item) -> tuple[Obstacle, ...]:
    """Return the latest change of an item by the log; notes and reads do not count. Empty where there is none."""
    events = [event for event in log.of_subject(handle, item.name) if event.kind not in _PASSIVE_KINDS]
    return tuple(Obstacle(event.kind, event_sentence(event)) for event in events[-1:])


def decider_words(item: Item) -> str:
    """Return ``, by Mara Lind`` where an officer's decision led to the item's present state; otherwise nothing.

    A later withdrawal, correction or purge is not that officer's decision.
    """
    return (
        sentence(", by {officer}", officer=item.decided_by)
        if item.decided_by is not None and item.state in _DECIDED_STATES
        else ""
    )


def require_claimable(handle: Handle, item: Item) -> None:
    """Raise an error for an item that is not in review.

    Conflict where an officer has decided on it, or a sender or a measure has removed it from review; Refused otherwise.
    """
    if may_be_claimed(item):
        return
    if item.decided_by is not None:
        raise Conflict(
            ConflictCode.ALREADY_DECIDED,
            sentence("{name} is already {state}{item}", name=item.name, state=item.state, item=decider_words(item)),
            *last_changes(handle, item),
        )
    changes = last_changes(handle, item)
    if item.state in _REMOVED_STATES and any(change.what != EventKind.ITEM_ROUTED for change in changes):
        raise Conflict(
            ConflictCode.LEFT_REVIEW,
            sentence("{name} is {state} now; it is no longer in review", name=item.name, state=item.state),
            *changes,
        )
    raise Refused(RefusedCode.NOT_IN_REVIEW, _outside_review(item))


def _outside_review(item: Item) -> str:
    """Why nobody decides on the item, and what can be done with it."""
    match item.state:
        case ItemState.QUARANTINED:
            return sentence("{name} is in quarantine, not in review; read it again, or reject it", name=item.name)
        case ItemState.BLOCKED:
            return sentence(
                "{name} is blocked, not in review; it is held once the measure on {sender} is eased",
                name=item.name,
                sender=item.sender,
            )
        case ItemState.RELEASED:
            return sentence("{name} is released, not in review; recall it if it must not stand", name=item.name)
        case _:
            return sentence("{name} is {state}; it is not in review", name=item.name, state=item.state)


def require_claim(handle: Handle, item: Item, officer: str) -> None:
    """Raise Conflict if another officer has claimed the item, Refused if nobody has; also as require_claimable."""
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
    """Claim an item, renew one's own claim, or take another officer's over.

    A take-over is a supervisor's and needs its reason in ``take_over``. ``for_officer`` names the colleague who gets
    the claim. ``expected`` is the revision that the officer read. Raises Conflict, Refused, NotAllowed, NotFound,
    InvalidRequest.
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
                sentence(
                    "{name} is claimed by {holder} until {until}; a supervisor may take it over with a reason",
                    name=item.name,
                    holder=holder,
                    until=until,
                ),
                *last_changes(transaction, item),
            )
        context.officer(transaction, actor, Right.TAKE_OVER)
    reason = require_text(take_over, sentence("a reason for the take-over")) if take_over is not None else None
    lease = Claim(claimant, transaction.at + context.settings.claim_lease)
    items.save(transaction, item, replace(item, claim=lease))
    transaction.emit(
        actor.officer,
        item.name,
        (ItemTakenOver if holder not in (None, actor.officer) else ItemClaimed)(
            login=actor.login,
            claimant=claimant,
            until=format_utc(lease.until),
            lapses_at=lease.until.isoformat(),
            reason=reason,
            holder=holder,
            given_to=claimant if claimant != actor.officer else None,
        ),
    )
    return _result(
        transaction,
        number,
        sentence(
            "{claimant} has {name} until {until}", claimant=claimant, name=item.name, until=format_utc(lease.until)
        ),
    )


def _require_colleague(transaction: Transaction, context: Context, item: Item, name: str) -> str:
    colleague = officers.find_by_name(transaction, name)
    if colleague is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_OFFICER,
            sentence("{name} is not an officer of this desk; dutydesk officers lists them", name=name),
        )
    if not colleague.may(Right.REVIEW):
        raise NotAllowed(
            NotAllowedCode.COLLEAGUE_CANNOT_REVIEW,
            sentence("{name} is {role} and can't review", name=name, role=colleague.role),
        )
    context.refuse_own_country(colleague, item.sender)
    context.require_read_access(transaction, colleague, item)
    return name


def unclaim(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Give one's own claim back. Raises Refused where nobody has claimed the item, Conflict where another has."""
    context.officer(transaction, actor, Right.REVIEW)
    item = items.get(transaction, number)
    holder = item.claimed_by(transaction.at)
    if holder is None:
        raise Refused(RefusedCode.NOT_CLAIMED, sentence("nobody has claimed {name}", name=item.name))
    if holder != actor.officer:
        raise Conflict(
            ConflictCode.CLAIMED_BY_ANOTHER,
            sentence("{name} is claimed by {holder}, not by you", name=item.name, holder=holder),
            *last_changes(transaction, item),
        )
    items.save(transaction, item, replace(item, claim=None))
    transaction.emit(actor.officer, item.name, ItemUnclaimed(login=actor.login))
    return _result(transaction, number, sentence("{name} is free", name=item.name))


def tick(
    transaction: Transaction, context: Context, actor: Actor, number: int, check: str, note: str | None = None
) -> CommandResult:
    """Tick one point of the human checklist for the present body version; a second tick changes nothing.

    Raises InvalidRequest for an unknown point, BodyChanged, and as :func:`require_claim`.
    """
    item = context.item_to_review(transaction, actor, number)
    require_claim(transaction, item, actor.officer)
    require_sound(transaction, item, sentence("nothing on it is ticked"))
    known = [point.id for point in checklist_of(context, item)]
    if check not in known:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_TICK,
            sentence(
                "{check!r} is not a point of this checklist; its points are {known}",
                check=check,
                known=", ".join(known),
            ),
        )
    mark = Tick(check, actor.officer, transaction.at, note)
    if remarks.add_tick(transaction, item, mark):
        items.save(transaction, item, item)
        transaction.emit(
            actor.officer, item.name, ItemTicked(login=actor.login, check=check, version=item.version, note=note)
        )
    return _result(
        transaction, number, sentence("{check} is ticked for version {version}", check=check, version=item.version)
    )


def checklist_of(context: Context, item: Item) -> tuple[HumanCheck, ...]:
    """Return the points that an officer ticks for this type and kind before the item may be released."""
    return context.rules.checklist(item.kind, item.type or MessageType.DIFFUSION)


def note(transaction: Transaction, context: Context, actor: Actor, number: int, text: str) -> CommandResult:
    """Add a note to an item; its state and revision do not change.

    The log records that a note was written, the store keeps its text.
    """
    context.officer(transaction, actor, Right.NOTE)
    item = items.get(transaction, number)
    text = require_text(text, sentence("a note"), InvalidRequestCode.NOTE_MISSING)
    remarks.add_remark(transaction, number, Note(actor.officer, text, transaction.at))
    transaction.emit(actor.officer, item.name, ItemNoted(login=actor.login, text=digest_of(text)))
    return _result(transaction, number, sentence("noted on {name}", name=item.name))


def _result(transaction: Transaction, number: int, words: str) -> CommandResult:
    item = items.get(transaction, number)
    return CommandResult(item.name, item.state, item.revision, words)
