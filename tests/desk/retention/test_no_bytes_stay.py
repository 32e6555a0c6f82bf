"""A purge leaves nothing of a body in any file: the store, its write-ahead log, a later backup, an exported log."""

from __future__ import annotations

from pathlib import Path

from desks import Bench, act_message, diffusion
from dutydesk.desk.audit.log_export import export_log
from dutydesk.store.engine.location import is_in_database
from sqlite_files import SqliteFile, opened_file

#: Invented words that stand nowhere else: a name, a text, a title of a thing.
NAME, GIVEN, TEXT = "Qzxvorbel", "Wkyndralt", "Pelargonia under the viaduct"


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


async def test_a_purge_leaves_no_bytes_of_the_body(bench: Bench) -> None:
    folder, store = bench.desk.store.path.parent, bench.desk.store.path
    message = diffusion(retention_until="2022-12-31")
    message["subject"]["name"] = {"family": NAME, "given": GIVEN}
    message["text"] = f"{TEXT}. " * 400
    item = await bench.sent(message)
    others = [await bench.sent(diffusion("FR", ("PL",))) for _ in range(20)]
    await bench.dispatch()
    check = {"database": "nominal", "query": {"name": f"{GIVEN} {NAME}"}}
    assert (await bench.send(act_message("check", "PL", **check))).result == "hit"
    await bench.desk.review.note(bench.actor("Jonas"), item, f"{NAME} was seen.")
    await bench.dispatch()
    await bench.desk.store.fold()
    for words in (NAME, TEXT):
        assert places_with(store, words)
    bench.clock.move(days=400)
    purged = await bench.desk.retention.purge(bench.actor("root"))
    assert purged.purged == ("D-000001",)
    assert len(others) == 20
    await bench.desk.backups.back_up(bench.actor("root"), folder / "copy.db", lambda _done, _all: None)
    await export_log(bench.desk.store, bench.desk.context, bench.actor("root"), folder / "desk.log")
    assert store.exists()
    for words in (NAME, GIVEN, TEXT):
        assert files_with(folder, words) + places_with(store, words) == [], words
