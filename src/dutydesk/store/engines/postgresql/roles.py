"""The rights of daily work: the role ``dutydesk_app`` can't change the log, nor alter anything."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import psycopg

from dutydesk.store.engines.postgresql.session import APPLICATION_ROLE, Session

_HAS_ROLE: Final = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
_IS_OWNER: Final = (
    "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = CAST('event' AS regclass)"
)
#: Tables whose rows daily work neither changes nor removes.
APPEND_ONLY_TABLES: Final = ("event",)
_READ_ONLY_TABLES: Final = ("store",)


def grants(tables: Iterable[str]) -> tuple[str, ...]:
    """What gives the role its rights on ``tables``; their owner runs it after each change of the schema.

    Other tables of the database stay as they are: they are somebody else's.
    """
    return (
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}",
        *(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION_ROLE}" for table in tables),
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}" for table in APPEND_ONLY_TABLES),
        *(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}" for table in _READ_ONLY_TABLES),
    )


def grant_daily_rights(session: Session, tables: Iterable[str]) -> None:
    """Give the role its rights, and make it first where the session's user may; inside a transaction.

    Where there is no such role and none can be made the owner does the daily work; ``doctor`` then says so.
    Raises psycopg.Error.
    """
    if not has_role(session):
        with (
            suppress(
                psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation
            ),
            session.transaction(),
        ):
            session.execute(f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN".encode())
        if not has_role(session):
            return
    session.execute("; ".join(grants(tables)).encode())


def is_owner(session: Session) -> bool:
    """Whether the session's user may give rights on the tables of the store. Raises psycopg.Error."""
    row = session.execute(_IS_OWNER).fetchone()
    return row is not None and bool(row[0])


def has_role(session: Session) -> bool:
    row = session.execute(_HAS_ROLE, (APPLICATION_ROLE,)).fetchone()
    return row is not None and row[0] > 0
