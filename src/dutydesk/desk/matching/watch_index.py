"""The watch list's keys in memory, so that a message about nobody on it costs some microseconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from dutydesk.desk.matching.folding import PersonFacts, parse_birth
from dutydesk.domain.limits import DEFAULT_LIMITS, MemoryLimits
from dutydesk.screening.names import name_from_text
from dutydesk.screening.score import birth_points, closest_names, nationality_points, phonetic_name
from dutydesk.screening.watch_keys import exact_key, filed_keys, scope_base, sought_keys, sought_ranges
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched

_NOT_LOADED = -1
#: Bytes of the sieve: a prime, so that keys spread over it.
_SIEVE = 8_388_593
#: How many points a name's sounds may be less alike than the name itself has to be.
_SOUND_TOLERANCE = 10.0
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class SoughtKeys:
    """What a sought person may be filed under, without a scope; see :mod:`dutydesk.screening.watch_keys`."""

    keys: frozenset[int]
    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, facts: PersonFacts) -> SoughtKeys:
        keys = frozenset[int]() if facts.birth is None else sought_keys(facts.names, facts.birth)
        return cls(keys, tuple(sought_ranges(facts.names, facts.birth)))


@dataclass(frozen=True, slots=True)
class _Filed:
    """What of a watched person tells most of the others apart, without reading the store."""

    heard: tuple[str, ...]
    birth: str
    nationalities: tuple[str, ...]


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
        self._sieve = bytearray(_SIEVE)
        self._keys, self._numbers = array("q"), array("q")
        self._later: dict[int, list[int]] = {}  # keys of those who came after the index was loaded
        self._filed: dict[int, _Filed] = {}
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
            self._load(handle)
        else:
            for person in watched.after(handle, self.newest):
                self._add(person)
        self.newest, self._is_stale = newest, False

    def _load(self, handle: Handle) -> None:
        for key, number in watched.all_keys(handle):
            self._keys.append(key)
            self._numbers.append(number)
            self._sieve[key % _SIEVE] = 1
        for number, names, birth, nationalities in watched.all_persons(handle):
            self._filed[number] = _Filed(heard_names(names), birth, nationalities)

    def _add(self, person: watched.WatchedPerson) -> None:
        for key in keys_of_person(person):
            self._later.setdefault(key, []).append(person.number)
            self._sieve[key % _SIEVE] = 1
        self._filed[person.number] = _Filed(heard_names(person.names), person.birth, person.nationalities)

    def has_any(self, scopes: Iterable[str], keys: Iterable[int]) -> bool:
        """Whether somebody may be filed under one of these keys in one of these scopes."""
        sought = list(keys)
        return any(self._sieve[(base | key) % _SIEVE] for base in map(scope_base, scopes) for key in sought)

    def candidates(self, scopes: Iterable[str], facts: PersonFacts, least: int) -> list[int]:
        """The persons of these scopes whose names sound so alike that both may reach ``least`` points."""
        sought, sieve, numbers = SoughtKeys.of(facts), self._sieve, set[int]()
        for base in map(scope_base, scopes):
            for key in sought.keys:
                if sieve[(base | key) % _SIEVE]:
                    self._collect(base | key, base | key, numbers)
            for first, last in sought.ranges:
                self._collect(base | first, base | last, numbers)
        return [number for number in sorted(numbers) if self._may_reach(facts, number, least)]

    def _collect(self, first: int, last: int, numbers: set[int]) -> None:
        start = bisect_left(self._keys, first)
        numbers.update(self._numbers[start : bisect_right(self._keys, last, lo=start)])
        if self._later:
            later = (first,) if first == last else [key for key in self._later if first <= key <= last]
            for key in later:
                numbers.update(self._later.get(key, ()))

    def _may_reach(self, facts: PersonFacts, number: int, least: int) -> bool:
        filed = self._filed.get(number)
        return filed is None or sounds_alike(facts, filed.heard, filed.birth, filed.nationalities, least)


def heard_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(phonetic_name(name_from_text(name)) for name in names)


def sounds_alike(
    facts: PersonFacts, heard: tuple[str, ...], birth: str, nationalities: tuple[str, ...], least: int
) -> bool:
    """Whether names that are heard like this may reach ``least`` points, with what birth and nationality add."""
    speaks = birth_points(facts.birth, parse_birth(birth)) + nationality_points(facts.nationalities, nationalities)
    needed = least - speaks
    return needed <= _WHOLE and any(closest_names(name, heard, needed - _SOUND_TOLERANCE) for name in facts.names)


def keys_of_person(person: watched.WatchedPerson) -> list[int]:
    """The keys, with their scope, that a watched person is filed under."""
    base, names = scope_base(person.scope), tuple(map(name_from_text, person.names))
    return [base | key for key in filed_keys(names, parse_birth(person.birth)).union(map(exact_key, person.exact))]
