"""The lock of the one process that dispatches for a route: a row with a term, which its holder renews.

A process that stands still, or whose line is cut, loses it by the clock of the database. Each take-over begins a new
term, so that what an earlier holder does afterwards can be told and is refused. A primary that was lost may have known
a term that its standby did not, and that another process then begins too: the row also names its process.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import StoreUnusable, TermLost
from dutydesk.domain.limits import StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql import keys
from dutydesk.store.engines.postgresql.commits import count_commit
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.faults import as_store_error

MAIN_ROLE: Final = "dispatch"
_NOW: Final = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
_HELD: Final = f"SELECT term, box, until > {_NOW} FROM role WHERE name = %s"  # noqa: S608 - constants
_ANY_HELD: Final = f"SELECT EXISTS (SELECT 1 FROM role WHERE until > {_NOW})"  # noqa: S608 - constants
#: The term in which a route leased last, by the log: a desk that was carried here has no rows of its terms.
_LOGGED: Final = (
    "SELECT CAST(substring(text_of(data, 'term') FROM '^[0-9]{1,15}$') AS bigint) FROM event "
    "WHERE subject = 'routes' AND kind = 'route.leased' AND text_of(data, 'route') = %s ORDER BY seq DESC LIMIT 1"
)
_TAKE: Final = (
    f"INSERT INTO role AS held (name, term, box, until) VALUES (%s, %s, %s, {_NOW} + %s) "  # noqa: S608 - constants
    "ON CONFLICT (name) DO UPDATE SET term = held.term + 1, box = excluded.box, until = excluded.until "
    f"WHERE held.until <= {_NOW} RETURNING term"
)
_RENEW: Final = f"UPDATE role SET until = {_NOW} + %s WHERE name = %s AND term = %s AND box = %s"  # noqa: S608
_GIVE_UP: Final = "UPDATE role SET until = 0 WHERE name = %s AND term = %s AND box = %s"
#: Between the words on a process and what tells it from another one of the same words.
_MARK: Final = " #"
_MICROSECONDS: Final = 1_000_000
_POLL_SECONDS: Final = 0.05


class TermLock:
    """As :class:`~dutydesk.store.engine.engine.DispatcherLock` says. Its methods ask the database, on any thread."""

    def __init__(
        self,
        open_line: Callable[[], PostgresConnection],
        require_known: Callable[[PostgresConnection], None],
        limits: StoreLimits,
        role: str = MAIN_ROLE,
    ) -> None:
        """``role`` names the row: each route has one of its own.

        ``require_known`` raises StoreReplaced for a line that leads to another store, or to an old primary.
        """
        self._role = role
        self._box = f"pid {os.getpid()} on {socket.gethostname()}{_MARK}{secrets.token_hex(6)}"
        self._open_line = open_line
        self._require_known = require_known
        self._limits = limits
        self._mutex = threading.Lock()
        self._line: PostgresConnection | None = None
        self._term: int | None = None
        self._good_until = 0.0
        self._troubles: tuple[str, ...] = ()
        self._fenced: tuple[Connection, int, int | None] | None = None
        self._stopping = threading.Event()
        self._renewing: threading.Thread | None = None

    @property
    def term(self) -> int | None:
        """The number of the term that this process has begun last, also once it has run out."""
        return self._term

    def try_exclusive(self) -> bool:
        """False also where the database does not answer, or has no room for the term."""
        self._troubles = ()
        try:
            with self._mutex:
                return (self._term is not None and self.is_current()) or self._take()
        except (psycopg.Error, StoreUnusable) as error:
            if isinstance(error, StoreUnusable) and error.code is not StoreCode.LINE_LOST:
                self._troubles = (error.words,)
        return False

    def wait_exclusive(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.try_exclusive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def unlock(self) -> None:
        self._stopping.set()
        renewing, self._renewing = self._renewing, None
        if renewing is not None:
            renewing.join(self._limits.silent_line_seconds)
        with self._mutex:
            term, self._term = self._term, None
            if term is not None:
                with suppress(psycopg.Error, StoreUnusable):
                    self._run(_GIVE_UP, (self._role, term, self._box))

    def holder(self) -> str | None:
        with suppress(psycopg.Error, StoreUnusable), self._mutex:
            row = self._run(_HELD, (self._role,)).fetchone()
            return words_of_box(row[1]) if row is not None and row[2] else None
        return None

    def was_held_before(self) -> bool:
        try:
            with self._mutex:
                row = self._run(_HELD, (self._role,)).fetchone()
                if row is None or (row[0] == 1 and row[1] == self._box):
                    return False
                return self._role == MAIN_ROLE or self._last_logged(self._opened()) > 0
        except psycopg.Error as error:
            raise as_store_error(error) from error

    def troubles(self) -> tuple[str, ...]:
        return self._troubles

    def write_holder(self) -> None:
        """The row names its holder from the moment at which it is taken."""

    def clear_holder(self) -> None:
        self.unlock()

    def is_held(self) -> bool:
        """Whether any process holds it."""
        return self.holder() is not None

    def is_any_held(self) -> bool:
        """Whether any process dispatches, for whichever route."""
        with suppress(psycopg.Error, StoreUnusable), self._mutex:
            row = self._run(_ANY_HELD).fetchone()
            return bool(row and row[0])
        return False

    def is_current(self) -> bool:
        """Whether nobody can have taken the place of this process, by the time since its last renewal was sent."""
        return self._term is not None and _uptime() < self._good_until

    def fence(self, raw: Connection) -> None:
        """Raises TermLost if another process has taken over; inside a transaction, which then writes nothing.

        It is asked once in each transaction: a term is taken under the chain's lock, which the transaction holds, or
        takes before its commit if nobody has written meanwhile.
        """
        held = self._term
        transaction = (raw, raw.turns, held) if isinstance(raw, PostgresConnection) else None
        if transaction is not None and transaction == self._fenced:
            return
        row = raw.execute(_HELD.replace("%s", "?"), (self._role,)).fetchone()
        if row is None or (held is None and not row[2]) or (row[0], row[1]) == (held, self._box):
            self._fenced = transaction
            return
        raise TermLost(
            StoreCode.TERM_LOST,
            sentence("{holder} dispatches now; nothing of this was recorded", holder=words_of_box(row[1])),
        )

    def close(self) -> None:
        self.unlock()
        with self._mutex:
            self._drop()

    def _take(self) -> bool:
        row = self._run(_HELD, (self._role,)).fetchone()
        if row is not None and row[2]:
            return False
        line, sent = self._opened(), _uptime()
        try:
            line.session.execute(f"BEGIN; SELECT pg_advisory_xact_lock({keys.CHAIN})")
            first = 1 if row is not None else 1 + self._last_logged(line)
            taken = line.session.execute(_TAKE, (self._role, first, self._box, self._term_us)).fetchone()
            is_certain = count_commit(line)
        except psycopg.Error as error:
            self._drop()
            raise as_store_error(error) from error
        if taken is None or not is_certain:
            return False
        self._term, self._good_until = int(taken[0]), sent + self._limits.term_seconds
        self._begin_renewing()
        return True

    def _last_logged(self, line: PostgresConnection) -> int:
        found = line.session.execute(_LOGGED, (route_of(self._role),)).fetchone()
        return 0 if found is None or found[0] is None else int(found[0])

    @property
    def _term_us(self) -> int:
        return round(self._limits.term_seconds * _MICROSECONDS)

    def _begin_renewing(self) -> None:
        self._stopping = threading.Event()
        self._renewing = threading.Thread(
            target=self._renew_until_stopped, args=(self._stopping,), name="dutydesk-term", daemon=True
        )
        self._renewing.start()

    def _renew_until_stopped(self, stopping: threading.Event) -> None:
        while not stopping.wait(self._limits.term_renewal_seconds):
            try:
                with self._mutex:
                    if self._term is None or not self._renew(self._term):
                        return
            except (psycopg.Error, StoreUnusable):
                continue  # until it succeeds, the term runs out by itself

    def _renew(self, term: int) -> bool:
        """Whether the term is still this process's. Raises psycopg.Error, after which that is not known.

        It goes on no longer for a renewal that no standby may have.
        """
        line, sent = self._opened(), _uptime()
        try:
            line.session.execute("BEGIN")
            values = (self._term_us, self._role, term, self._box)
            renewed = line.session.execute(_RENEW.encode(), values).rowcount == 1
            is_certain = line.commit()
        except psycopg.Error:
            self._drop()
            raise
        if not renewed:
            self._good_until = 0.0
        elif is_certain:
            self._good_until = sent + self._limits.term_seconds
        return renewed

    def _run(self, sql: str, values: tuple[object, ...] = ()) -> psycopg.Cursor[Any]:
        try:
            return self._opened().session.execute(sql.encode(), values or None)
        except psycopg.Error:
            self._drop()
            raise

    def _opened(self) -> PostgresConnection:
        """The line, which leads to the store that this process knows. Raises psycopg.Error, StoreReplaced."""
        if self._line is None or self._line.is_lost:
            self._line = self._open_line()
        try:
            self._require_known(self._line)
        except BaseException:
            self._drop()
            raise
        return self._line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def role_of(route: str) -> str:
    """The name of the row of a route."""
    return MAIN_ROLE if route == MAIN else f"{MAIN_ROLE}/{route}"


def route_of(role: str) -> str | None:
    """The route of a row; ``None`` for a row of something else."""
    first, _, route = role.partition("/")
    return None if first != MAIN_ROLE else route or MAIN


def words_of_box(box: str) -> str:
    """The process of a row, in words."""
    return box.partition(_MARK)[0]


def _uptime() -> float:
    """Seconds that also count while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
