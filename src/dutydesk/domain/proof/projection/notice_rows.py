"""The desk's own notices by the log."""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.domain.delivery.states import DeliveryState, Notice
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.facts import Fact, is_of
from dutydesk.domain.events.logged_notices import FAILED, UNCOUNTED, listed_keys, parse_key
from dutydesk.domain.events.notices import (
    NoticesConfirmed,
    NoticesDead,
    NoticesEvent,
    NoticesMade,
    NoticesQueued,
    NoticesRequeued,
    NoticesSending,
)
from dutydesk.domain.proof.projection.said import UNSAID, Column


@dataclass(slots=True)
class NoticeColumns:
    """A row of ``notice``: ``recipient`` is a code, ``data`` the digest of the notice's text."""

    id: int
    item: int | None
    recipient: str
    notice: str
    version: int
    cycle: int
    data: Column
    state: Column
    attempts: Column


_STATES = {
    NoticesQueued.kind: DeliveryState.QUEUED,
    NoticesSending.kind: DeliveryState.SENDING,
    NoticesRequeued.kind: DeliveryState.QUEUED,
    NoticesDead.kind: DeliveryState.DEAD,
    NoticesMade.kind: DeliveryState.DELIVERED,
    NoticesConfirmed.kind: DeliveryState.RECALL_CONFIRMED,
}


def apply_notices(rows: dict[int, NoticeColumns], fact: Fact[LogEvent], complete_from: int) -> None:
    """Applies an event that lists notices. A log before event ``complete_from`` does not say each change."""
    if not is_of(fact, NoticesEvent):
        return
    state = _STATES[fact.event.kind].value
    for key, detail in listed_keys(fact.event):
        parts = parse_key(key)
        row = rows.get(parts.number)
        if row is None:
            row = rows[parts.number] = NoticeColumns(
                parts.number,
                parts.item,
                parts.recipient,
                parts.notice.value,
                parts.version,
                parts.cycle,
                UNSAID if detail is None else detail,
                state,
                0 if 0 < complete_from <= fact.seq else UNSAID,
            )
        elif row.state != DeliveryState.RECALL_CONFIRMED.value:
            row.state = state
        _count(row, fact.event, detail, is_complete=0 < complete_from <= fact.seq)


def _count(row: NoticeColumns, event: NoticesEvent, detail: str | None, *, is_complete: bool) -> None:
    if isinstance(event, NoticesMade) and row.notice == Notice.ACCESS_WITHDRAWN.value and not is_complete:
        row.state = UNSAID  # whether it was confirmed
    elif isinstance(event, NoticesRequeued):
        if not is_complete:
            row.state = row.attempts = UNSAID
        elif detail == FAILED:
            row.state = DeliveryState.FAILED.value
        elif detail == UNCOUNTED and isinstance(row.attempts, int):
            row.attempts -= 1
    elif isinstance(event, NoticesSending) and isinstance(row.attempts, int):
        row.attempts += 1


#: The kinds of events that list notices.
NOTICE_KINDS: tuple[str, ...] = tuple(kind.value for kind in _STATES)
