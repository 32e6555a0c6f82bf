"""The person of whom a file is opened: that of an item's text, or of the record that a check hit."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of, title_of
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.examination.filing import person_in_body
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.like_records import facts_of_row
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import NotAllowed, NotFound
from dutydesk.domain.frozen import value
from dutydesk.domain.records.records import hit_number
from dutydesk.domain.rules.likeness import DocumentKey, Identity
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import items, persons, record_owners, records


@value(frozen=True, slots=True)
class FileAnchor:
    """What is known of the person; ``item`` or the imported ``record`` is what the file was opened from."""

    subject: str
    title: str
    original_script: str | None
    facts: PersonFacts
    identity: Identity
    sender: str | None
    item: int | None = None
    record: int | None = None


def read_anchor(handle: Handle, context: Context, subject: str, eyes: Visibility) -> FileAnchor:
    """Raises NotFound, NotAllowed where the reader may not see it, BodyChanged."""
    number = item_number(subject)
    if number is not None:
        return _of_item(handle, context, number, eyes)
    hit = hit_number(subject)
    stored = records.hit(handle, hit) if hit is not None else None
    if stored is None:
        raise NotFound(NotFoundCode.UNKNOWN_HIT, sentence("there is no item and no hit {subject}", subject=subject))
    if eyes.hides_record(stored.source, stored.item):
        raise _denied(subject, eyes)
    if stored.item is not None:
        return _of_item(handle, context, stored.item, eyes)
    return _of_record(handle, subject, stored.record)


def _of_item(handle: Handle, context: Context, number: int, eyes: Visibility) -> FileAnchor:
    item = items.get(handle, number)
    if eyes.hides(item):
        raise _denied(item.name, eyes)
    message = message_of(handle, context, item)
    body = body_of(message)
    facts = person_in_body(body) if body is not None else PersonFacts()
    if not facts.names and not facts.documents:
        raise NotFound(
            NotFoundCode.NO_PERSON,
            sentence("{item} names no person, so that there is no file to open", item=item.name),
        )
    title, script = title_of(message)
    identity = persons.identity_of_item(handle, number)
    return FileAnchor(item.name, title, script, facts, identity, item.sender, item=number)


def _of_record(handle: Handle, subject: str, record: int) -> FileAnchor:
    row = next(iter(records.persons(handle, [record])), None)
    owner = record_owners.owners(handle, [record]).get(record)
    facts = facts_of_row(row) if row is not None else PersonFacts()
    if owner is None or (not facts.names and not facts.documents):
        words = sentence(
            "the record of {subject} names no person, or another has replaced it; there is no file to open",
            subject=subject,
        )
        raise NotFound(NotFoundCode.NO_PERSON, words)
    return FileAnchor(subject, owner.title, None, facts, _identity(facts), owner.source, record=record)


def _identity(facts: PersonFacts) -> Identity:
    """What a record tells for exact comparison: whole names in Latin letters, and documents."""
    keys = frozenset(" ".join(sorted(name.parts)) for name in facts.names if len(name.parts) > 1)
    papers = frozenset(DocumentKey(number, issuer or None) for number, issuer in facts.documents)
    return Identity(keys, facts.birth, papers)


def _denied(subject: str, eyes: Visibility) -> NotAllowed:
    country = eyes.officer.country if eyes.officer is not None else "others"
    return NotAllowed(
        NotAllowedCode.READ_DENIED,
        sentence("{subject} is denied to {country} by its owner", subject=subject, country=country),
    )
