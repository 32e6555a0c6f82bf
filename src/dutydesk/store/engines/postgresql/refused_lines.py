"""Why a cluster takes no session, in one sentence for an officer.

The driver gives no SQLSTATE for it, only the words of the server. What a server says in another language than English
is shown as it is, as the detail of ``cluster_unreachable``.
"""

from __future__ import annotations

import re
from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence


@value(frozen=True, slots=True)
class _Refusal:
    """What the cluster says, and what is told of it; ``words`` may name the ``user``, ``database`` and ``detail``."""

    said: re.Pattern[str]
    code: StoreCode
    words: str
    needs_password: bool | None = None


def refused_line(error: Exception, detail: str) -> StoreUnusable | None:
    """What to do about it; ``None`` where the cluster said nothing, or nothing that is known here.

    ``detail`` is the first line of the error's text.
    """
    if not isinstance(error, psycopg.OperationalError) or error.sqlstate is not None:
        return None
    line, text = error.pgconn, str(error)
    user, database = (part.decode("utf-8", "replace") for part in ((line.user, line.db) if line else (b"", b"")))
    needs_password = line is not None and bool(line.needs_password)
    for each in _REFUSALS:
        if each.said.search(text) and each.needs_password in (None, needs_password):
            return StoreUnusable(each.code, sentence(each.words, user=user, database=database, detail=detail))
    return None


_BAD_PASSWORD: Final = re.compile("password authentication failed|no password supplied")
#: Where several servers were asked, what comes first here counts.
_REFUSALS: Final = (
    _Refusal(
        re.compile(r'database "[^\n]*" does not exist'),
        StoreCode.DATABASE_MISSING,
        marked(
            "the cluster has no database {database}; make it with: createdb --template=template0 --encoding=UTF8 "
            "--locale=C.UTF-8 {database}, and the store in it with: dutydesk init, or correct the URL"
        ),
    ),
    _Refusal(
        re.compile(r'role "[^\n]*" does not exist'),
        StoreCode.ROLE_MISSING,
        marked("the cluster has no role {user}; make it with: createuser {user}, or name another one in the URL"),
    ),
    _Refusal(
        _BAD_PASSWORD,
        StoreCode.PASSWORD_REFUSED,
        marked("the cluster asks for the password of {user} and gets none; put it into the file that PGPASSFILE names"),
        needs_password=True,
    ),
    _Refusal(
        _BAD_PASSWORD,
        StoreCode.PASSWORD_REFUSED,
        marked("the cluster does not take the password of {user}; correct it in the file that PGPASSFILE names"),
    ),
    _Refusal(
        re.compile(
            r"no pg_hba\.conf entry|pg_hba\.conf rejects connection|authentication failed for user"
            r"|is not permitted to log in|permission denied for database"
        ),
        StoreCode.LOGIN_REFUSED,
        marked(
            "the cluster does not let {user} in from this box ({detail}); allow it in the cluster's pg_hba.conf and by "
            "the rights of the role"
        ),
    ),
    _Refusal(
        re.compile(
            "the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting connections)"
        ),
        StoreCode.CLUSTER_NOT_READY,
        marked("the cluster is starting or stopping ({detail}); nothing was changed: try again once it answers"),
    ),
    _Refusal(
        re.compile("too many clients already|too many connections for|remaining connection slots are reserved"),
        StoreCode.CLUSTER_FULL,
        marked("the cluster takes no more sessions ({detail}); nothing was changed: end some, or raise its limit"),
    ),
    _Refusal(
        re.compile("session is read-only|server is in hot standby mode"),
        StoreCode.PRIMARY_MISSING,
        marked(
            "no server that the URL names can be written to ({detail}); promote a standby, name the primary as well, "
            "or set default_transaction_read_only to off"
        ),
    ),
)
