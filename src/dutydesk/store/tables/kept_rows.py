"""Digests of rows whose content must not stand in the log.

A row keeps a digest of all of it and a checksum of each column in its ``column_digests``; the log has one digest of
these. So the log gives nothing away that could be guessed, and yet a changed row names the column that differs. A row
of an earlier release has no ``column_digests``: the log has a digest of its columns together.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, StrEnum
from hashlib import sha256
from typing import Any, Final, Protocol, TypeAlias
from zlib import crc32

from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.frozen import value

#: The column that has the digests.
COLUMN_DIGESTS: Final = "column_digests"
#: What stands in place of a column's name where the log has one digest of all columns of a row.
ANY_COLUMN: Final = "any of its columns"
_WHOLE: Final = 16
_SHORT: Final = 4

_PLAIN: Final = frozenset({str, int, type(None)})

#: The keys of a register's entry, each a mark and its detail.
Keys: TypeAlias = Iterable[tuple[str, str]]


class RowLike(Protocol):
    """A row of the store, or what is to be written as one."""

    def __getitem__(self, column: str, /) -> Any: ...


class KeyChange(StrEnum):
    MISSING = "missing"
    SURPLUS = "surplus"
    DETAIL = "detail"


@value(frozen=True, slots=True)
class RowDifference:
    """The columns of a row that are not as the log says, and what differs of the keys that belong to it."""

    columns: tuple[str, ...] = ()
    keys: tuple[KeyChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns or self.keys)


def _checksums(texts: Sequence[bytes]) -> bytes:
    """A checksum of each text. The digest of the whole row tells whether anything differs; these tell only where."""
    return struct.pack(f">{len(texts)}I", *map(crc32, texts))


def logged_digest(column_digests: bytes) -> str:
    """What the log says of a row with these digests."""
    return sha256(column_digests).hexdigest()[: 2 * _WHOLE]


class KeptTable:
    """A table with digests in the log."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        self.name, self._columns = name, tuple(columns)

    def column_digests(self, row: RowLike, keys: Keys = ()) -> bytes:
        """The digests of a row as it is, for its column of that name."""
        texts, of_keys = self._texts(row), _texts_of_keys(keys)
        return _whole(texts, of_keys) + _checksums([*texts, *of_keys])

    def difference(self, row: RowLike, logged: str, keys: Keys = ()) -> RowDifference:
        """How a row differs from the digest that the log has of it."""
        own_keys, stored = sorted(keys), row[COLUMN_DIGESTS]
        if isinstance(stored, bytes) and logged_digest(stored) == logged:
            texts, of_keys = self._texts(row), _texts_of_keys(own_keys)
            if stored.startswith(_whole(texts, of_keys)):
                return RowDifference()
            return self._named(stored, self.column_digests(row, own_keys))
        if self.is_of_earlier_release(row, logged, own_keys):
            return RowDifference(() if stored is None else (COLUMN_DIGESTS,))
        if logged_digest(self.column_digests(row, own_keys)) == logged:
            return RowDifference((COLUMN_DIGESTS,))
        return RowDifference((ANY_COLUMN,) if stored is None else (ANY_COLUMN, COLUMN_DIGESTS))

    def is_of_earlier_release(self, row: RowLike, logged: str, keys: Keys = ()) -> bool:
        """Whether the log has the digest that an earlier release made of this row."""
        values: list[object] = [row[column] for column in self._columns]
        return digest_of(json.dumps([*values, *self._keys_earlier(keys)], default=repr)) == logged

    def as_logged(self, row: Mapping[str, Any] | None, logged: str | None, keys: Keys = ()) -> Mapping[str, Any] | None:
        """The row of an old store with its ``column_digests`` made again; ``None`` where it is not as the log says."""
        if row is None or logged is None:
            return None
        own_keys, known = sorted(keys), {COLUMN_DIGESTS: None, **row}
        if self.is_of_earlier_release(known, logged, own_keys):
            return known | {COLUMN_DIGESTS: None}
        digests = self.column_digests(known, own_keys)
        return known | {COLUMN_DIGESTS: digests} if logged_digest(digests) == logged else None

    def _texts(self, row: RowLike) -> list[bytes]:
        """A text for each column that tells values and types apart."""
        values = [row[column] for column in self._columns]
        return [(ascii(value) if value.__class__ in _PLAIN else _text(value)).encode() for value in values]

    def _keys_earlier(self, _keys: Keys) -> Iterator[object]:
        return iter(())

    def _named(self, logged: bytes, own: bytes) -> RowDifference:
        """The columns and keys whose digests differ."""
        end = _WHOLE + _SHORT * len(self._columns)
        pairs = zip(_cut(logged[_WHOLE:end]), _cut(own[_WHOLE:end]), strict=True)
        columns = tuple(column for column, (was, now) in zip(self._columns, pairs, strict=True) if was != now)
        found = RowDifference(columns, tuple(_differing_keys(logged[end:], own[end:])))
        return found or RowDifference((ANY_COLUMN,))


class _RegisterEntries(KeptTable):
    """Entries of registers, each with its keys."""

    def _keys_earlier(self, keys: Keys) -> Iterator[object]:
        yield sorted(keys)


def _text(value: object) -> str:
    """As it is read from the store: an enum's member is there as its text."""
    if isinstance(value, Enum | bool):
        value = str(value) if isinstance(value, Enum) else int(value)
    return ascii(value)


def _texts_of_keys(keys: Keys) -> list[bytes]:
    return [ascii(text).encode() for key in sorted(keys) for text in key]


def _whole(texts: Iterable[bytes], of_keys: Iterable[bytes]) -> bytes:
    return sha256(b"\n".join([*texts, *of_keys])).digest()[:_WHOLE]


def _cut(digests: bytes) -> list[bytes]:
    return [digests[start : start + _SHORT] for start in range(0, len(digests), _SHORT)]


def _differing_keys(logged: bytes, own: bytes) -> Iterator[KeyChange]:
    was, now = (dict(zip(parts[::2], parts[1::2], strict=True)) for parts in (_cut(logged), _cut(own)))
    for mark, detail in was.items():
        if mark not in now:
            yield KeyChange.MISSING
        elif now[mark] != detail:
            yield KeyChange.DETAIL
    for mark in now:
        if mark not in was:
            yield KeyChange.SURPLUS


RECORDS: Final = KeptTable(
    "record",
    (
        "source",
        "origin",
        "item",
        "reference",
        "subject",
        "title",
        "names",
        "heard",
        "birth",
        "nationalities",
        "documents",
        "entered_at",
        "ends_at",
        "category",
    ),
)
WATCHED: Final = KeptTable(
    "watched",
    ("entry", "item", "scope", "names", "birth", "nationalities", "documents", "exact"),
)
ENTRIES: Final = _RegisterEntries(
    "register_entry",
    ("register", "reference", "entered_on", "country", "matter", "decision", "in_force", "digest"),
)
COMMANDS: Final = KeptTable("command", ("digest", "answer", "at"))
#: What a hit says of its query and its record; its other columns stand in the log.
HIT_TEXTS: Final = KeptTable("hit", ("query", "explanation", "title"))

#: The tables whose numbers are never given twice.
NUMBERED_ONCE: Final = (RECORDS, WATCHED)
