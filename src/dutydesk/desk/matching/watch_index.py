"""The watch list's keys in memory, so that a message about nobody on it costs some microseconds."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from rapidfuzz import process
from rapidfuzz.fuzz import ratio, token_ratio

from dutydesk.desk.matching.folding import PersonFacts, parse_birth
from dutydesk.domain.limits import DEFAULT_LIMITS, MemoryLimits
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.screening.names import name_from_text
from dutydesk.screening.score import MOST_EVIDENCE, birth_points, nationality_points, phonetic_name
from dutydesk.screening.watch_keys import exact_key, filed_keys, is_of_few, scope_base, sought_keys
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched
from dutydesk.store.tables.watched import WatchedPerson

_NOT_LOADED = -1
#: Slots of the index: a prime, so that keys spread over them.
_SLOTS = 4_194_301
#: How many points a name's sounds may be less alike than the name itself has to be.
_SOUND_TOLERANCE = 10.0
_WHOLE = 100.0
#: What one year adds to a birth as a number.
_YEAR = 1_00_00


@dataclass(frozen=True, slots=True)
class _Filed:
    """What of a watched person tells most of the others apart, without reading the store."""

    heard: tuple[str, ...]
    birth: str
    nationalities: tuple[str, ...]


class WatchIndex:
    """The keys of all watched persons up to the number ``newest``, for all messages of one process.

    It never changes what is found: a transaction to which a higher number is known searches the store. It is loaded
    only once a process has searched several times. Each slot leads to the last row of its keys, and each row to the
    row before; 0 is none.
    """

    def __init__(self, limits: MemoryLimits = DEFAULT_LIMITS.memory) -> None:
        self.newest = _NOT_LOADED
        self._limits = limits
        self._searches = 0
        self._is_stale = True
        self._slots = array("I")
        self._keys, self._numbers, self._births = array("q", [0]), array("q", [0]), array("I", [0])
        self._before = array("I", [0])
        self._few: dict[int, list[int]] = {}
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
        if newest and not self._slots:
            self._slots = array("I", bytes(self._slots.itemsize * _SLOTS))
        for person in watched.after(handle, max(self.newest, 0)):
            self.add(person)
        self.newest, self._is_stale = newest, False

    def add(self, person: WatchedPerson) -> None:
        """Add a person, whose rows a search may read at the same time."""
        names, birth = tuple(map(name_from_text, person.names)), births.as_number(parse_birth(person.birth))
        self._filed[person.number] = _Filed(tuple(map(phonetic_name, names)), person.birth, person.nationalities)
        for key in keys_of_person(person):
            if is_of_few(key):
                self._few.setdefault(key, []).append(person.number)
                continue
            slot = key % _SLOTS
            self._keys.append(key)
            self._numbers.append(person.number)
            self._births.append(birth)
            self._before.append(self._slots[slot])
            self._slots[slot] = len(self._keys) - 1

    def has_any(self, scopes: Iterable[str], keys: Iterable[int]) -> bool:
        """Whether somebody may be filed under one of these keys in one of these scopes."""
        slots, sought = self._slots, list(keys)
        return any(slots[(base | key) % _SLOTS] for base in map(scope_base, scopes) for key in sought)

    def candidates(self, scopes: Iterable[str], facts: PersonFacts, birth: PartialDate, least: int) -> list[int]:
        """The persons of these scopes whose names sound so alike that both may reach ``least`` points."""
        slots, keys, before, found = self._slots, self._keys, self._before, set[int]()
        numbers, known = self._numbers, self._births
        born, (many, few) = births.as_number(birth), sought_keys(facts.names, birth)
        for base in map(scope_base, scopes):
            for key in few if self._few else ():
                if base | key in self._few:
                    found.update(self._few[base | key])
            for key in many:
                wanted = base | key
                row = slots[wanted % _SLOTS]
                while row:
                    if keys[row] == wanted and numbers[row] not in found and may_be(born, known[row]):
                        found.add(numbers[row])
                    row = before[row]
        if not found:
            return []
        return self._sounding_alike(HeardPerson(facts), sorted(found), least)

    def _sounding_alike(self, heard: HeardPerson, numbers: list[int], least: int) -> list[int]:
        """Those of the persons whose names may reach ``least`` points; first by the names alone, all at once."""
        filed = [(number, self._filed.get(number)) for number in numbers]
        names = [(name, number) for number, one in filed if one is not None for name in one.heard]
        near = heard.near([name for name, _ in names], least)
        alike = {names[place][1] for place in near}
        return [
            number
            for number, one in filed
            if one is None or (number in alike and heard.may_reach(one.heard, one.birth, one.nationalities, least))
        ]


class HeardPerson:
    """A sought person's names by their sounds, to be compared with many others."""

    def __init__(self, facts: PersonFacts) -> None:
        self._facts = facts
        heard = dict.fromkeys(map(phonetic_name, facts.names))
        self._names = tuple((name, " ".join(name.split()[::-1])) for name in heard)

    def near(self, heard: list[str], least: int) -> set[int]:
        """The places of the names that may reach ``least`` points with the most that birth and nationality add."""
        cutoff = least - MOST_EVIDENCE - _SOUND_TOLERANCE
        return {
            place
            for name, turned in self._names
            for asked, scorer in ((name, token_ratio), (turned, ratio))
            for _, _, place in process.extract(asked, heard, scorer=scorer, limit=None, score_cutoff=cutoff)
        }

    def may_reach(self, heard: tuple[str, ...], birth: str, nationalities: tuple[str, ...], least: int) -> bool:
        """Whether names that are heard like this may reach ``least`` points, with what birth and nationality add."""
        facts = self._facts
        speaks = birth_points(facts.birth, parse_birth(birth)) + nationality_points(facts.nationalities, nationalities)
        needed = least - speaks
        if needed > _WHOLE:
            return False
        cutoff = needed - _SOUND_TOLERANCE
        return any(
            token_ratio(name, other, score_cutoff=cutoff) or ratio(turned, other, score_cutoff=cutoff)
            for name, turned in self._names
            for other in heard
        )


def may_be(one: int, other: int) -> bool:
    """Whether two births, as numbers, may be one person's: equal, less exact, swapped, or one part mistyped."""
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


def keys_of_person(person: WatchedPerson) -> list[int]:
    """The keys, with their scope, that a watched person is filed under."""
    base, names = scope_base(person.scope), tuple(map(name_from_text, person.names))
    return [base | key for key in filed_keys(names, parse_birth(person.birth)).union(map(exact_key, person.exact))]
