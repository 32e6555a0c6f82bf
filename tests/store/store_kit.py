"""Shared parts of the store's tests: stores with bureaus, items to insert, and processes that work on one store."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engine_under_test
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.reviews import ItemEscalated
from dutydesk.domain.limits import StoreLimits
from dutydesk.domain.messages.message import Kind, MessageType, Urgency
from dutydesk.store.engine.location import is_in_database
from dutydesk.store.engine.opening import create_store
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.store import Store, open_store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.postgresql import keys
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import BINDING_VARIABLE, connect
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.tables import bureaus
from sqlite_files import owners_connection

AT = datetime(2022, 3, 10, 8, 0, tzinfo=UTC)
CODES = ("AT", "BE", "DE", "FR", "PL", "UA")
WORKER = Path(__file__).with_name("store_worker.py")


def clock() -> datetime:
    return AT


def no_preamble(transaction: Transaction) -> None:
    """A preamble that does nothing before each transaction."""


def make_store_file(path: Path) -> Path:
    if engine_under_test.IS_ON_CLUSTER:
        engine_under_test.new_database(path)
        create_store(path, "exercise", AT)
        return path
    database.create_store(path, "exercise", AT)
    return path


#: On a cluster nothing ends by time alone where a test doesn't want it to, however slow the machine is: a transaction
#: that stands still, a dispatcher's term.
_PATIENT: dict[str, Any] = {"idle_transaction_seconds": 600.0, "term_seconds": 600.0}


@asynccontextmanager
async def open_store_file(path: Path, **limits: Any) -> AsyncIterator[Store]:
    """An open store; ``limits`` are fields of :class:`StoreLimits` that differ from those of a patient test."""
    store = await open_store(path, clock, no_preamble, StoreLimits(**(_PATIENT | limits)))
    try:
        yield store
    finally:
        await store.close()


def add_bureaus(transaction: Transaction) -> None:
    bureaus.add_missing(transaction, CODES)


def write_note(text: str, subject: str = "D-000001"):
    """Work that writes one event."""
    return lambda transaction: transaction.emit("Ines", subject, ItemEscalated(reason=text))


def held_item(reference: str, sender: str = "DE") -> Item:
    return Item(
        number=0,
        type=MessageType.DIFFUSION,
        kind=Kind.RED,
        reference=reference,
        sender=sender,
        state=ItemState.HELD,
        version=1,
        cycle=1,
        revision=1,
        urgency=Urgency.ROUTINE,
        received_at=AT,
        routed_at=AT,
        title="Invented, Person",
        original_script=None,
        level=None,
        measure=None,
    )


@contextmanager
def raw_connection(path: Path, options: str = "") -> Iterator[Connection]:
    opened = owners_connection(path) if is_in_database(path) else connect(path, options, patience=10)
    with closing(opened) as connection:
        yield connection


def with_triggers(connection: Connection) -> Connection:
    """Has the connection of a database's owner run its triggers, as every other one does."""
    if isinstance(connection, PostgresConnection):
        connection.command("SET session_replication_role = origin")
    return connection


@contextmanager
def handle_on(path: Path) -> Iterator[Handle]:
    with raw_connection(path) as connection:
        yield Handle(connection, AT)


def make_inserts_fail(path: Path, table: str, condition: str) -> None:
    """Each row of ``table`` that is as the condition says fails by the database's own means from now on."""
    with raw_connection(path) as connection:
        if isinstance(connection, PostgresConnection):
            connection.command(
                "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fault''; END';"
                f"CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH ROW WHEN ({condition})"
                " EXECUTE FUNCTION fault()"
            )
        else:
            connection.execute(
                f"CREATE TRIGGER fault BEFORE INSERT ON {table} WHEN {condition}"
                " BEGIN SELECT RAISE (ABORT, 'fault'); END"
            )


@contextmanager
def kept_locked(connection: Connection) -> Iterator[None]:
    """``connection`` has begun to write, and nobody else can."""
    if isinstance(connection, PostgresConnection):
        connection.command(keys.BEGIN_AS_OFFICER)
        yield
        connection.roll_back()
        return
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")


@contextmanager
def officer_of_another_process(path: Path) -> Iterator[None]:
    """An officer of another process waits to write, and never comes to it."""
    if is_in_database(path):
        with closing(owners_connection(path)) as connection:
            connection.command(f"SELECT pg_advisory_lock_shared({keys.OFFICERS})")  # type: ignore[attr-defined]
            yield
            # The server frees it at once; after a closed line it does so some time later.
            connection.command(f"SELECT pg_advisory_unlock_shared({keys.OFFICERS})")  # type: ignore[attr-defined]
        return
    with closing(StoreLocks(path)) as locks, locks.commit(officer=True):
        yield


@contextmanager
def worker(role: str, path: Path, *arguments: object, by: str = "") -> Iterator[subprocess.Popen[str]]:
    """Runs a worker process on the store, with its own binding to SQLite if one is named.

    A worker that reports ``ready`` has done so on entry.
    """
    command = [sys.executable, str(WORKER), role, str(path), *map(str, arguments)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | ({BINDING_VARIABLE: by} if by else {}),
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first == "ready\n", first + (process.stderr.read() if process.stderr else "")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def finish_worker(process: subprocess.Popen[str]) -> str:
    """Ends a worker and returns its last report."""
    said, errors = process.communicate("\n", timeout=600)
    assert process.returncode == 0, errors
    return said.strip()


async def finished(process: subprocess.Popen[str]) -> str:
    return await asyncio.to_thread(finish_worker, process)
