"""The watch list's keys in memory, so that a message about nobody on it costs some microseconds."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from rapidfuzz.fuzz import ratio, token_ratio

from dutydesk.desk.matching.folding import PersonFacts, parse_birth
from dutydesk.desk.matching.key_table import KeyTable
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.screening.names import name_from_text
from dutydesk.screening.score import birth_points, nationality_points, one_figure_apart, phonetic_name
from dutydesk.screening.watch_keys import exact_key, filed_keys, is_of_few, scope_base, sought_keys
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched
from dutydesk.store.tables.persons import names_person
from dutydesk.store.tables.watched import WatchedPerson

_NOT_LOADED = -1
#: How many points a name's sounds may be less alike than the name itself has to be.
_SOUND_TOLERANCE = 10.0
_WHOLE = 100.0
_TWO = 2
#: What one year adds to a birth as a number.
_YEAR = 1_00_00
#: A row of the table is a person's number above a birth as a number, which has so many bits.
_BIRTH_BITS = 27
_BIRTH = (1 << _BIRTH_BITS) - 1


class _Filed(NamedTuple):
    """What of a watched person tells most of the others apart, without reading the store."""

    heard: tuple[str, ...]
    birth: PartialDate | None
    nationalities: tuple[str, ...]


class WatchIndex:
    """The keys of all watched persons up to the number ``newest``, for all messages of one process.

    Whoever is found by the store is found here, unless a key has more persons than the store reads. A transaction to
    which a higher number is known searches the store.
    """

    def __init__(self) -> None:
        self.newest = _NOT_LOADED
        self._is_stale = True
        self._table = KeyTable()
        self._few: dict[int, list[int]] = {}
        self._filed: dict[int, _Filed] = {}
        self._lock = Lock()

    def expire(self) -> None:
        """Read what is new before the next search."""
        self._is_stale = True

    def refresh(self, handle: Handle) -> None:
        """Read what is new, where the index has expired."""
        if self._is_stale:
            with self._lock:
                self._read_new(handle)

    def _read_new(self, handle: Handle) -> None:
        newest = watched.newest(handle)
        if newest < self.newest:  # an older view of the store
            return
        for person in watched.after(handle, max(self.newest, 0)):
            self.add(person)
        self._table.settle()
        self.newest, self._is_stale = newest, False

    def add(self, person: WatchedPerson) -> None:
        """Add a person, whose rows a search may read at the same time."""
        names, birth = tuple(map(name_from_text, person.names)), parse_birth(person.birth)
        heard = tuple(dict.fromkeys(map(phonetic_name, names)))
        self._filed[person.number] = _Filed(heard, birth, person.nationalities)
        row, base = person.number << _BIRTH_BITS, scope_base(person.scope)
        dated = row | births.as_number(birth)
        for key in filed_keys(names, birth):
            if is_of_few(key):
                self._few.setdefault(base | key, []).append(person.number)
            else:
                self._table.add(base | key, dated)
        for mark in person.exact:
            self._table.add(base | exact_key(mark), dated if names_person(mark) else row)

    def has_any(self, scopes: Iterable[str], marks: Iterable[str], birth: PartialDate) -> bool:
        """Whether somebody of these scopes has the same document, or the same whole name and no other birth."""
        born, keys = births.as_number(birth), [*map(exact_key, marks)]
        rows = self._table.find([base | key for base in map(scope_base, scopes) for key in keys])
        return any(births.may_agree(born, row & _BIRTH) for row in rows)

    def candidates(self, scopes: Iterable[str], facts: PersonFacts, birth: PartialDate, least: int) -> list[int]:
        """The persons of these scopes whose names sound so alike that both may reach ``least`` points."""
        bases, (many, few) = [*map(scope_base, scopes)], sought_keys(facts.names, birth)
        found, persons = set[int](), self._few
        for key in [key for base in bases for few_key in few if (key := base | few_key) in persons]:
            found.update(persons[key])
        born = births.as_number(birth)
        month, day = divmod(born, 100)
        for row in self._table.find([base | key for base in bases for key in many]):
            known = row & _BIRTH
            # Most of those who are born in the same year differ in month and day; that is seen at once.
            if (not day or known // 100 == month or known % 100 in (day, 0, month % 100)) and may_be(born, known):
                found.add(row >> _BIRTH_BITS)
        return self._sounding_alike(facts, found, least) if found else []

    def _sounding_alike(self, facts: PersonFacts, numbers: set[int], least: int) -> list[int]:
        filed = ((number, self._filed[number]) for number in sorted(numbers))
        cutoffs = (
            (number, one.heard, likest_cutoff(facts, one.birth, one.nationalities, least)) for number, one in filed
        )
        possible = [(number, heard, cutoff) for number, heard, cutoff in cutoffs if cutoff is not None]
        if not possible:
            return []
        person = HeardPerson(facts)
        return [number for number, heard, cutoff in possible if person.sounds_like(heard, cutoff)]


def likest_cutoff(
    facts: PersonFacts, birth: PartialDate | None, nationalities: tuple[str, ...], least: int
) -> float | None:
    """How alike the sounds of two names must be at least, from 0 to 100, for both persons to reach ``least`` points.

    ``None`` where birth and nationality speak so much against it that even equal names stay below.
    """
    needed = least - nationality_points(facts.nationalities, nationalities)
    if birth is not None:
        needed -= birth_points(facts.birth, birth)
    return needed - _SOUND_TOLERANCE if needed <= _WHOLE else None


class HeardPerson:
    """A sought person's names by their sounds, to be compared with many others."""

    def __init__(self, facts: PersonFacts) -> None:
        heard = dict.fromkeys(map(phonetic_name, facts.names))
        self._names = tuple((name, *_turned(name)) for name in heard)

    def sounds_like(self, heard: tuple[str, ...], cutoff: float) -> bool:
        """Whether one of the names is as like as ``cutoff`` to one of the other person's names, by their sounds."""
        for name, turned, parts in self._names:
            for other in heard:
                compare = ratio if parts == _TWO == other.count(" ") + 1 else token_ratio
                if compare(name, other, score_cutoff=cutoff) or ratio(turned, other, score_cutoff=cutoff):
                    return True
        return False


def _turned(name: str) -> tuple[str, int]:
    """The name's parts in reverse order, because a wrong first letter may change their order; and their number."""
    parts = name.split()
    return " ".join(parts[::-1]), len(parts)


def may_be(one: int, other: int) -> bool:
    """Whether two births, as numbers, may be one person's: equal, less exact, swapped, or one figure mistyped."""
    if one == other or not one or not other:
        return True
    (year, day), (other_year, other_day) = divmod(one, _YEAR), divmod(other, _YEAR)
    if day == other_day:
        return abs(year - other_year) <= 1 or one_figure_apart(year, other_year)
    if not day or not other_day:
        return abs(year - other_year) <= 1
    if year != other_year:
        return False
    (month, day), (other_month, other_day) = divmod(day, 100), divmod(other_day, 100)
    if not day or not other_day:
        return month == other_month
    if month == other_month:
        return one_figure_apart(day, other_day)
    if day == other_day:
        return one_figure_apart(month, other_month)
    return month == other_day and day == other_month


def keys_of_person(person: WatchedPerson) -> list[int]:
    """The keys, with their scope, that a watched person is filed under."""
    base, names = scope_base(person.scope), tuple(map(name_from_text, person.names))
    return [base | key for key in filed_keys(names, parse_birth(person.birth)).union(map(exact_key, person.exact))]
