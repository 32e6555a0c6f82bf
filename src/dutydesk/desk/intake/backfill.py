"""Files records for the items of an earlier release that kept none, when the store is first opened."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.examination import filing
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.store.engine.backup import read_only_reason
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, records


def has_unfiled_items(handle: Handle) -> bool:
    """Whether any item lacks its record; false for a copy, into which nothing is written."""
    return records.backfill_position(handle) < records.BACKFILL_COMPLETE and read_only_reason(handle) is None


def file_next_items(transaction: Transaction, context: Context) -> None:
    """Files the records of the next items. A body that can't be read gets none."""
    found = items.after(transaction, records.backfill_position(transaction), context.limits.batches.backfilled_items)
    for item in found:
        try:
            body = body_of(message_of(transaction, context, item))
        except (NotFound, BodyChanged):
            continue
        filing.file_record(transaction, item, body)
    more = len(found) == context.limits.batches.backfilled_items
    records.set_backfill_position(transaction, found[-1].number if more else records.BACKFILL_COMPLETE)
