"""One write transaction. Its events are linked into the chain just before the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.checks import ChecksCounted
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.log import GENESIS, EventKind, link
from dutydesk.domain.events.notices import NoticesEvent, ReceiptsKept
from dutydesk.domain.events.store import RowsKept
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.domain.proof.projection.check_rows import SUM_MODULUS
from dutydesk.domain.review.officers import RESERVED_ACTORS
from dutydesk.store.engine.cached_values import CACHE_CLEARING_QUERIES
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.copies import COPY_COUNTER, read_only_reason
from dutydesk.store.engine.deferred import DEFERRED_INSERTS, GROUP_OF_QUERY, INDEPENDENT_QUERIES, ROW_ORDERS
from dutydesk.store.engine.filed import FILED_READS
from dutydesk.store.engine.reader import Handle, RememberingHandle, from_us, to_us
from dutydesk.store.engine.rows import Connection, StoreRow


@value(frozen=True, slots=True)
class ChainHead:
    """The end of the chain; ``seq`` is 0 before the first event."""

    seq: int
    at: datetime
    hash: bytes


#: Digests of rows in one event.
_ROWS_TOGETHER = 1_000


class Transaction(RememberingHandle):
    """A write transaction. It reads the head of the chain itself, never from a cache.

    ``must_yield`` says whether an officer waits for this transaction; long work that can be split then stops.
    ``brief``: an officer waited lately, so such work takes small parts.
    """

    def __init__(
        self,
        connection: Connection,
        at: datetime,
        must_yield: Callable[[], bool] = lambda: False,
        *,
        brief: bool = False,
        limits: StoreLimits = DEFAULT_LIMITS.store,
    ) -> None:
        super().__init__(connection, at, limits)
        self.must_yield = must_yield
        self.brief = brief
        self.at_us = to_us(at)
        self._events: list[tuple[str, str, LogEvent, str]] = []
        self._listed: dict[tuple[str, type[NoticesEvent], str], dict[str, str | None]] = {}
        self._receipts: dict[str, str] = {}
        self._check_references: dict[tuple[int, int], tuple[int, int]] = {}
        self._forgotten_checks: list[tuple[int, int]] = []
        self._kept_rows: dict[str, dict[str, str | None]] = {}
        self._linked = self._early = 0
        self._command: tuple[str, str] | None = None
        self._counts: Counter[str] = Counter()
        self._hourly_checks: Counter[tuple[int, int, int, str, str]] = Counter()
        self._minute_checks: Counter[tuple[int, int]] = Counter()
        self._received: Counter[str] = Counter()
        self.next_item: int | None = None  # once known: no other transaction numbers items meanwhile
        self.next_record: int | None = None
        self.next_notice: int | None = None
        #: Why the rules in force can't be relied on, in a sentence, as found when this transaction began.
        self.rules_fault: str | None = None
        self.rules_changed = False  # whether this transaction has changed measures, restrictions or the network
        #: Senders and references of the messages that this transaction is to take in, as far as they are known.
        self.expected_references: tuple[tuple[str, str], ...] = ()
        self.free_references: set[tuple[str, str]] | None = None  # those that nobody had used before, once looked up
        self.used_references: dict[tuple[str, str], Any] = {}  # references that this transaction has used
        #: Called in order on the loop's thread once the transaction is durable; never after a rollback.
        self.after_commit: list[Callable[[], None]] = []
        #: Files what was taken in, up to an item or all of it, before a query that must find it.
        self.filer: Callable[[Transaction, int | None], None] | None = None
        self._filed_before: tuple[int | None] | None = None  # the next item when everything was filed
        self._held: tuple[str, ...] = ()
        self._max_deferred = 0
        self._later: dict[str, list[Mapping[str, object]]] = {}
        self._noted = 0
        self._began = connection.total_changes
        self.head = self._end = _read_head(self)

    def defer(self, query: str, /, **values: object) -> None:
        """Write a row before the commit, or before the next query that may read it.

        Rows of one table are written together, which takes half the time of single statements. Raises KeyError for a
        query that can't be deferred.
        """
        held = GROUP_OF_QUERY[query]
        if held is not self._held:
            self.send_deferred()
            self._held, self._later = held, {each: [] for each in held}
            self._max_deferred = self._deferred_limit(held)
        rows = self._later[query]
        rows.append(values)
        self._noted += 1
        if len(rows) >= self._max_deferred:
            self.send_deferred()

    def _deferred_limit(self, group: tuple[str, ...]) -> int:
        """Rows of one query that are held back at most: an officer who waits for the commit waits for these."""
        limits = self.limits
        if group is not DEFERRED_INSERTS:
            return limits.brief_deferred_updates if self.brief else limits.deferred_updates
        most = limits.brief_deferred_inserts if self.brief else limits.deferred_inserts
        return min(most, limits.inserts_sent_meanwhile) if self.connection.writes_meanwhile else most

    def require_filed(self, upto: int | None = None) -> None:
        """File what waits, up to an item or all of it; see :mod:`dutydesk.store.engine.filed`."""
        filer, self.filer = self.filer, None  # what it asks itself files nothing
        try:
            if filer is not None and self._filed_before != (self.next_item,):
                filer(self, upto)
                self._filed_before = (self.next_item,) if upto is None else None
        finally:
            self.filer = filer

    def _flush_before(self, query: str) -> None:
        if query in FILED_READS:
            self.require_filed()
        if self._held and query not in INDEPENDENT_QUERIES[self._held]:
            self.send_deferred()
        if query in CACHE_CLEARING_QUERIES:
            self._remembered.clear()

    def send_deferred(self) -> None:
        """Write the rows that are held back now, which is done before a commit at the latest."""
        later, self._held, self._later = self._later, (), {}
        for query, rows in later.items():
            if rows:
                super().run_many(query, sorted(rows, key=ROW_ORDERS[query]) if query in ROW_ORDERS else rows)

    def one(self, query: str, /, **values: object) -> StoreRow | None:
        self._flush_before(query)
        return super().one(query, **values)

    def all(self, query: str, /, **values: object) -> list[StoreRow]:
        self._flush_before(query)
        return super().all(query, **values)

    def tuples(self, query: str, /, **values: object) -> Iterator[tuple[Any, ...]]:
        self._flush_before(query)
        return super().tuples(query, **values)

    def stream(self, query: str, /, **values: object) -> Iterator[StoreRow]:
        self._flush_before(query)
        return super().stream(query, **values)

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
        """Move this transaction's time forward to ``at`` if the clock is behind; only before anything is recorded."""
        if self.at < at:
            self.at, self.at_us = at, to_us(at)

    def follow_clocks(self, seconds: float) -> None:
        """Move this transaction's time forward to that of the log's end if it is up to ``seconds`` behind.

        So much the clocks of boxes differ by which write in turn, and none of them has stepped back.
        """
        if self.at < self.head.at <= self.at + timedelta(seconds=seconds):
            self.advance_time(self.head.at)

    @property
    def next_seq(self) -> int:
        """The ``seq`` of the next event."""
        return self.head.seq + len(self._events) + 1

    def emit(self, actor: str, subject: str, event: LogEvent) -> int:
        """Record an event and return its ``seq``."""
        if self._command is not None and actor not in RESERVED_ACTORS:
            command, digest = self._command
            event, self._command = replace(event, command=command, command_digest=digest), None
        self._events.append((actor, subject, event, canonical_json(event.to_data())))
        return self.head.seq + len(self._events)

    def list_notice(
        self, actor: str, kind: type[NoticesEvent], subject: str, key: str, digest: str | None = None
    ) -> None:
        """Add a key to the one event of that kind and subject that this transaction records at its end."""
        self._listed.setdefault((actor, kind, subject), {})[key] = digest
        self._noted += 1

    def keep_receipt(self, name: str, digest: str) -> None:
        """Add the digest of a receipt to the one event of receipts that this transaction records at its end."""
        self._receipts[name] = digest
        self._noted += 1

    def keep_check_reference(self, day: int, sender: int, weight: int) -> None:
        """Count the reference of a check without a hit, and add its weight to the sum for that day and sender."""
        number, total = self._check_references.get((day, sender), (0, 0))
        self._check_references[day, sender] = number + 1, total + weight
        self._noted += 1

    def forget_check_references(self, day: int, sender: int) -> None:
        """Record that the references of checks of that day and sender are gone."""
        self._forgotten_checks.append((day, sender))
        self._noted += 1

    def keep_row(self, table: str, key: object, digest: str | None) -> None:
        """Add the digest of a row to the events that this transaction records at its end; ``None``: the row is gone."""
        self._kept_rows.setdefault(table, {})[str(key)] = digest
        self._noted += 1

    def name_command(self, command: str, digest: str) -> None:
        """Add data to the next event of this transaction that a person causes; without data, cancel that."""
        self._command = (command, digest)

    def forget_command(self) -> None:
        """Names no command any more, where no person has signed an event since."""
        self._command = None

    def has_pending_event(self, actor: str, kind: EventKind, subject: str) -> bool:
        """Whether this transaction has recorded such an event, which queries may not see yet."""
        return any((by, of, event.kind) == (actor, subject, kind) for by, of, event, _ in self._events)

    def pending_events(self) -> Iterator[tuple[str, LogEvent]]:
        """Kind, subject and data of the recorded events that queries do not see yet."""
        for _, subject, event, _ in self._events[self._linked :]:
            yield subject, event

    def add_to_counter(self, name: str, by: int = 1) -> None:
        """Change a maintained counter."""
        self._counts[name] += by
        self._noted += 1

    def count_message(self, sender: str) -> None:
        """Count one message of a bureau."""
        self._received[sender] += 1
        self._noted += 1

    def pending_count(self, name: str) -> int:
        """By how much this transaction has changed a counter, which queries do not see yet."""
        return self._counts.get(name, 0)

    def count_hourly_check(self, of: tuple[int, int, int, str, str]) -> None:
        """Count one check by supplier, hour, requester, database and result."""
        self._hourly_checks[of] += 1
        self._noted += 1

    def count_minute_check(self, requester: int, minute: int) -> None:
        """Count one check of a requester in a minute."""
        self._minute_checks[requester, minute] += 1
        self._noted += 1

    def pending_minute_checks(self, requester: int, minute: int) -> int:
        """Checks of that minute that only this transaction has counted."""
        return self._minute_checks.get((requester, minute), 0)

    def write_count(self) -> int:
        """A number that rises with everything that this transaction writes or records."""
        return self.connection.total_changes + len(self._events) + self._noted - self._early

    def finish(self) -> int:
        """Link the recorded events into the chain and write the counters; return the ``seq`` of the new head.

        Raises StoreUnusable if something was written to a copy that was not accepted as the original.
        """
        self._reject_write_to_copy()
        self.send_deferred()
        if self._hourly_checks:
            self.emit("system", "checks", self._checks_counted())
        self.link_events()
        # In one order, so that two writers never wait for each other.
        moved = sorted((name, by) for name, by in self._counts.items() if by)
        if moved:
            self.connection.executemany(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) "
                "DO UPDATE SET value = counter.value + excluded.value",
                moved,
            )
        if self._hourly_checks:
            self._write_check_counts()
        if self._received:
            self.run_many("bureau_received", [{"code": code, "by": by} for code, by in sorted(self._received.items())])
        return self._end.seq

    @property
    def last_event(self) -> ChainHead | None:
        """The last event of this transaction that is linked; ``None`` without one."""
        return self._end if self._end.seq > self.head.seq else None

    def link_events(self) -> None:
        """Link the events so far into the chain, so that queries find them; the rest follows at the end."""
        listed, self._listed = self._listed, {}
        self._early += len(listed)
        for (actor, type_of_event, subject), keys in listed.items():
            self.emit(actor, subject, type_of_event(keys=keys if any(keys.values()) else tuple(keys)))
        if self._receipts:
            receipts, self._receipts = self._receipts, {}
            self._early += 1
            self.emit("intake", "receipts", ReceiptsKept(digests=receipts))
        kept, self._kept_rows = self._kept_rows, {}
        for table, digests in kept.items():
            rest = iter(digests.items())
            while part := dict(islice(rest, _ROWS_TOGETHER)):
                self._early += 1
                self.emit("system", table, RowsKept(rows=part))
        seq, previous, rows = self._end.seq, self._end.hash, []
        for actor, subject, event, data in self._events[self._linked :]:
            seq, kind = seq + 1, str(event.kind)
            digest = link(previous, seq, self.at_us, actor, kind, subject, data)
            rows.append((seq, self.at_us, actor, kind, subject, data, previous, digest))
            previous = digest
        if rows:
            self.connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._end, self._linked = ChainHead(seq, self.at, previous), len(self._events)
        self._early += len(rows)

    def _checks_counted(self) -> ChecksCounted:
        return ChecksCounted(
            hours=tuple((*of, n) for of, n in sorted(self._hourly_checks.items())),
            minutes=tuple((*of, n) for of, n in sorted(self._minute_checks.items())),
            references=tuple(
                (sender, day, number, f"{total % SUM_MODULUS:x}")
                for (day, sender), (number, total) in sorted(self._check_references.items())
            ),
            forgotten=tuple(self._forgotten_checks),
        )

    def _write_check_counts(self) -> None:
        """Write one row for each combination that checks are counted by, however many checks the transaction has."""
        self.connection.executemany(
            "INSERT INTO check_hour VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (supplier, hour, requester, name_of_database, result) "
            "DO UPDATE SET n = check_hour.n + excluded.n",
            sorted((*of, n) for of, n in self._hourly_checks.items()),
        )
        days: Counter[tuple[int, int]] = Counter()
        for (supplier, hour, *_), n in self._hourly_checks.items():
            days[supplier, hour // 24] += n
        self.connection.executemany(
            "INSERT INTO check_day VALUES (?, ?, ?) "
            "ON CONFLICT (supplier, day) DO UPDATE SET n = check_day.n + excluded.n",
            sorted((*of, n) for of, n in days.items()),
        )
        self.connection.executemany(
            "INSERT INTO check_minute (requester, minute, n) VALUES (?, ?, ?) ON CONFLICT (requester) DO UPDATE SET "
            "n_before = CASE check_minute.minute WHEN excluded.minute THEN check_minute.n_before "
            "WHEN excluded.minute - 1 THEN check_minute.n ELSE 0 END, "
            "n = CASE WHEN check_minute.minute = excluded.minute THEN check_minute.n ELSE 0 END + excluded.n, "
            "minute = excluded.minute",
            sorted((requester, minute, n) for (requester, minute), n in self._minute_checks.items()),
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
