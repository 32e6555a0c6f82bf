"""Files what an earlier release did not keep, when its store is first opened.

First the records of items, then the watch list: numbers of documents in figures of another script are read again, and
the persons of registers and of refused items are filed. Each transaction takes some rows; an interrupted filling
continues where it was.
"""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.examination import filing, persons, watch
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.messages.message import Body
from dutydesk.store.engine.copies import read_only_reason
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, records, watched
from dutydesk.store.tables import persons as person_rows


def has_unfiled_items(handle: Handle) -> bool:
    """Whether anything is not filed yet; false for a copy, into which nothing is written."""
    unfiled = records.backfill_position(handle) < records.BACKFILL_COMPLETE
    unwatched = watched.progress(handle)[0] < watched.STAGE_COMPLETE
    return (unfiled or unwatched) and read_only_reason(handle) is None


def file_next_items(transaction: Transaction, context: Context) -> None:
    """Files the next items or entries. A body that can't be read gets no record."""
    if records.backfill_position(transaction) < records.BACKFILL_COMPLETE:
        _file_records(transaction, context)
    else:
        _file_watched(transaction, context)


def _file_records(transaction: Transaction, context: Context) -> None:
    found = items.after(transaction, records.backfill_position(transaction), context.limits.batches.backfilled_items)
    for item in found:
        body = _readable_body(transaction, context, item)
        if body is not None:
            filing.file_record(transaction, item, body)
    more = len(found) == context.limits.batches.backfilled_items
    records.set_backfill_position(transaction, found[-1].number if more else records.BACKFILL_COMPLETE)


def _readable_body(handle: Handle, context: Context, item: Item) -> Body | None:
    try:
        return body_of(message_of(handle, context, item))
    except (NotFound, BodyChanged):
        return None


def _file_watched(transaction: Transaction, context: Context) -> None:
    """The next numbers of the present stage; the next stage where this one has no more."""
    stage, position = watched.progress(transaction)
    if stage >= watched.STAGE_COMPLETE:
        return  # another process has filed the rest
    find, file = _STAGES[stage]
    most = context.limits.batches.backfilled_items
    found = find(transaction, position, most)
    if stage == watched.STAGE_NUMBERS and position == 0:
        person_rows.rewrite_register_documents(transaction)
    for number in found:
        file(transaction, context, number)
    if len(found) == most:
        watched.set_progress(transaction, stage, found[-1])
    else:
        watched.set_progress(transaction, stage + 1, 0)


def _file_numbers_again(transaction: Transaction, context: Context, number: int) -> None:
    item = items.get(transaction, number)
    body = _readable_body(transaction, context, item)
    if body is not None:
        persons.record_person(transaction, item, body)


def _file_entry(transaction: Transaction, _: Context, number: int) -> None:
    entry = person_rows.register_entry(transaction, number)
    watch.file_entry(transaction, number, entry, watch.facts_of_entry(entry))


def _file_item(transaction: Transaction, _: Context, number: int) -> None:
    watch.file_item(transaction, items.get(transaction, number))


_STAGES: dict[int, tuple[Callable[[Handle, int, int], list[int]], Callable[[Transaction, Context, int], None]]] = {
    watched.STAGE_NUMBERS: (watched.items_with_foreign_figures, _file_numbers_again),
    watched.STAGE_ENTRIES: (watched.entries_after, _file_entry),
    watched.STAGE_ITEMS: (watched.refused_items_after, _file_item),
}
