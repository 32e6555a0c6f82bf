"""One transaction: what a use case writes through. Its events are linked into the chain just before the commit."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.log import GENESIS, EventKind, Json, link
from dutydesk.domain.review.officers import RESERVED_ACTORS
from dutydesk.store.engine.backup import COPY_COUNTER, read_only_reason
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle, from_us, to_us


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain; ``seq`` 0 before the first event."""

    seq: int
    at: datetime
    hash: bytes


#: After these the answers that were kept may be others.
CACHE_CLEARING_QUERIES = frozenset(
    {
        "desk_set_epoch",
        "item_save",
        "refused_text_add",
        "refused_text_erase",
        "register_entry_add",
        "register_entry_change",
    }
)

#: The new rows that :meth:`Transaction.later` holds back, in the order in which they are written: items before all that
#: refers to them.
_DEFERRED_INSERTS = (
    "item_add",
    "body_add",
    "reference_take",
    "delivery_put",
    "notice_add",
    "record_add",
    "record_key_add",
    "document_key_add",
    "person_key_put",
)
#: Changes of rows that it holds back: an item's counters after its deliveries, from which its due time follows.
_DEFERRED_UPDATES = ("delivery_set", "delivery_arrived", "item_add_open", "notice_set")
_GROUP_OF_QUERY = {query: group for group in (_DEFERRED_INSERTS, _DEFERRED_UPDATES) for query in group}
#: So many of one query at most: an officer who waits for the commit waits while they are written.
_MAX_DEFERRED = {_DEFERRED_INSERTS: 256, _DEFERRED_UPDATES: 32}
#: The same where one waited lately.
_MAX_DEFERRED_IF_BRIEF = {_DEFERRED_INSERTS: 16, _DEFERRED_UPDATES: 16}
#: What neither reads nor writes any of them, as nearly every message asks it. Any other query has them written first:
#: one that is missing here is slower, never wrong.
_INDEPENDENT_QUERIES = {
    _DEFERRED_INSERTS: frozenset(
        {
            "body_events",
            "bureaus_all",
            "check_reference_add",
            "check_reference_forget",
            "check_reference_of",
            "check_reference_oldest",
            "counter_value",
            "desk_epoch",
            "desk_next_segment",
            "desk_row",
            "item_ended_badly",
            "log_last_of",
            "log_made_listing",
            "log_of_reference",
            "log_of_subjects",
            "log_refused_any",
            "neighbour_add",
            "neighbour_knows",
            "reference_known",
            "refused_text_any",
            "register_any",
        }
    ),
    _DEFERRED_UPDATES: frozenset(
        {"body_events", "body_raw", "bureaus_all", "counter_value", "desk_epoch", "log_of_subjects"}
    ),
}


