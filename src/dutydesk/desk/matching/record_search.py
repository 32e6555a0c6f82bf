"""Search the records for a person: candidates from the index, then compared one by one, the best first.

The result depends on the records alone. The caller's transaction decides later which of them count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from dutydesk.desk.matching.folding import parse_birth
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.domain.records.births import Births
from dutydesk.screening import keys, names, sounds
from dutydesk.screening.names import FoldedName
from dutydesk.screening.score import (
    RecordedPerson,
    Score,
    SoughtPerson,
    cannot_reach,
    closest_names,
    phonetic_name,
    possible_births,
    score,
)
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

#: A record's number, its names by their sound, one per line, and its birth.
SoundRow = tuple[int, str, str]

#: Least similarity in sound, in points, at which a name is compared.
MINIMUM_SOUND_SCORE = 58.0
#: Candidates that are compared in one step.
CHUNK_SIZE = 12
#: Most visible candidates that a search compares.
COMPARE_LIMIT = 12
DOCUMENT_NUMBER_LIMIT = 200
#: Most records of one family name that a search by that name alone reads.
FAMILY_NAME_LIMIT = 2_000
#: Most index rows of exactly this name that are read for records whose birth differs; a record may have several.
_EXACT_NAME_LIMIT = 4 * CHUNK_SIZE
_NO_SCORE = Score(0, "")
_NEXT_YEAR, _OTHER_YEAR = 10.0, 25.0


@dataclass(frozen=True, slots=True)
class ScoredRecord:
    """A record's number and its score, 0 to 100 points."""

    record: int
    score: Score


@dataclass(slots=True)
class Search:
    """The candidates of one search, the best first.

    ``minimum_score`` is the number of points from which a score is explained. ``newest_record`` is the highest record
    number at the time of the search.
    """

    sought: SoughtPerson
    minimum_score: int
    newest_record: int
    ranked: list[int]
    _ranks: dict[int, float] = field(default_factory=dict)
    _scores: dict[int, Score] = field(default_factory=dict)

    def is_current(self, handle: Handle) -> bool:
        """Whether no record has been added since the search."""
        return records.highest_number(handle) == self.newest_record

    def best_matches(
        self, handle: Handle, visible: Callable[[list[int]], set[int]], limit: int
    ) -> Iterator[ScoredRecord]:
        """Yield up to ``limit`` scored candidates of those that ``visible`` returns; it is called once per chunk."""
        yielded = 0
        for start in range(0, len(self.ranked), CHUNK_SIZE):
            chunk = self.ranked[start : start + CHUNK_SIZE]
            passing = visible(chunk)
            self._score(handle, chunk)
            for record in chunk:
                if record in passing and record in self._scores:
                    yield ScoredRecord(record, self._scores[record])
                    yielded += 1
                    if yielded == limit:
                        return

    def score_first(self, handle: Handle) -> None:
        """Compare the first chunk of candidates before the transaction."""
        self._score(handle, self.ranked[:CHUNK_SIZE])

    def _score(self, handle: Handle, chunk: list[int]) -> None:
        missing = [record for record in chunk if record not in self._scores]
        for row in records.persons(handle, missing) if missing else ():
            recorded = RecordedPerson(
                tuple(map(names.name_from_text, row.names)),
                parse_birth(row.birth),
                row.nationalities,
                tuple(number for number, _ in row.documents),
            )
            self._scores[row.record] = score(self.sought, recorded, self.minimum_score)


def search_person(handle: Handle, name_cache: NameCache, wanted: SoughtPerson, minimum_score: int) -> Search:
    """Find and rank the records of persons whose names are alike, and of the bearers of the wanted document.

    Scores are computed later, when candidates are read.
    """
    newest, number = records.highest_number(handle), wanted.document
    same = [record for record, _ in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT)] if number else []
    possible = possible_births(wanted, minimum_score)
    index = _NameIndex(handle, name_cache, newest)
    named = index.candidates(wanted.names, possible)
    likely = sorted(
        record for record, born in named.items() if not cannot_reach(wanted, births.from_number(born), minimum_score)
    )
    ranks = _ranked(records.names_by_sound(handle, likely), wanted)
    ranked = list(dict.fromkeys((*same, *ranks)))
    if len(ranked) >= CHUNK_SIZE or possible == births.ANY_BIRTH:
        return Search(wanted, minimum_score, newest, ranked, ranks)
    consulted = sorted(index.of_exact_name(wanted.names).difference(ranked))[: CHUNK_SIZE - len(ranked)]
    return Search(wanted, minimum_score, newest, ranked + consulted, ranks, dict.fromkeys(consulted, _NO_SCORE))


