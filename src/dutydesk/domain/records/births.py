"""Births as numbers of eight figures, with zeros for what is not known, so that an index can tell whose is possible."""

from __future__ import annotations

from typing import NamedTuple

from dutydesk.domain.messages.subjects import PartialDate

#: Of no birth.
UNKNOWN = 0
_NONE = -1


class Births(NamedTuple):
    """Born from ``first`` to ``last``, or as ``before`` or ``after`` say, or on that ``day`` (month and day) of a year.

    Whose birth is not known is always one of them.
    """

    first: int
    last: int
    before: int = _NONE
    after: int = _NONE
    day: int = _NONE


ANY_BIRTH = Births(UNKNOWN, 9999_99_99)


def as_number(birth: PartialDate | None) -> int:
    return UNKNOWN if birth is None else birth.year * 1_00_00 + (birth.month or 0) * 1_00 + (birth.day or 0)


def near_births(birth: PartialDate) -> Births:
    """Those that a birth does not contradict in all, as far as both are known: with them a year written wrong, and of
    years alone the next."""
    year = as_number(PartialDate(birth.year))
    before, after = year - 1_00_00, year + 1_00_00
    if birth.month is None:
        return Births(before, after + 99_99)
    return Births(year, year + 99_99, before, after, as_number(birth) - year if birth.day is not None else _NONE)
