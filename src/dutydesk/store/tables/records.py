"""Records as rows: the keys they are filed under, what a check finds, hits, and counts of checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Database
from dutydesk.domain.records.births import Births
from dutydesk.domain.records.records import HIT, RecordStatus
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us, optional_to_us, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, kept_rows

HOUR = timedelta(hours=1)
_HOUR_US, _MINUTE_US = 3_600_000_000, 60_000_000
#: A number above that of any item.
BACKFILL_COMPLETE = 2**62
#: As many rows as there are: not every engine reads a negative limit so.
EVERY = 2**62


@value(frozen=True, slots=True)
class RecordDraft:
    """A record to be written. ``names`` and ``heard`` have a line for each name; ``documents`` are number and issuer.

    ``item`` identifies a record of an item, ``reference`` an imported one.
    """

    source: str
    origin: str
    subject: str
    title: str
    item: int | None = None
    reference: str | None = None
    names: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    birth: str = ""
    nationalities: tuple[str, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    ends_at: datetime | None = None
    categories: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class FiledRow:
    """What was written of a record, from which its keys can be derived."""

    record: int
    names: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]


@value(frozen=True, slots=True)
class RecordRow:
    """The part of a record that a check reads."""

    subject: str
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    ends_at: datetime | None


@value(frozen=True, slots=True)
class PersonRow:
    record: int
    names: tuple[str, ...]
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]


@value(frozen=True, slots=True)
class StoredHit:
    """A hit. ``query`` is the sender's own object as JSON text; ``digest`` is equal for equal queries."""

    id: int
    record: int
    item: int | None
    source: str
    requester: str
    reference: str | None
    database: str
    place: str | None
    query: str
    digest: str
    score: int
    explanation: str
    actor: str
    at: datetime


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _documents(text: str) -> tuple[tuple[str, str], ...]:
    found = (line.partition(" ") for line in _lines(text))
    return tuple((number, issuer) for number, _, issuer in found)


def add(transaction: Transaction, filing: RecordDraft) -> int:
    """Write the record without its keys; return its number, higher than any before."""
    number = transaction.next_record or int(transaction.value("record_next"))
    transaction.next_record = number + 1
    row: dict[str, object] = {
        "id": number,
        "source": filing.source,
        "origin": filing.origin,
        "item": filing.item,
        "reference": filing.reference,
        "heard": "\n".join(filing.heard),
        "entered_at": transaction.at_us,
        **_content_columns(filing),
    }
    digests = kept_rows.RECORDS.column_digests(row)
    transaction.defer("record_add", **row, column_digests=digests)
    transaction.keep_row("record", number, kept_rows.logged_digest(digests))
    return number


def _content_columns(filing: RecordDraft) -> dict[str, object]:
    return {
        "subject": filing.subject,
        "title": filing.title,
        "names": "\n".join(filing.names),
        "birth": filing.birth,
        "nationalities": ",".join(filing.nationalities),
        "documents": "\n".join(f"{number} {issuer}" for number, issuer in filing.documents),
        "ends_at": optional_to_us(filing.ends_at),
        "category": ",".join(filing.categories),
    }


def find_row(handle: Handle, record: int) -> RecordRow | None:
    row = handle.one("record_row", id=record)
    if row is None:
        return None
    codes = tuple(filter(None, row["nationalities"].split(",")))
    return RecordRow(
        row["subject"], row["birth"], codes, _documents(row["documents"]), optional_from_us(row["ends_at"])
    )


def is_unchanged(handle: Handle, record: int, filing: RecordDraft) -> bool:
    """Whether the stored record equals the draft."""
    row = handle.one("record_row", id=record)
    return row is not None and dict(zip(row.keys(), row, strict=True)) == _content_columns(filing)


def of_item(handle: Handle, item: int) -> FiledRow | None:
    return _filed(handle.one("record_of_item", item=item))


def of_reference(handle: Handle, origin: str, source: str, reference: str) -> FiledRow | None:
    return _filed(handle.one("record_of_reference", origin=origin, source=source, reference=reference))


def of_any_source(handle: Handle, origin: str, reference: str) -> FiledRow | None:
    """The record of a reference that is unique within its origin, whoever owns it."""
    return _filed(handle.one("record_of_any_source", origin=origin, reference=reference))


