"""The handover of a shift: a note prepared from the log, edited and signed by one officer, accepted by the next.

The signature is the SHA-256 of the text in the log; the text itself is stored in a table. A text that was changed after
it was signed no longer matches, and nobody can accept it. The newest note counts and replaces one that nobody has
accepted.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from dutydesk.desk.base.context import MAX_TEXT_LENGTH, Actor, CommandResult, Context, format_utc
from dutydesk.desk.shift.note import ShiftNote, prepare_note, text_of
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Refused
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.people import HandoverAccepted, HandoverWritten
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.domain.review.shifts import handover_name, shift_to_hand_over
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import handovers, log
from dutydesk.store.tables.handovers import Handover, HandoverState

if TYPE_CHECKING:
    from dutydesk.desk.service.desk import Desk

NO_HANDOVER = sentence("no handover was written yet; dutydesk handover --write signs one")


@value(frozen=True, slots=True)
class SignedHandover:
    """A signed note. ``state`` is ``written`` until another officer accepts it. ``sound``: the text is the one that was
    signed.
    """

    handover: str
    state: str
    shift_from: datetime
    shift_until: datetime
    written_by: str
    written_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    sha256: str
    sound: bool
    text: str


@value(frozen=True, slots=True)
class HandoverDraft:
    """The note of the shift that is to be handed over, and the note that was signed last."""

    note: ShiftNote
    last: SignedHandover | None


async def draft_handover(desk: Desk) -> HandoverDraft:
    """Prepare the note from the log and the current state, and read the last one that was signed."""

    def reading(handle: Handle) -> HandoverDraft:
        note = prepare_note(handle, desk.context)
        return HandoverDraft(replace(note, text=text_of(note, desk.realm)), last_signed(handle))

    return await desk.store.read(reading)


async def last_handover(desk: Desk) -> SignedHandover:
    """The last handover. Raises NotFound if none was written yet."""
    found = await desk.store.read(last_signed)
    if found is None:
        raise NotFound(NotFoundCode.NO_HANDOVER, NO_HANDOVER)
    return found


async def write_handover(desk: Desk, actor: Actor, text: str) -> CommandResult:
    """Sign the note of the current shift. Raises NotAllowed, InvalidRequest for a text that can't be kept."""
    return await desk.store.write(partial(_write, context=desk.context, actor=actor, text=text))


async def accept_handover(desk: Desk, actor: Actor, number: int | None = None) -> CommandResult:
    """Sign the last note as the other officer. ``number`` is that of the note that was read.

    Raises NotFound, NotAllowed for the officer who wrote it, Conflict if another note has replaced it or somebody has
    accepted it, Refused if the text is not the one that was signed.
    """
    return await desk.store.write(partial(_accept, context=desk.context, actor=actor, number=number))


def last_signed(handle: Handle) -> SignedHandover | None:
    found = handovers.latest(handle)
    return None if found is None else _signed_handover(handle, found)


def _signed_handover(handle: Handle, found: Handover) -> SignedHandover:
    return SignedHandover(
        handover=found.name,
        state=found.state,
        shift_from=found.shift.begin,
        shift_until=found.shift.end,
        written_by=found.written_by,
        written_at=found.written_at,
        accepted_by=found.accepted_by,
        accepted_at=found.accepted_at,
        sha256=found.sha256,
        sound=_is_sound(handle, found),
        text=found.text,
    )


