"""The table of keys finds what was added; the births that it rules out could never have been one person's."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.matching.key_table import KeyTable
from dutydesk.desk.matching.watch_index import may_be
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.screening.score import birth_points

_KEYS = st.integers(0, 2**62 - 1) | st.integers(0, 40)
_ROWS = st.tuples(_KEYS, st.integers(0, 2**40))
_CONTRADICTED = -30.0


@given(st.lists(st.lists(_ROWS, max_size=40), max_size=4), st.lists(_KEYS, max_size=20))
def test_it_finds_every_row_of_a_key_and_no_other(batches: list[list[tuple[int, int]]], others: list[int]) -> None:
    table, expected = KeyTable(new_rows=8), dict[int, list[int]]()
    for batch in batches:
        for key, row in batch:
            table.add(key, row)
            expected.setdefault(key, []).append(row)
        table.settle()
        for key in {*expected, *others}:
            assert sorted(table.find([key])) == sorted(expected.get(key, []))


def test_rows_are_laid_out_once_they_are_many() -> None:
    table = KeyTable(new_rows=100)
    for key in range(99):
        table.add(key, key)
    table.settle()
    assert table.waiting == 99
    for key in range(99, 102):
        table.add(key, key)
    table.settle()
    assert table.waiting == 0
    assert table.find([*range(102)]) == [*range(102)]


def test_a_table_that_grows_row_by_row_takes_little_memory() -> None:
    rows, table = 3_000, KeyTable()
    tracemalloc.start()
    try:
        for row in range(rows):
            table.add((row + 1) * 7_919 << 36, row << 30)
            table.settle()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < rows * 100  # a row that waits takes more than two hundred bytes


def _births() -> st.SearchStrategy[PartialDate]:
    years = st.sampled_from([1899, 1900, 1969, 1970, 1971, 1979, 1997, 2001, 2010])
    months, days = st.sampled_from([1, 2, 3, 10, 11, 12]), st.sampled_from([1, 2, 3, 10, 11, 12, 21, 28])
    return st.one_of(
        st.builds(PartialDate, years),
        st.builds(PartialDate, years, months),
        st.builds(PartialDate, years, months, days),
    )


@given(_births(), _births())
def test_a_birth_that_is_ruled_out_contradicts(one: PartialDate, other: PartialDate) -> None:
    if not may_be(births.as_number(one), births.as_number(other)):
        assert birth_points(one, other) == _CONTRADICTED


@given(_births(), _births())
def test_births_agree_unless_a_part_of_both_is_another(one: PartialDate, other: PartialDate) -> None:
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    agree = all(a is None or b is None or a == b for a, b in parts)
    assert births.may_agree(births.as_number(one), births.as_number(other)) is agree


@pytest.mark.parametrize("born", [0, 1970_00_00, 1970_03_21])
def test_an_unknown_birth_is_no_contradiction(born: int) -> None:
    assert may_be(born, births.UNKNOWN)
    assert births.may_agree(births.UNKNOWN, born)
