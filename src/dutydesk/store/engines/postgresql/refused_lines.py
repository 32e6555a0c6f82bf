"""Why a cluster takes no session, in one sentence for an officer.

The driver gives no SQLSTATE for it, only the words of the server. What a server says in another language than English
is shown as it is, as the detail of ``cluster_unreachable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence


@value(frozen=True, slots=True)
class _RefusedSession:
    """Whom the cluster refused, and the first line of what it said."""

    user: str
    database: str
    needs_password: bool
    detail: str


def refused_line(error: Exception, detail: str) -> StoreUnusable | None:
    """What to do about it; ``None`` where the cluster said nothing, or nothing that is known here.

    ``detail`` is the first line of the error's text.
    """
    if not isinstance(error, psycopg.OperationalError) or error.sqlstate is not None:
        return None
    line = error.pgconn
    user, database = (part.decode("utf-8", "replace") for part in ((line.user, line.db) if line else (b"", b"")))
    refused = _RefusedSession(user, database, line is not None and bool(line.needs_password), detail)
    text = str(error)
    return next((say(refused) for pattern, say in _KINDS if pattern.search(text)), None)


def _database_missing(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "the cluster has no database {database}; make it with: createdb --template=template0 --encoding=UTF8 "
        "--locale=C.UTF-8 {database}, and the store in it with: dutydesk init, or correct the URL",
        database=refused.database,
    )
    return StoreUnusable(StoreCode.DATABASE_MISSING, words)


def _role_missing(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "the cluster has no role {user}; make it with: createuser {user}, or name another one in the URL",
        user=refused.user,
    )
    return StoreUnusable(StoreCode.ROLE_MISSING, words)


def _password_refused(refused: _RefusedSession) -> StoreUnusable:
    if refused.needs_password:
        words = sentence(
            "the cluster asks for the password of {user} and gets none; put it into the file that PGPASSFILE names",
            user=refused.user,
        )
    else:
        words = sentence(
            "the cluster does not take the password of {user}; correct it in the file that PGPASSFILE names",
            user=refused.user,
        )
    return StoreUnusable(StoreCode.PASSWORD_REFUSED, words)


def _login_refused(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "the cluster does not let {user} in from this box ({detail}); allow it in the cluster's pg_hba.conf and by "
        "the rights of the role",
        user=refused.user,
        detail=refused.detail,
    )
    return StoreUnusable(StoreCode.LOGIN_REFUSED, words)


def _cluster_not_ready(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "the cluster is starting or stopping ({detail}); nothing was changed: try again once it answers",
        detail=refused.detail,
    )
    return StoreUnusable(StoreCode.CLUSTER_NOT_READY, words)


def _cluster_full(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "the cluster takes no more sessions ({detail}); nothing was changed: end some, or raise its limit",
        detail=refused.detail,
    )
    return StoreUnusable(StoreCode.CLUSTER_FULL, words)


def _primary_missing(refused: _RefusedSession) -> StoreUnusable:
    words = sentence(
        "no server that the URL names can be written to ({detail}); promote a standby, or name the primary as well",
        detail=refused.detail,
    )
    return StoreUnusable(StoreCode.PRIMARY_MISSING, words)


#: Where several servers were asked, what comes first here counts.
_KINDS: Final[tuple[tuple[re.Pattern[str], Callable[[_RefusedSession], StoreUnusable]], ...]] = (
    (re.compile(r'database "[^\n]*" does not exist'), _database_missing),
    (re.compile(r'role "[^\n]*" does not exist'), _role_missing),
    (re.compile("password authentication failed|no password supplied"), _password_refused),
    (
        re.compile(
            r"no pg_hba\.conf entry|pg_hba\.conf rejects connection|authentication failed for user"
            r"|is not permitted to log in|permission denied for database"
        ),
        _login_refused,
    ),
    (
        re.compile(
            "the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting connections)"
        ),
        _cluster_not_ready,
    ),
    (
        re.compile("too many clients already|too many connections for|remaining connection slots are reserved"),
        _cluster_full,
    ),
    (re.compile("session is read-only|server is in hot standby mode"), _primary_missing),
)