def _is_sound(handle: Handle, found: Handover) -> bool:
    """Whether the text has the hash that the log names; the hash in the table proves nothing."""
    event = log.last_of(handle, found.name, EventKind.HANDOVER_WRITTEN, found.written_by)
    return event is not None and HandoverWritten.from_data(log.data_of(event)).sha256 == _digest(found.text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def checked_text(text: str) -> str:
    """The text as it is signed. Raises InvalidRequest if it is empty or too long."""
    cleaned = "\n".join(line.rstrip() for line in text.replace("\0", "").splitlines()).strip()
    if not cleaned:
        raise InvalidRequest(
            InvalidRequestCode.HANDOVER_EMPTY,
            sentence("the handover says nothing; dutydesk handover prints what the log makes of the shift"),
        )
    if len(cleaned) > MAX_TEXT_LENGTH:
        raise InvalidRequest(
            InvalidRequestCode.HANDOVER_TOO_LONG,
            sentence(
                "the handover has {cleaned:,} characters; a text that is signed has at most {max_text_length:,}",
                cleaned=len(cleaned),
                max_text_length=MAX_TEXT_LENGTH,
            ),
        )
    try:
        cleaned.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest(
            InvalidRequestCode.TEXT_NOT_SIGNABLE,
            sentence("the handover holds half a character, which can't be signed; type that word again"),
        ) from error
    return cleaned


def _write(transaction: Transaction, context: Context, actor: Actor, text: str) -> CommandResult:
    context.officer(transaction, actor, Right.HANDOVER)
    text = checked_text(text)
    shift, digest, before = shift_to_hand_over(transaction.at, context.settings.shifts), _digest(text), None
    found = handovers.latest(transaction)
    if found is not None and found.state is HandoverState.WRITTEN:
        handovers.replace(transaction, found.number)
        before = found.name
    number = handovers.add(transaction, text, digest, shift, actor.officer)
    name = handover_name(number)
    transaction.emit(
        actor.officer,
        name,
        HandoverWritten(
            login=actor.login,
            sha256=digest,
            shift_from=format_utc(shift.begin),
            shift_until=format_utc(shift.end),
            replaces=before,
        ),
    )
    instead = f" in place of {before}" if before else ""
    words = sentence(
        "{name} is signed by {officer}{instead}; it waits for another officer to accept it",
        name=name,
        officer=actor.officer,
        instead=instead,
    )
    return CommandResult(name, HandoverState.WRITTEN, 0, words)


def _accept(transaction: Transaction, context: Context, actor: Actor, number: int | None) -> CommandResult:
    context.officer(transaction, actor, Right.HANDOVER)
    found = handovers.latest(transaction)
    if found is None:
        raise NotFound(NotFoundCode.NO_HANDOVER, NO_HANDOVER)
    _refuse_other(found, number)
    if found.state is HandoverState.ACCEPTED:
        at = f" at {format_utc(found.accepted_at)}" if found.accepted_at else ""
        raise Conflict(
            ConflictCode.HANDOVER_ACCEPTED,
            sentence("{name} was accepted by {accepted_by}{at}", name=found.name, accepted_by=found.accepted_by, at=at),
        )
    if found.written_by == actor.officer:
        raise NotAllowed(
            NotAllowedCode.OWN_HANDOVER,
            sentence("{officer} wrote {name}; another officer accepts it", officer=actor.officer, name=found.name),
        )
    if not _is_sound(transaction, found):
        raise Refused(
            RefusedCode.HANDOVER_ALTERED,
            sentence(
                "the text of {name} was changed after {written_by} had signed it; it can't be "
                "accepted, {written_by} has to write it again",
                name=found.name,
                written_by=found.written_by,
            ),
        )
    handovers.accept(transaction, found.number, actor.officer)
    transaction.emit(
        actor.officer,
        found.name,
        HandoverAccepted(login=actor.login, sha256=_digest(found.text), written_by=found.written_by),
    )
    words = sentence(
        "{name} of {written_by} is accepted by {officer}",
        name=found.name,
        written_by=found.written_by,
        officer=actor.officer,
    )
    return CommandResult(found.name, HandoverState.ACCEPTED, 0, words)


def _refuse_other(found: Handover, number: int | None) -> None:
    """Raises Conflict if another note has come since the officer read one."""
    if number is not None and number < found.number:
        read, by = handover_name(number), found.written_by
        raise Conflict(
            ConflictCode.HANDOVER_REPLACED,
            sentence(
                "{by} has written {name} in place of {read}; read that one before you accept it",
                by=by,
                name=found.name,
                read=read,
            ),
        )
    if number is not None and number > found.number:
        raise NotFound(
            NotFoundCode.UNKNOWN_HANDOVER,
            sentence(
                "there is no handover {number}; the last is {name}", number=handover_name(number), name=found.name
            ),
        )
