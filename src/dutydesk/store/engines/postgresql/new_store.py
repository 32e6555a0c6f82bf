"""A store that is written row by row into a database that has none, all of it in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import sql

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.location import database_url, shown_database
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.engines.postgresql import demands, roles, schema
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.standby_wait import USED_AS_IT_IS, WaitReport, watched_commits


@value(frozen=True, slots=True)
class NewDatabase(NewStore):
    """Takes rows by COPY, many times as fast as by single statements."""

    line: PostgresConnection

    def add_tuples(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        self.line.send_queue()
        with self.line.session.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def write_new_store(
    place: Path,
    realm: str,
    made_at: datetime,
    *,
    allow_unsafe: bool = False,
    report: WaitReport = lambda _words: None,
    limits: StoreLimits = DEFAULT_LIMITS.store,
) -> Iterator[NewStore]:
    """A new store in the database that ``place`` stands for, which is there only if the block ends well.

    ``report`` is told that it waits for a standby. Raises StoreUnusable for a database that has a store already, or
    that can't be written; with STANDBY_SILENT the store is there, and no standby has it.
    """
    url = database_url(place) or ""
    with schema.owner_session(url, limits) as session:
        demands.require_suitable(session, realm, allow_unsafe=allow_unsafe)
        with (
            watched_commits(session, lambda: schema.owner_line(url, limits), limits, report, USED_AS_IT_IS),
            schema.one_maker(session),
        ):
            if schema.is_made(session):
                raise StoreUnusable(
                    StoreCode.STORE_EXISTS,
                    sentence("the database of {path} has a store already; use it as it is", path=shown_database(url)),
                )
            # The other store may keep this transaction waiting for its rows.
            session.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            schema.make_schema(session)
            session.execute("INSERT INTO desk (id, realm, made_at) VALUES (1, %s, %s)", (realm, to_us(made_at)))
            line = PostgresConnection(lambda: session)
            try:
                yield NewDatabase(Handle(line, datetime.now(UTC)), line)
            finally:
                line.send_queue()
            roles.grant_daily_rights(session, schema.table_names())