def references_after(handle: Handle, origin: str, after: tuple[str, str], most: int) -> list[tuple[str, str]]:
    """Source and reference of an origin's records, in a fixed order, from the one after ``after``."""
    source, reference = after
    return list(handle.tuples("record_references_after", origin=origin, source=source, reference=reference, most=most))


def _filed(row: StoreRow | None) -> FiledRow | None:
    return None if row is None else FiledRow(row["id"], _lines(row["names"]), _documents(row["documents"]))


def drop(transaction: Transaction, row: FiledRow, keys: Iterable[int]) -> None:
    """Delete a record and its keys."""
    transaction.run_many("record_key_drop", [{"mark": mark, "record": row.record} for mark in keys])
    for number, _ in row.documents:
        transaction.run("document_key_drop", number=number, record=row.record)
    transaction.run("record_drop", id=row.record)
    transaction.keep_row("record", row.record, None)


# What a check finds


def highest_number(handle: Handle) -> int:
    """The number of the newest record; while it is the same, a search finds nothing new."""
    return handle.value("record_highest") or 0


def with_keys(handle: Handle, keys: Iterable[int], births: Births, most: int = EVERY) -> dict[int, int]:
    """The records of these births, or of unknown birth, that are filed under one of these keys, ``most`` of them.

    Each with its birth as a number.
    """
    return dict(handle.tuples("record_marked", marks=json.dumps(list(keys)), **births._asdict(), most=most))


def with_keys_between(handle: Handle, span: tuple[int, int], births: Births, most: int) -> dict[int, int]:
    first, last = span
    asked = {"first_mark": first, "last_mark": last, **births._asdict(), "most": most}
    return dict(handle.tuples("record_marked_between", **asked))


def names_by_sound(handle: Handle, numbers: Iterable[int]) -> list[tuple[int, str, str]]:
    """Records with their names by sound, a line for each name, and the birth."""
    return list(handle.tuples("record_heard", records=json.dumps(list(numbers))))


def persons(handle: Handle, numbers: Iterable[int]) -> list[PersonRow]:
    rows = handle.tuples("record_persons", records=json.dumps(list(numbers)))
    return [
        PersonRow(record, _lines(names), birth, tuple(filter(None, nationalities.split(","))), _documents(documents))
        for record, names, birth, nationalities, documents in rows
    ]


def with_document(handle: Handle, number: str, most: int) -> list[tuple[int, str]]:
    """The records that name a document of this number, each with the document's issuer."""
    return list(handle.tuples("document_records", number=number, most=most))


def standings(handle: Handle, numbers: Iterable[int], requester: str) -> dict[int, RecordStatus]:
    """The status of these records for the requester's bureau, in this transaction."""
    asked = {"records": json.dumps(list(numbers)), "requester": bureaus.find_id(handle, requester)}
    return {row[0]: _standing(row) for row in handle.tuples("record_standing", **asked)}


def _standing(row: tuple[Any, ...]) -> RecordStatus:
    """The status from the columns of ``record_standing``; called once for each candidate."""
    record, source, reference, ends_at, item, family, state, doubted_by, retention_until, notice_number, *rest = row
    restricted_from, confidential, addressed = rest
    return RecordStatus(
        record=record,
        source=source,
        item=item,
        family=family,
        state=ItemState(state) if state else None,
        recall_pending=doubted_by is not None,
        published=notice_number is not None,
        addressed=addressed is not None,
        restricted_from=frozenset(restricted_from.split(",")) if restricted_from else frozenset(),
        confidential=bool(confidential),
        until=optional_from_us(ends_at if item is None else retention_until),
        reference=reference,
    )


# Hits and dismissals


def add_hit(transaction: Transaction, hit: StoredHit) -> int:
    """Write a hit and return its number, which is assigned here."""
    of_record = transaction.one("record_titled", id=hit.record)
    title = "" if of_record is None else of_record["title"]
    texts = {"query": hit.query, "explanation": hit.explanation, "title": title}
    return transaction.insert(
        "hit_add",
        record=hit.record,
        item=hit.item,
        source=hit.source,
        requester=hit.requester,
        reference=hit.reference,
        name_of_database=hit.database,
        place=hit.place,
        digest=hit.digest,
        score=hit.score,
        actor=hit.actor,
        at=to_us(hit.at),
        category="" if of_record is None else of_record["category"],
        **texts,
        column_digests=kept_rows.HIT_TEXTS.column_digests(texts),
    )