class Transaction(Handle):
    """A write transaction. The head of the chain was read inside it, and never comes from a cache.

    ``pressed`` says whether an officer waits for this transaction to end: long work that can be done in pieces stops.
    ``brief``: one waited lately, and such work takes small pieces.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        at: datetime,
        must_yield: Callable[[], bool] = lambda: False,
        *,
        brief: bool = False,
    ) -> None:
        super().__init__(connection, at)
        self.must_yield = must_yield
        self.brief = brief
        self.at_us = to_us(at)
        self._events: list[tuple[str, EventKind, str, str]] = []
        self._listed: dict[tuple[str, EventKind, str], dict[str, Json]] = {}
        self._linked = self._early = 0
        self._next_event_data: dict[str, Json] = {}
        self._counts: Counter[str] = Counter()
        self._hourly_checks: Counter[tuple[int, int, int, str, str]] = Counter()
        self._minute_checks: Counter[tuple[int, int]] = Counter()
        self._received: Counter[str] = Counter()
        self.next_item: int | None = None  # once it is known: nobody else numbers items meanwhile
        self.next_record: int | None = None
        self.next_notice: int | None = None
        self.used_references: dict[tuple[str, str], Any] = {}  # those that this transaction has used up
        #: Called one after the other once this is durable, on the loop's thread; never after a rollback.
        self.after_commit: list[Callable[[], None]] = []
        self._held: tuple[str, ...] = ()
        self._later: dict[str, list[Mapping[str, object]]] = {}
        self._kept: dict[tuple[object, ...], Any] = {}
        self._noted = 0
        self._began = connection.total_changes
        self.head = self._end = _read_head(self)

    def cached_value(self, query: str, /, **values: object) -> Any:
        asked = (query, *values.values())
        if asked not in self._kept:
            self._kept[asked] = self.value(query, **values)
        return self._kept[asked]

    def defer(self, query: str, /, **values: object) -> None:
        """Writes a row before the commit, or before the next query that may look for it.

        A batch's rows of one table are written together, which takes half the time of one statement each among others.
        Raises KeyError for a query that is not held back.
        """
        held = _GROUP_OF_QUERY[query]
        if held is not self._held:
            self._flush_deferred()
            self._held, self._later = held, {each: [] for each in held}
        rows = self._later[query]
        rows.append(values)
        self._noted += 1
        if len(rows) >= (_MAX_DEFERRED_IF_BRIEF if self.brief else _MAX_DEFERRED)[held]:
            self._flush_deferred()

    def _flush_before(self, query: str) -> None:
        if self._held and query not in _INDEPENDENT_QUERIES[self._held]:
            self._flush_deferred()
        if query in CACHE_CLEARING_QUERIES:
            self._kept.clear()

    def _flush_deferred(self) -> None:
        later, self._held, self._later = self._later, (), {}
        for query, rows in later.items():
            if rows:
                super().run_many(query, rows)

    def one(self, query: str, /, **values: object) -> sqlite3.Row | None:
        self._flush_before(query)
        return super().one(query, **values)

    def all(self, query: str, /, **values: object) -> list[sqlite3.Row]:
        self._flush_before(query)
        return super().all(query, **values)

    def tuples(self, query: str, /, **values: object) -> Iterator[tuple[Any, ...]]:
        self._flush_before(query)
        return super().tuples(query, **values)

    def run(self, query: str, /, **values: object) -> int:
        self._flush_before(query)
        return super().run(query, **values)

    def insert(self, query: str, /, **values: object) -> int:
        self._flush_before(query)
        return super().insert(query, **values)

    def run_many(self, query: str, /, rows: Iterable[Mapping[str, object]]) -> None:
        self._flush_before(query)
        super().run_many(query, rows)

    def advance_time(self, at: datetime) -> None:
        """Moves this transaction's time on to ``at`` where the clock is behind it; only before anything is recorded."""
        if self.at < at:
            self.at, self.at_us = at, to_us(at)

    @property
    def next_seq(self) -> int:
        """The number that the next event will bear."""
        return self.head.seq + len(self._events) + 1

    def emit(self, actor: str, kind: EventKind, subject: str, /, **data: Json) -> int:
        """Records an event; returns its ``seq``."""
        if self._next_event_data and actor not in RESERVED_ACTORS:
            data, self._next_event_data = {**data, **self._next_event_data}, {}
        self._events.append((actor, kind, subject, canonical_json(data)))
        return self.head.seq + len(self._events)

    def add_event_key(self, actor: str, kind: EventKind, subject: str, key: str, value: Json = None) -> None:
        """Adds a key to the one event of that kind on that subject that this transaction records at its end."""
        self._listed.setdefault((actor, kind, subject), {})[key] = value
        self._noted += 1

    def add_to_next_event(self, **data: Json) -> None:
        """Adds data to the next event that a person signs in this transaction; without data, to none any more."""
        self._next_event_data = data

    def has_pending_event(self, actor: str, kind: EventKind, subject: str) -> bool:
        """Whether this transaction bears such an event already, which no query may see yet."""
        return any(event[:3] == (actor, kind, subject) for event in self._events)

    def pending_events(self) -> Iterator[tuple[str, str, str]]:
        """Kind, subject and data of the events that this transaction bears already, and that no query sees yet."""
        for _, kind, subject, data in self._events[self._linked :]:
            yield kind, subject, data

    def add_to_counter(self, name: str, by: int = 1) -> None:
        """Moves a maintained counter."""
        self._counts[name] += by
        self._noted += 1

    def count_message(self, sender: str) -> None:
        """Counts one message of a bureau."""
        self._received[sender] += 1
        self._noted += 1

    def pending_count(self, name: str) -> int:
        """How far this transaction has moved a counter, which nobody else sees yet."""
        return self._counts.get(name, 0)

    def count_hourly_check(self, of: tuple[int, int, int, str, str]) -> None:
        """Counts one check of an hour: by supplier, hour, requester, database and result."""
        self._hourly_checks[of] += 1
        self._noted += 1

    def count_minute_check(self, requester: int, minute: int) -> None:
        """Counts one check of a minute, by whoever asks."""
        self._minute_checks[requester, minute] += 1
        self._noted += 1

    def pending_minute_checks(self, requester: int, minute: int) -> int:
        """The checks of that minute that only this transaction has counted yet."""
        return self._minute_checks.get((requester, minute), 0)

    def write_count(self) -> int:
        """Rises with everything that this transaction has written or recorded."""
        return self.connection.total_changes + len(self._events) + self._noted - self._early

    def finish(self) -> int:
        """Links the recorded events into the chain and moves the counters; returns the new head's ``seq``.

        Raises StoreUnusable where something was written to a copy that nobody has let take its original's place.
        """
        self._reject_write_to_copy()
        self._flush_deferred()
        self.link_events()
        moved = [(name, by) for name, by in self._counts.items() if by]
        if moved:
            self.connection.executemany(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                moved,
            )
        if self._hourly_checks:
            self._write_check_counts()
        if self._received:
            self.run_many("bureau_received", [{"code": code, "by": by} for code, by in self._received.items()])
        return self._end.seq

    def link_events(self) -> None:
        """Links what was recorded so far into the chain, so that queries find it; the rest follows at the end."""
        listed, self._listed = self._listed, {}
        self._early += len(listed)
        for (actor, kind, subject), keys in listed.items():
            self.emit(actor, kind, subject, keys=keys if any(keys.values()) else list(keys))
        seq, previous, rows = self._end.seq, self._end.hash, []
        for actor, kind, subject, data in self._events[self._linked :]:
            seq += 1
            digest = link(previous, seq, self.at_us, actor, kind, subject, data)
            rows.append((seq, self.at_us, actor, kind.value, subject, data, previous, digest))
            previous = digest
        if rows:
            self.connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._end, self._linked = ChainHead(seq, self.at, previous), len(self._events)
        self._early += len(rows)

    def _write_check_counts(self) -> None:
        """However many checks a group commit took, a row for each of what they are counted by."""
        self.connection.executemany(
            "INSERT INTO check_hour VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (supplier, hour, requester, name_of_database, result) DO UPDATE SET n = n + excluded.n",
            [(*of, n) for of, n in self._hourly_checks.items()],
        )
        days: Counter[tuple[int, int]] = Counter()
        for (supplier, hour, *_), n in self._hourly_checks.items():
            days[supplier, hour // 24] += n
        self.connection.executemany(
            "INSERT INTO check_day VALUES (?, ?, ?) ON CONFLICT (supplier, day) DO UPDATE SET n = n + excluded.n",
            [(*of, n) for of, n in days.items()],
        )
        self.connection.executemany(
            "INSERT INTO check_minute (requester, minute, n) VALUES (?, ?, ?) ON CONFLICT (requester) DO UPDATE SET "
            "n_before = CASE minute WHEN excluded.minute THEN n_before WHEN excluded.minute - 1 THEN n ELSE 0 END, "
            "n = CASE WHEN minute = excluded.minute THEN n ELSE 0 END + excluded.n, minute = excluded.minute",
            [(requester, minute, n) for (requester, minute), n in self._minute_checks.items()],
        )

    def _reject_write_to_copy(self) -> None:
        if self.write_count() == self._began or COPY_COUNTER in self._counts:
            return
        words = read_only_reason(self)
        if words is not None:
            raise StoreUnusable(StoreCode.STORE_IS_COPY, words)


def _read_head(handle: Handle) -> ChainHead:
    row = handle.one("event_head")
    if row is None:
        return ChainHead(0, handle.at, GENESIS)
    return ChainHead(row["seq"], from_us(row["at"]), row["hash"])
