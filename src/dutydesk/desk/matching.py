"""Finding who may be meant by a check: candidates from the index, then one by one, the likest first.

What a search finds depends on the records alone. Who may see them is asked later, in the transaction of the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from dutydesk.desk.records import SKELETONS
from dutydesk.domain.events import Json
from dutydesk.domain.messages import DocumentQuery, NominalQuery
from dutydesk.domain.subjects import PartialDate
from dutydesk.screening import keys, names, sounds
from dutydesk.screening.documents import number_key
from dutydesk.screening.scoring import Filed, Score, Wanted, likest, score
from dutydesk.store import records
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction

Query = NominalQuery | DocumentQuery

#: Names that sound less alike than this are not looked at one by one.
LEAST_ALIKE = 55.0
#: Candidates that are looked at together.
CHUNK = 16
#: How many that may answer are looked at, of a name or of a number.
MOST_COMPARED = 16
MOST_OF_A_NUMBER = 200
#: Records of one family name that a check by that name alone looks at.
MOST_OF_A_NAME = 2_000
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Scored:
    record: int
    score: Score


class Neighbourhood:
    """Which skeletons of the index are near one that is asked for, remembered while the index knows no new one."""

    def __init__(self) -> None:
        self._known = -1
        self._near: dict[int, tuple[int, ...]] = {}

    def near(self, handle: Handle, skeletons: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """What a transaction has only added itself is never remembered: it may be rolled back."""
        remembers = not (isinstance(handle, Transaction) and handle.pending(SKELETONS))
        known = (handle.value("counter_value", name=SKELETONS) or 0) if remembers else -1
        near = self._near
        if not remembers:
            near = {}
        elif known != self._known or len(near) > _REMEMBERED:
            self._near, self._known = near, known = {}, known
        missing = [skeleton for skeleton in skeletons if skeleton not in near]
        if missing:
            near |= _looked_up(handle, missing)
        return near


def _looked_up(handle: Handle, skeletons: list[int]) -> dict[int, tuple[int, ...]]:
    variants = {skeleton: sounds.variants(skeleton) for skeleton in skeletons}
    sharing = records.neighbours(handle, {variant for found in variants.values() for variant in found})
    return {
        skeleton: keys.near(skeleton, {other for variant in found for other in sharing.get(variant, ())})
        for skeleton, found in variants.items()
    }


@dataclass(slots=True)
class Search:
    """One check's candidates, the likest first. ``newest`` is the newest record that it knows of."""

    wanted: Wanted
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
                partial(row.birth),
                row.nationalities,
                tuple(number for number, _ in row.documents),
            )
            self._scores[row.record] = score(self.wanted, filed)


def partial(text: str) -> PartialDate | None:
    return PartialDate(*map(int, text.split("-"))) if text else None


def search(handle: Handle, neighbourhood: Neighbourhood, query: Query) -> Search:
    newest = records.highest(handle)
    match query:
        case NominalQuery():
            return _by_name(handle, neighbourhood, query, newest)
        case DocumentQuery():
            return _by_number(handle, query, newest)


def _by_name(handle: Handle, neighbourhood: Neighbourhood, query: NominalQuery, newest: int) -> Search:
    readings = names.readings(query.name)
    number = number_key(query.document_number)
    wanted = Wanted(readings, query.date_of_birth, query.nationality, number)
    same = [record for record, _ in records.with_document(handle, number, MOST_OF_A_NUMBER)] if number else []
    marks: set[int] = set()
    for reading in readings:
        near = neighbourhood.near(handle, keys.skeletons_of(reading.parts))
        marks |= keys.probes(reading.parts, near)
    found = records.named(handle, marks)
    for reading in readings:
        if len(reading.parts) == 1:
            for skeleton in sounds.skeletons(reading.parts[0]):
                found += records.named_beside(handle, *keys.span(skeleton), MOST_OF_A_NAME)
    owners = [row.record for row in found for _ in row.heard]
    heard = [sound for row in found for sound in row.heard]
    likest_places = (place for reading in readings for place in likest(reading, heard, LEAST_ALIKE))
    return Search(wanted, newest, list(dict.fromkeys((*same, *(owners[place] for place in likest_places)))))


def _by_number(handle: Handle, query: DocumentQuery, newest: int) -> Search:
    number = number_key(query.document_number)
    found: dict[int, Score] = {}
    for record, issuer in records.with_document(handle, number, MOST_OF_A_NUMBER) if number else ():
        if query.issuer is None or not issuer:
            found.setdefault(record, Score(95, "document number equal; issuer not known on both sides"))
        elif issuer == query.issuer:
            found[record] = Score(100, "document number and issuer equal")
    return Search(Wanted(()), newest, sorted(found, key=lambda record: -found[record].points), found)


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
    return sha256(records.as_text(said).encode()).hexdigest()
