"""Parses the wire's dates and times, in the figures of any script.

The parsers return ``None`` for anything that is not a date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.date_forms import other_form

PARTIAL_DATE_PATTERN = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
FULL_DATE_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
INSTANT_PATTERN = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_INSTANT = re.compile(INSTANT_PATTERN[:-1])
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@lru_cache(maxsize=1024)
def partial_date(text: str) -> PartialDate | None:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, of an existing date between the years 1800 and 2200."""
    found = _PARTIAL.fullmatch(plain_figures(text))
    if found is None:
        return None
    year, month, day = found.groups()
    known = PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    if not limits.YEAR_MIN <= known.year <= limits.YEAR_MAX or known.month == 0 or known.day == 0:
        return None
    try:
        known.earliest()
    except ValueError:
        return None
    return known


@lru_cache(maxsize=1024)
def full_date(text: str) -> date | None:
    """``YYYY-MM-DD``, within the same years."""
    known = partial_date(text)
    return known.earliest() if known is not None and known.day is not None else None


@lru_cache(maxsize=1024)
def instant(text: str) -> datetime | None:
    """An RFC 3339 time with its zone, as UTC, between the years 1970 and 2200. Digits beyond microseconds are cut."""
    text = plain_figures(text)
    if _INSTANT.fullmatch(text) is None or not limits.SENT_YEAR_MIN <= int(text[:4]) <= limits.SENT_YEAR_MAX:
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError:
        return None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def date_problem(text: str, *, partial: bool) -> str:
    """The clause for a text that ``partial_date`` or ``full_date`` does not accept."""
    wanted = sentence("YYYY, YYYY-MM or YYYY-MM-DD") if partial else "YYYY-MM-DD"
    found = _PARTIAL.fullmatch(plain_figures(text))
    if found is None or not (partial or found[3]):
        form = other_form(text)
        if form is None:
            return sentence("is no date: write {wanted}", wanted=wanted)
        return sentence("is no date: write {wanted}; {form}", wanted=wanted, form=form)
    if not limits.YEAR_MIN <= int(found[1]) <= limits.YEAR_MAX:
        return sentence(
            "has the year {found}: years from {year_min} to {year_max} are taken",
            found=found[1],
            year_min=limits.YEAR_MIN,
            year_max=limits.YEAR_MAX,
        )
    return sentence("is {text}, a date that does not exist", text=text)


def instant_problem(text: str) -> str:
    """The clause for a text that ``instant`` does not accept."""
    wanted = sentence("write it as 2022-03-12T09:30:00Z or with an offset such as +02:00")
    text = plain_figures(text)
    if _INSTANT.fullmatch(text + "Z") is not None:
        return sentence("has no time zone: {wanted}", wanted=wanted)
    if _INSTANT.fullmatch(text) is None:
        return sentence("is no RFC 3339 time: {wanted}", wanted=wanted)
    if not limits.SENT_YEAR_MIN <= int(text[:4]) <= limits.SENT_YEAR_MAX:
        return sentence(
            "has the year {text}: years from {sent_year_min} to {sent_year_max} are taken",
            text=text[:4],
            sent_year_min=limits.SENT_YEAR_MIN,
            sent_year_max=limits.SENT_YEAR_MAX,
        )
    return sentence("is a date that does not exist")
