"""Diagnosis of a store in a database, without changing it; one failing check does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import psycopg

from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.content_checks import compare_outbox, examine_rows
from dutydesk.store.engine.diagnosis import Diagnosis
from dutydesk.store.engine.location import database_url
from dutydesk.store.engine.own_files import SIGNING_KEY_SUFFIX
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.postgresql import cluster_checks, demands, faults, schema
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.dispatcher_lock import route_of, words_of_box
from dutydesk.store.engines.postgresql.faults import words_of
from dutydesk.store.engines.postgresql.identity import require_no_older
from dutydesk.store.engines.postgresql.last_seen import LastSeen
from dutydesk.store.engines.postgresql.orphans import orphans
from dutydesk.store.engines.postgresql.session import connect, reader_settings
from dutydesk.store.tables.bureau_routes import RouteReader

T = TypeVar("T")
_MOST_FAULTS: Final = 3
_ROLES: Final = (
    "SELECT name, term, box, until > CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) AS held FROM role"
)


def examine_store(place: Path, outboxes: Sequence[Path], *, allow_unsafe: bool = False) -> Iterator[Diagnosis]:
    """Everything that can be said of the cluster, the store in it, and what stands beside ``place`` on this box."""
    yield cluster_checks.examine_hosts(database_url(place) or "", DEFAULT_LIMITS.store)
    try:
        with _reading(place) as line:
            yield from _examine(line, place, outboxes, allow_unsafe=allow_unsafe)
    except psycopg.Error as error:
        if faults.is_line_lost(error):
            yield Diagnosis("store", False, faults.unreachable(error).words)
        else:
            yield Diagnosis("store", False, f"the database can't be read: {words_of(error)}")
    yield _examine_home(place)


def read_rows(place: Path, work: Callable[[Handle], T]) -> tuple[T | None, str]:
    """Run ``work`` on the store without changing it; ``None`` and the reason in words where it can't be read."""
    try:
        with _reading(place) as line:
            if not schema.is_made(line.session) or schema.store_version(line.session) < schema.latest_schema_version():
                return None, "an earlier release made the store, and nobody has opened it with this one"
            return work(Handle(line, datetime.now(UTC))), ""
    except psycopg.Error as error:
        return None, words_of(error)


def officer_names(place: Path) -> list[str]:
    """The officers' names in the order in which they were added; empty if they can't be read."""
    try:
        with _reading(place) as line:
            return [str(row["name"]) for row in line.execute("SELECT name FROM officer ORDER BY id")]
    except psycopg.Error:
        return []


@contextmanager
def open_old_store(place: Path) -> Iterator[Handle]:
    """A store that may be damaged, to be read as far as that goes. Raises StoreUnusable where it can't be read."""
    try:
        with _reading(place) as line:
            if line.command("SELECT to_regclass('event') IS NULL"):
                raise schema.missing(database_url(place) or "")
            yield Handle(line, datetime.now(UTC))
    except psycopg.Error as error:
        if faults.is_line_lost(error):
            raise faults.unreachable(error) from error
        refusal = faults.as_store_error(error)
        raise faults.damaged(error) if refusal is error else refusal from error


@contextmanager
def _reading(place: Path) -> Iterator[PostgresConnection]:
    """A line on which one snapshot is read. Raises psycopg.Error."""
    limits, url = DEFAULT_LIMITS.store, database_url(place) or ""
    line = PostgresConnection(lambda: connect(url, limits, reader_settings(limits)))
    try:
        line.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield line
    finally:
        line.roll_back()
        line.close()


def _examine(
    line: PostgresConnection, place: Path, outboxes: Sequence[Path], *, allow_unsafe: bool
) -> Iterator[Diagnosis]:
    yield from cluster_checks.examine_cluster(line, DEFAULT_LIMITS.store)
    if not schema.is_made(line.session):
        yield Diagnosis("store", False, "there is no store in the database; make one as its owner, with: dutydesk init")
        return
    yield _examine_use(line, place, allow_unsafe=allow_unsafe)
    version, newest = schema.store_version(line.session), schema.latest_schema_version()
    yield Diagnosis("version", version <= newest, f"store version {version}, this release knows {newest}")
    yield from examine_rows(Handle(line, datetime.now(UTC)), (psycopg.Error,))
    wrong = "; ".join(list(orphans(line))[:_MOST_FAULTS])
    yield Diagnosis("orphans", not wrong, wrong or "every row belongs to one that is there")
    written = line.execute("SELECT segment FROM desk").fetchone()
    yield from (compare_outbox(folder, 0 if written is None else int(written[0])) for folder in outboxes)
    yield from _examine_roles(line)


def _examine_use(line: PostgresConnection, place: Path, *, allow_unsafe: bool) -> Diagnosis:
    """Whether the desk would work on this store."""
    row = line.execute("SELECT realm FROM desk").fetchone()
    if row is None:
        return Diagnosis("store", False, "the store was left half made; drop the database, and make it again")
    try:
        require_no_older(line, LastSeen(place))
        demands.require_suitable(line.session, str(row[0]), allow_unsafe=allow_unsafe)
    except StoreUnusable as error:
        return Diagnosis("store", False, error.words)
    where = line.session.info
    return Diagnosis("store", True, f"the database {where.dbname} on {where.host}:{where.port} has a store of dutydesk")


def _examine_roles(line: PostgresConnection) -> Iterator[Diagnosis]:
    """Who dispatches for each route that is in use, in which term."""
    book = RouteReader().current(Handle(line, datetime.now(UTC)))
    held = {
        route: f"{words_of_box(row['box'])}, term {row['term']}"
        for row in line.execute(_ROLES).fetchall()
        if row["held"] and (route := route_of(str(row["name"]))) is not None
    }
    for route in sorted(held.keys() - {*book.names}):
        yield Diagnosis("dispatcher", False, f"route {route}: running, {held[route]}; {_unknown_route(route)}")
    if book.is_empty:
        words = f"running, {held[MAIN]}" if MAIN in held else None
        yield Diagnosis(
            "dispatcher", True, words or "not running: nothing is handed over until dispatch or a console runs"
        )
        return
    for route in book.names:
        whose = "all other bureaus" if route == MAIN else ", ".join(book.bureaus_of(route))
        words = f"running, {held[route]}" if route in held else f"no box serves it: what goes to {whose} waits"
        yield Diagnosis("dispatcher", route in held, f"route {route}: {words}")


def _unknown_route(route: str) -> str:
    return (
        f"no bureau has it, so that nothing goes out by it: give it with bureaus route CC {route}, again where the "
        "store was restored from an older copy"
    )


def _examine_home(place: Path) -> Diagnosis:
    """Whether others can read or change what this box keeps for itself."""
    key = place.with_name(place.name + SIGNING_KEY_SUFFIX)
    if place.parent.stat().st_mode & 0o007:
        return Diagnosis("modes", False, f"open to everyone: {place.parent}; run: chmod o= {place.parent}")
    if key.exists() and key.stat().st_mode & 0o077:
        return Diagnosis("modes", False, f"{key} is open to others than its owner; run: chmod 600 {key}")
    return Diagnosis("modes", True, f"{place.parent} is for its owner and group alone")
