"""The watch list's keys in memory, so that a message about nobody on it costs a few microseconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from threading import Lock

from dutydesk.desk.matching.folding import parse_birth
from dutydesk.domain.limits import DEFAULT_LIMITS, MemoryLimits
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.screening.names import name_from_text
from dutydesk.screening.watch_keys import exact_key, scope_base, watch_keys
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched

_NOT_LOADED = -1
_BORN_SHIFT = 32
_NUMBER = (1 << _BORN_SHIFT) - 1
#: What one year adds to a birth as a number.
_YEAR = 1_00_00
#: Postings that are searched as quickly in full as by their births.
_FEW = 6


class WatchIndex:
    """The keys of all watched persons up to the number ``newest``, for all messages of one process.

    It never changes what is found: a transaction to which a higher number is known searches the store. It is loaded
    only once a process has searched several times.
    """

    def __init__(self, limits: MemoryLimits = DEFAULT_LIMITS.memory) -> None:
        self.newest = _NOT_LOADED
        self._limits = limits
        self._searches = 0
        self._is_stale = True
        self._postings: dict[int, array[int]] = {}
        self._lock = Lock()

    def expire(self) -> None:
        """Read what is new before the next search."""
        self._is_stale = True

    def is_ready(self, handle: Handle) -> bool:
        """Whether the index can be searched; reads what is new where it has expired."""
        if self._is_stale:
            self._searches += 1
            if self._searches <= self._limits.unloaded_searches:
                return False
            with self._lock:
                self._read_new(handle)
        return True

    def _read_new(self, handle: Handle) -> None:
        newest = watched.newest(handle)
        if newest < self.newest:  # an older view of the store
            return
        if self.newest == _NOT_LOADED:
            for mark, rows in groupby(watched.all_keys(handle), key=lambda row: row[0]):
                self._postings[mark] = array("q", [born << _BORN_SHIFT | number for _, born, number in rows])
        else:
            for person in watched.after(handle, self.newest):
                self._add(person)
        self.newest, self._is_stale = newest, False

    def _add(self, person: watched.WatchedPerson) -> None:
        birth = parse_birth(person.birth)
        posting = births.as_number(birth) << _BORN_SHIFT | person.number
        for mark in keys_of_person(person):
            insort(self._postings.setdefault(mark, array("q")), posting)

    def has_any(self, scopes: Iterable[str], keys: Collection[int]) -> bool:
        """Whether somebody is filed under one of these keys in one of these scopes."""
        postings = self._postings
        return any(base | key in postings for base in map(scope_base, scopes) for key in keys)

    def candidates(self, scopes: Iterable[str], keys: Collection[int], birth: PartialDate | None) -> set[int]:
        """The persons under one of these keys in one of these scopes whose birth may be this one."""
        postings, born, numbers = self._postings, births.as_number(birth), set[int]()
        for base in map(scope_base, scopes):
            for key in keys:
                found = postings.get(base | key)
                if found is not None:
                    numbers.update([row & _NUMBER for row in _near(found, birth) if may_be(born, row >> _BORN_SHIFT)])
        return numbers


def _near(found: array[int], birth: PartialDate | None) -> Sequence[int]:
    """The part of the postings, which are sorted by birth, that holds every birth that may be this one."""
    if birth is None or len(found) < _FEW:
        return found
    if birth.month is None:
        first, end = (birth.year - 1) * _YEAR, (birth.year + 2) * _YEAR
        return found[: _at(found, 1)] + found[_at(found, first) : _at(found, end)]
    year = birth.year * _YEAR
    near = found[: _at(found, 1)] + found[_at(found, year) : _at(found, year + _YEAR)]
    for other in (year - _YEAR, year + _YEAR):
        near += found[_at(found, other) : _at(found, other + 1)]
    return near


def _at(found: array[int], born: int) -> int:
    return bisect_left(found, born << _BORN_SHIFT)


def may_be(one: int, other: int) -> bool:
    """Whether two births, as numbers, may be one person's: equal, less exact, swapped, or one part different."""
    if one == other or not one or not other:
        return True
    (year, day), (other_year, other_day) = divmod(one, _YEAR), divmod(other, _YEAR)
    if not day or not other_day:
        return abs(year - other_year) <= 1
    (month, day), (other_month, other_day) = divmod(day, 100), divmod(other_day, 100)
    if not day or not other_day:
        return year == other_year and month == other_month
    if year != other_year:
        return month == other_month and day == other_day
    return month == other_month or day == other_day or (month, day) == (other_day, other_month)


def keys_of_person(person: watched.WatchedPerson) -> list[int]:
    """The keys, with their scope, that a watched person is filed under."""
    base = scope_base(person.scope)
    similar = watch_keys(map(name_from_text, person.names), parse_birth(person.birth))
    return [base | key for key in similar.union(map(exact_key, person.exact))]
