"""PostgreSQL's errors as sentences for an officer, by their SQLSTATE."""

from __future__ import annotations

from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.refused_lines import refused_line

#: The session ended, the server ends or starts, or it has become a standby.
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25006"})
_CONNECTION_EXCEPTION: Final = "08"
_LOCKED: Final = frozenset({"55P03", "40P01", "40001"})
_CORRUPTED: Final = frozenset({"XX001", "XX002"})


def is_line_lost(error: BaseException) -> bool:
    """Whether the session is gone, so that its transaction has ended, and a new session may fare better."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state in _LOST or state.startswith(_CONNECTION_EXCEPTION)


def as_store_error(error: Exception) -> Exception:
    """StoreUnusable for a fault of the line, the cluster, its disk or a lock; any other error unchanged: it is a bug.

    LINE_LOST says that nothing was changed, so that the transaction may run again.
    """
    if not isinstance(error, psycopg.Error):
        return error
    if is_line_lost(error):
        return line_lost()
    state, detail = error.sqlstate or "", words_of(error)
    if state in _LOCKED:
        return StoreUnusable(
            StoreCode.STORE_LOCKED,
            sentence(
                "the store is kept locked by another process; nothing was changed: end that process and try again"
            ),
        )
    if state == "57014":
        return StoreUnusable(
            StoreCode.STATEMENT_CANCELLED,
            sentence(
                "an administrator of the cluster cancelled it ({detail}); nothing was changed: try again", detail=detail
            ),
        )
    if state == "53100":
        return StoreUnusable(
            StoreCode.DISK_FULL,
            sentence("the disk of the store is full; nothing was changed: free some space and try again"),
        )
    if state == "42501":
        return StoreUnusable(
            StoreCode.STORE_NOT_WRITABLE,
            sentence(
                "the store can't be written by this user ({detail}); nothing was changed: ask for access to it",
                detail=detail,
            ),
        )
    if state == "58030":
        return StoreUnusable(
            StoreCode.DISK_FAILING,
            sentence(
                "the disk of the store fails ({detail}); nothing was changed: look after the disk and start again",
                detail=detail,
            ),
        )
    if state in _CORRUPTED:
        return damaged(error)
    return error


def damaged(error: Exception) -> StoreUnusable:
    return StoreUnusable(
        StoreCode.STORE_DAMAGED,
        sentence("the store is damaged ({detail}); nothing was changed: run dutydesk doctor", detail=words_of(error)),
    )


def line_lost() -> StoreUnusable:
    return StoreUnusable(
        StoreCode.LINE_LOST,
        sentence("the line to the database was lost; nothing was changed: try again"),
    )


def unreachable(error: Exception) -> StoreUnusable:
    """Why no session was begun; what the cluster itself refused has a code of its own."""
    refused = refused_line(error, words_of(error))
    return refused or StoreUnusable(
        StoreCode.CLUSTER_UNREACHABLE,
        sentence(
            "the database can't be reached ({detail}); nothing was changed: look after the cluster and the line to it",
            detail=words_of(error),
        ),
    )


def words_of(error: Exception) -> str:
    """The first line of the error's text."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
