"""The rights of daily work: the role ``dutydesk_app`` can't change the log, nor alter anything."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import psycopg

from dutydesk.store.engines.postgresql.session import APPLICATION_ROLE, Session

_HAS_ROLE: Final = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
#: Tables whose rows daily work neither changes nor removes.
APPEND_ONLY_TABLES: Final = ("event",)
_READ_ONLY_TABLES: Final = ("store",)


def grants() -> tuple[str, ...]:
    """The statements that give the role its rights; its owner runs them after each change of the schema."""
    return (
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}" for table in APPEND_ONLY_TABLES),
        *(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}" for table in _READ_ONLY_TABLES),
    )


def grant_daily_rights(session: Session) -> None:
    """Give the role its rights, and make it first where the session's user may. Raises psycopg.Error.

    Where there is no such role and none can be made the owner does the daily work; ``doctor`` then says so.
    """
    if not has_role(session):
        with suppress(
            psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation
        ):
            session.execute(f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN".encode())
        if not has_role(session):
            return
    session.execute("; ".join(grants()).encode())


def has_role(session: Session) -> bool:
    row = session.execute(_HAS_ROLE, (APPLICATION_ROLE,)).fetchone()
    return row is not None and row[0] > 0
