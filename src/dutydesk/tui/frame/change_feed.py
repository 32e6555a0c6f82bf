"""The change feed: the events since the last poll, and which rows of the screens they change."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dutydesk.desk.base.rows import EventRow
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.delivery.items import item_number, measure_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.checks import HitDismissed, HitFound
from dutydesk.domain.events.event import ABSENT, fitting
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.routes import ItemCorrected, ItemRouted
from dutydesk.domain.records.records import hit_number

#: Messages that become no item leave one of these events instead of an ``intake`` event.
_MESSAGE_EVENTS = frozenset({EventKind.ITEM_INFORMED, EventKind.ITEM_WITHDRAWN, EventKind.DELIVERY_ANSWERED})
_MINUTE = timedelta(minutes=1)
_COUNTRY_EVENT_PREFIXES = ("measure.", "bureau.", "restriction.", "key.", "signatures.")
_TAKEN_BACK_EVENTS = frozenset({EventKind.ITEM_UNDONE, EventKind.ITEM_RECALLED})
_NON_CHANGE_EVENTS = frozenset({EventKind.ITEM_READ, EventKind.ITEM_NOTED})


@dataclass(slots=True)
class ChangeSet:
    """What changed. ``items`` and ``hits`` are numbers; ``measures``: some measure, bureau or restriction changed.

    ``queue``: an item may have joined or left the review queue, or its row there has changed. ``reviews``: an item was
    released and waits for its post-review. ``dismissed``: a hit was dismissed, and with it earlier hits of the same
    query on the same record. ``informed`` and ``taken_back`` are numbers of items: those whose bureau has answered a
    question, and those whose release was undone or recalled.

    The events are counted, not kept: a console that was stopped may find hundreds of thousands at once.
    """

    items: set[int] = field(default_factory=set)
    hits: set[int] = field(default_factory=set)
    dismissed: bool = False
    queue: bool = False
    reviews: bool = False
    measures: bool = False
    informed: set[int] = field(default_factory=set)
    taken_back: set[int] = field(default_factory=set)
    events: int = 0

    def add(self, event: EventRow) -> None:
        if event.kind == EventKind.ITEM_READ:
            return  # no screen shows reads live
        data = event.event
        if isinstance(data, HitFound | HitDismissed):
            self.hits.add(hit_number(fitting(data.hit) or "") or 0)
            self.dismissed = self.dismissed or isinstance(data, HitDismissed)
        number = item_number(event.subject)
        if number is not None:
            self.items.add(number)
            if event.kind == EventKind.ITEM_INFORMED:
                self.informed.add(number)
            elif event.kind in _TAKEN_BACK_EVENTS:
                self.taken_back.add(number)
            if isinstance(data, ItemRouted) and data.state == ItemState.RELEASED:
                self.reviews = self.reviews or fitting(data.post_review) is not None
            elif event.kind != EventKind.INTAKE_ACCEPTED and not event.kind.startswith("deliver"):
                self.queue = True
        elif measure_number(event.subject) is not None or event.kind.startswith(_COUNTRY_EVENT_PREFIXES):
            self.measures = True
        self.events += 1


def last_change(history: Sequence[EventRow]) -> EventRow | None:
    """The latest change of an item's state; reads, notes and deliveries do not count."""
    changes = (event for event in reversed(history) if event.kind.startswith("item."))
    return next((event for event in changes if event.kind not in _NON_CHANGE_EVENTS), None)


def is_message(event: EventRow) -> bool:
    """Whether an event stands for an incoming message; the figures count in the same way."""
    data = event.event
    if isinstance(data, ItemCorrected):
        return data.child == ABSENT
    return event.kind.startswith("intake.") or event.kind in _MESSAGE_EVENTS


class ChangeFeed:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seq = 0
        self._version: int | None = None
        self._arrivals: deque[datetime] = deque(maxlen=20_000)
        self._checks: deque[tuple[datetime, int]] = deque(maxlen=20_000)
        self._last_check_count: int | None = None
        self._by_minute: Counter[int] = Counter()
        self._pending = ChangeSet()

    async def start(self) -> None:
        """Start at the head of the log; the events before it only count for the rates."""
        self._seq = max(await self._desk.queries.head_seq() - self._desk.limits.console.events_per_read, 0)
        await self._read()
        self._pending = ChangeSet()

    async def poll(self) -> ChangeSet | None:
        """Changes since the last call and those that were requeued; ``None`` if there are none."""
        version = await self._desk.queries.version()
        if version != self._version:
            await self._read()
            self._version = version
        touched, self._pending = self._pending, ChangeSet()
        return touched if touched.events else None

    def requeue(self, change_set: ChangeSet | None) -> None:
        """Give ``change_set`` again at the next :meth:`poll`, because the screens could not show all of it."""
        if change_set is not None:
            self._pending = change_set

    async def _read(self) -> None:
        touched, most = self._pending, self._desk.limits.console.events_per_read
        is_behind = True
        while is_behind:
            events, checks = await self._desk.queries.changes_after(self._seq, most)
            for event in events:
                touched.add(event)
                if is_message(event):
                    self._arrivals.append(event.at)
                self._seq = event.seq
            is_behind = len(events) >= most
        self._count_checks(checks)

    def _count_checks(self, taken: int) -> None:
        """Count checks by their counter, because not every check leaves an event."""
        if self._last_check_count is not None and taken > self._last_check_count:
            now = self._desk.clock.now()
            self._checks.append((now, taken - self._last_check_count))
            self._by_minute[_minute(now)] += taken - self._last_check_count
        self._last_check_count = taken

    def last_minute_counts(self, now: datetime) -> tuple[int, int]:
        """Messages and checks of the last minute of the desk's time."""
        while self._arrivals and self._arrivals[0] <= now - _MINUTE:
            self._arrivals.popleft()
        while self._checks and self._checks[0][0] <= now - _MINUTE:
            self._checks.popleft()
        return len(self._arrivals), sum(count for _, count in self._checks)

    def checks_per_minute(self, now: datetime, most: int) -> tuple[int, ...]:
        """Checks in each of the last ``most`` minutes, the present one last."""
        this = _minute(now)
        for minute in [minute for minute in self._by_minute if minute <= this - most]:
            del self._by_minute[minute]
        return tuple(self._by_minute[minute] for minute in range(this - most + 1, this + 1))


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
