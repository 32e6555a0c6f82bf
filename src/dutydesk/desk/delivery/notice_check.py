"""Compares the desk's own notices with the log before they are sent: recipient, text, and whether they went out."""

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
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries, notices
from dutydesk.store.tables.notices import NoticeChange, StoredNotice


def check_queued(transaction: Transaction, listed: Sequence[StoredNotice]) -> list[StoredNotice]:
    """The notices that the log has as queued, to the same bureau and with the same text.

    A notice that was delivered by the log counts as delivered. One with another recipient gets the logged one back, and
    is sent by the next lease. Any other that differs ends ``dead``. Each difference is an alarm.
    """
    if not listed:
        return []
    logged = log_queries.notices(transaction, [notice.id for notice in listed])
    return [notice for notice in listed if _matches_log(transaction, notice, logged.get(notice.id), QUEUED)]


def check_sending(transaction: Transaction, listed: Sequence[StoredNotice]) -> list[StoredNotice]:
    """The same for notices that a dispatcher left leased: those that the log has as being sent."""
    if not listed:
        return []
    logged = log_queries.notices(transaction, [notice.id for notice in listed])
    return [notice for notice in listed if _matches_log(transaction, notice, logged.get(notice.id), SENDING)]


def _matches_log(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, place: str) -> bool:
    if logged is not None and logged.place == place and _key_of(notice) == logged.key:
        if logged.digest is None or logged.digest == digest_of(notice.data):
            return True
        _end(
            transaction,
            notice,
            logged,
            DeliveryState.DEAD,
            sentence("its words are not those of the log; not handed over"),
        )
    elif logged is None:
        _end(transaction, notice, None, DeliveryState.DEAD, sentence("the log does not know it; not handed over"))
    elif logged.place == MADE:
        _end(
            transaction, notice, logged, DeliveryState.DELIVERED, sentence("it was handed over already; not sent again")
        )
    elif logged.place == DEAD:
        _end(transaction, notice, logged, DeliveryState.DEAD, sentence("it had ended dead; not handed over"))
    elif logged.place == SENDING:
        words = sentence("it may be out already; look in its bureau's outbox")
        _end(transaction, notice, logged, DeliveryState.DEAD, words)
    elif place == SENDING:
        _queue_again(transaction, notice, logged, sentence("the log has not given it out yet; it waits again"))
    else:
        _queue_again(
            transaction, notice, logged, sentence("it bore another address than the log has; it gets its own back")
        )
    return False


def log_open_notices(transaction: Transaction) -> None:
    """Logs the open notices of an earlier release, so that the log lists every notice from then on."""
    waiting = [notice for notice in notices.open_notices(transaction) if has_key(notice)]
    transaction.emit("system", log_queries.NOTICES, NoticesListed(open=len(waiting)))
    for notice in waiting:
        notices.list_in_log(transaction, NoticesQueued, notice, begins=True)
    for notice in waiting:
        if notice.state is DeliveryState.SENDING:
            notices.list_in_log(transaction, NoticesSending, notice)


def has_key(notice: StoredNotice) -> bool:
    """Whether a key can be made of the row as it is."""
    return bool(_key_of(notice))


def _key_of(notice: StoredNotice) -> str:
    """The key of a notice; the notice of a hit whose data can't be read has none."""
    try:
        return notice.key
    except (ValueError, KeyError, TypeError):
        return ""


def _end(
    transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, state: DeliveryState, words: str
) -> None:
    error = words if state is DeliveryState.DEAD else None
    notices.change_notices(transaction, [NoticeChange(notice.id, state, notice.attempts, transaction.at, error)])
    if state is DeliveryState.DEAD and logged is not None and logged.place in (QUEUED, SENDING):
        transaction.list_notice("dispatcher", NoticesDead, subject_of(notice.id), logged.key)
    _report(transaction, notice, logged, words)


def _queue_again(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice, words: str) -> None:
    try:
        key = parse_key(logged.key)
    except IncompleteEvent:
        _end(transaction, notice, logged, DeliveryState.DEAD, "the key that the log has of it can't be read")
        return
    notices.readdress(transaction, notice.id, key)
    notices.change_notices(
        transaction, [NoticeChange(notice.id, DeliveryState.QUEUED, notice.attempts, transaction.at)]
    )
    _report(transaction, replace(notice, recipient=key.recipient), logged, words)


def _report(transaction: Transaction, notice: StoredNotice, logged: LoggedNotice | None, words: str) -> None:
    key = logged.key if logged is not None else _key_of(notice) or f"notice {notice.id}"
    about = key.partition("/")[0] if "/" in key else "notices"
    differences.report(
        transaction, "notice", about, f"the notice {key} was changed in the store: {words}", {"key": key}
    )
