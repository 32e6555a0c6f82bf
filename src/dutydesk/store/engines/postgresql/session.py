"""Sessions on the cluster, and what is set for each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.limits import StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.binary_values import adapt_binary_values
from dutydesk.store.engines.postgresql.values import adapt_values

Session = psycopg.Connection[Any]

#: The role of daily work, which can't change the log; a session takes it on where its user may.
APPLICATION_ROLE: Final = "dutydesk_app"
_MAY_TAKE_ROLE: Final = (
    "SELECT count(*) FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER') "
    "AND rolname <> current_user"
)
#: Statements are prepared where the connection asks for it.
_NEVER_BY_ITSELF: Final = 2**31
#: The driver raises what it warns of, and its warnings would stand on an officer's terminal.
logging.getLogger("psycopg").setLevel(logging.ERROR)
#: What may be set otherwise for the role, the database or in the URL: where tables are, how statements are read,
#: limits, and whether the warning comes that a commit waits for its standby no longer.
_ALWAYS_SET: Final = (
    "SET search_path = public; SET standard_conforming_strings = on; SET client_min_messages = warning; "
    "SET timezone = 'UTC'; SET jit = off; SET statement_timeout = 0; SET idle_session_timeout = 0; "
)
#: A limit that would end a commit's wait for a standby, and the release that it came with.
_NO_TRANSACTION_LIMIT: Final = "SET transaction_timeout = 0; "
_LIMITS_TRANSACTIONS: Final = 170_000
#: Seconds after which a reading session that does nothing inside a transaction is ended.
_IDLE_READER_SECONDS: Final = 300


def connect(url: str, limits: StoreLimits, settings: str, *, as_owner: bool = False) -> Session:
    """A session with ``settings``, which begins and ends no transaction by itself.

    Raises psycopg.Error, InvalidRequest for a URL that the driver can't read.
    """
    require_readable(url)
    session = psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=max(2, round(limits.connect_seconds)),
        application_name="dutydesk",
        client_encoding="UTF8",
        target_session_attrs="read-write",
        keepalives=1,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=_milliseconds(limits.silent_line_seconds),
    )
    try:
        adapt_values(session.adapters)
        adapt_binary_values(session.adapters)
        session.prepare_threshold = _NEVER_BY_ITSELF
        unlimited = _NO_TRANSACTION_LIMIT if session.info.server_version >= _LIMITS_TRANSACTIONS else ""
        session.execute(f"{_ALWAYS_SET}{unlimited}{settings}".encode())
        if not as_owner and session.execute(_MAY_TAKE_ROLE, (APPLICATION_ROLE,)).fetchone()[0]:  # type: ignore[index]
            session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPLICATION_ROLE)))
    except BaseException:
        session.close()
        raise
    return session


def require_readable(url: str) -> None:
    """Raises InvalidRequest for a URL that the driver can't read, such as one with an option that it does not know."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise InvalidRequest(
            InvalidRequestCode.BAD_DATABASE_URL,
            sentence(
                "the URL of the database can't be read ({detail}); correct it after the question mark",
                detail=str(error).strip(),
            ),
        ) from error


def writer_settings(limits: StoreLimits) -> str:
    """Of the session that writes: it sees what was committed before each statement, and can't keep the chain locked
    while its process stands still. It has no ``statement_timeout``, which would end a commit's wait for a standby.

    No table is scanned where an index serves: the plan of the trigger that checks the order of the log is kept, it does
    not know where the log ends, and would have each insert walk through the whole log.

    A role or database may have settings of its own: without warnings nobody would hear that the wait of a commit for a
    standby was cancelled, and on one snapshot a transaction would not see what was written while it waited.
    """
    return (
        "SET enable_seqscan = off; "
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; "
        f"SET lock_timeout = {_milliseconds(limits.busy_seconds)}; "
        f"SET idle_in_transaction_session_timeout = {_milliseconds(limits.idle_transaction_seconds)}"
    )


def reader_settings(_limits: StoreLimits) -> str:
    """Of a session that reads: each transaction sees one snapshot and can't write."""
    return (
        "SET lock_timeout = 0; "
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; "
        f"SET idle_in_transaction_session_timeout = {_IDLE_READER_SECONDS * 1_000}"
    )


def _milliseconds(seconds: float) -> int:
    """At least one: none would be no limit at all."""
    return max(1, round(seconds * 1_000))


SettingsOf = Callable[[StoreLimits], str]
