"""Faults of a store on its disk or its cluster, as the engine under test meets them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from dutydesk.store.engine.rows import Connection, ResultRows
from engine_under_test import IS_ON_CLUSTER
from sqlite_files import connection_class, opened_file


class StoreFault(Protocol):
    """``words`` are in the sentence that is shown of it."""

    @property
    def words(self) -> str: ...

    def present(self, store: Path) -> AbstractContextManager[None]:
        """Every transaction that writes meets it inside of the block."""


@dataclass(frozen=True)
class FileFault:
    """SQLite fails with this code when the desk runs the statement."""

    statement: str
    code: int
    said: str
    words: str

    @contextmanager
    def present(self, store: Path) -> Iterator[None]:
        execute = connection_class().execute

        def execute_or_fail(connection: Connection, sql: str, *arguments: object) -> ResultRows:
            if sql == self.statement:
                error = sqlite3.OperationalError(self.said)
                error.sqlite_errorcode = self.code
                raise error
            return execute(connection, sql, *arguments)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(connection_class(), "execute", execute_or_fail)
            yield


@dataclass(frozen=True)
class ClusterFault:
    """The server answers with this SQLSTATE: when an event is written, or not before the commit."""

    at_commit: bool
    state: str
    words: str

    @contextmanager
    def present(self, store: Path) -> Iterator[None]:
        self._run(
            store,
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'fault' USING ERRCODE = '{self.state}'; END $$",
            "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION fault()"
            if self.at_commit
            else "CREATE TRIGGER fault BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION fault()",
        )
        try:
            yield
        finally:
            self._run(store, "DROP FUNCTION fault CASCADE")

    def _run(self, store: Path, *statements: str) -> None:
        with opened_file(store) as file:
            for statement in statements:
                file.change(statement)


_DISK_FAILS = "the disk of the store fails (disk I/O error); nothing was changed"
_NOT_WRITABLE = "the store can't be written by this user"
_OF_FILES = (
    (sqlite3.SQLITE_IOERR_WRITE, "disk I/O error", _DISK_FAILS),
    (sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error", _DISK_FAILS),
    (sqlite3.SQLITE_READONLY, "attempt to write a readonly database", _NOT_WRITABLE),
    (sqlite3.SQLITE_CANTOPEN, "unable to open database file", "the store's files can't be opened"),
)
_OF_CLUSTERS = (
    ("58030", "the disk of the store fails (fault); nothing was changed"),
    ("53100", "the disk of the store is full; nothing was changed"),
    ("42501", _NOT_WRITABLE),
)
FAULTS: tuple[StoreFault, ...] = (
    tuple(ClusterFault(late, *each) for late in (False, True) for each in _OF_CLUSTERS)
    if IS_ON_CLUSTER
    else tuple(FileFault(statement, *each) for statement in ("BEGIN IMMEDIATE", "COMMIT") for each in _OF_FILES)
)
