"""Lines for the journal: one JSON object a line on a stream, after its priority as systemd reads it (sd-daemon(3)).

A line has the kind of what happened, codes, the numbers of items and measures, and counts. It has no person, no text
and no country: a journal is read by more people than a desk is, and kept elsewhere. Its words are in the log file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from time import monotonic
from typing import Final, TextIO

from dutydesk.desk.base.rows import AlarmRow, EventRow
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.dispatch.dispatcher_state import DispatcherState
from dutydesk.domain.delivery.items import item_number, measure_number
from dutydesk.domain.events.log import EventKind
from dutydesk.wire.encode.json_line import to_json_line


class Priority(IntEnum):
    """As syslog numbers them."""

    ERROR = 3
    WARNING = 4
    NOTICE = 5
    INFORMATION = 6


_ERRORS: Final = frozenset(
    {
        EventKind.CLOCK_STEPPED_BACK,
        EventKind.DELIVERIES_DEAD,
        EventKind.ITEM_BODY_CHANGED,
        EventKind.NOTICES_DEAD,
        EventKind.STORE_DIFFERS,
    }
)
_WARNINGS: Final = frozenset(
    {
        EventKind.DELIVERIES_FAILED,
        EventKind.INTAKE_CONFLICT,
        EventKind.INTAKE_QUARANTINED,
        EventKind.INTAKE_REJECTED,
        EventKind.BUREAU_OFFLINE,
    }
)
#: Every message, delivery, check, claim and read leaves one of these; the summary counts the traffic instead.
_TRAFFIC: Final = frozenset(
    {
        EventKind.INTAKE_ACCEPTED,
        EventKind.INTAKE_REPEATED,
        EventKind.ITEM_ROUTED,
        EventKind.ITEM_CLAIMED,
        EventKind.ITEM_UNCLAIMED,
        EventKind.ITEM_TICKED,
        EventKind.ITEM_NOTED,
        EventKind.ITEM_READ,
        EventKind.ITEM_DISTINGUISHED,
        EventKind.DELIVERIES_SENDING,
        EventKind.DELIVERIES_MADE,
        EventKind.DELIVERIES_REQUEUED,
        EventKind.DELIVERIES_WAITING,
        EventKind.DELIVERY_ANSWERED,
        EventKind.NOTICES_QUEUED,
        EventKind.NOTICES_SENDING,
        EventKind.NOTICES_REQUEUED,
        EventKind.NOTICES_MADE,
        EventKind.RECEIPTS_KEPT,
        EventKind.ROWS_KEPT,
        EventKind.CHECKS_COUNTED,
        EventKind.CHECK_TAKEN,
        EventKind.CHECK_HIT,
        EventKind.HIT_DISMISSED,
        EventKind.SEGMENT_BEGUN,
        EventKind.ROUTE_LEASED,
        EventKind.OFFICER_SIGNED_IN,
        EventKind.OFFICER_SIGNED_OUT,
    }
)
_KINDS: Final = frozenset(kind.value for kind in EventKind)


class Journal:
    """``stream`` is read by the service manager line by line. A stream that is gone stops nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, priority: Priority, event: str, **fields: object) -> None:
        line = to_json_line({"event": event, **{name: field for name, field in fields.items() if field is not None}})
        try:
            self._stream.write(f"<{priority.value}>{line}\n")
            self._stream.flush()
        except (OSError, ValueError):
            return

    def write_event(self, row: EventRow) -> None:
        """One event of the desk's log, if it is no mere traffic."""
        if row.kind in _TRAFFIC or row.kind not in _KINDS:
            return
        priority = Priority.NOTICE
        if row.kind in _ERRORS or row.kind in _WARNINGS:
            priority = Priority.ERROR if row.kind in _ERRORS else Priority.WARNING
        measure = row.subject if measure_number(row.subject) is not None else None
        self.write(
            priority, row.kind, seq=row.seq, item=item_of(row.subject), measure=measure, recipients=_recipients(row)
        )

    def write_served(self, port: int, *, is_open: bool) -> None:
        """The port of the metrics; a warning where other machines can reach it."""
        self.write(Priority.WARNING if is_open else Priority.NOTICE, "metrics.served", port=port)

    def write_alarm(self, alarm: AlarmRow, *, over: bool) -> None:
        event, priority = ("alarm.over", Priority.NOTICE) if over else ("alarm", Priority.WARNING)
        self.write(priority, event, code=alarm.alarm, item=item_of(alarm.subject))


