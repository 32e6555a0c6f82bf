"""Rows whose content is not in the log: which column differs is known all the same, and old rows stay provable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.rules.registers import Register
from dutydesk.store.tables.kept_rows import (
    ANY_COLUMN,
    COLUMN_DIGESTS,
    ENTRIES,
    RECORDS,
    KeyChange,
    RowDifference,
    logged_digest,
)

RECORD: dict[str, Any] = {
    "source": "DE",
    "origin": "item",
    "item": 7,
    "reference": None,
    "subject": "person",
    "title": "QUILABRAND Irzo",
    "names": "irzo quilabrand\nirso quilabrand",
    "heard": "ARS KLBRNT",
    "birth": "1968-02-03",
    "nationalities": "DE",
    "documents": "PQ4410017 DE",
    "entered_at": 1_780_000_000_000_000,
    "ends_at": None,
    "category": "",
}
ENTRY: dict[str, Any] = {
    "register": "refugees",
    "reference": "R-1",
    "entered_on": "2026-01-02",
    "country": "FR",
    "matter": None,
    "decision": None,
    "in_force": 1,
    "digest": "d",
}
KEYS = [("n:irzo", "1968"), ("d:PQ4410017", "DE")]
VALUES = st.none() | st.integers(-(2**60), 2**60) | st.text(max_size=20) | st.binary(max_size=4)


def kept(table: Any, row: dict[str, Any], keys: Any = ()) -> tuple[dict[str, Any], str]:
    """The row as it is written, and what the log says of it."""
    digests = table.column_digests(row, keys)
    return {**row, COLUMN_DIGESTS: digests}, logged_digest(digests)


@given(st.dictionaries(st.sampled_from(sorted(RECORD)), VALUES, min_size=1))
def test_exactly_the_changed_columns_are_named(changes: dict[str, object]) -> None:
    row, logged = kept(RECORDS, RECORD)
    changed = tuple(column for column in RECORD if column in changes and repr(changes[column]) != repr(RECORD[column]))
    assert RECORDS.difference({**row, **changes}, logged) == RowDifference(changed)


def test_numbers_and_texts_are_told_apart() -> None:
    row, logged = kept(RECORDS, RECORD)
    assert RECORDS.difference({**row, "item": "7"}, logged).columns == ("item",)


def test_a_member_of_an_enum_is_its_text() -> None:
    assert ENTRIES.column_digests(ENTRY | {"register": Register(ENTRY["register"])}) == ENTRIES.column_digests(ENTRY)
    assert ENTRIES.column_digests(ENTRY | {"in_force": True}) == ENTRIES.column_digests(ENTRY)


@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        ([KEYS[1], KEYS[0]], ()),
        ([("n:irzo", "1969"), KEYS[1]], (KeyChange.DETAIL,)),
        ([KEYS[0]], (KeyChange.MISSING,)),
        ([*KEYS, ("n:other", "")], (KeyChange.SURPLUS,)),
        ([("n:other", "1968"), KEYS[1]], (KeyChange.MISSING, KeyChange.SURPLUS)),
    ],
)
def test_keys_of_an_entry_are_told_from_its_columns(
    keys: list[tuple[str, str]], changes: tuple[KeyChange, ...]
) -> None:
    row, logged = kept(ENTRIES, ENTRY, KEYS)
    assert ENTRIES.difference(row, logged, keys) == RowDifference((), changes)
    assert ENTRIES.difference(row | {"in_force": 0}, logged, keys) == RowDifference(("in_force",), changes)


@pytest.mark.parametrize("digests", [None, b"", b"\0" * 72, "text"])
def test_changed_digests_are_named_themselves(digests: object) -> None:
    row, logged = kept(RECORDS, RECORD)
    changed = {**row, COLUMN_DIGESTS: digests}
    assert RECORDS.difference(changed, logged).columns == (COLUMN_DIGESTS,)
    both = RECORDS.difference({**changed, "birth": "1970"}, logged).columns
    assert both == ((ANY_COLUMN,) if digests is None else (ANY_COLUMN, COLUMN_DIGESTS))
    assert RECORDS.as_logged(changed, logged) == row, "the row is as it was; its digests are made again"


def test_digests_that_fit_a_changed_row_are_not_those_of_the_log() -> None:
    _, logged = kept(RECORDS, RECORD)
    forged, _ = kept(RECORDS, RECORD | {"birth": "1970"})
    assert RECORDS.difference(forged, logged).columns == (ANY_COLUMN, COLUMN_DIGESTS)
    assert RECORDS.as_logged(forged, logged) is None


def test_a_row_of_an_earlier_release_is_compared_whole() -> None:
    records = digest_of(json.dumps(list(RECORD.values())))
    entries = digest_of(json.dumps([*ENTRY.values(), sorted(KEYS)]))
    for table, row, logged, keys in ((RECORDS, RECORD, records, ()), (ENTRIES, ENTRY, entries, KEYS)):
        old = {**row, COLUMN_DIGESTS: None}
        assert not table.difference(old, logged, keys)
        assert table.as_logged(row, logged, keys) == old
        first = next(iter(row))
        assert table.difference({**old, first: "x"}, logged, keys).columns == (ANY_COLUMN,)
        planted, _ = kept(table, row, keys)
        assert table.difference(planted, logged, keys).columns == (COLUMN_DIGESTS,)
        assert table.as_logged(planted, logged, keys) == old