@dataclass(frozen=True, slots=True)
class _NameIndex:
    """The index of names, with what this process remembers of it."""

    handle: Handle
    name_cache: NameCache
    newest_record: int

    def candidates(self, readings: Sequence[FoldedName], possible: Births) -> dict[int, int]:
        """Return the records of these births whose names are close enough to one of the readings, with their births."""
        wanted: list[int] = []
        for reading in readings:
            neighbours = self.name_cache.neighbours_of(self.handle, keys.skeletons_of(reading.parts))
            wanted += keys.lookup_keys(reading.parts, neighbours)
        found = records.with_keys(self.handle, self._known(wanted), possible)
        for reading in readings:
            full_parts = [part for part in reading.parts if len(part) > 1]
            if len(full_parts) == 1:
                for skeleton in sounds.skeletons(full_parts[0]):
                    span = keys.key_range(skeleton)
                    found |= records.with_keys_between(self.handle, span, possible, FAMILY_NAME_LIMIT)
        return found

    def of_exact_name(self, readings: Sequence[FoldedName]) -> set[int]:
        """Return some records of exactly this name, whatever their birth.

        They can't be hits, but the check has consulted their sources' records and is counted against those sources.
        """
        known = self._known(keys.keys_of(readings))
        return set(records.with_keys(self.handle, known, births.ANY_BIRTH, _EXACT_NAME_LIMIT)) if known else set()

    def _known(self, wanted: Iterable[int]) -> list[int]:
        return self.name_cache.keys.known(self.handle, self.newest_record, wanted)


def rank_by_name(found: list[SoundRow], sought: SoughtPerson) -> list[int]:
    """Rank the records by the similarity of their names; among equal names, the same year of birth comes first."""
    ranks = _ranks(found, sought)
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def _ranks(found: list[SoundRow], sought: SoughtPerson) -> dict[int, float]:
    """The records whose names are similar, each with its likeness up to 100, less for another year of birth."""
    owners: list[tuple[int, str]] = []
    heard: list[str] = []
    for number, sound_lines, born in found:
        record_sounds = sound_lines.split("\n")
        owners += [(number, born)] * len(record_sounds)
        heard += record_sounds
    ranks: dict[int, float] = {}
    for reading in sought.names:
        for index, points in closest_names(reading, heard, MINIMUM_SOUND_SCORE).items():
            number, born = owners[index]
            rank = points - _birth_year_penalty(sought.birth, born)
            ranks[number] = max(rank, ranks.get(number, rank))
    return ranks


def _ranked(found: list[SoundRow], sought: SoughtPerson) -> dict[int, float]:
    """The same, the best first. Of equal ranks those come first whose names have as many parts, or letters.

    A name that is a part of the other is as like it as an equal one; among many of these the equal one would be late.
    """
    ranks = _ranks(found, sought)
    heard = {number: lines.split("\n") for number, lines, _ in found if number in ranks}
    asked = [*map(phonetic_name, sought.names)]
    whole = {number: max(ratio(one, other) for one in asked for other in names) for number, names in heard.items()}
    return {number: ranks[number] for number in sorted(ranks, key=lambda one: (-ranks[one], -whole[one], one))}


def _birth_year_penalty(birth: PartialDate | None, born: str) -> float:
    """Return the points that a different year of birth takes from a rank; 0 where either year is unknown."""
    if birth is None or not born or born[:4] == f"{birth.year:04d}":
        return 0.0
    return _NEXT_YEAR if abs(int(born[:4]) - birth.year) == 1 else _OTHER_YEAR
