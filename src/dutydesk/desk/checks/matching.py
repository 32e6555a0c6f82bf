"""Finding who may be meant by a check: candidates from the index, then one by one, the likest first.

What a search finds depends on the records alone. Who may see them is asked later, in the transaction of the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from dutydesk.desk.base.memory import Memory
from dutydesk.desk.examination.filing import birth_of
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.domain.records.births import Births
from dutydesk.screening import keys, names, sounds
from dutydesk.screening.documents import number_key
from dutydesk.screening.names import FoldedName
from dutydesk.screening.scoring import Filed, Score, SoughtPerson, is_hopeless, likest, possible_births, score
from dutydesk.store.engine.canonical import canonical
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

Query = NominalQuery | DocumentQuery
#: A record, its names by their sound, one a line, and its birth.
Heard = tuple[int, str, str]

#: Names that sound less alike than this are not looked at one by one.
LEAST_ALIKE = 58.0
#: Candidates that are looked at together.
CHUNK = 12
#: How many that may answer are looked at, of a name or of a number.
MOST_COMPARED = 12
MOST_OF_A_NUMBER = 200
#: Records of one family name that a check by that name alone looks at.
MOST_OF_A_NAME = 2_000
#: Rows of the very name that are looked at for whom the birth rules out; a record may stand in more than one.
_ROWS_OF_THE_NAME = 4 * CHUNK
_BELOW = Score(0, "")
_NEXT_YEAR, _OTHER_YEAR = 10.0, 25.0


@dataclass(frozen=True, slots=True)
class Scored:
    record: int
    score: Score


@dataclass(slots=True)
class Search:
    """One check's candidates, the likest first.

    ``least``: the points from which it is said why. ``newest`` is the newest record that it knows of.
    """

    wanted: SoughtPerson
    least: int
    newest: int
    ranked: list[int]
    _scores: dict[int, Score] = field(default_factory=dict)

    def is_current(self, handle: Handle) -> bool:
        return records.highest(handle) == self.newest

    def best(self, handle: Handle, visible: Callable[[list[int]], set[int]], most: int) -> Iterator[Scored]:
        """Up to ``most`` of the candidates that ``visible`` lets pass; it is asked for some at a time."""
        given = 0
        for start in range(0, len(self.ranked), CHUNK):
            chunk = self.ranked[start : start + CHUNK]
            passing = visible(chunk)
            self._score(handle, chunk)
            for record in chunk:
                if record in passing and record in self._scores:
                    yield Scored(record, self._scores[record])
                    given += 1
                    if given == most:
                        return

    def warm(self, handle: Handle) -> None:
        """Compares the first candidates ahead of the transaction."""
        self._score(handle, self.ranked[:CHUNK])

    def _score(self, handle: Handle, chunk: list[int]) -> None:
        missing = [record for record in chunk if record not in self._scores]
        for row in records.persons(handle, missing) if missing else ():
            filed = Filed(
                tuple(map(names.unkept, row.names)),
                birth_of(row.birth),
                row.nationalities,
                tuple(number for number, _ in row.documents),
            )
            self._scores[row.record] = score(self.wanted, filed, self.least)


def search(handle: Handle, memory: Memory, query: Query, least: int) -> Search:
    newest = records.highest(handle)
    match query:
        case NominalQuery():
            return _by_name(handle, memory, query, newest, least)
        case DocumentQuery():
            return _by_number(handle, query, newest)


def _by_name(handle: Handle, memory: Memory, query: NominalQuery, newest: int, least: int) -> Search:
    readings = names.readings(query.name)
    number = number_key(query.document_number)
    wanted = SoughtPerson(readings, query.date_of_birth, query.nationality, number)
    same = [record for record, _ in records.with_document(handle, number, MOST_OF_A_NUMBER)] if number else []
    possible = possible_births(wanted, least)
    heard = records.heard(handle, sorted(_numbers(handle, memory, readings, possible)))
    heard = [row for row in heard if not is_hopeless(wanted, birth_of(row[2]), least)]
    able = list(dict.fromkeys((*same, *_likest(heard, wanted))))
    if len(able) >= CHUNK or possible == births.ANY:
        return Search(wanted, least, newest, able)
    consulted = sorted(_of_the_very_name(handle, readings).difference(able))[: CHUNK - len(able)]
    return Search(wanted, least, newest, able + consulted, dict.fromkeys(consulted, _BELOW))


def _numbers(handle: Handle, memory: Memory, readings: Sequence[FoldedName], possible: Births) -> set[int]:
    """The records of these births whose names are near enough to one of the readings."""
    marks: list[int] = []
    for reading in readings:
        marks += keys.probes(reading.parts, memory.near(handle, keys.skeletons_of(reading.parts)))
    numbers = records.marked(handle, marks, possible)
    for reading in readings:
        written_out = [part for part in reading.parts if len(part) > 1]
        if len(written_out) == 1:
            for skeleton in sounds.skeletons(written_out[0]):
                numbers |= records.marked_between(handle, keys.span(skeleton), possible, MOST_OF_A_NAME)
    return numbers


def _of_the_very_name(handle: Handle, readings: Sequence[FoldedName]) -> set[int]:
    """Some of whom the birth rules out: a check consulted their source's records, and is counted so."""
    return records.marked(handle, keys.keys_of(readings), births.ANY, _ROWS_OF_THE_NAME)


