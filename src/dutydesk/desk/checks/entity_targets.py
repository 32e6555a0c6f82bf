"""Where the persons of a list go: the records that checks search, or a register.

A list's records are kept under its own origin, and its entries of a register under references that begin with its name,
so that those that leave the list can be found and ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import UTC, date, datetime, time
from typing import Protocol, TypeVar

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.checks.import_files import YEARS_KEPT
from dutydesk.desk.checks.import_records import (
    ImportCount,
    ImportedRecord,
    RecordOrigin,
    import_records,
    kept_origin,
)
from dutydesk.desk.checks.import_registers import end_entries, put_entries
from dutydesk.desk.examination import filing
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.domain.rules.likeness import identity
from dutydesk.domain.rules.registers import CcfMatter, Register, RegisterEntry
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import persons, records
from dutydesk.wire.registers.entity_person import EntityPerson
from dutydesk.wire.registers.rows import RejectedRow

Row = TypeVar("Row")
#: The longest text that says what was decided, in characters.
_DECISION = 1_000


@value(frozen=True, slots=True)
class ListedKey:
    """What the store has of a list: ``text`` is unique on the list.

    ``source`` is that of a record, ``number`` that of a register's entry.
    """

    text: str
    source: str = ""
    number: int = 0


class EntityTarget(Protocol[Row]):
    """What an import of entities writes. ``list_name`` may be empty; then nothing of a list can be found again."""

    @property
    def context(self) -> Context: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def list_name(self) -> str: ...

    @property
    def concerned(self) -> set[int]:
        """The numbers of the items that were examined again."""
        ...

    @property
    def name(self) -> str:
        """The name of the target and its list, unique among all targets."""
        ...

    def key(self, person: EntityPerson) -> str:
        """The text of the person's :class:`ListedKey`."""
        ...

    def row(self, person: EntityPerson) -> Row | RejectedRow: ...

    def write(self, transaction: Transaction, batch: list[Row]) -> ImportCount: ...

    def keys_after(self, handle: Handle, after: ListedKey | None, most: int) -> list[ListedKey]:
        """What the store has of the list, in a fixed order, from the one after ``after``."""
        ...

    def end(self, transaction: Transaction, absent: Iterable[ListedKey]) -> None: ...


@value(frozen=True, slots=True)
class RecordTarget:
    """Nominal records. ``source`` owns the persons that no member country lists; ``concerned`` stays empty."""

    context: Context
    actor: Actor
    list_name: str
    source: str
    today: date
    concerned: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        return kept_origin(RecordOrigin.ENTITIES, self.list_name)

    def key(self, person: EntityPerson) -> str:
        return person.id

    def row(self, person: EntityPerson) -> ImportedRecord:
        kept_until = date(self.today.year + YEARS_KEPT, 12, 31)
        last_day = min(kept_until, person.ends_on or kept_until)
        return ImportedRecord(
            source=person.source or self.source,
            reference=person.id,
            subject="person",
            title=person.title,
            names=(*person.names, *person.weak_names),
            birth=person.birth,
            nationalities=person.nationalities,
            documents=person.documents,
            ends_at=datetime.combine(last_day, time(23, 59, 59), UTC),
            categories=person.categories,
            list_name=self.list_name,
            in_force=person.in_force,
        )

    def write(self, transaction: Transaction, batch: list[ImportedRecord]) -> ImportCount:
        return import_records(transaction, self.context, self.actor, RecordOrigin.ENTITIES, batch)

    def keys_after(self, handle: Handle, after: ListedKey | None, most: int) -> list[ListedKey]:
        begin = ("", "") if after is None else (after.source, after.text)
        found = records.references_after(handle, self.name, begin, most)
        return [ListedKey(reference, source) for source, reference in found]

    def end(self, transaction: Transaction, absent: Iterable[ListedKey]) -> None:
        for key in absent:
            known = records.of_reference(transaction, self.name, key.source, key.text)
            if known is not None:
                filing.drop_record(transaction, known)


@value(frozen=True, slots=True)
class RegisterTarget:
    """A register. ``on`` is the date of entries of which the list says none."""

    context: Context
    actor: Actor
    list_name: str
    register: Register
    on: date | None
    concerned: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"register {self.register}:{self.list_name}"

    def key(self, person: EntityPerson) -> str:
        return f"{self.list_name}:{person.id}" if self.list_name else person.id

    def row(self, person: EntityPerson) -> RegisterEntry | RejectedRow:
        try:
            return self._entry(person)
        except _NoEntryError as fault:
            return RejectedRow(person.line, str(fault))

    def _entry(self, person: EntityPerson) -> RegisterEntry:
        on = person.listed_on or self.on
        if on is None:
            raise _NoEntryError("it has no listingDate, and an entry needs a date; --date says it of all such persons")
        described = identity(person.names, person.birth, person.documents)
        if described.is_empty:
            raise _NoEntryError("it names nobody: two words of a name, or the number of a document, are needed")
        country, matter, decision = self._matter(person)
        key, names = self.key(person), person.names
        return RegisterEntry(self.register, key, described, on, country, matter, decision, person.in_force, names)

    def _matter(self, person: EntityPerson) -> tuple[str | None, CcfMatter | None, str | None]:
        countries = person.nationalities or person.countries
        if self.register is Register.REFUGEES:
            if len(countries) != 1:
                raise _NoEntryError(
                    f"it has {len(countries)} nationalities; the one of a refugee is the country of origin"
                )
            return countries[0], None, None
        country = countries[0] if countries else None
        if any(status.casefold() == CcfMatter.OPEN_REQUEST for status in person.statuses):
            return country, CcfMatter.OPEN_REQUEST, None
        if not person.grounds:
            raise _NoEntryError("it has neither reason nor program, which say what was decided")
        return country, CcfMatter.DECISION, "; ".join(person.grounds)[:_DECISION]

    def write(self, transaction: Transaction, batch: list[RegisterEntry]) -> ImportCount:
        """Raises NotAllowed."""
        self.context.officer(transaction, self.actor, Right.IMPORT)
        outcomes, concerned = put_entries(transaction, self.context, self.actor, batch)
        self.concerned.update(concerned)
        return ImportCount(**outcomes)

    def keys_after(self, handle: Handle, after: ListedKey | None, most: int) -> list[ListedKey]:
        span = (f"{self.list_name}:" if after is None else after.text, f"{self.list_name};")
        found = persons.references_in_force(handle, self.register, span, most)
        return [ListedKey(reference, number=number) for number, reference in found]

    def end(self, transaction: Transaction, absent: Iterable[ListedKey]) -> None:
        end_entries(transaction, (key.number for key in absent))


class _NoEntryError(ValueError):
    """The person can't be an entry of the register; the argument is one clause."""
