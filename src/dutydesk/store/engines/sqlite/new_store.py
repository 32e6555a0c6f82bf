"""A store that is written row by row in a file of its own, and takes its name once it is whole."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Refused, StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.backup import give_name, sync_folder
from dutydesk.store.engines.sqlite.binding import connect


@contextmanager
def write_new_store(path: Path, realm: str, made_at: datetime, *, private: bool = False) -> Iterator[NewStore]:
    """A new store at ``path``, which is there only if the block ends well; ``private`` is for its owner alone.

    Raises Refused for a file that exists, StoreUnusable where it can't be written or does not hold together.
    """
    if os.path.lexists(path):
        raise Refused(RefusedCode.FILE_EXISTS, f"{path} is there already; name a new file")
    try:
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".recovering-") as folder:
            draft = Path(folder) / "store"
            database.create_store(draft, realm, made_at)
            with closing(connect(draft)) as connection:
                connection.execute("PRAGMA foreign_keys = OFF")
                connection.execute("BEGIN")
                yield NewStore(Handle(connection, datetime.now(UTC)))
                connection.execute("COMMIT")
                _require_whole(connection, path)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if private:
                draft.chmod(0o600)
            give_name(draft, path)
        sync_folder(path.absolute().parent)
    except FileExistsError as error:
        raise Refused(RefusedCode.FILE_EXISTS, f"{path} is there already; name a new file") from error
    except (OSError, sqlite3.Error) as error:
        raise StoreUnusable(StoreCode.STORE_NOT_CREATABLE, f"{path} can't be made ({error})") from error


@contextmanager
def write_new_copy(path: Path, realm: str, made_at: datetime) -> Iterator[NewStore]:
    """As :func:`write_new_store`, for a backup, which is for its owner alone.

    Raises Refused for a file that exists or can't be written, StoreUnusable where the copy does not hold together.
    """
    try:
        with write_new_store(path, realm, made_at, private=True) as copy:
            yield copy
    except StoreUnusable as error:
        cause = error.__cause__
        if error.code is not StoreCode.STORE_NOT_CREATABLE or not isinstance(cause, OSError | sqlite3.Error):
            raise
        raise Refused(
            RefusedCode.FILE_NOT_WRITABLE,
            sentence(
                "{path} can't be written ({error}), and nothing is left of it; name another disk",
                path=path,
                error=cause,
            ),
        ) from cause


def _require_whole(connection: Connection, path: Path) -> None:
    stray = connection.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise StoreUnusable(StoreCode.STORE_NOT_CREATABLE, f"{path} would not hold together: a row of {stray[0]}")