def item_of(subject: str) -> str | None:
    return subject if item_number(subject) is not None else None


def _recipients(row: EventRow) -> int | None:
    """How many recipients an event is about; never which."""
    found = row.data.get("deliver", row.data.get("recipients"))
    return len(found) if isinstance(found, Sequence | Mapping) and not isinstance(found, str) else None


class EventFollower:
    """Reads the desk's log from its end on, like every screen, and measures how far such a reader is behind.

    ``lag_seconds`` is the time from the recording of an event until it could be read here, at the latest look that
    found one.
    """

    def __init__(self, queries: DeskQueries, journal: Journal | None, events_per_read: int) -> None:
        self._queries = queries
        self._journal = journal
        self._most = events_per_read
        self._version: int | None = None
        self._seen: int | None = None
        self.lag_seconds = 0.0

    async def look(self) -> None:
        """Read what is new, if any process has committed. Raises DeskError."""
        if self._seen is None:
            self._seen = await self._queries.head_seq()
        version = await self._queries.version()
        if version == self._version:
            return
        position = await self._queries.feed_position(self._seen)
        if position.first_new_at is not None:
            now = self._queries.clock.now()
            self.lag_seconds = max((now - position.first_new_at).total_seconds(), 0.0)
        self._seen = position.head if self._journal is None else await self._write(self._journal, self._seen)
        self._version = version

    async def _write(self, journal: Journal, seen: int) -> int:
        while rows := await self._queries.events_after(seen, self._most):
            for row in rows:
                journal.write_event(row)
            seen = rows[-1].seq
        return seen


class DispatcherJournal:
    """Writes what changes in a dispatcher's state, and every ``seconds`` what it has done since."""

    def __init__(self, journal: Journal, seconds: float) -> None:
        self._journal = journal
        self._seconds = seconds
        self._phase = ""
        self._codes: frozenset[str] = frozenset()
        self._done = (0, 0, 0)
        self._last_summary = monotonic()

    async def write(self, state: DispatcherState, codes: frozenset[str]) -> None:
        """``codes`` name what is wrong now."""
        self._write_changes(state, codes)
        if monotonic() - self._last_summary >= self._seconds:
            self._write_summary(state)

    def write_last(self, state: DispatcherState, codes: frozenset[str]) -> None:
        """The same at the end."""
        self._write_changes(state, codes)
        self._write_summary(state)

    def _write_changes(self, state: DispatcherState, codes: frozenset[str]) -> None:
        if state.phase != self._phase:
            self._phase = state.phase
            self._journal.write(Priority.NOTICE, "dispatcher.phase", code=state.phase.value.replace(" ", "_"))
        for code in sorted(codes - self._codes):
            self._journal.write(Priority.ERROR, "dispatcher.trouble", code=code)
        for code in sorted(self._codes - codes):
            self._journal.write(Priority.NOTICE, "dispatcher.trouble_over", code=code)
        self._codes = codes

    def _write_summary(self, state: DispatcherState) -> None:
        """Nothing where nothing was done."""
        done = (state.received, state.delivered, state.failed)
        received, delivered, failed = (now - before for now, before in zip(done, self._done, strict=True))
        if done != self._done:
            self._journal.write(
                Priority.INFORMATION, "dispatcher.traffic", received=received, delivered=delivered, failed=failed
            )
        self._done, self._last_summary = done, monotonic()
