"""Differences between a table and the log: the log counts, and each difference is a lasting alarm."""

from __future__ import annotations

from dutydesk.domain.events.log import EventKind, Json
from dutydesk.store.engine.transaction import Transaction


def report(transaction: Transaction, topic: str, subject: str, words: str, **data: Json) -> None:
    """Records that a table differs from the log.

    ``what`` is what was to be done with it, in one word; ``words`` say the difference and what the desk does about it.
    """
    transaction.emit("system", EventKind.STORE_DIFFERS, subject, what=topic, words=words, **data)