def _likest(found: list[Heard], wanted: SoughtPerson) -> list[int]:
    """By name; of a name that many bear, those first who were born in that year."""
    owners: list[tuple[int, str]] = []
    heard: list[str] = []
    for number, names_heard, born in found:
        sounding = names_heard.split("\n")
        owners += [(number, born)] * len(sounding)
        heard += sounding
    ranks: dict[int, float] = {}
    for reading in wanted.names:
        for place, points in likest(reading, heard, LEAST_ALIKE).items():
            number, born = owners[place]
            rank = points - _years_apart(wanted.birth, born)
            ranks[number] = max(rank, ranks.get(number, rank))
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def _years_apart(birth: PartialDate | None, born: str) -> float:
    """What another year of birth takes from a rank."""
    if birth is None or not born or born[:4] == f"{birth.year:04d}":
        return 0.0
    return _NEXT_YEAR if abs(int(born[:4]) - birth.year) == 1 else _OTHER_YEAR


def _by_number(handle: Handle, query: DocumentQuery, newest: int) -> Search:
    number = number_key(query.document_number)
    found: dict[int, Score] = {}
    for record, issuer in records.with_document(handle, number, MOST_OF_A_NUMBER) if number else ():
        if query.issuer is None or not issuer:
            found.setdefault(record, Score(95, "document number equal; issuer not known on both sides"))
        elif issuer == query.issuer:
            found[record] = Score(100, "document number and issuer equal")
    return Search(SoughtPerson(()), 0, newest, sorted(found, key=lambda record: -found[record].points), found)


def fault(query: Query) -> tuple[str, str] | None:
    """Why a query is not searched for, with the field that it is about; ``None`` for one that is."""
    match query:
        case NominalQuery(name=name):
            parts = [part for reading in names.readings(name) for part in reading.parts]
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


def as_object(query: Query) -> dict[str, Json]:
    """The query as the wire has it."""
    fields: dict[str, Json] = {"document_number": query.document_number}
    match query:
        case NominalQuery():
            birth = str(query.date_of_birth) if query.date_of_birth else None
            fields |= {"name": query.name, "date_of_birth": birth, "nationality": query.nationality}
        case DocumentQuery():
            fields |= {"issuer": query.issuer}
    return {key: value for key, value in fields.items() if value is not None}


def digest(query: Query) -> str:
    """The same for queries that ask the same, however they are written."""
    said = as_object(query) | {"document_number": number_key(query.document_number)}
    if isinstance(query, NominalQuery):
        said["name"] = [sorted(reading.parts) for reading in names.readings(query.name)]
    return sha256(canonical(said).encode()).hexdigest()
