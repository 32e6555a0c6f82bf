"""The records of persons who are like one, in the order of their likeness: by the index of names and by documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dutydesk.desk.matching.folding import PersonFacts, parse_birth
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.record_search import CHUNK_SIZE, DOCUMENT_NUMBER_LIMIT, search_person
from dutydesk.desk.matching.watch_list import compare, draft_person
from dutydesk.domain.frozen import value
from dutydesk.screening.names import name_from_text
from dutydesk.screening.score import Score, SoughtPerson
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records
from dutydesk.store.tables.records import PersonRow


@value(frozen=True, slots=True)
class LikeRecord:
    """A record, what it says of its person, how like that person is, and whether both have the same document."""

    record: int
    facts: PersonFacts
    score: Score
    same_document: bool


def like_records(
    handle: Handle,
    facts: PersonFacts,
    least: int,
    visible: Callable[[list[int]], set[int]],
    most: int,
) -> tuple[list[LikeRecord], bool]:
    """The records of at least ``least`` points, or of the same document, the likest first; and whether there may be
    more than those compared.

    At most ``most`` records are compared, of those that ``visible`` returns: what is not visible changes nothing.
    """
    candidates = _candidates(handle, facts, least)
    passing: list[int] = []
    for start in range(0, len(candidates), CHUNK_SIZE):
        chunk = candidates[start : start + CHUNK_SIZE]
        shown = visible(chunk)
        passing += [number for number in chunk if number in shown]
        if len(passing) > most:
            break
    compared = compare_records(handle, facts, passing[:most])
    found = [other for other in compared if other.same_document or other.score.points >= least]
    return sorted(found, key=lambda one: (not one.same_document, -one.score.points, -one.record)), len(passing) > most


def _candidates(handle: Handle, facts: PersonFacts, least: int) -> list[int]:
    bearers = [
        record
        for number, _ in facts.documents
        for record, _ in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT)
    ]
    named: list[int] = []
    if facts.names:
        named = search_person(handle, NameCache(), SoughtPerson(facts.names, facts.birth), least).ranked
    return list(dict.fromkeys((*bearers, *named)))


def compare_records(handle: Handle, facts: PersonFacts, numbers: list[int]) -> list[LikeRecord]:
    """How like the persons of these records are, whatever their points; in the order of ``numbers``."""
    rows = {row.record: row for row in records.persons(handle, numbers)}
    return [_compared(facts, rows[number]) for number in numbers if number in rows]


def _compared(facts: PersonFacts, row: PersonRow) -> LikeRecord:
    other = facts_of_row(row)
    score = compare(facts, draft_person(other, ""))
    return LikeRecord(row.record, other, score, share_document(facts.documents, other.documents))


def facts_of_row(row: PersonRow) -> PersonFacts:
    return PersonFacts(tuple(map(name_from_text, row.names)), parse_birth(row.birth), row.nationalities, row.documents)


def share_document(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Whether both have a document of the same number and issuer; an issuer that is not known speaks against none."""
    theirs = list(other)
    return any(
        number == another and (not issuer or not other_issuer or issuer == other_issuer)
        for number, issuer in one
        for another, other_issuer in theirs
    )
