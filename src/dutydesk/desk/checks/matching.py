"""Finding who may be meant by a check: candidates from the index, then one by one, the likest first.

What a search finds depends on the records alone. Who may see them is asked later, in the transaction of the check.
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
#: A record, its names by their sound, one a line, and its birth.
SoundRow = tuple[int, str, str]

#: Names that sound less alike than this are not looked at one by one.
MINIMUM_SOUND_SCORE = 58.0
#: Candidates that are looked at together.
CHUNK_SIZE = 12
#: How many that may answer are looked at, of a name or of a number.
COMPARE_LIMIT = 12
DOCUMENT_NUMBER_LIMIT = 200
#: Records of one family name that a check by that name alone looks at.
FAMILY_NAME_LIMIT = 2_000
#: Rows of the very name that are looked at for whom the birth rules out; a record may stand in more than one.
_EXACT_NAME_LIMIT = 4 * CHUNK_SIZE
_NO_SCORE = Score(0, "")
_NEXT_YEAR, _OTHER_YEAR = 10.0, 25.0


@dataclass(frozen=True, slots=True)
class ScoredRecord:
    record: int
    score: Score


@dataclass(slots=True)
class Search:
    """One check's candidates, the likest first.

    ``least``: the points from which it is said why. ``newest`` is the newest record that it knows of.
    """

    sought: SoughtPerson
    minimum_score: int
    newest_record: int
    ranked: list[int]
    _scores: dict[int, Score] = field(default_factory=dict)

    def is_current(self, handle: Handle) -> bool:
        return records.highest_number(handle) == self.newest_record

    def best_matches(
        self, handle: Handle, visible: Callable[[list[int]], set[int]], limit: int
    ) -> Iterator[ScoredRecord]:
        """Up to ``most`` of the candidates that ``visible`` lets pass; it is asked for some at a time."""
        given = 0
        for start in range(0, len(self.ranked), CHUNK_SIZE):
            chunk = self.ranked[start : start + CHUNK_SIZE]
            passing = visible(chunk)
            self._score(handle, chunk)
            for record in chunk:
                if record in passing and record in self._scores:
                    yield ScoredRecord(record, self._scores[record])
                    given += 1
                    if given == limit:
                        return

    def score_first(self, handle: Handle) -> None:
        """Compares the first candidates ahead of the transaction."""
        self._score(handle, self.ranked[:CHUNK_SIZE])

    def _score(self, handle: Handle, chunk: list[int]) -> None:
        missing = [record for record in chunk if record not in self._scores]
        for row in records.persons(handle, missing) if missing else ():
            filed = RecordedPerson(
                tuple(map(names.name_from_text, row.names)),
                parse_birth(row.birth),
                row.nationalities,
                tuple(number for number, _ in row.documents),
            )
            self._scores[row.record] = score(self.sought, filed, self.minimum_score)


def search(handle: Handle, name_cache: NameCache, query: Query, minimum_score: int) -> Search:
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
    able = list(dict.fromkeys((*same, *_rank_by_name(heard, wanted))))
    if len(able) >= CHUNK_SIZE or possible == births.ANY_BIRTH:
        return Search(wanted, minimum_score, newest, able)
    consulted = sorted(_exact_name_records(handle, readings).difference(able))[: CHUNK_SIZE - len(able)]
    return Search(wanted, minimum_score, newest, able + consulted, dict.fromkeys(consulted, _NO_SCORE))


def _candidates_by_name(
    handle: Handle, name_cache: NameCache, readings: Sequence[FoldedName], possible: Births
) -> set[int]:
    """The records of these births whose names are near enough to one of the readings."""
    marks: list[int] = []
    for reading in readings:
        marks += keys.lookup_keys(reading.parts, name_cache.neighbours_of(handle, keys.skeletons_of(reading.parts)))
    numbers = records.with_keys(handle, marks, possible)
    for reading in readings:
        written_out = [part for part in reading.parts if len(part) > 1]
        if len(written_out) == 1:
            for skeleton in sounds.skeletons(written_out[0]):
                numbers |= records.with_keys_between(handle, keys.key_range(skeleton), possible, FAMILY_NAME_LIMIT)
    return numbers


def _exact_name_records(handle: Handle, readings: Sequence[FoldedName]) -> set[int]:
    """Some of whom the birth rules out: a check consulted their source's records, and is counted so."""
    return records.with_keys(handle, keys.keys_of(readings), births.ANY_BIRTH, _EXACT_NAME_LIMIT)


def _rank_by_name(found: list[SoundRow], sought: SoughtPerson) -> list[int]:
    """By name; of a name that many bear, those first who were born in that year."""
    owners: list[tuple[int, str]] = []
    heard: list[str] = []
    for number, names_heard, born in found:
        sounding = names_heard.split("\n")
        owners += [(number, born)] * len(sounding)
        heard += sounding
    ranks: dict[int, float] = {}
    for reading in sought.names:
        for place, points in closest_names(reading, heard, MINIMUM_SOUND_SCORE).items():
            number, born = owners[place]
            rank = points - _birth_year_penalty(sought.birth, born)
            ranks[number] = max(rank, ranks.get(number, rank))
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def _birth_year_penalty(birth: PartialDate | None, born: str) -> float:
    """What another year of birth takes from a rank."""
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
    """Why a query is not searched for, with the field that it is about; ``None`` for one that is."""
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
    """The query as the wire has it."""
    fields: dict[str, Json] = {"document_number": query.document_number}
    match query:
        case NominalQuery():
            birth = str(query.date_of_birth) if query.date_of_birth else None
            fields |= {"name": query.name, "date_of_birth": birth, "nationality": query.nationality}
        case DocumentQuery():
            fields |= {"issuer": query.issuer}
    return {key: value for key, value in fields.items() if value is not None}


def query_digest(query: Query) -> str:
    """The same for queries that ask the same, however they are written."""
    said = query_fields(query) | {"document_number": number_key(query.document_number)}
    if isinstance(query, NominalQuery):
        said["name"] = [sorted(reading.parts) for reading in names.possible_names(query.name)]
    return sha256(canonical_json(said).encode()).hexdigest()
