"""Search for the records that a check may mean, by name or by the number of a document."""

from __future__ import annotations

from hashlib import sha256

from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.record_search import (
    CHUNK_SIZE,
    COMPARE_LIMIT,
    DOCUMENT_NUMBER_LIMIT,
    TIED_LIMIT,
    ScoredRecord,
    Search,
    search_person,
)
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.screening import names
from dutydesk.screening.documents import number_key
from dutydesk.screening.score import Score, SoughtPerson
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

__all__ = [
    "CHUNK_SIZE",
    "COMPARE_LIMIT",
    "TIED_LIMIT",
    "Query",
    "ScoredRecord",
    "Search",
    "query_digest",
    "query_fault",
    "search",
]

Query = NominalQuery | DocumentQuery


def search(handle: Handle, name_cache: NameCache, query: Query, minimum_score: int) -> Search:
    """Find and rank a query's candidates; scores of a name search are computed later, when candidates are read."""
    match query:
        case NominalQuery():
            readings, number = names.possible_names(query.name), number_key(query.document_number)
            wanted = SoughtPerson(readings, query.date_of_birth, query.nationality, number)
            return search_person(handle, name_cache, wanted, minimum_score, is_check=True)
        case DocumentQuery():
            return _search_by_number(handle, query, records.highest_number(handle))


def _search_by_number(handle: Handle, query: DocumentQuery, newest: int) -> Search:
    number = number_key(query.document_number)
    found: dict[int, Score] = {}
    for record, issuer in records.with_document(handle, number, DOCUMENT_NUMBER_LIMIT) if number else ():
        if query.issuer is None or not issuer:
            found.setdefault(record, Score(95, "document number equal; issuer not known on both sides"))
        elif issuer == query.issuer:
            found[record] = Score(100, marked("document number and issuer equal"))
    ranked = sorted(found, key=lambda record: -found[record].points)
    return Search(SoughtPerson(()), 0, newest, ranked, scores=found)


def query_fault(query: Query) -> tuple[str, str] | None:
    """Return the field and the reason for which a query is not searched; ``None`` for one that is."""
    match query:
        case NominalQuery(name=name):
            parts = [part for reading in names.possible_names(name) for part in reading.parts]
            if not name and number_key(query.document_number) is not None:
                return None
            if not parts:
                return "query.name", sentence("holds no letter; wildcards are not searched for, write the name")
            if max(map(len, parts)) < 2:
                return "query.name", sentence("holds single letters only, which tell nobody apart; write the name out")
        case DocumentQuery(document_number=number):
            if number_key(number) is None:
                return "query.document_number", sentence(
                    "holds fewer than 4 letters and figures, which tell no document apart"
                )
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
