"""A store in a database of a PostgreSQL cluster, which the processes of several boxes share."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.copies import Progress, VerifiedCopy
from dutydesk.store.engine.engine import ChainEnd, Erased, FullTextFindings, Housekeeping
from dutydesk.store.engine.location import shown_database
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql import demands, distance, faults, full_text, keys, schema
from dutydesk.store.engines.postgresql.commits import CommitSettler, count_commit
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.dispatcher_lock import TermLock, role_of
from dutydesk.store.engines.postgresql.housekeeping import NoHousekeeping
from dutydesk.store.engines.postgresql.identity import (
    ReachedStore,
    StoreIdentity,
    reached_cluster,
    reached_store,
    require_no_older,
)
from dutydesk.store.engines.postgresql.last_seen import LastSeen
from dutydesk.store.engines.postgresql.late_lock import LateLock
from dutydesk.store.engines.postgresql.lines import open_again
from dutydesk.store.engines.postgresql.session import Session, SettingsOf, connect, reader_settings, writer_settings


class PostgresEngine:
    """As :class:`~dutydesk.store.engine.engine.Engine` says.

    Making one validates the store and brings it up to date. Raises StoreUnusable for anything that is no usable store.
    """

    errors: tuple[type[Exception], ...] = (psycopg.Error,)
    is_shared = True

    def __init__(self, place: Path, url: str, limits: StoreLimits, *, allow_unsafe: bool = False) -> None:
        self.path = place.absolute()
        self.limits = limits
        self.housekeeping: Housekeeping = NoHousekeeping()
        self._url = url
        self._kept = LastSeen(self.path)
        self._allow_unsafe = allow_unsafe
        self._writer = self._validate()
        self._locks = {MAIN: self._new_lock(MAIN)}
        self._settler = CommitSettler(self._open_again, limits)
        self._late_lock = LateLock(limits)
        self._far_ms = 0.0
        self._changes_before = self._commits_before = 0
        self._next_look = 0.0

    def _validate(self) -> PostgresConnection:
        """The connection that is to write, on a store that this release can use. Raises StoreUnusable."""
        try:
            raw = PostgresConnection(lambda: self._connect(writer_settings))
            try:
                self._require_store(raw)
                self._realm = str(next(raw.tuples("SELECT realm FROM desk", ()))[0])
                self._require_suitable(raw)
                self._identity = StoreIdentity(
                    reached_cluster(raw), reached_store(raw), self._kept, self.limits.last_seen_seconds
                )
            except BaseException:
                raw.close()
                raise
        except psycopg.Error as error:
            if faults.is_line_lost(error):
                raise faults.unreachable(error) from error
            raise self.as_store_error(error) from error
        return raw

    def _require_store(self, raw: PostgresConnection) -> None:
        session = raw.session
        if not schema.is_made(session):
            raise schema.missing(self._url)
        version, latest = schema.store_version(session), schema.latest_schema_version()
        if version > latest:
            raise StoreUnusable(
                StoreCode.STORE_NEWER,
                sentence(
                    "{path} was made by a newer dutydesk (store version {version}, this release knows "
                    "{latest_schema_version}); update dutydesk",
                    path=shown_database(self._url),
                    version=version,
                    latest_schema_version=latest,
                ),
            )
        require_no_older(raw, self._kept)
        if version < latest:
            schema.upgrade_store(self._url, version, self.limits)
        if session.execute("SELECT count(*) FROM desk").fetchone() != (1,):
            raise StoreUnusable(
                StoreCode.STORE_HALF_MADE,
                sentence(
                    "the store in the database of {path} was left half made; drop the database",
                    path=shown_database(self._url),
                ),
            )

    def _require_suitable(self, line: PostgresConnection) -> None:
        demands.require_suitable(line.session, self._realm, allow_unsafe=self._allow_unsafe)

    def _connect(self, settings: SettingsOf) -> Session:
        return connect(self._url, self.limits, settings(self.limits))

    def as_store_error(self, error: Exception) -> Exception:
        return faults.as_store_error(error)

    def open_writer(self) -> PostgresConnection:
        self._far_ms = distance.round_trip_ms(self._writer, self.limits.far_ms)
        return self._writer

    def open_reader(self) -> PostgresConnection:
        return PostgresConnection(lambda: self._connect(reader_settings))

    def begin_read(self, raw: Connection) -> None:
        line = _own(raw)
        if line.is_lost:
            self._open_again(line)
            raise faults.line_lost()  # what is remembered of the old line is forgotten first
        line.begin_read()

    @contextmanager
    def turn_to_write(self, raw: Connection, *, officer: bool) -> Iterator[None]:
        line = _own(raw)
        if line.is_lost:
            self._open_again(line)
            raise faults.line_lost()
        self._far_ms = distance.require_near(line, self._far_ms, self.limits.far_ms)
        try:
            self._begin(line, officer=officer)
            self._note_begun(line)
        except BaseException:
            self.roll_back(raw)
            raise
        yield

    def begin_before_turn(self, raw: Connection) -> bool:
        line = _own(raw)
        if line.is_lost or self._far_ms > self.limits.far_ms or not self._late_lock.may_begin():
            return False
        try:
            may_go_on = self._late_lock.begin(line) and self._late_lock.is_alone(self._note_begun(line))
        except BaseException:
            self.roll_back(raw)
            raise
        if not may_go_on:
            self.roll_back(raw)
        return may_go_on

    def take_turn(self, raw: Connection) -> bool:
        return self._late_lock.take(_own(raw))

    def note_overtaken(self, *, by_officer: bool) -> None:
        self._late_lock.note_overtaken(by_officer=by_officer)

    def _note_begun(self, line: PostgresConnection) -> int:
        """How many commits there were."""
        self._commits_before = self._require_same_store(line).commits
        self._changes_before = line.total_changes
        line.turns += 1
        return self._commits_before

    def _begin(self, line: PostgresConnection, *, officer: bool) -> None:
        if officer:
            line.begin(keys.BEGIN_AS_OFFICER)
            return
        begun = time.monotonic()
        taken = line.begin(f"BEGIN; {self._try_text(0.0)}")
        while not taken:
            if time.monotonic() - begun > self.limits.chain_try_seconds:
                line.command(keys.WAIT_FOR_CHAIN)
                return
            time.sleep(self.limits.chain_retry_seconds)
            taken = line.command(self._try_text(time.monotonic() - begun))

    def _try_text(self, waited: float) -> str:
        return keys.TRY_BEHIND_OFFICERS if waited < self.limits.yield_seconds else keys.TRY_CHAIN

    def commit(self, raw: Connection, last: ChainEnd | None) -> None:
        line = _own(raw)
        if line.total_changes == self._changes_before:
            line.commit()
            return
        try:
            is_certain = count_commit(line)
        except psycopg.Error as error:
            if not faults.is_line_lost(error):
                raise
            is_certain = False
        if is_certain:
            self._late_lock.note_own(self._commits_before + 1)
        else:
            self._settler.settle(line, last)
        if last is not None:
            self._identity.note(last)

    def roll_back(self, raw: Connection) -> None:
        _own(raw).roll_back()

    def is_officer_waiting(self) -> bool:
        begun = time.monotonic()
        if begun < self._next_look:
            return False
        nobody = self._writer.command(keys.NO_OFFICER)
        ended = time.monotonic()
        limits = self.limits
        self._next_look = ended + max(limits.far_officer_look_seconds, limits.far_officer_look_times * (ended - begun))
        return not nobody

    def must_reader_wait(self) -> bool:
        return False

    def version(self, raw: Connection) -> int:
        line = _own(raw)
        if line.is_lost:
            self._open_again(line)
        return self._require_same_store(line).commits

    def is_served(self) -> bool:
        return self._locks[MAIN].is_any_held()

    @property
    def dispatcher_lock(self) -> TermLock:
        return self._locks[MAIN]

    def route_lock(self, route: str) -> TermLock:
        if route not in self._locks:
            self._locks[route] = self._new_lock(route)
        return self._locks[route]

    def _new_lock(self, route: str) -> TermLock:
        def open_line() -> PostgresConnection:
            return PostgresConnection(lambda: self._connect(writer_settings))

        return TermLock(open_line, self._require_known, self.limits, role_of(route))

    def copy_to(self, raw: Connection, path: Path, progress: Progress) -> VerifiedCopy:
        from dutydesk.store.engine.carry import carry_to_file  # on first use: few processes copy

        self.begin_read(raw)
        try:
            _own(raw).command("SET LOCAL idle_in_transaction_session_timeout = 0")  # a large file takes its time
            return carry_to_file(Handle(raw, datetime.now(UTC), self.limits), path, progress)
        finally:
            self.roll_back(raw)

    async def erase_remains(
        self,
        writing: ConnectionThread,  # noqa: ARG002 - as the protocol names it
        fold: Callable[[], Awaitable[bool]],  # noqa: ARG002
        *,
        rewrite: bool | None,  # noqa: ARG002
    ) -> Erased:
        """Only the owner of the tables may have them written anew."""
        return Erased(rewritten=False, log_emptied=False, left_to_vacuum=True)

    async def compare_full_text(self, writing: ConnectionThread) -> FullTextFindings:
        try:
            return await full_text.compare_full_text(writing)
        except psycopg.Error as error:
            raise self.as_store_error(error) from error

    def close(self) -> None:
        for lock in self._locks.values():
            lock.close()
        self._identity.keep()
        self._writer.close()

    def _open_again(self, line: PostgresConnection) -> None:
        """Raises StoreUnusable if that does not succeed in time, StoreReplaced where it leads to another store."""
        open_again(lambda: self._reach(line), self.limits)

    def _reach(self, line: PostgresConnection) -> None:
        """A line that leads to what is refused is closed, so that the next one who asks for it is refused too."""
        line.reopen()
        try:
            self._require_known(line)
            self._require_suitable(line)
            if line is self._writer:
                self._far_ms = distance.round_trip_ms(line, self.limits.far_ms)
        except BaseException:
            line.close()
            raise

    def _require_known(self, line: PostgresConnection) -> None:
        """Raises StoreReplaced for a line to another store or cluster, or to an old primary."""
        seen = self._identity.seen
        self._identity.require_same_cluster(reached_cluster(line))
        reached = reached_store(line)
        self._identity.require_same_history(line, reached, seen)
        self._identity.require_same_store(reached, seen)

    def _require_same_store(self, line: PostgresConnection) -> ReachedStore:
        seen = self._identity.seen
        reached = reached_store(line)
        self._identity.require_same_store(reached, seen)
        return reached


def _own(raw: Connection) -> PostgresConnection:
    if not isinstance(raw, PostgresConnection):
        raise TypeError("a connection of another engine")
    return raw
