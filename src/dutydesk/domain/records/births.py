"""Dates of birth as numbers ``YYYYMMDD``, with zeros for unknown parts, so that an index can search a range of them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dutydesk.domain.messages.subjects import PartialDate

#: The number of an unknown birth.
UNKNOWN = 0
_UNUSED = -1


class Births(NamedTuple):
    """A set of births, as numbers: ``first`` to ``last``, plus the single births ``before`` and ``after``.

    ``day`` is a month and day (``MMDD``) that match in any year. Where ``month`` (``YYYYMM``) is used, of the births
    from ``first`` to ``last`` only those count that are of this month, of an unknown day, or of the day ``one_day`` or
    ``other_day`` of any month. -1 marks an unused field. A search always includes records with an unknown birth.
    """

    first: int
    last: int
    before: int = _UNUSED
    after: int = _UNUSED
    day: int = _UNUSED
    month: int = _UNUSED
    one_day: int = _UNUSED
    other_day: int = _UNUSED


ANY_BIRTH = Births(UNKNOWN, 9999_99_99)


def as_number(birth: PartialDate | None) -> int:
    """``YYYYMMDD``, with zeros for unknown parts; 0 for ``None``."""
    return UNKNOWN if birth is None else birth.year * 1_00_00 + (birth.month or 0) * 1_00 + (birth.day or 0)


@lru_cache(maxsize=16_384)
def from_number(number: int) -> PartialDate | None:
    """The birth of a number of :func:`as_number`."""
    year, day = divmod(number, 1_00_00)
    return PartialDate(year, day // 100 or None, day % 100 or None) if number else None


def may_agree(one: int, other: int) -> bool:
    """Whether no part that both births, as numbers, have is another one."""
    if one == other or not one or not other:
        return True
    (year, day), (other_year, other_day) = divmod(one, 1_00_00), divmod(other, 1_00_00)
    if year != other_year or not day or not other_day:
        return year == other_year
    return day // 100 == other_day // 100 and not (day % 100 and other_day % 100)


def near_births(birth: PartialDate) -> Births:
    """The births that may be the same as ``birth``.

    A year alone matches every birth of that year, the year before and the year after. A birth with a month matches
    every birth of its year, and births that are only the year before or after. Of its own year a full date matches the
    same month and the same day of a month, and the day that is its month, because both may be swapped; it also matches
    the same day of any year, because years are often mistyped.
    """
    year = as_number(PartialDate(birth.year))
    before, after = year - 1_00_00, year + 1_00_00
    if birth.month is None:
        return Births(before, after + 99_99)
    if birth.day is None:
        return Births(year, year + 99_99, before, after)
    whole = as_number(birth)
    return Births(year, year + 99_99, before, after, whole - year, whole // 100, birth.day, birth.month)
