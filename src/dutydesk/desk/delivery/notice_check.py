"""Before a notice of the desk's own is handed over, the log is asked whom it is for and whether it went out already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dutydesk.desk.base import differences
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.logged_notices import (
    DEAD,
    MADE,
    QUEUED,
    SENDING,
    LoggedNotice,
    digest_of,
    parse_key,
    subject_of,
)
from dutydesk.domain.events.notices import NoticesDead, NoticesListed, NoticesQueued, NoticesSending
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries
from dutydesk.store.tables import notices as notices_table
from dutydesk.store.tables.notices import NoticeChange, StoredNotice


def check_queued(transaction: Transaction, notices: Sequence[StoredNotice]) -> list[StoredNotice]:
    """Those that the log has queued, for the bureau and in the words that it names; the others stay here.

    One that was handed over counts as delivered. One that bears another address gets its own back, and goes out with
    the next lease. Whatever else differs ends dead. Each is an alarm.
    """
    if not notices:
        return []
    logged = log_queries.notices(transaction, [notice.id for notice in notices])
    return [notice for notice in notices if _matches_log(transaction, notice, logged.get(notice.id), QUEUED)]


def check_sending(transaction: Transaction, notices: Sequence[StoredNotice]) -> list[StoredNotice]:
    """The same for what a dispatcher left in hand: those that the log has under way."""
    if not notices:
        return []
    logged = log_queries.notices(transaction, [notice.id for notice in notices])
    return [notice for notice in notices if _matches_log(transaction, notice, logged.get(notice.id), SENDING)]


def _matches_log(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, place: str) -> bool:
    if logged is not None and logged.place == place and _key_of(notice) == logged.key:
        if logged.digest is None or logged.digest == digest_of(notice.data):
            return True
        _end(transaction, notice, logged, DeliveryState.DEAD, "its words are not those of the log; not handed over")
    elif logged is None:
        _end(transaction, notice, None, DeliveryState.DEAD, "the log does not know it; not handed over")
    elif logged.place == MADE:
        _end(transaction, notice, logged, DeliveryState.DELIVERED, "it was handed over already; not sent again")
    elif logged.place == DEAD:
        _end(transaction, notice, logged, DeliveryState.DEAD, "it had ended dead; not handed over")
    elif logged.place == SENDING:
        words = "it may be out already; look in its bureau's outbox"
        _end(transaction, notice, logged, DeliveryState.DEAD, words)
    elif place == SENDING:
        _queue_again(transaction, notice, logged, "the log has not given it out yet; it waits again")
    else:
        _queue_again(transaction, notice, logged, "it bore another address than the log has; it gets its own back")
    return False


def log_open_notices(transaction: Transaction) -> None:
    """Enters the notices of an earlier release that still wait, so that from here on the log names every one."""
    waiting = [notice for notice in notices_table.open_notices(transaction) if has_key(notice)]
    transaction.emit("system", log_queries.NOTICES, NoticesListed(open=len(waiting)))
    for notice in waiting:
        notices_table.list_in_log(transaction, NoticesQueued, notice, begins=True)
    for notice in waiting:
        if notice.state is DeliveryState.SENDING:
            notices_table.list_in_log(transaction, NoticesSending, notice)


def has_key(notice: StoredNotice) -> bool:
    """Whether a key can be made of the row as it is."""
    return bool(_key_of(notice))


def _key_of(notice: StoredNotice) -> str:
    """A row of a hit whose words can't be read has no key."""
    try:
        return notice.key
    except (ValueError, KeyError, TypeError):
        return ""


def _end(
    transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, state: DeliveryState, words: str
) -> None:
    error = words if state is DeliveryState.DEAD else None
    notices_table.change_notices(transaction, [NoticeChange(notice.id, state, notice.attempts, transaction.at, error)])
    if state is DeliveryState.DEAD and logged is not None and logged.place in (QUEUED, SENDING):
        transaction.list_notice("dispatcher", NoticesDead, subject_of(notice.id), logged.key)
    _report(transaction, notice, logged, words)


def _queue_again(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice, words: str) -> None:
    try:
        key = parse_key(logged.key)
    except IncompleteEvent:
        _end(transaction, notice, logged, DeliveryState.DEAD, "the key that the log has of it can't be read")
        return
    notices_table.readdress(transaction, notice.id, key)
    notices_table.change_notices(
        transaction, [NoticeChange(notice.id, DeliveryState.QUEUED, notice.attempts, transaction.at)]
    )
    _report(transaction, replace(notice, recipient=key.recipient), logged, words)


def _report(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, words: str) -> None:
    key = logged.key if logged is not None else _key_of(notice) or f"notice {notice.id}"
    about = key.partition("/")[0] if "/" in key else "notices"
    differences.report(
        transaction, "notice", about, f"the notice {key} was changed in the store: {words}", {"key": key}
    )
