"""Check an item's row against the log before its body is purged: its legal hold, retention and state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dutydesk.desk.base import differences
from dutydesk.desk.base.context import Context, format_utc
from dutydesk.desk.base.message import body_of, message_of_version
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.logged_items import LoggedItem
from dutydesk.domain.records.retention import retention_end
from dutydesk.language.sentences import joined, sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, log_queries

#: Tolerated difference between an item's retention and the end computed from its body, where the log does not record
#: it: stores of the first release counted five years as 1,826.25 days.
OLD_TOLERANCE = timedelta(days=2)


def retention_reason(transaction: Transaction, context: Context, item: Item, logged: LoggedItem | None) -> str | None:
    """Return why the log forbids to purge a body that is past its retention by its row, or ``None``.

    Corrects a row that differs from the log, and reports the difference as an alarm.
    """
    if logged is None:
        _report(transaction, item, sentence("the log does not have it, or can't be read; its body is kept"))
        return sentence("the log does not show that it may be purged")
    until = _retention_end(transaction, context, item, logged)
    corrected = replace(item, legal_hold=logged.legal_hold or item.legal_hold)
    differing = []
    if corrected.legal_hold != item.legal_hold:
        differing.append(sentence("the legal hold on it was removed from the store"))
    if until > transaction.at:
        corrected = replace(corrected, retention_until=until)
        named = logged.retention_until is not None
        if named or item.retention_until is None or until - item.retention_until > OLD_TOLERANCE:
            differing.append(
                sentence(
                    "its retention ends at {until} by the log, and was shortened in the store", until=format_utc(until)
                )
            )
    ended = item.state is logged.state and (item.recall_proposed_by is not None or not logged.recall_proposed)
    if not ended or (logged.unratified and not item.unratified):
        differing.append(
            sentence("its state, or what is open on it, differs: by the log it is {state}", state=logged.state)
        )
    if corrected != item:
        items.save(transaction, item, corrected)
    if differing:
        _report(transaction, item, sentence("{differing}; its body is kept", differing=joined(differing, "; ")))
    if corrected.legal_hold:
        return sentence("legal hold")
    if until > transaction.at:
        return sentence("its retention ends at {until}", until=format_utc(until))
    return sentence("its row differs from the log") if differing else None


def is_on_hold(handle: Handle, item: Item) -> bool:
    """Whether the item is under legal hold by the log, or by its row where the log has no such item."""
    logged = log_queries.item(handle, item.name)
    return item.legal_hold if logged is None else logged.legal_hold


def was_source_asked(transaction: Transaction, item: Item) -> bool:
    """Whether the log shows that the source was asked about this body's retention.

    If it was, corrects the item's row and reports the difference as an alarm.
    """
    logged = log_queries.item(transaction, item.name)
    if logged is None or not logged.retention_asked:
        return False
    items.save(transaction, item, replace(item, retention_asked=True))
    _report(transaction, item, "its source was already asked about its retention; it is not asked again")
    return True


def _retention_end(handle: Handle, context: Context, item: Item, logged: LoggedItem) -> datetime:
    """Return when the body's retention ends: as the log records it, or else as computed from the verified body."""
    if logged.retention_until is not None:
        return logged.retention_until
    received = logged.body_at.get(logged.version, item.received_at)
    try:
        body = body_of(message_of_version(handle, context, item, logged.version))
    except (BodyChanged, NotFound):
        body = None
    return retention_end(None if body is None else body.retention_until, received)


def _report(transaction: Transaction, item: Item, words: str) -> None:
    differences.report(transaction, "retention", item.name, words)
