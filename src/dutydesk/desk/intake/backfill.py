"""Items that a store took in before it kept records get theirs, when a release that keeps them first opens it."""

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
    """Nothing is written into a copy."""
    return records.backfill_position(handle) < records.BACKFILL_COMPLETE and read_only_reason(handle) is None


def file_next_items(transaction: Transaction, context: Context) -> None:
    """Files the next of them. What can't be read any more has no record."""
    found = items.after(transaction, records.backfill_position(transaction), context.limits.batches.backfilled_items)
    for item in found:
        try:
            body = body_of(message_of(transaction, context, item))
        except (NotFound, BodyChanged):
            continue
        filing.file_record(transaction, item, body)
    more = len(found) == context.limits.batches.backfilled_items
    records.set_backfill_position(transaction, found[-1].number if more else records.BACKFILL_COMPLETE)
