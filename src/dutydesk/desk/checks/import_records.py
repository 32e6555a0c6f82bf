"""Import records in bulk: nominal data of the notices service, and stolen and lost travel documents.

A batch is one transaction. A record that is imported again under its reference replaces the earlier one, so that an
interrupted import can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.examination import filing
from dutydesk.desk.matching.folding import document_keys, fold_names
from dutydesk.domain.events.checks import RecordsImported
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.domain.review.officers import Right
from dutydesk.screening.keys import keys_of
from dutydesk.screening.score import phonetic_name
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import records
from dutydesk.store.tables.records import RecordDraft


class RecordOrigin(StrEnum):
    NOTICES = "notices"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """A record to import: ``source`` is the bureau that owns it, ``reference`` its identifier in that bureau's data."""

    source: str
    reference: str
    subject: str
    title: str
    names: tuple[PersonName, ...] = ()
    birth: PartialDate | None = None
    nationalities: tuple[str, ...] = ()
    documents: tuple[IdentityDocument, ...] = ()
    ends_at: datetime | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportCount:
    taken: int
    changed: int
    unchanged: int


def import_records(
    transaction: Transaction, context: Context, actor: Actor, origin: RecordOrigin, batch: Sequence[ImportedRecord]
) -> ImportCount:
    """Import one batch and log the number of new and changed records by source. Raises NotAllowed."""
    context.officer(transaction, actor, Right.IMPORT)
    taken = changed = unchanged = 0
    by_source: dict[str, int] = {}
    filer = filing.RecordWriter(transaction)
    for one in batch:
        folded = fold_names(one.names)
        wanted = RecordDraft(
            source=one.source,
            origin=origin.value,
            subject=one.subject,
            title=one.title,
            reference=one.reference,
            names=tuple(name.to_text() for name in folded),
            heard=tuple(map(phonetic_name, folded)),
            birth=str(one.birth or ""),
            nationalities=one.nationalities,
            documents=document_keys(one.documents),
            ends_at=one.ends_at,
            categories=one.categories,
        )
        known = records.of_reference(transaction, origin.value, one.source, one.reference)
        if known is not None and records.is_unchanged(transaction, known.record, wanted):
            unchanged += 1
            continue
        if known is not None:
            filer.drop(known)
        filer.add(wanted, keys_of(folded))
        by_source[one.source] = by_source.get(one.source, 0) + 1
        taken += known is None
        changed += known is not None
    filer.flush()
    if by_source:
        transaction.emit(
            actor.officer, origin.value, RecordsImported(login=actor.login, records=by_source, changed=changed)
        )
    return ImportCount(taken, changed, unchanged)


def sum_counts(counts: Iterable[ImportCount]) -> ImportCount:
    """Add up the counts of several batches."""
    found = list(counts)
    return ImportCount(*(sum(getattr(one, name) for one in found) for name in ("taken", "changed", "unchanged")))
