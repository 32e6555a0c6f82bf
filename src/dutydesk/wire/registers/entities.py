"""Reads persons from a file of FollowTheMoney entities, one JSON object a line, in any order.

Taken are Person with Passport, Identification and Sanction, which name their person as ``holder`` or ``entity``, or
stand nested in it. Other entities are counted and skipped. The file is read once and sorted by person on disk; then
each person is made of all its lines. A broken line is rejected by its number, and spoils no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from pathlib import Path

from dutydesk.domain.countries import Directory
from dutydesk.wire.registers.entity_lines import (
    EntityFragment,
    EntityLine,
    EntityLineError,
    FragmentKind,
    read_entity,
)
from dutydesk.wire.registers.entity_parts import FragmentParts
from dutydesk.wire.registers.entity_person import EntityPerson, NobodyError, PersonFragments, make_person
from dutydesk.wire.registers.lines import read_lines
from dutydesk.wire.registers.rows import LineSource, RejectedRow, UnreadableFileError

#: Documents and sanctions of one person that are read; the desk keeps fewer.
_MOST_BELONGING = 1_000
#: Schemata that are counted by name; further ones are counted together.
_MOST_SCHEMATA = 100
_FURTHER = "other schemata"

EntityRow = EntityPerson | RejectedRow


@dataclass(slots=True)
class EntityFile:
    """The persons of a file. ``skipped`` counts entities that are no listed persons; it grows as ``rows`` are read.

    ``lists`` are the lists that every person is in. ``is_whole``: each line and each person could be read, so that a
    person who is not in the file is not on its list; it is known once all ``rows`` are read. ``persons`` counts the
    lines of persons.
    """

    lists: frozenset[str]
    is_whole: bool
    persons: int
    skipped: Counter[str]
    rows: Iterator[EntityRow]
    close: Callable[[], None]


@dataclass(slots=True)
class _FirstPass:
    lists: frozenset[str] | None = None
    persons: int = 0
    rejected: int = 0
    first_problem: str = ""
    entities: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def read_entities(
    file: LineSource, directory: Directory, today: date, *, folder: Path | None = None, parts: int = 1
) -> EntityFile:
    """Sort the file by person in ``parts`` temporary files in ``folder``. Raises UnreadableFileError, PartsError.

    The caller closes what it gets, also before it has read all rows.
    """
    sorted_parts = FragmentParts(folder, parts)
    try:
        seen = _sort(file, sorted_parts)
    except BaseException:
        sorted_parts.close()
        raise
    if not seen.entities:
        sorted_parts.close()
        raise UnreadableFileError(
            f"the file holds no entity of FollowTheMoney: {seen.first_problem}"
            if seen.rejected
            else "the file is empty"
        )
    found = EntityFile(
        seen.lists or frozenset(), seen.rejected == 0, seen.persons, seen.skipped, iter(()), sorted_parts.close
    )
    found.rows = _rows(sorted_parts, directory, today, found)
    return found


def _sort(file: LineSource, parts: FragmentParts) -> _FirstPass:
    seen = _FirstPass()
    for number, line in read_lines(file):
        if isinstance(line, RejectedRow):
            _reject(seen, parts, line)
        elif line.strip():
            try:
                _keep(seen, parts, read_entity(number, line))
            except EntityLineError as fault:
                _reject(seen, parts, RejectedRow(number, str(fault)))
    parts.flush()
    return seen


def _reject(seen: _FirstPass, parts: FragmentParts, row: RejectedRow) -> None:
    if not seen.rejected:
        seen.first_problem = f"of line {row.line}, {row.problem}"
    seen.rejected += 1
    parts.reject(row)


def _keep(seen: _FirstPass, parts: FragmentParts, entity: EntityLine) -> None:
    seen.entities += 1
    if entity.kind is FragmentKind.OTHER:
        _count(seen.skipped, entity.schema)
    if entity.kind is FragmentKind.PERSON:
        seen.persons += 1
        seen.lists = entity.datasets if seen.lists is None else seen.lists & entity.datasets
    for fragment in entity.fragments:
        parts.add(fragment)


def _count(skipped: Counter[str], schema: str) -> None:
    skipped[schema if schema in skipped or len(skipped) < _MOST_SCHEMATA else _FURTHER] += 1


def _rows(parts: FragmentParts, directory: Directory, today: date, file: EntityFile) -> Iterator[EntityRow]:
    """The rejected lines with the first part, in the order of the file; then the other parts."""
    rejected: Iterable[EntityRow] = parts.rejected()
    for part in parts.parts():
        persons = _persons_of(part, directory, today, file)
        yield from merge(rejected, persons, key=lambda row: row.line)
        rejected = ()


def _persons_of(
    part: Iterator[EntityFragment], directory: Directory, today: date, file: EntityFile
) -> Iterator[EntityRow]:
    persons, strays = _gather(part, file.skipped)
    rows: list[PersonFragments | RejectedRow] = [*persons, *strays]
    for row in sorted(rows, key=lambda row: row.line):
        if isinstance(row, RejectedRow):
            yield row
        elif not row.is_listed:
            _count(file.skipped, "Person that the list is not about")
        else:
            try:
                person = make_person(row, directory, today)
            except NobodyError as fault:
                file.is_whole = False
                yield RejectedRow(row.line, str(fault))
                continue
            if not person.in_force:
                _count(file.skipped, "Person no longer in force")
            yield person


def _gather(
    part: Iterator[EntityFragment], skipped: Counter[str]
) -> tuple[Iterable[PersonFragments], list[RejectedRow]]:
    """The persons of one part, and a rejected row for each document or sanction of nobody in the file."""
    persons: dict[str, PersonFragments] = {}
    others: set[str] = set()
    belonging: list[EntityFragment] = []
    numbers: Counter[str] = Counter()
    for fragment in part:
        if fragment.kind is FragmentKind.PERSON:
            person = persons.setdefault(fragment.owner, PersonFragments(fragment.line, fragment.owner))
            person.add_own(fragment.values)
        elif fragment.kind is FragmentKind.OTHER:
            others.add(fragment.owner)
        elif numbers[fragment.owner] < _MOST_BELONGING:
            numbers[fragment.owner] += 1
            belonging.append(fragment)
    strays = []
    for fragment in belonging:
        if fragment.owner in persons:
            _add(persons[fragment.owner], fragment)
        elif fragment.owner in others:
            _count(skipped, f"{fragment.schema} of another than a person")
        else:
            strays.append(RejectedRow(fragment.line, f"it belongs to {fragment.owner[:64]!r}, who is not in the file"))
    return persons.values(), strays


def _add(person: PersonFragments, fragment: EntityFragment) -> None:
    if fragment.kind is FragmentKind.DOCUMENT:
        person.add_document(fragment.values)
    else:
        person.add_sanction(fragment.values)
