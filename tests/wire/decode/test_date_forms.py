"""Other forms of a date are named, one reading is proposed, and two are never chosen from."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.wire.decode.date_forms import other_form
from dutydesk.wire.decode.dates import date_problem, partial_date

WITHIN = st.dates(date(1800, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23.04.1979", "1979-04-23"),
        ("04/23/1979", "1979-04-23"),
        ("3-3-1979", "1979-03-03"),
        ("1979/04/23", "1979-04-23"),
        ("1979.4", "1979-04"),
        ("04/1979", "1979-04"),
        ("19790423", "1979-04-23"),
        ("23041979", "1979-04-23"),
        ("1979-04-23T00:00:00Z", "1979-04-23"),
        ("1979-04-23 00:00", "1979-04-23"),
        ("April 1979", "1979-04"),
        ("23 April 1979", "1979-04-23"),
        ("April 23rd, 1979", "1979-04-23"),
        ("23-Apr-1979", "1979-04-23"),
        ("23 avril 1979", "1979-04-23"),
        ("1er août 1979", "1979-08-01"),
        ("23 de abril de 1979", "1979-04-23"),
        ("٢٣ أبريل ١٩٧٩", "1979-04-23"),
        ("٢٣/٠٤/١٩٧٩", "1979-04-23"),
    ],
)
def test_one_reading_is_proposed(written: str, meant: str) -> None:
    assert f"probably {meant} was meant" in (other_form(written) or "")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("12.03.1979", "it may be 1979-03-12 or 1979-12-03, which is not guessed"),
        ("12/03/1979", "it may be 1979-03-12 or 1979-12-03, which is not guessed"),
        ("10111979", "it may be 1979-10-11 or 1979-11-10, which is not guessed"),
        ("12/03/79", "a year of two digits"),
        ("12-Mar-79", "a year of two digits"),
        ("28926", "1979-03-12 if it counts from 1900 or 1983-03-13 if it counts from 1904"),
        ("28926.5", "a spreadsheet has for a day"),
        ("31.02.1979", "no such day exists"),
        ("45/45/1979", "no such day exists"),
    ],
)
def test_more_readings_or_none_are_said(written: str, words: str) -> None:
    assert words in (other_form(written) or "")
    assert "probably" not in (other_form(written) or "")


@pytest.mark.parametrize("written", ["", "soon", "99", "1979-1985", "March", "may", "12 may 3 1979", "1" * 99, "99999"])
def test_what_is_no_date_has_no_form(written: str) -> None:
    assert other_form(written) is None


@given(WITHIN)
def test_day_and_month_are_never_guessed(day: date) -> None:
    words = other_form(f"{day:%d/%m}/{day.year:04d}") or ""
    assert ("probably" in words) == (day.day > 12 or day.day == day.month)
    assert day.isoformat() in words


@given(st.text() | st.from_regex(r"\A[0-9٠-٩]{1,5}[./ -][0-9a-zA-Z]{1,9}[./ -][0-9]{0,5}\Z"))
def test_any_text_has_a_clause_or_none(text: str) -> None:
    assert other_form(text) is None or "\n" not in (other_form(text) or "")
    if partial_date(text) is None:
        assert date_problem(text, partial=True)
