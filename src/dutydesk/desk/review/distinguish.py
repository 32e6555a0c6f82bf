"""Judge that an item's person is not the one of a register's entry or of a refused item whom he or she is like."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.examination.like_items import other_open_items_on_person
from dutydesk.desk.examination.recheck import reexamine_item
from dutydesk.desk.examination.review_context import ExaminedMessage, source_person
from dutydesk.desk.examination.route import effective_type
from dutydesk.desk.examination.watch import LikePerson, like_persons, root_bureau
from dutydesk.desk.review.claims import require_claim, require_revision
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.route import HOLDING_RULES
from dutydesk.domain.errors import InvalidRequest, NotFound, Refused
from dutydesk.domain.events.reviews import ItemDistinguished
from dutydesk.domain.frozen import value
from dutydesk.domain.rules.likeness import Likeness
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, watched
from dutydesk.store.tables.watched import Distinction


@value(frozen=True, slots=True)
class Judgement:
    """An officer's reason, and when the judgement expires; by default after the settings' ``dismissal``.

    ``expected`` is the revision of the item that the officer read.
    """

    reason: str
    until: datetime | None = None
    expected: int | None = None


def distinguish(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    number: int,
    reference: str,
    judgement: Judgement,
) -> CommandResult:
    """Judge that the item's person is not the one of ``reference``: of a register's entry, or of an earlier item.

    Until the judgement expires, no message of this source about a person with the same facts is held for that one. It
    ends earlier if the entry changes. Raises Conflict, Refused where both are certainly one person, NotFound where they
    are not alike, NotAllowed, BodyChanged, InvalidRequest.
    """
    item = context.item_to_review(transaction, actor, number)
    require_revision(transaction, item, judgement.expected)
    require_claim(transaction, item, actor.officer)
    reason = require_text(judgement.reason, sentence("the reason (--reason)"))
    until = judgement.until or transaction.at + context.settings.dismissal
    if until <= transaction.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_PAST,
            sentence("{until} is past; name a later time with --until", until=format_utc(until)),
        )
    judged, kept = _put_distinctions(transaction, context, item, reference, Judgement(reason, until), actor)
    transaction.emit(
        actor.officer,
        item.name,
        ItemDistinguished(
            login=actor.login,
            reference=judged.reference,
            score=judged.points,
            reason=reason,
            until=format_utc(until),
            until_at=until.isoformat(),
            judged=kept,
        ),
    )
    for other in (item, *other_open_items_on_person(transaction, context, item)):
        reexamine_item(transaction, context, items.get(transaction, other.number), HOLDING_RULES)
    after = items.get(transaction, number)
    words = sentence(
        "{name} is not about the person of {reference}, until {until}",
        name=item.name,
        reference=judged.reference,
        until=format_utc(until),
    )
    return CommandResult(after.name, after.state, after.revision, words)


def _put_distinctions(
    transaction: Transaction, context: Context, item: Item, reference: str, judgement: Judgement, actor: Actor
) -> tuple[LikePerson, tuple[tuple[str, str, int, int], ...]]:
    """Write the judgement for each person of that reference, which two registers may share.

    Returns the likest, and for each what is kept: source, hash of the person, number of the watched person, score.
    """
    message = message_of(transaction, context, item)
    body = body_of(message)
    own = item if item.parent is None else items.get(transaction, item.parent)
    subject = ExaminedMessage(message, effective_type(transaction, item), own)
    if body is None:
        raise NotFound(NotFoundCode.NOT_ALIKE, sentence("{name} is about nobody", name=item.name))
    person = source_person(subject, body)
    wanted = reference.strip().casefold()
    found = [
        like for like in like_persons(transaction, context, person, own.number) if like.reference.casefold() == wanted
    ]
    if not found:
        raise NotFound(
            NotFoundCode.NOT_ALIKE,
            sentence(
                "{name} is not held for {reference}; dutydesk show names what it is held for",
                name=item.name,
                reference=reference,
            ),
        )
    if any(like.likeness is Likeness.STRONG for like in found):
        raise Refused(
            RefusedCode.CERTAIN_MATCH,
            sentence(
                "{name} and {reference} have the same document, or the same name and date of birth; "
                "nobody can judge that away: refuse it, or ask its sender for a correction",
                name=item.name,
                reference=reference,
            ),
        )
    source, digest = root_bureau(context.directory, person.sender), person.facts.digest()
    for like in found:
        watched.put_distinction(
            transaction,
            Distinction(
                source=source,
                person=digest,
                watched=like.watched,
                item=item.number,
                score=like.points,
                until=judgement.until or transaction.at,
                reason=judgement.reason,
                officer=actor.officer,
            ),
        )
    kept = tuple((source, digest, like.watched, like.points) for like in found)
    return max(found, key=lambda like: like.points), kept
