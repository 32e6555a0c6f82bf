"""Import records in bulk: nominal data of the notices service, and stolen and lost travel documents.

A batch is one transaction. A record that is imported again under its reference replaces the earlier one, so that an
interrupted import can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.examination import filing
from dutydesk.desk.matching.folding import document_keys, fold_names
from dutydesk.domain.events.checks import RecordsImported
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.domain.review.officers import Right
from dutydesk.screening.keys import keys_of
from dutydesk.screening.names import FoldedName
from dutydesk.screening.score import phonetic_name
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import records
from dutydesk.store.tables.records import RecordDraft


class RecordOrigin(StrEnum):
    NOTICES = "notices"
    DOCUMENTS = "documents"
    ENTITIES = "entities"


@value(frozen=True, slots=True)
class ImportedRecord:
    """A record to import: ``source`` is the bureau that owns it, ``reference`` its identifier in that bureau's data.

    ``list_name`` names the list on which the reference stands, where an origin has several: on a list of entities it is
    unique whatever the source. A record that is not
    ``in_force`` ends the one of its reference, and is not kept itself.
    """

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
    list_name: str = ""
    in_force: bool = True


@value(frozen=True, slots=True)
class ImportCount:
    taken: int
    changed: int
    unchanged: int
    ended: int = 0


def kept_origin(origin: RecordOrigin, list_name: str) -> str:
    """The origin under which the store keeps the records of a list."""
    return f"{origin}:{list_name}" if list_name else origin.value


def import_records(
    transaction: Transaction, context: Context, actor: Actor, origin: RecordOrigin, batch: Sequence[ImportedRecord]
) -> ImportCount:
    """Import one batch and log the number of new and changed records by source. Raises NotAllowed."""
    context.officer(transaction, actor, Right.IMPORT)
    taken = changed = unchanged = ended = 0
    by_source: dict[str, int] = {}
    filer = filing.RecordWriter(transaction)
    for one in batch:
        kept_under = kept_origin(origin, one.list_name)
        same = known = records.of_reference(transaction, kept_under, one.source, one.reference)
        if known is None and origin is RecordOrigin.ENTITIES:
            known = records.of_any_source(transaction, kept_under, one.reference)
        if not one.in_force:
            if known is not None:
                filer.drop(known)
                ended += 1
            continue
        folded = fold_names(one.names)
        wanted = _draft(one, kept_under, folded)
        if same is not None and records.is_unchanged(transaction, same.record, wanted):
            unchanged += 1
            continue
        if known is not None:
            filer.drop(known)
        filer.add(wanted, keys_of(folded))
        by_source[one.source] = by_source.get(one.source, 0) + 1
        taken += known is None
        changed += known is not None
    filer.flush()
    if by_source or ended:
        number_ended = ended or ABSENT
        transaction.emit(
            actor.officer,
            origin.value,
            RecordsImported(login=actor.login, records=by_source, changed=changed, ended=number_ended),
        )
    return ImportCount(taken, changed, unchanged, ended)


def _draft(one: ImportedRecord, kept_under: str, folded: Sequence[FoldedName]) -> RecordDraft:
    return RecordDraft(
        source=one.source,
        origin=kept_under,
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


def sum_counts(counts: Iterable[ImportCount]) -> ImportCount:
    """Add up the counts of several batches."""
    found = list(counts)
    names = ("taken", "changed", "unchanged", "ended")
    return ImportCount(*(sum(getattr(one, name) for one in found) for name in names))
