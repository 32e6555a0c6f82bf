"""Files records: what a body says of a person, a thing or a document, so that checks find it.

Each version of a body writes its record. Whether a record answers is read from its item at each check, so a withdrawal,
a recall or the end of retention does not touch records.
"""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk.matching.folding import PersonFacts, facts_of, parse_birth
from dutydesk.desk.matching.name_cache import SKELETON_COUNTER
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body
from dutydesk.domain.messages.subjects import Person
from dutydesk.domain.records.births import as_number
from dutydesk.screening import keys, names
from dutydesk.screening.score import phonetic_name
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import record_keys, records, skeleton_index
from dutydesk.store.tables.records import FiledRow, RecordDraft
from dutydesk.wire.reference.offences import categories_of, normal_category

ITEM_ORIGIN = "item"


@value(frozen=True, slots=True)
class RecordContent:
    """The content of a record, with names folded. Folding takes longest, and needs no store.

    ``person`` is empty for a thing.
    """

    subject: str
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    sound_keys: tuple[str, ...]
    categories: tuple[str, ...]
    index_keys: tuple[int, ...]
    person: PersonFacts


def person_in_body(body: Body) -> PersonFacts:
    """What a body says of its person, folded; empty where it is about a thing."""
    return facts_of(body.subject) if isinstance(body.subject, Person) else PersonFacts()


def record_content(body: Body) -> RecordContent:
    person = person_in_body(body)
    return RecordContent(
        subject=body.subject.type.value,
        birth=str(person.birth or ""),
        nationalities=person.nationalities,
        documents=person.documents,
        names=tuple(name.to_text() for name in person.names),
        sound_keys=tuple(map(phonetic_name, person.names)),
        categories=offence_categories(body),
        index_keys=keys.keys_of(person.names),
        person=person,
    )


def file_record(
    transaction: Transaction,
    item: Item,
    body: Body | None,
    content: RecordContent | None = None,
) -> None:
    """Files the record of a version of an item's body in place of that of the version before.

    ``content`` is the body's :func:`record_content`, where it was prepared.
    """
    if item.sender is None or body is None:
        return
    remove_record(transaction, item.number)
    told = record_content(body) if content is None else content
    filer = RecordWriter(transaction)
    filer.add(draft_of(item, item.sender, told), told.index_keys)
    filer.flush()


def draft_of(item: Item, sender: str, told: RecordContent) -> RecordDraft:
    """The record of an item."""
    return RecordDraft(
        source=sender,
        origin=ITEM_ORIGIN,
        subject=told.subject,
        title=item.title,
        item=item.number,
        birth=told.birth,
        nationalities=told.nationalities,
        documents=told.documents,
        names=told.names,
        heard=told.sound_keys,
        categories=told.categories,
    )


def offence_categories(body: Body) -> tuple[str, ...]:
    """The categories that the source states, else those found in the charges; only for the figures."""
    offences = body.judicial.offences if body.judicial is not None else ()
    given = (normal_category(offence.category) for offence in offences if offence.category)
    found = tuple(dict.fromkeys(filter(None, given)))
    return found or categories_of(offence.charge for offence in offences if offence.charge)


class RecordWriter:
    """Writes records, and at the end all their keys sorted, which a large index takes several times as fast."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._marks: list[tuple[int, int, int]] = []

    def add(self, filing: RecordDraft, index_keys: Iterable[int]) -> int:
        """Returns the record's number. Checks find it after :meth:`flush`."""
        number = records.add(self._transaction, filing)
        self.add_keys(number, born_of(filing.birth), index_keys, filing.documents)
        return number

    def add_keys(self, record: int, born: int, index_keys: Iterable[int], documents: Iterable[tuple[str, str]]) -> None:
        """Adds the keys of a record that is written already."""
        record_keys.add_documents(self._transaction, record, documents)
        self._marks += [(mark, record, born) for mark in index_keys]

    def drop(self, row: FiledRow) -> None:
        self.flush()
        drop_record(self._transaction, row)

    def flush(self) -> None:
        if not self._marks:
            return
        record_keys.add_keys(self._transaction, sorted(self._marks))
        skeletons = {keys.index_part(mark) for mark, *_ in self._marks}
        unknown = skeleton_index.missing_skeletons(self._transaction, skeletons)
        if unknown:
            pairs = sorted((variant, skeleton) for skeleton in unknown for variant in keys.index_variants(skeleton))
            skeleton_index.add(self._transaction, pairs)
            self._transaction.add_to_counter(SKELETON_COUNTER, len(unknown))
        self._marks = []


def born_of(birth: str) -> int:
    """A record's birth as it stands beside its keys."""
    return as_number(parse_birth(birth))


def remove_record(transaction: Transaction, item: int) -> None:
    """Removes an item's record, because a new version replaces it or the item is purged."""
    transaction.require_filed(item)
    row = records.of_item(transaction, item)
    if row is not None:
        drop_record(transaction, row)


def drop_record(transaction: Transaction, row: FiledRow) -> None:
    records.drop(transaction, row, keys.keys_of(map(names.name_from_text, row.names)))
