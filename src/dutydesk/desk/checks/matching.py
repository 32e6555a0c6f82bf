"""Search for the records that a check may mean: candidates from the index, then compared one by one, the best first.

The result depends on the records alone. The check's transaction decides later who may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from dutydesk.desk.checks.name_cache import NameCache
from dutydesk.desk.examination.filing import parse_birth
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.domain.records.births import Births
from dutydesk.screening import keys, names, sounds
from dutydesk.screening.documents import number_key
from dutydesk.screening.names import FoldedName
from dutydesk.screening.score import (
    RecordedPerson,
    Score,
    SoughtPerson,
    cannot_reach,
    closest_names,
    possible_births,
    score,
)
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

Query = NominalQuery | DocumentQuery
#: A record's number, its names by their sound, one per line, and its birth.
SoundRow = tuple[int, str, str]

#: Least similarity in sound, in points, at which a name is compared.
MINIMUM_SOUND_SCORE = 58.0
#: Candidates that are compared in one step.
CHUNK_SIZE = 12
#: Most visible candidates that a check compares.
COMPARE_LIMIT = 12
DOCUMENT_NUMBER_LIMIT = 200
#: Most records of one family name that a check by that name alone reads.
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
    """One check's candidates, the best first.

    ``minimum_score`` is the number of points from which a score is explained. ``newest_record`` is the highest record
    number at the time of the search.
    """

    sought: SoughtPerson
    minimum_score: int
    newest_record: int
    ranked: list[int]
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


def search(handle: Handle, name_cache: NameCache, query: Query, minimum_score: int) -> Search:
    """Find and rank a query's candidates; scores of a name search are computed later, when candidates are read."""
    newest = records.highest_number(handle)
    match query:
        case NominalQuery():
            return _search_by_name(handle, name_cache, query, newest, minimum_score)
        case DocumentQuery():
            return _search_by_number(handle, query, newest)


def _search_by_name(
    handle: Handle, name_cache: NameCache, query: NominalQuery, newest: int, minimum_score: int
) -> Search:
    readings = names.possible_names(query.name)
    number = number_key(query.document_number)
    wanted = SoughtPerson(readings, query.date_of_birth, query.nationality, number)
    same = [record for record, _ in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT)] if number else []
    possible = possible_births(wanted, minimum_score)
    heard = records.names_by_sound(handle, sorted(_candidates_by_name(handle, name_cache, readings, possible)))
    heard = [row for row in heard if not cannot_reach(wanted, parse_birth(row[2]), minimum_score)]
    ranked = list(dict.fromkeys((*same, *_rank_by_name(heard, wanted))))
    if len(ranked) >= CHUNK_SIZE or possible == births.ANY_BIRTH:
        return Search(wanted, minimum_score, newest, ranked)
    consulted = sorted(_exact_name_records(handle, readings).difference(ranked))[: CHUNK_SIZE - len(ranked)]
    return Search(wanted, minimum_score, newest, ranked + consulted, dict.fromkeys(consulted, _NO_SCORE))


def _candidates_by_name(
    handle: Handle, name_cache: NameCache, readings: Sequence[FoldedName], possible: Births
) -> set[int]:
    """Return the records of these births whose names are close enough to one of the readings."""
    index_keys: list[int] = []
    for reading in readings:
        neighbours = name_cache.neighbours_of(handle, keys.skeletons_of(reading.parts))
        index_keys += keys.lookup_keys(reading.parts, neighbours)
    numbers = records.with_keys(handle, index_keys, possible)
    for reading in readings:
        full_parts = [part for part in reading.parts if len(part) > 1]
        if len(full_parts) == 1:
            for skeleton in sounds.skeletons(full_parts[0]):
                numbers |= records.with_keys_between(handle, keys.key_range(skeleton), possible, FAMILY_NAME_LIMIT)
    return numbers


def _exact_name_records(handle: Handle, readings: Sequence[FoldedName]) -> set[int]:
    """Return some records of exactly this name, whatever their birth.

    They can't be hits, but the check has consulted their sources' records and is counted against those sources.
    """
    return records.with_keys(handle, keys.keys_of(readings), births.ANY_BIRTH, _EXACT_NAME_LIMIT)


def _rank_by_name(found: list[SoundRow], sought: SoughtPerson) -> list[int]:
    """Rank the records by the similarity of their names; among equal names, the same year of birth comes first."""
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
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def _birth_year_penalty(birth: PartialDate | None, born: str) -> float:
    """Return the points that a different year of birth takes from a rank; 0 where either year is unknown."""
    if birth is None or not born or born[:4] == f"{birth.year:04d}":
        return 0.0
    return _NEXT_YEAR if abs(int(born[:4]) - birth.year) == 1 else _OTHER_YEAR


def _search_by_number(handle: Handle, query: DocumentQuery, newest: int) -> Search:
    number = number_key(query.document_number)
    found: dict[int, Score] = {}
    for record, issuer in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT) if number else ():
        if query.issuer is None or not issuer:
            found.setdefault(record, Score(95, "document number equal; issuer not known on both sides"))
        elif issuer == query.issuer:
            found[record] = Score(100, "document number and issuer equal")
    return Search(SoughtPerson(()), 0, newest, sorted(found, key=lambda record: -found[record].points), found)


def query_fault(query: Query) -> tuple[str, str] | None:
    """Return the field and the reason for which a query is not searched; ``None`` for one that is."""
    match query:
        case NominalQuery(name=name):
            parts = [part for reading in names.possible_names(name) for part in reading.parts]
            if not name and number_key(query.document_number) is not None:
                return None
            if not parts:
                return "query.name", "holds no letter; wildcards are not searched for, write the name"
            if max(map(len, parts)) < 2:
                return "query.name", "holds single letters only, which tell nobody apart; write the name out"
        case DocumentQuery(document_number=number):
            if number_key(number) is None:
                return "query.document_number", "holds fewer than 4 letters and figures, which tell no document apart"
    return None


def query_fields(query: Query) -> dict[str, Json]:
    """Return the query's fields by their names on the wire, without those that are absent."""
    fields: dict[str, Json] = {"document_number": query.document_number}
    match query:
        case NominalQuery():
            birth = str(query.date_of_birth) if query.date_of_birth else None
            fields |= {"name": query.name, "date_of_birth": birth, "nationality": query.nationality}
        case DocumentQuery():
            fields |= {"issuer": query.issuer}
    return {key: value for key, value in fields.items() if value is not None}


def query_digest(query: Query) -> str:
    """Return the SHA-256 of a query, equal for different spellings of the same name or document number."""
    fields = query_fields(query) | {"document_number": number_key(query.document_number)}
    if isinstance(query, NominalQuery):
        fields["name"] = [sorted(reading.parts) for reading in names.possible_names(query.name)]
    return sha256(canonical_json(fields).encode()).hexdigest()
