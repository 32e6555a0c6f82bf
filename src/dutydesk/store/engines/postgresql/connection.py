"""A connection to the cluster, as the store uses one: rows with names, statements by name, and a line that is opened
again after it was lost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, Final

import psycopg
from psycopg import RawCursor
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from dutydesk.store.engine.rows import NamedRow, Values
from dutydesk.store.engines.postgresql.many_rows import grouped
from dutydesk.store.engines.postgresql.pipeline import StatementPipeline
from dutydesk.store.engines.postgresql.session import Session
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts

#: Rows of a walk that are fetched together.
_WALKED_TOGETHER: Final = 2_000
#: Walks over whole tables, which are fetched in parts, so that memory stays small.
_WALKS: Final = frozenset({"bodies_of_all", "body_events", "events_all", "events_from", "watched_after"})
_WALK_FAMILY: Final = "state_"
_WARNING: Final = "WARNING"
#: Rows that are kept before they are sent.
_SENT_TOGETHER: Final = 32
#: Answers that are left for later at most: the cluster must not wait for room for them.
_MOST_AWAITED: Final = 1_000
#: A statement, with the values of each time that it runs.
_Queued = tuple[bytes, list[Sequence[Any]]]
_BEGIN_READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#: A statement that is asked often, so that it is worth preparing.
_ONE_QUESTION: Final = re.compile(r"SELECT [^;]*")
#: Seconds for which statements keep the plans that they were given.
_SHORTEST_PLAN_SECONDS: Final = 0.5
_LONGEST_PLAN_SECONDS: Final = 60.0


class FetchedRows:
    """What a statement gives; all of it has come."""

    __slots__ = ("_places", "_values", "rowcount")

    def __init__(self, values: Iterable[tuple[Any, ...]], rowcount: int, places: dict[str, int]) -> None:
        self._values = iter(values)
        self._places = places
        self.rowcount = rowcount

    def fetchone(self) -> NamedRow | None:
        values = next(self._values, None)
        return None if values is None else NamedRow(self._places, values)

    def fetchall(self) -> list[NamedRow]:
        places = self._places
        return [NamedRow(places, values) for values in self._values]

    def __iter__(self) -> Iterator[NamedRow]:
        return iter(self.fetchall())

    @property
    def lastrowid(self) -> int | None:
        """The first value of the row that the statement returns."""
        row = self.fetchone()
        return None if row is None else int(row[0])


class WalkedRows:
    """What a walk gives, fetched in parts by a cursor of the transaction."""

    def __init__(self, parts: Iterator[list[tuple[Any, ...]]], places: Callable[[], dict[str, int]]) -> None:
        self._parts = parts
        self._rows = self._walk(places)
        self.rowcount = -1
        self.lastrowid: int | None = None

    def _walk(self, places: Callable[[], dict[str, int]]) -> Iterator[NamedRow]:
        for part in self._parts:
            named = places()
            for values in part:
                yield NamedRow(named, values)

    def fetchone(self) -> NamedRow | None:
        return next(self._rows, None)

    def fetchall(self) -> list[NamedRow]:
        return list(self._rows)

    def __iter__(self) -> Iterator[NamedRow]:
        return self._rows


class PostgresConnection:
    """As :class:`~dutydesk.store.engine.rows.Connection` says. ``open_session`` opens its line, also anew.

    For ``shortest_plan_seconds`` after that no statement is planned again.

    Rows that a transaction writes by :meth:`executemany` are sent some together, and written while this process goes
    on. An error in them is raised by the next statement that gives an answer, or by the commit. They count as written
    at once. No end is left open: the cluster ends a transaction that stands still only where it awaits a new statement.
    """

    _opened_at: float
    _plans_until: float
    _pipeline: StatementPipeline

    def __init__(
        self, open_session: Callable[[], Session], shortest_plan_seconds: float = _SHORTEST_PLAN_SECONDS
    ) -> None:
        self._open_session = open_session
        self._shortest_plan_seconds = shortest_plan_seconds
        self.total_changes = 0
        self._rows_queued = 0
        self._read_begins = False  # a transaction that reads has begun, and nothing of it was sent
        self.turns = 0  # transactions that were begun to write
        self._queue: list[_Queued] = []
        self._warned = False
        self._names = count(1)
        self._places: dict[str, dict[str, int]] = {}
        self._walks = _texts_of_walks(self.texts)
        self._named = frozenset(self.texts.values())
        self.session = self._begin()

    @property
    def texts(self) -> Mapping[str, str]:
        return statement_texts()

    @property
    def writes_meanwhile(self) -> bool:
        return True

    def execute(self, sql: str, values: Values = (), /) -> FetchedRows | WalkedRows:
        if sql in self._walks and self.in_transaction:
            return self._walk(sql, values)
        answer = self._run(sql, values)
        if answer.status != ExecStatus.TUPLES_OK:
            changed = answer.command_tuples or 0
            self.total_changes += changed
            return FetchedRows((), changed, {})
        if not (answer.command_status or b"").startswith(b"SELECT"):
            self.total_changes += answer.ntuples
        return FetchedRows(self._pipeline.rows_of(answer), answer.ntuples, self._places_of(sql, answer))

    def executemany(self, sql: str, rows: Iterable[Values], /) -> None:
        statement = compile_statement(sql)
        arranged = [statement.arrange(row) for row in rows]
        if not arranged:
            return
        self._queue += [(text.encode(), values) for text, values in grouped(statement, arranged)]
        self.total_changes += len(arranged)
        self._rows_queued += len(arranged)
        if not self.in_transaction or self._pipeline.awaited >= _MOST_AWAITED:
            self.send_queue()
        elif self._rows_queued >= _SENT_TOGETHER or not self._pipeline.awaited:
            self._send_ahead()  # the first ones at once, since the cluster has nothing to do

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        if (sql in self._walks or sql not in self._named) and self.in_transaction:
            return (row for part in self._parts(sql, values) for row in part)
        return iter(self._pipeline.rows_of(self._run(sql, values)))

    def command(self, sql: str) -> Any:
        """Run statements without values, and return the first value of the last one's first row, if it has one."""
        if _ONE_QUESTION.fullmatch(sql):
            return next(iter(self._pipeline.rows_of(self._run(sql, ()))), (None,))[0]
        self.send_queue()
        cursor = self.session.execute(sql)
        while cursor.nextset():
            pass
        row = cursor.fetchone() if cursor.description is not None else None
        return None if row is None else row[0]

    def begin(self, sql: str) -> Any:
        """As :meth:`command`, for statements that begin a transaction."""
        self._renew_plans()
        return self.command(sql)

    def begin_read(self) -> None:
        """Begin a transaction that sees one snapshot and writes nothing; sent with its first statement."""
        self._renew_plans()
        self._queue.append((_BEGIN_READ, [()]))
        self._read_begins = True

    def send_queue(self) -> None:
        """Send what is kept, and wait for its end. Raises the error of the first statement that failed."""
        self._send_ahead()
        self._pipeline.receive()

    def _send_ahead(self) -> None:
        """Send what is kept, and leave its answers for later."""
        if self._queue:
            self._send_kept()
            self._pipeline.end()

    def _send_kept(self) -> None:
        queue = self._queue
        self._drop_queue()
        for text, each in queue:
            for values in each:
                self._pipeline.send(text, values)

    def commit(self, *before: str) -> bool:
        """Run statements and commit; False if the server warns, as where it stops waiting for a standby.

        All go in one message: after an error in any of them, or in rows that wait, nothing is committed.
        """
        self._warned = False
        self._queue += [(sql.encode(), [()]) for sql in (*before, "COMMIT")]
        self.send_queue()
        return not self._warned

    def roll_back(self) -> None:
        self._drop_queue()
        with suppress(psycopg.Error):
            self._pipeline.receive()
        with suppress(psycopg.Error):
            if self.in_transaction:
                self.session.execute("ROLLBACK")

    def reopen(self) -> None:
        """Open a new session in place of this one. Raises psycopg.Error."""
        self.close()
        self.session = self._begin()

    def close(self) -> None:
        self._drop_queue()
        with suppress(psycopg.Error):
            self.session.close()

    @property
    def is_lost(self) -> bool:
        return self.session.closed

    @property
    def in_transaction(self) -> bool:
        return self._read_begins or self.session.info.transaction_status not in (
            TransactionStatus.IDLE,
            TransactionStatus.UNKNOWN,
        )

    def _renew_plans(self) -> None:
        """Have statements planned again now and then: a plan that was made for a small table is slow on a large one.

        As often as a table may have doubled since this line was opened.
        """
        now = time.monotonic()
        if now >= self._plans_until:
            self._plans_until = now + min(now - self._opened_at, _LONGEST_PLAN_SECONDS)
            self.command("DISCARD PLANS")

    def _begin(self) -> Session:
        session = self._open_session()
        self._opened_at = time.monotonic()
        self._plans_until = self._opened_at + self._shortest_plan_seconds
        session.add_notice_handler(self._hear)
        self._pipeline = StatementPipeline(session)
        return session

    def _hear(self, notice: psycopg.errors.Diagnostic) -> None:
        self._warned = self._warned or notice.severity_nonlocalized == _WARNING

    def _run(self, sql: str, values: Values) -> PGresult:
        statement = compile_statement(sql)
        self._send_kept()
        self._pipeline.send(statement.sql.encode(), statement.arrange(values), binary=True)
        self._pipeline.end()
        answer = self._pipeline.receive()
        if answer is None:
            raise psycopg.InternalError("a statement was not answered")
        return answer

    def _drop_queue(self) -> None:
        self._queue, self._rows_queued, self._read_begins = [], 0, False

    def _places_of(self, sql: str, answer: PGresult) -> dict[str, int]:
        return self._places.get(sql) or self._read_places(sql, answer)

    def _read_places(self, sql: str, answer: PGresult) -> dict[str, int]:
        places: dict[str, int] = {}
        for place in range(answer.nfields):
            places.setdefault((answer.fname(place) or b"").decode(), place)
        self._places[sql] = places
        return places

    def _walk(self, sql: str, values: Values) -> WalkedRows:
        return WalkedRows(self._parts(sql, values), lambda: self._places[sql])

    def _parts(self, sql: str, values: Values) -> Iterator[list[tuple[Any, ...]]]:
        self.send_queue()
        statement, name = compile_statement(sql), f"walk_{next(self._names)}"
        cursor = RawCursor(self.session)
        text = b"DECLARE " + name.encode() + b" NO SCROLL CURSOR FOR " + statement.sql.encode()
        cursor.execute(text, statement.arrange(values), prepare=False)
        while True:
            self.send_queue()
            cursor = RawCursor(self.session)
            cursor.execute(f"FETCH FORWARD {_WALKED_TOGETHER} FROM {name}".encode(), prepare=False, binary=True)
            if cursor.pgresult is not None:
                self._places_of(sql, cursor.pgresult)
            rows = cursor.fetchall()
            if rows:
                yield rows
            if len(rows) < _WALKED_TOGETHER:
                break
        self.send_queue()
        RawCursor(self.session).execute(f"CLOSE {name}".encode(), prepare=False)


def _texts_of_walks(texts: Mapping[str, str]) -> frozenset[str]:
    return frozenset(text for name, text in texts.items() if name in _WALKS or name.startswith(_WALK_FAMILY))
