"""SQLite's errors as sentences for an officer."""

from __future__ import annotations

import sqlite3

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence


def as_store_error(error: Exception) -> Exception:
    """StoreUnusable for a fault of the file, the disk or a lock; any other error unchanged, because it is a bug."""
    if not isinstance(error, sqlite3.Error):
        return error
    refusal = _store_error(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF, str(error))
    return error if refusal is None else refusal


def _store_error(sqlite_code: int, detail: str) -> StoreUnusable | None:
    match sqlite_code:
        case sqlite3.SQLITE_FULL:
            code = StoreCode.DISK_FULL
            words = sentence("the disk of the store is full; nothing was changed: free some space and try again")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            code = StoreCode.STORE_LOCKED
            words = sentence(
                "the store is kept locked by another process; nothing was changed: end that process and try again"
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            code = StoreCode.STORE_NOT_WRITABLE
            words = sentence(
                "the store can't be written by this user ({detail}); nothing was changed: ask for access to it",
                detail=detail,
            )
        case sqlite3.SQLITE_CANTOPEN:
            code = StoreCode.STORE_NOT_OPENABLE
            words = sentence(
                "the store's files can't be opened ({detail}); nothing was changed: look whether they are still there",
                detail=detail,
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            code = StoreCode.STORE_DAMAGED
            words = sentence("the store is damaged ({detail}); nothing was changed: run dutydesk doctor", detail=detail)
        case sqlite3.SQLITE_IOERR:
            code = StoreCode.DISK_FAILING
            words = sentence(
                "the disk of the store fails ({detail}); nothing was changed: look after the disk and start again",
                detail=detail,
            )
        case _:
            return None
    return StoreUnusable(code, words)
