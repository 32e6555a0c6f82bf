"""A store that is written row by row in a file of its own, and takes its name once it is whole."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Refused, StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine import database
from dutydesk.store.engine.backup import sync_folder
from dutydesk.store.engine.binding import connect
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.sqlite import Connection


@value(frozen=True, slots=True)
class NewStore:
    """Takes whole rows; nothing is checked as they come, because tables are written one after the other."""

    handle: Handle

    def add_events(self, lines: Iterable[LogLine]) -> None:
        self.handle.connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", lines)

    def add(self, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Writes rows by their columns' names; returns how many."""
        count = 0
        for row in rows:
            columns = [column for column in row if column in SCHEMA[table]]
            marks = ", ".join("?" for _ in columns)
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of the schema
            self.handle.connection.execute(statement, [row[column] for column in columns])
            count += 1
        return count

    def set_sequence(self, table: str, number: int) -> None:
        """Sets the highest number that a table with AUTOINCREMENT has given."""
        self.handle.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
        self.handle.connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])

    def index_words(self, upto: int) -> None:
        """Files the words of the items up to a number."""
        self.set_desk({"filed_upto": upto})
        self.handle.connection.execute("INSERT INTO item_words (item_words) VALUES ('rebuild')")

    def set_desk(self, values: Mapping[str, object]) -> None:
        columns = [column for column in values if column in SCHEMA["desk"]]
        assigned = ", ".join(f"{column} = ?" for column in columns)
        statement = f"UPDATE desk SET {assigned}"  # noqa: S608 - names of the schema
        self.handle.connection.execute(statement, [values[column] for column in columns])


@contextmanager
def write_new_store(path: Path, realm: str, made_at: datetime) -> Iterator[NewStore]:
    """A new store at ``path``, which is there only if the block ends well.

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
            os.link(draft, path)
        sync_folder(path.absolute().parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnusable(StoreCode.STORE_NOT_CREATABLE, f"{path} can't be made ({error})") from error


def _require_whole(connection: Connection, path: Path) -> None:
    stray = connection.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise StoreUnusable(StoreCode.STORE_NOT_CREATABLE, f"{path} would not hold together: a row of {stray[0]}")
