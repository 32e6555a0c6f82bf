"""Compares the keys by which records and watched persons are found with what follows from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dutydesk.desk.matching.folding import parse_birth
from dutydesk.desk.matching.watch_index import keys_of_person
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.proof.projection.compare import StateDifference, missing_row, shown, surplus_row
from dutydesk.domain.records.births import as_number
from dutydesk.screening import keys, names
from dutydesk.store.tables import state_rows, unfiled, watched

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.tables.state_rows import StoredRow
    from dutydesk.store.tables.unfiled import WaitingKeys
    from dutydesk.store.tables.watched import WatchedPerson


#: What a row raises whose names, birth or documents can't be read; its digest names it.
_UNREADABLE: Final = (ValueError, TypeError, AttributeError)


def compare_keys(handle: Handle, found: StateFindings) -> None:
    """Looks up each key that must be there; the tables are only walked where they have more rows."""
    _RecordKeys(handle, found).compare()
    _WatchedKeys(handle, found).compare()
    found.add(_neighbours(handle))


def _marks(row: StoredRow) -> tuple[int, ...]:
    return keys.keys_of(map(names.name_from_text, filter(None, row["names"].split("\n"))))


def _documents(row: StoredRow) -> list[tuple[str, str]]:
    """Each number with its issuer, once."""
    papers = (line.partition(" ") for line in row["documents"].split("\n") if line)
    return list(dict.fromkeys((number, issuer) for number, _, issuer in papers))


def _keys_of(person: WatchedPerson) -> tuple[int, ...]:
    try:
        return tuple(keys_of_person(person))
    except _UNREADABLE:
        return ()


@dataclass(slots=True)
class _RecordKeys:
    handle: Handle
    found: StateFindings
    waiting: dict[int, tuple[int, WaitingKeys | None]] = field(default_factory=dict)
    filed_upto: int = 0

    def compare(self) -> None:
        marks = papers = 0
        self.waiting = {item: (record, keys) for item, record, keys in unfiled.all_rows(self.handle)}
        filed = unfiled.stored_upto(self.handle)
        self.filed_upto = filed if isinstance(filed, int) else 0
        of_records = set()
        for row in state_rows.rows(self.handle, "state_records"):
            if row["item"] in self.waiting:
                of_records.add(row["item"])
                self.found.add(self._waiting(row))
                continue
            with suppress(*_UNREADABLE):
                marks += self._marks(row)
                papers += self._documents(row)
        surplus = [item for item in self.waiting if item not in of_records or item <= self.filed_upto]
        self.found.add(surplus_row("unfiled", item_name(item)) for item in surplus)
        if int(self.handle.value("state_record_keys_count")) > marks:
            self.found.add(self._stray_marks())
        if int(self.handle.value("state_document_keys_count")) > papers:
            self.found.add(self._stray_documents())

    def _waiting(self, row: StoredRow) -> Iterator[StateDifference]:
        """The keys of a record that are not filed yet must be those that follow from it."""
        record, keys = self.waiting[row["item"]]
        name = item_name(row["item"])
        if record != row["id"]:
            yield StateDifference("unfiled", name, "record", shown(record), shown(row["id"]))
        with suppress(*_UNREADABLE):
            expected = as_number(parse_birth(row["birth"])), {*_marks(row)}, _documents(row)
            if keys is None or (keys.born, {*keys.marks}, list(dict.fromkeys(keys.papers))) != expected:
                yield StateDifference("unfiled", name, "keys", "other keys", "those of the item's record")

    def _marks(self, row: StoredRow) -> int:
        marks, born = _marks(row), as_number(parse_birth(row["birth"]))
        for mark in marks:
            stands = self.handle.one("state_record_key", mark=mark, record=row["id"])
            key = f"{mark} of record {row['id']}"
            if stands is None:
                self.found.add([missing_row("record_key", key)])
                if isinstance(row["item"], int) and row["item"] > self.filed_upto:
                    self.found.add([missing_row("unfiled", item_name(row["item"]))])
            elif stands[0] != born:
                self.found.add([StateDifference("record_key", key, "born", shown(stands[0]), shown(born))])
        return len(marks)

    def _documents(self, row: StoredRow) -> int:
        papers = _documents(row)
        for number, issuer in papers:
            if self.handle.one("state_document_key", number=number, record=row["id"], issuer=issuer) is None:
                self.found.add([missing_row("document_key", f"{number} of record {row['id']}")])
        return len(papers)

    def _stray_marks(self) -> Iterator[StateDifference]:
        for mark, record, _born in self.handle.tuples("state_record_keys"):
            row, known = self.handle.one("record_by_number", id=record), tuple[int, ...]()
            with suppress(*_UNREADABLE):
                known = () if row is None else _marks(dict(zip(row.keys(), row, strict=True)))
            if mark not in known:
                yield surplus_row("record_key", f"{mark} of record {record}")

    def _stray_documents(self) -> Iterator[StateDifference]:
        for number, record, issuer in self.handle.tuples("state_document_keys"):
            row, known = self.handle.one("record_by_number", id=record), list[tuple[str, str]]()
            with suppress(*_UNREADABLE):
                known = [] if row is None else _documents(dict(zip(row.keys(), row, strict=True)))
            if (number, issuer) not in known:
                yield surplus_row("document_key", f"{number} of record {record}")


@dataclass(slots=True)
class _WatchedKeys:
    handle: Handle
    found: StateFindings

    def compare(self) -> None:
        number = 0
        known: set[int] = set()
        for person in watched.after(self.handle, 0):
            for mark in _keys_of(person):
                number += 1
                if self.handle.one("state_watched_key", mark=mark, watched=person.number) is None:
                    self.found.add([missing_row("watched_key", f"{mark} of {person.number}")])
            known.add(person.number)
        if int(self.handle.value("state_watched_keys_count")) > number:
            self.found.add(self._stray())

    def _stray(self) -> Iterator[StateDifference]:
        for mark, number in self.handle.tuples("state_watched_keys"):
            person = next(iter(watched.persons(self.handle, [number])), None)
            if person is None or mark not in _keys_of(person):
                yield surplus_row("watched_key", f"{mark} of {number}")


def _neighbours(handle: Handle) -> Iterator[StateDifference]:
    """Each row is a variant of its skeleton; each skeleton has all its variants, and each key has its skeleton."""
    skeletons: set[int] = set()
    for variant, skeleton in handle.tuples("state_neighbours"):
        skeletons.add(skeleton)
        if variant not in keys.index_variants(skeleton):
            yield surplus_row("neighbour", f"{variant} of {skeleton}")
    used = {keys.index_part(mark) for mark, _record, _born in handle.tuples("state_record_keys")}
    for skeleton in sorted(used | skeletons):
        yield from _variants(handle, skeleton, keys.index_variants(skeleton))


def _variants(handle: Handle, skeleton: int, variants: Iterable[int]) -> Iterator[StateDifference]:
    for variant in variants:
        if handle.one("state_neighbour", variant=variant, skeleton=skeleton) is None:
            yield missing_row("neighbour", f"{variant} of {skeleton}")
