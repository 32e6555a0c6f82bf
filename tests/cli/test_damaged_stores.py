"""What the doctor says of a damaged store: what is wrong, what can be saved, and how; and that it can be done."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion


def _change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def zero_bytes(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("This is a letter, and no store. " * 200)


def other_program(path: Path) -> None:
    _change(path, "PRAGMA application_id = 5")


def torn(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 20 : 4096 * 24] = b"\xff" * 4096 * 4
    path.write_bytes(content)


def corrupt_index(path: Path) -> None:
    _change(
        path,
        "PRAGMA writable_schema = 1",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX item_sender ON item (kind, number)' WHERE name = 'item_sender'",
    )


def changed_event(path: Path) -> None:
    _change(path, "DROP TRIGGER event_is_never_changed", "UPDATE event SET actor = 'Mallory' WHERE seq = 9")


def wrong_figure(path: Path) -> None:
    _change(path, "UPDATE counter SET value = 7 WHERE name = 'state:released'")


def without_log(path: Path) -> None:
    path.with_name(f"{path.name}-shm").touch(mode=0o600)


def newer(path: Path) -> None:
    shutil.copy(path, path.with_name(f"{path.name}.before-0099"))
    _change(path, "PRAGMA user_version = 99")


def half_made(path: Path) -> None:
    _change(path, "PRAGMA user_version = 0")


PUT_BACK = "put the latest backup in its place, without desk.db-wal and desk.db-shm"
EXPORT = "events of the log can be read: dutydesk audit export takes them out"
CASES: list[tuple[Callable[[Path], None], str, str, str]] = [
    (zero_bytes, "store", "is empty", f"nothing of a store is in this file: move it away, then {PUT_BACK}"),
    (text, "store", "no store of dutydesk", f"nothing of a store is in this file: move it away, then {PUT_BACK}"),
    (other_program, "store", "another program", f"nothing of a store is in this file: move it away, then {PUT_BACK}"),
    (torn, "integrity", "", PUT_BACK),
    (corrupt_index, "integrity", "missing from index item_sender", PUT_BACK),
    (changed_event, "chain", "event 9 was changed after it was written", f"the first 8 {EXPORT}"),
    (wrong_figure, "figures", "the figure state:released is 7, and there are 20", EXPORT),
    (without_log, "log", "desk.db-wal is missing beside desk.db-shm", "look for the missing log"),
    (newer, "store", "made by a newer dutydesk", "update dutydesk, or go back to desk.db.before-0099"),
    (half_made, "store", "half made", PUT_BACK),
]


@pytest.fixture
def busy(box: Box) -> Box:
    box.ok("submit", box.lines("in.jsonl", *(diffusion("DE", ("PL",)) for _ in range(20))))
    return box


def examined(box: Box) -> dict[str, dict[str, object]]:
    return {row["check"]: row for row in box.run("doctor", "--json").objects()}


@pytest.mark.parametrize(("spoil", "check", "words", "rescue"), CASES, ids=[case[0].__name__ for case in CASES])
def test_the_doctor_says_what_is_wrong_and_what_can_be_saved(
    busy: Box, spoil: Callable[[Path], None], check: str, words: str, rescue: str
) -> None:
    spoil(busy.store)
    busy.store.chmod(0o600)
    before = {file.name: file.read_bytes() for file in busy.folder.iterdir() if file.is_file()}
    found = examined(busy)
    assert not found[check]["ok"]
    assert words in str(found[check]["detail"])
    assert rescue in str(found["rescue"]["detail"])
    assert {file.name: file.read_bytes() for file in busy.folder.iterdir() if file.is_file()} == before


def test_a_sound_store_needs_no_rescue_and_a_copy_says_that_it_is_one(busy: Box) -> None:
    assert "rescue" not in examined(busy)
    assert "copy" not in examined(busy)
    busy.ok("backup", "copy.db")
    rows = {row["check"]: row for row in busy.ok("--db", "copy.db", "doctor", "--json").objects()}
    assert rows["copy"]["ok"]
    assert "is only read until an administrator says" in str(rows["copy"]["detail"])


@pytest.mark.parametrize("spoil", [changed_event, wrong_figure])
def test_what_the_log_still_says_can_be_taken_out(busy: Box, spoil: Callable[[Path], None]) -> None:
    spoil(busy.store)
    busy.ok("audit", "export", "saved.log")
    chain = busy.run("audit", "verify", "saved.log", "--json").object()
    assert chain["events"] >= 8


def test_a_backup_is_put_back_as_the_doctor_says(busy: Box) -> None:
    done = busy.ok("backup", "kept.db", "--json").object()
    assert done["events"] == busy.run("--db", "kept.db", "audit", "verify", "--json").object()["events"]
    assert {"file", "events", "head", "bytes", "chain", "policy"} <= done.keys()
    again = busy.run("backup", "kept.db")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert busy.run("--as", "Jonas", "backup", "other.db").code == 3
    busy.ok("dispatch", "--until-idle")
    out = sorted((busy.folder / "outbox").rglob("*.jsonl"))
    torn(busy.store)
    for left in busy.folder.glob("desk.db*"):
        left.rename(left.with_name(f"damaged.{left.name}"))
    shutil.copy(busy.folder / "kept.db", busy.store)
    assert busy.run("dispatch", "--until-idle").code == 4
    assert busy.run("submit", "in.jsonl").code == 4
    assert not examined(busy)["outbox"]["ok"]
    assert len(busy.ok("items", "--json").objects()) == 20
    gone = busy.run("dispatch", "--until-idle", "--restored", "--json")
    assert (gone.code, gone.object()["handed_over"]) == (0, 0)
    assert "the copy replaces its original" in gone.err
    assert sorted((busy.folder / "outbox").rglob("*.jsonl")) == out, "nothing went out twice"
    rows = busy.ok("show", "D-000001", "--json").object()["deliveries"]
    assert {row["state"] for row in rows} == {"delivered"}
    assert all(row["ok"] for row in examined(busy).values())
    assert busy.run("audit", "verify", "--policy").code == 0
    busy.ok("submit", busy.lines("more.jsonl", diffusion("DE", ("PL",))))
    assert busy.run("dispatch", "--restored").code == 1, "once"


def test_a_copy_beside_the_log_of_its_original_is_refused(busy: Box) -> None:
    """A store that was killed leaves its log; SQLite would write it into the copy."""
    busy.ok("backup", "kept.db")
    with (
        closing(sqlite3.connect(busy.store, isolation_level=None)) as connection,
        busy.store.with_name("desk.db-dispatcher").open("rb") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever leaves does not fold the log in
        connection.execute("SELECT count(*) FROM item").fetchone()
        busy.ok("submit", busy.lines("more.jsonl", *(diffusion("DE", ("PL",)) for _ in range(3))))
        log = busy.store.with_name("desk.db-wal").read_bytes()
        assert log
    back = busy.folder / "back"
    back.mkdir(mode=0o700)
    shutil.copy(busy.folder / "kept.db", back / "desk.db")
    (back / "desk.db-wal").write_bytes(log)
    (back / "desk.db-wal").chmod(0o600)
    ended = busy.run("--db", "back/desk.db", "items")
    assert ended.code == 4
    assert "is a copy that lies beside the log of another store: move desk.db-wal and desk.db-shm away" in ended.err
    (back / "desk.db-wal").unlink()
    (back / "desk.db-shm").unlink(missing_ok=True)
    assert len(busy.ok("--db", "back/desk.db", "items", "--json").objects()) == 20
