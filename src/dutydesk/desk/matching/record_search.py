"""Search the records for a person: candidates from the index, then compared one by one, the best first.

The result depends on the records alone. The caller's transaction decides later which of them count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dutydesk.desk.matching.folding import parse_birth
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.ranking import rank_records, sorted_ranks
from dutydesk.domain.frozen import value
from dutydesk.domain.records import births
from dutydesk.domain.records.births import Births
from dutydesk.screening import keys, names, sounds
from dutydesk.screening.names import FoldedName
from dutydesk.screening.score import (
    FOR_HITS,
    FOR_REVIEW,
    RecordedPerson,
    Score,
    SoughtPerson,
    cannot_reach,
    possible_births,
    score,
)
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

#: Candidates that are compared in one step.
CHUNK_SIZE = 12
#: Most visible candidates that a search compares, and most where further ones rank as high as the last of these.
COMPARE_LIMIT, TIED_LIMIT = 12, 60
DOCUMENT_NUMBER_LIMIT = 200
#: Most records of one family name that a search by that name alone reads.
FAMILY_NAME_LIMIT = 2_000
#: Most index rows of exactly this name that are read for records whose birth differs; a record may have several.
_EXACT_NAME_LIMIT = 4 * CHUNK_SIZE
#: Most index rows of one part of a name that a check of the name alone reads in full, whatever the other parts.
_RARE_PART_LIMIT = 500
#: A rank from which on a name on record is the wanted one, without a wrong letter.
_SAME_NAME = 98
_NO_SCORE = Score(0, "")


@value(frozen=True, slots=True)
class ScoredRecord:
    """A record's number and its score, 0 to 100 points."""

    record: int
    score: Score


@dataclass(slots=True)
class Search:
    """The candidates of one search, the best first.

    ``minimum_score`` is the number of points from which a score is explained. ``newest_record`` is the highest record
    number at the time of the search. ``is_check``: what is found goes out as a hit.
    """

    sought: SoughtPerson
    minimum_score: int
    newest_record: int
    ranked: list[int]
    is_check: bool = False
    ranks: dict[int, int] = field(default_factory=dict)
    scores: dict[int, Score] = field(default_factory=dict)

    def is_current(self, handle: Handle) -> bool:
        """Whether no record has been added since the search."""
        return records.highest_number(handle) == self.newest_record

    def best_matches(
        self, handle: Handle, visible: Callable[[list[int]], set[int]], limit: int, tied_limit: int = 0
    ) -> Iterator[ScoredRecord]:
        """Yield scored candidates of those that ``visible`` returns; it is called once per chunk.

        They are ``limit`` candidates, and up to ``tied_limit`` if the further ones rank as high as the last of these.
        """
        yielded, last_rank = 0, None
        for start in range(0, len(self.ranked), CHUNK_SIZE):
            chunk = self.ranked[start : start + CHUNK_SIZE]
            if yielded >= limit and self.ranks.get(chunk[0]) != last_rank:
                return
            passing = visible(chunk)
            self._score(handle, chunk)
            for record in chunk:
                if record not in passing or record not in self.scores:
                    continue
                if yielded >= limit and (yielded >= tied_limit or self.ranks.get(record) != last_rank):
                    return
                yield ScoredRecord(record, self.scores[record])
                yielded, last_rank = yielded + 1, self.ranks.get(record)

    def score_first(self, handle: Handle) -> None:
        """Compare before the transaction those candidates that it compares if all are visible."""
        first = self.ranked[:TIED_LIMIT]
        last_rank = self.ranks.get(first[COMPARE_LIMIT - 1]) if len(first) >= COMPARE_LIMIT else None
        tied = [one for one in first[CHUNK_SIZE:] if self.ranks.get(one) == last_rank]
        self._score(handle, [*first[:CHUNK_SIZE], *tied])

    def _score(self, handle: Handle, chunk: list[int]) -> None:
        missing = [record for record in chunk if record not in self.scores]
        for row in records.persons(handle, missing) if missing else ():
            recorded = RecordedPerson(
                tuple(map(names.name_from_text, row.names)),
                parse_birth(row.birth),
                row.nationalities,
                tuple(number for number, _ in row.documents),
            )
            caution = FOR_HITS if self.is_check else FOR_REVIEW
            self.scores[row.record] = score(self.sought, recorded, self.minimum_score, caution)


