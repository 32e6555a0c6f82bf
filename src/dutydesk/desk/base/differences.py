"""Differences between a table and the log: the log counts, and each difference is a lasting alarm."""

from __future__ import annotations

from dutydesk.domain.events.store import DifferenceFields, StoreDiffers
from dutydesk.store.engine.transaction import Transaction


def report(
    transaction: Transaction, topic: str, subject: str, words: str, about: DifferenceFields | None = None
) -> None:
    """Records that a table differs from the log.

    ``topic`` is what was to be done with it, in one word; ``words`` say the difference and what the desk does about it.
    """
    transaction.emit("system", subject, StoreDiffers(what=topic, words=words, **(about or {})))
