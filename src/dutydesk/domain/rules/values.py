"""Tests for placeholders, and the earliest and latest day of a partial date."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TypeGuard

from dutydesk.domain.messages.subjects import PartialDate

LONGEST_QUOTE = 80
_ONE_DAY = timedelta(days=1)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
#: Words that people enter for an unknown value. Short words that are also names ("Na", "Null") are left out.
_PLACEHOLDERS = frozenset(
    {
        "n/a", "n.a.", "n.a", "n/k", "unk", "unk.", "unknown", "not known", "not available", "not stated", "unnamed",
        "fnu", "lnu", "tbd", "xx", "xxx", "xxxx", "xxxxx",
        "inconnu", "inconnue", "non connu", "sans objet",
        "desconocido", "desconocida", "sin datos",
        "غير معروف", "غير معروفة", "مجهول", "مجهولة",
    }
)  # fmt: skip
_LONGEST_PLACEHOLDER = max(map(len, _PLACEHOLDERS))

#: Year, month and day. They sort like dates, and arithmetic on them never overflows.
Day = tuple[int, int, int]


def is_placeholder(value: str | None) -> bool:
    """Whether the value is present but a placeholder: ``-``, ``n/a``, ``unknown``."""
    if not value:
        return False
    if len(value) > _LONGEST_PLACEHOLDER:
        return _LETTER_OR_DIGIT.search(value) is None and not value.isspace()
    written = value.strip().casefold()
    if not written:
        return False
    return written in _PLACEHOLDERS or (not written[0].isalnum() and _LETTER_OR_DIGIT.search(written) is None)


def is_given(value: str | None) -> TypeGuard[str]:
    """Whether the value is present, not blank and not a placeholder."""
    return bool(value) and not is_placeholder(value) and not str(value).isspace()


def quoted(value: str | None) -> str:
    """The value on one line, cut to 80 characters; empty for no value."""
    if not value:
        return ""
    line = " ".join(value[: 4 * LONGEST_QUOTE].split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def first_day(known: PartialDate) -> Day:
    """The earliest day that the date may mean."""
    return (known.year, known.month or 1, known.day or 1)


def last_day(known: PartialDate) -> Day:
    """The latest day that the date may mean; 31 for any month."""
    return (known.year, known.month or 12, known.day or 31)


def day_of(on: date) -> Day:
    return (on.year, on.month, on.day)


def day_after(on: date) -> Day:
    """The next day; the last day of the calendar gives itself."""
    return day_of(on + _ONE_DAY) if on < date.max else day_of(on)


def years_after(day: Day, years: int) -> Day:
    return (day[0] + years, day[1], day[2])


def months_after(day: Day, months: int) -> Day:
    years, month = divmod(day[0] * 12 + day[1] - 1 + months, 12)
    return (years, month + 1, day[2])
