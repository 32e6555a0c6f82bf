"""CSV that a spreadsheet opens without executing formulas in names."""

from __future__ import annotations

import csv

import pytest

from dutydesk.wire.encode.csv import csv_bytes


def cells(*values: object, raw: bool = False) -> list[str]:
    (row,) = csv.reader(csv_bytes(("a",), [values], raw=raw).decode().splitlines()[1:])
    return row


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_would_be_a_formula_is_text(begin: str) -> None:
    assert cells(f"{begin}1+1")[0][0] in ("'", "\\"), "an apostrophe, or shown as what it is"
    assert not cells(f"{begin}1+1")[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_raw_keeps_cells_as_they_are() -> None:
    assert cells("=1+1", "-x", raw=True) == ["=1+1", "-x"]


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert cells(-5, 2.5, None, True, "a,b") == ["-5", "2.5", "", "yes", "a,b"]


def test_what_acts_on_a_terminal_is_shown() -> None:
    assert cells("\x1b[2J") == ["\\x1b[2J"]
    assert csv_bytes(("a",), [("\ud800",)], raw=True) == b"a\r\n\\ud800\r\n"