def search_person(
    handle: Handle, name_cache: NameCache, wanted: SoughtPerson, minimum_score: int, *, is_check: bool = False
) -> Search:
    """Find and rank the records of persons whose names are alike, and of the bearers of the wanted document.

    Scores are computed later, when candidates are read. A check is more careful with what differs, and looks further
    for a name alone.
    """
    newest, number = records.highest_number(handle), wanted.document
    same = [record for record, _ in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT)] if number else []
    possible = possible_births(wanted, minimum_score)
    index = _NameIndex(handle, name_cache, newest)
    named = index.candidates(wanted.names, possible)
    ranks = _rank(handle, wanted, named, minimum_score)
    if is_check and wanted.birth is None and max(ranks.values(), default=0) < _SAME_NAME:
        further = index.with_one_part(wanted.names)
        ranks = sorted_ranks(
            ranks | _rank(handle, wanted, {one: further[one] for one in further.keys() - named}, minimum_score)
        )
    search = Search(wanted, minimum_score, newest, list(dict.fromkeys((*same, *ranks))), is_check, ranks)
    missing = CHUNK_SIZE - len(search.ranked)
    if missing > 0 and possible != births.ANY_BIRTH:
        consulted = sorted(index.of_exact_name(wanted.names).difference(search.ranked))[:missing]
        search.ranked += consulted
        search.scores |= dict.fromkeys(consulted, _NO_SCORE)
    return search


def _rank(handle: Handle, wanted: SoughtPerson, found: Mapping[int, int], minimum_score: int) -> dict[int, int]:
    """Rank the records, given with their births as numbers, except those whose birth excludes that many points."""
    likely = [one for one, born in found.items() if not cannot_reach(wanted, births.from_number(born), minimum_score)]
    return rank_records(records.names_by_sound(handle, sorted(likely)), wanted) if likely else {}


@value(frozen=True, slots=True)
class _NameIndex:
    """The index of names, with what this process remembers of it. Records are found with their births as numbers."""

    handle: Handle
    name_cache: NameCache
    newest_record: int

    def candidates(self, readings: Sequence[FoldedName], possible: Births) -> dict[int, int]:
        """Return the records of these births whose names are close enough to one of the readings."""
        wanted: list[int] = []
        for reading in readings:
            neighbours = self.name_cache.neighbours_of(self.handle, keys.skeletons_of(reading.parts))
            wanted += keys.lookup_keys(reading.parts, neighbours)
        found = records.with_keys(self.handle, self._known(wanted), possible)
        for reading in readings:
            full_parts = _full_parts(reading)
            if len(full_parts) == 1:
                for skeleton in sounds.skeletons(full_parts[0]):
                    span = keys.key_range(skeleton)
                    found |= records.with_keys_between(self.handle, span, possible, FAMILY_NAME_LIMIT)
        return found

    def with_one_part(self, readings: Sequence[FoldedName]) -> dict[int, int]:
        """Return records in which one part of a reading sounds the same, whatever is wrong in another one.

        Of a frequent part only those whose other part begins much alike.
        """
        readings = [reading for reading in readings if len(_full_parts(reading)) > 1]
        wanted = [key for reading in readings for key in keys.keys_of_one_part(_full_parts(reading))]
        found = records.with_keys(self.handle, self._known(wanted), births.ANY_BIRTH) if wanted else {}
        for skeleton in keys.skeletons_of(part for reading in readings for part in _full_parts(reading)):
            span = keys.key_range(skeleton)
            rare = records.with_keys_between(self.handle, span, births.ANY_BIRTH, _RARE_PART_LIMIT)
            if len(rare) < _RARE_PART_LIMIT:
                found |= rare
        return found

    def of_exact_name(self, readings: Sequence[FoldedName]) -> set[int]:
        """Return some records of exactly this name, whatever their birth.

        They can't be hits, but the check has consulted their sources' records and is counted against those sources.
        """
        known = self._known(keys.keys_of(readings))
        return set(records.with_keys(self.handle, known, births.ANY_BIRTH, _EXACT_NAME_LIMIT)) if known else set()

    def _known(self, wanted: Iterable[int]) -> list[int]:
        return self.name_cache.keys.known(self.handle, self.newest_record, wanted)


def _full_parts(reading: FoldedName) -> tuple[str, ...]:
    """The parts of a name that are more than an initial."""
    return tuple([part for part in reading.parts if len(part) > 1])
