"""Records: what a body says of a person, a thing or a document, filed so that checks find it.

A record is written wherever a version of a body is, and stays silent until its item is released: whether it answers is
read from the item's row at each check. So nothing has to follow a withdrawal, a recall or an end of retention.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dutydesk.desk.base.memory import SKELETONS
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.messages.message import Body
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, Person, PersonName
from dutydesk.domain.records.births import as_number
from dutydesk.screening import keys, names
from dutydesk.screening.documents import number_key
from dutydesk.screening.names import FoldedName
from dutydesk.screening.scoring import heard
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import records, skeleton_index
from dutydesk.store.tables.records import FiledRow, Filing
from dutydesk.wire.reference.offences import categories_of, plain_category

OF_ITEM = "item"


@dataclass(frozen=True, slots=True)
class Described:
    """What a body says of whom it is about, folded for filing. To fold is the longest part, and needs no store."""

    subject: str
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    heard: tuple[str, ...]
    categories: tuple[str, ...]
    marks: tuple[int, ...]


def described(body: Body) -> Described:
    subject = body.subject
    person = subject if isinstance(subject, Person) else None
    folded = folded_names((person.name, *person.aliases)) if person is not None else ()
    return Described(
        subject=subject.type.value,
        birth=str(person.date_of_birth or "") if person is not None else "",
        nationalities=person.nationalities if person is not None else (),
        documents=papers(person.identity_documents) if person is not None else (),
        names=tuple(name.kept() for name in folded),
        heard=tuple(map(heard, folded)),
        categories=categories(body),
        marks=keys.keys_of(folded),
    )


def enter(
    transaction: Transaction, item: Item, body: Body | None, known: Described | None = None, *, is_new: bool = False
) -> None:
    """Called wherever a version of an item's body is written; it takes the place of the version before.

    ``known``: the body as :func:`described` before. ``is_new``: the item is, and can have no record yet.
    """
    if item.sender is None or body is None:
        return
    if not is_new:
        forget(transaction, item.number)
    told = described(body) if known is None else known
    filing = Filing(
        source=item.sender,
        origin=OF_ITEM,
        subject=told.subject,
        title=item.title,
        item=item.number,
        birth=told.birth,
        nationalities=told.nationalities,
        documents=told.documents,
        names=told.names,
        heard=told.heard,
        categories=told.categories,
    )
    filer = Filer(transaction)
    filer.file(filing, told.marks)
    filer.finish()


def categories(body: Body) -> tuple[str, ...]:
    """What its source says that it is about, else words for what is charged: for the figures only."""
    offences = body.judicial.offences if body.judicial is not None else ()
    given = (plain_category(offence.category) for offence in offences if offence.category)
    found = tuple(dict.fromkeys(filter(None, given)))
    return found or categories_of(offence.charge for offence in offences if offence.charge)


class Filer:
    """Writes records, and their keys at the end in one go: sorted, a large index grows several times as fast."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._marks: list[tuple[int, int, int]] = []

    def file(self, filing: Filing, marks: Iterable[int]) -> int:
        """Returns the record's number; it is found after :meth:`finish`."""
        number = records.add(self._transaction, filing)
        born = as_number(birth_of(filing.birth))
        self._marks += [(mark, number, born) for mark in marks]
        return number

    def drop(self, row: FiledRow) -> None:
        self.finish()
        drop(self._transaction, row)

    def finish(self) -> None:
        if not self._marks:
            return
        records.add_marks(self._transaction, sorted(self._marks))
        skeletons = {keys.known_by(mark) for mark, *_ in self._marks}
        unknown = skeleton_index.unknown(self._transaction, skeletons)
        if unknown:
            pairs = sorted((variant, skeleton) for skeleton in unknown for variant in keys.variants(skeleton))
            skeleton_index.add(self._transaction, pairs)
            self._transaction.count(SKELETONS, len(unknown))
        self._marks = []


def forget(transaction: Transaction, item: int) -> None:
    """Takes away an item's record: a new version takes its place, or the item is purged."""
    row = records.of_item(transaction, item)
    if row is not None:
        drop(transaction, row)


def drop(transaction: Transaction, row: FiledRow) -> None:
    records.drop(transaction, row, keys.keys_of(map(names.unkept, row.names)))


def folded_names(given: Iterable[PersonName | None]) -> tuple[FoldedName, ...]:
    """Each way in which the names are written, aliases and original scripts among them, once."""
    found: list[FoldedName] = []
    for name in given:
        if name is not None:
            found += names.folded(name.family, name.given)
            found += names.readings(name.original_script or "")
    return names.distinct(found)


def papers(documents: Iterable[IdentityDocument]) -> tuple[tuple[str, str], ...]:
    """Number and issuer of each document that can be told apart; the issuer is empty where it is not known."""
    found = ((number_key(document.number), document.issuer or "") for document in documents)
    return tuple(dict.fromkeys((number, issuer) for number, issuer in found if number is not None))


@lru_cache(maxsize=4_096)
def birth_of(text: str) -> PartialDate | None:
    """A birth as a record keeps it."""
    return PartialDate(*map(int, text.split("-"))) if text else None
