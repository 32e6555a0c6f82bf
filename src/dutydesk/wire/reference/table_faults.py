"""Reads rows of the desk's TOML tables, and collects every fault with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

import tomli

from dutydesk.domain.frozen import value
from dutydesk.wire.reference.toml_lines import TomlPlaces, find_places

Word = TypeVar("Word", bound=StrEnum)
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


@value(frozen=True, slots=True, order=True)
class TableFault:
    """One fault of a table. ``file`` is the file's name, ``line`` counts from 1, ``words`` are one clause."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.words}"


class TableError(ValueError):
    """A table can't be used. The message is the first fault; ``faults`` has all of them."""

    def __init__(self, faults: Iterable[TableFault]) -> None:
        self.faults = tuple(sorted(faults))
        more = len(self.faults) - 1
        super().__init__(f"{self.faults[0]}{f' (and {more} more)' if more else ''}")


@dataclass(slots=True)
class TableFile:
    """A file of tables. Without a readable ``document`` its one fault is collected, and it has no rows."""

    name: str
    document: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    faults: list[TableFault] = field(default_factory=list)
    _places: TomlPlaces | None = None

    @property
    def places(self) -> TomlPlaces:
        """Found when a fault first asks: that takes as long as reading the file."""
        if self._places is None:
            self._places = find_places(self.text)
        return self._places

    def add_fault(self, line: int, words: str) -> None:
        self.faults.append(TableFault(self.name, line, words))

    def rows(self, table: str) -> Iterator[Row]:
        """The rows under ``[[table]]``; a fault where something else has that name."""
        rows = self.document.get(table, [])
        if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
            line = self.places.line(table, 0) if table in self.places.rows else self.places.line("", 0, table)
            self.add_fault(line, f"{table}: write each one under [[{table}]]")
            return
        for index, values in enumerate(rows):
            yield Row(self, table, index, values)

    def reject_tables(self, known: Iterable[str], where: str) -> None:
        """Collects a fault for each name at the top of the file that is not ``known``."""
        names = sorted(known)
        for name in self.document.keys() - set(names):
            line = self.places.line(name, 0) if name in self.places.rows else self.places.line("", 0, name)
            self.add_fault(line, f"{where}: unknown key {name}; it may have {', '.join(names)}")


def read_table_file(name: str, text: str) -> TableFile:
    """Reads a file. Never raises: a text that is no TOML is its one fault."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return TableFile(name, tomli.loads(text), text)
    except tomli.TOMLDecodeError as error:
        found = TableFile(name)
        at = _AT_LINE.search(str(error))
        line = int(at.group(1)) if at is not None and at.group(1) else text.count("\n") + 1
        found.add_fault(line, f"this is no TOML: {_AT_LINE.sub('', str(error))}")
        return found
    except RecursionError:
        found = TableFile(name)
        found.add_fault(1, "this is nested too deeply")
        return found


@value(frozen=True, slots=True)
class Row:
    """One row of a table. Each reader collects a fault and returns a harmless value in place of a wrong one."""

    file: TableFile
    table: str
    index: int
    values: Mapping[str, object]

    @property
    def where(self) -> str:
        identity = self.values.get("id")
        return f"{self.table} {identity if isinstance(identity, str) else self.index + 1}"

    def fault(self, words: str, key: str | None = None, entry: int | None = None) -> None:
        line = self.file.places.line(self.table, self.index, key, entry)
        self.file.add_fault(line, f"{self.where}: {words}")

    def reject_keys(self, required: frozenset[str], optional: frozenset[str]) -> None:
        for key in sorted(self.values.keys() - required - optional):
            self.fault(f"unknown key {key}; it may have {', '.join(sorted(required | optional))}", key)
        for key in sorted(required - self.values.keys()):
            self.fault(f"{key} is missing")

    def text(self, key: str) -> str:
        value = self.values.get(key, "-")
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} must be a text that is not empty", key)
            return "-"
        return value

    def optional_text(self, key: str) -> str:
        return self.text(key) if key in self.values else ""

    def switch(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{key} must be true or false, not {value!r}", key)
            return False
        return value

    def listed(self, key: str) -> list[object]:
        value = self.values.get(key, [])
        if key in self.values and (not isinstance(value, list) or not value):
            self.fault(f"{key} must be a list that is not empty", key)
        return value if isinstance(value, list) else []

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none of them blank; empty without the key."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fault(f"{key} must be a list of words", key)
            return ()
        for entry, text in enumerate(value):
            if not isinstance(text, str) or not text.strip():
                self.fault(f"{key} must be a list of words, and {text!r} is none", key, entry)
        return tuple(text for text in value if isinstance(text, str) and text.strip())

    def day(self, key: str) -> date:
        value = self.values.get(key, date.min)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fault(f"{key} must be a date such as 2022-02-24, without quotes", key)
            return date.min
        return value

    def word(self, words: type[Word], written: object, key: str, allowed: Iterable[Word] | None = None) -> Word | None:
        """The member that ``written``, which stands at ``key``, names; ``None`` with a fault for none."""
        known = [word for word in words if allowed is None or word in allowed]
        for word in known:
            if isinstance(written, str) and written == word.value:
                return word
        self.fault(f"{key} must be one of {', '.join(known)}, not {written!r}", key)
        return None
