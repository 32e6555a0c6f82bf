"""Items that a store took in before it kept records get theirs, when a release that keeps them first opens it."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.examination import filing
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.store.engine.backup import words_of_copy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, records

#: Items of one transaction, so that nobody waits long for the store.
AT_ONCE = 500


def are_missing(handle: Handle) -> bool:
    """Nothing is written into a copy."""
    return records.entered_up_to(handle) < records.ALL_ENTERED and words_of_copy(handle) is None


def enter_some(transaction: Transaction, context: Context) -> None:
    """Files the next of them. What can't be read any more has no record."""
    found = items.after(transaction, records.entered_up_to(transaction), AT_ONCE)
    for item in found:
        try:
            body = body_of(message_of(transaction, context, item))
        except (NotFound, BodyChanged):
            continue
        filing.enter(transaction, item, body)
    more = len(found) == AT_ONCE
    records.set_entered_up_to(transaction, found[-1].number if more else records.ALL_ENTERED)
