"""Where words are still found after a purge: in files, and in the tables of a database."""

from __future__ import annotations

from pathlib import Path

from dutydesk.store.engine.location import is_in_database
from sqlite_files import SqliteFile, opened_file


def files_with(folder: Path, words: str) -> list[str]:
    """The files that have the words in any spelling that the store keeps."""
    spellings = {words.encode(), words.upper().encode(), words.lower().encode()}
    return sorted(
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(each in file.read_bytes() for each in spellings)
    )


def places_with(store: Path, words: str) -> list[str]:
    """The files, or the tables of a database, that have the words in any spelling."""
    if not is_in_database(store):
        return files_with(store.parent, words)
    with opened_file(store) as file:
        tables = [name for (name,) in file.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return [name for name in tables if _has_row_with(file, name, words)]


def _has_row_with(file: SqliteFile, table: str, words: str) -> bool:
    """Whether a row has them as text or as bytes, which the database shows in hexadecimal digits."""
    found = file.value(
        f"SELECT count(*) FROM {table} AS row WHERE CAST(row AS text) ILIKE ? OR CAST(row AS text) LIKE ?",
        (f"%{words}%", f"%{words.encode().hex()}%"),
    )
    return bool(found)