class HitFields(TypedDict):
    """What a hit's row has of its record and its place, for the log; fields of ``HitFound``."""

    text: str
    category: str
    after: int


def hit_fields(handle: Handle, number: int) -> HitFields:
    row = handle.one("hit_by_id", id=number)
    if row is None:
        return {"text": "", "category": "", "after": 0}
    return {
        "text": kept_rows.logged_digest(row["column_digests"]),
        "category": row["category"],
        "after": row["after_item"],
    }


def hit(handle: Handle, number: int) -> StoredHit | None:
    row = handle.one("hit_by_id", id=number)
    return None if row is None else _hit(row)


def hits_after(handle: Handle, number: int, most: int) -> list[StoredHit]:
    return [_hit(row) for row in handle.all("hits_after", id=number, most=most)]


def _hit(row: StoreRow) -> StoredHit:
    return StoredHit(
        row["id"],
        row["record"],
        row["item"],
        row["source"],
        row["requester"],
        row["reference"],
        row["name_of_database"],
        row["place"],
        row["query"],
        row["digest"],
        row["score"],
        row["explanation"],
        row["actor"],
        from_us(row["at"]),
    )


def dismiss(transaction: Transaction, hit: StoredHit, until: datetime, reason: str, officer: str) -> None:
    transaction.run(
        "dismissal_put",
        record=hit.record,
        requester=hit.requester,
        digest=hit.digest,
        hit=hit.id,
        until=to_us(until),
        reason=reason,
        officer=officer,
        at=transaction.at_us,
    )


def is_dismissed(handle: Handle, record: int, requester: str, digest: str) -> bool:
    until = handle.value("dismissal_until", record=record, requester=requester, digest=digest)
    return until is not None and to_us(handle.at) < until


# Counts of checks


def count_check(
    transaction: Transaction, requester: str, database: str, result: str, suppliers: Mapping[str, str]
) -> None:
    """Count one check. ``suppliers`` are the owners of the consulted records, each with the result."""
    hour, asking = transaction.at_us // _HOUR_US, bureaus.id_of(transaction, requester)
    transaction.count_hourly_check((0, hour, asking, database, result))
    for supplier, found in suppliers.items():
        consulted = bureaus.find_id(transaction, supplier)
        if consulted is not None:
            transaction.count_hourly_check((consulted, hour, asking, database, found))
    transaction.count_minute_check(asking, transaction.at_us // _MINUTE_US)
    transaction.add_to_counter(f"check:{database}")
    transaction.add_to_counter(f"checked:{result}")


def total_checks(handle: Handle) -> int:
    """How many checks there were in all, including those refused for a limit."""
    return sum(handle.value("counter_value", name=f"check:{database}") or 0 for database in Database)


def checks_this_minute(transaction: Transaction, requester: str) -> int:
    asking, minute = bureaus.id_of(transaction, requester), transaction.at_us // _MINUTE_US
    row = transaction.one("check_minute_of", requester=asking)
    stored = row["n"] if row is not None and row["minute"] == minute else 0
    return int(stored) + transaction.pending_minute_checks(asking, minute)


def checks_since(handle: Handle, supplier: str | None, since: datetime) -> list[dict[str, Json]]:
    """Checks by requester, database and result since the hour of ``since``, on one supplier's data or on all."""
    rows = _counted(handle, supplier, since)
    return [
        {
            "requester": bureaus.code_of(handle, row["requester"]),
            "database": row["name_of_database"],
            "result": row["result"],
            "n": row["n"],
        }
        for row in rows
    ]


def consulted_since(handle: Handle, supplier: str, since: datetime) -> tuple[int, int]:
    """How many checks consulted a supplier's data since the hour of ``since``, and how many of them hit."""
    found = [(row["result"], row["n"]) for row in _counted(handle, supplier, since)]
    return sum(n for _, n in found), sum(n for result, n in found if result == HIT)


def _counted(handle: Handle, supplier: str | None, since: datetime) -> list[StoreRow]:
    number = 0 if supplier is None else bureaus.id_of(handle, supplier)
    return handle.all("checks_since", supplier=number, hour=to_us(since) // _HOUR_US)


def backfill_position(handle: Handle) -> int:
    """The number of the last item that was filed by the backfill; ``BACKFILL_COMPLETE`` once all are."""
    return int(handle.value("records_entered"))


def set_backfill_position(transaction: Transaction, number: int) -> None:
    transaction.run("records_set_entered", number=number)
