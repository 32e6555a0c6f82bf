"""Names the form of a date that is not written as the desk wants it, and what was probably meant.

Nothing is read from these forms: the words help the person who corrects the file. Day and month are never guessed; a
date is only proposed if one reading of it exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from dutydesk.wire.decode import limits

_LONGEST = 40
_THREE_NUMBERS = re.compile(r"([0-9]{1,2})[./,\- ]{1,2}([0-9]{1,2})[./,\- ]{1,2}([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./,\- ]{1,2}([0-9]{1,2})(?:[./,\- ]{1,2}([0-9]{1,2}))?")
_MONTH_AND_YEAR = re.compile(r"([0-9]{1,2})[./\- ]([0-9]{4})")
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*")
_DAY_NUMBER = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_BETWEEN_WORDS = re.compile(r"[\s.,/\-]+")
_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|re|º|°)")
_FILLERS = frozenset({"de", "del", "of", "le", "the", "el", "in"})
#: The first days that spreadsheets count from; those that begin in 1900 count a day that did not exist.
_COUNTED_FROM = (("1900", date(1899, 12, 30)), ("1904", date(1904, 1, 1)))
_FIRST_DAY_NUMBER, _LAST_DAY_NUMBER = 10_000, 73_050

_MONTH_NAMES = (
    "january janvier enero يناير",
    "february fevrier febrero فبراير شباط",
    "march mars marzo مارس اذار",
    "april avril abril ابريل نيسان",
    "may mai mayo مايو ايار",
    "june juin junio يونيو حزيران",
    "july juillet julio يوليو تموز",
    "august aout agosto اغسطس اب",
    "september septembre septiembre setiembre سبتمبر ايلول",
    "october octobre octubre اكتوبر",
    "november novembre noviembre نوفمبر",
    "december decembre diciembre ديسمبر",
)
_SHORT_NAMES = (
    "jan janv ene",
    "feb fev fevr",
    "mar",
    "apr avr abr",
    "",
    "jun",
    "jul juil",
    "aug ago",
    "sep sept set",
    "oct",
    "nov",
    "dec dic",
)
_MONTHS = {
    name: number
    for names in (_MONTH_NAMES, _SHORT_NAMES)
    for number, line in enumerate(names, 1)
    for name in line.split()
}


def other_form(text: str) -> str | None:
    """One clause on the form of a date, such as day first or the month in words; ``None`` if it looks like no date."""
    if len(text) > _LONGEST:
        return None
    plain = " ".join(_plain_figures(text).split())
    return (
        _with_time(plain)
        or _year_first(plain)
        or _year_last(plain)
        or _without_separators(plain)
        or _day_number(plain)
        or _month_in_words(plain)
    )


def _plain_figures(text: str) -> str:
    """The text with figures of any script as ASCII, without accents and in lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept).casefold()


def _iso(year: int, month: int, day: int | None = None) -> str | None:
    """The date as the desk writes it, if it exists."""
    if not limits.YEAR_MIN <= year <= limits.YEAR_MAX:
        return None
    try:
        known = date(year, month, day or 1)
    except ValueError:
        return None
    return known.isoformat() if day is not None else known.isoformat()[:7]


def _named(form: str, readings: Iterable[str | None]) -> str:
    found = sorted({reading for reading in readings if reading is not None})
    if not found:
        return f"it looks like a date {form}, but no such day exists"
    if len(found) == 1:
        return f"it looks like a date {form}; probably {found[0]} was meant"
    return f"it looks like a date {form}; it may be {' or '.join(found)}, which is not guessed"


def _with_time(text: str) -> str | None:
    found = _WITH_TIME.fullmatch(text.upper())
    return _named("with a time", [_iso(*map(int, found[1].split("-")))]) if found else None


def _year_first(text: str) -> str | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return None
    return _named("in another form", [_iso(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)])


def _year_last(text: str) -> str | None:
    short = _MONTH_AND_YEAR.fullmatch(text)
    if short is not None:
        return _named("with the year last", [_iso(int(short[2]), int(short[1]))])
    found = _THREE_NUMBERS.fullmatch(text)
    if found is None:
        return None
    if len(found[3]) == 2:
        return "it looks like a date with a year of two digits, which is not guessed"
    one, other, year = (int(part) for part in found.groups())
    if one > 12 >= other:
        return _named("with the day first", [_iso(year, other, one)])
    if other > 12 >= one:
        return _named("with the month first", [_iso(year, one, other)])
    return _named("with the year last", [_iso(year, other, one), _iso(year, one, other)])


def _without_separators(text: str) -> str | None:
    if len(text) != 8 or not text.isascii() or not text.isdecimal():
        return None
    first, second, third, fourth = (int(text[at : at + 2]) for at in range(0, 8, 2))
    begin, end = int(text[:4]), int(text[4:])
    readings = [_iso(begin, third, fourth), _iso(end, second, first), _iso(end, first, second)]
    return _named("without separators", readings) if any(readings) else None


def _day_number(text: str) -> str | None:
    if not _DAY_NUMBER.fullmatch(text):
        return None
    number = int(text[:5])
    if not _FIRST_DAY_NUMBER <= number <= _LAST_DAY_NUMBER:
        return None
    meant = " or ".join(f"{first + timedelta(number)} if it counts from {year}" for year, first in _COUNTED_FROM)
    return f"it looks like the number that a spreadsheet has for a day: {meant}, which is not guessed"


def _month_in_words(text: str) -> str | None:
    words = [word for word in _BETWEEN_WORDS.split(text) if word and word not in _FILLERS]
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    numbers = [found[1] if (found := _ORDINAL.fullmatch(word)) else word for word in words if word not in _MONTHS]
    if len(months) != 1 or not 1 <= len(numbers) <= 2 or not all(map(_is_number, numbers)):
        return None
    years = [number for number in numbers if len(number) == 4]
    days = [int(number) for number in numbers if len(number) <= 2]
    if not years and len(numbers) == 2:
        return "it looks like a date with a year of two digits, which is not guessed"
    if len(years) != 1 or len(days) != len(numbers) - 1:
        return None
    return _named("with the month in words", [_iso(int(years[0]), months[0], *days)])


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) in (1, 2, 4)
