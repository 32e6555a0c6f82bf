"""Stores that can't be used, and what the doctor says of them: one sentence each, and nothing is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from boxes import SECONDS, Box, wait_until
from desks import diffusion
from dutydesk.cli import doctor
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import binding, has_wal_reset_bug, sqlite_version
from refusals import raises_code


def _change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def _empty(path: Path, _store: Path) -> None:
    path.touch(mode=0o600)


def _text(path: Path, _store: Path) -> None:
    path.write_text("This is a letter, and no store. " * 20)


def _foreign(path: Path, _store: Path) -> None:
    _change(path, "CREATE TABLE other (thing TEXT)")


def _newer(path: Path, store: Path) -> None:
    shutil.copy(store, path)
    _change(path, "PRAGMA user_version = 99")


def _half_made(path: Path, store: Path) -> None:
    shutil.copy(store, path)
    _change(path, "PRAGMA user_version = 0")


def _link(path: Path, store: Path) -> None:
    path.symlink_to(store)


def _folder(path: Path, _store: Path) -> None:
    path.mkdir()


def _open_to_all(path: Path, store: Path) -> None:
    shutil.copy(store, path)
    path.chmod(0o666)


BAD: list[tuple[Callable[[Path, Path], None], StoreCode]] = [
    (_empty, StoreCode.STORE_EMPTY),
    (_text, StoreCode.NOT_A_STORE),
    (_foreign, StoreCode.STORE_OF_ANOTHER_PROGRAM),
    (_newer, StoreCode.STORE_NEWER),
    (_half_made, StoreCode.STORE_HALF_MADE),
    (_link, StoreCode.STORE_IS_LINK),
    (_folder, StoreCode.STORE_IS_NO_FILE),
    (_open_to_all, StoreCode.STORE_EXPOSED),
]


@pytest.mark.parametrize(("make", "code"), BAD, ids=[case[0].__name__ for case in BAD])
def test_what_is_no_store_is_refused_and_left_alone(
    box: Box, make: Callable[[Path, Path], None], code: StoreCode
) -> None:
    path = box.folder / "strange" / "bad.db"
    path.parent.mkdir()
    make(path, box.store)
    if make not in (_open_to_all, _link, _folder):
        path.chmod(0o600)
    before = None if path.is_dir() else path.read_bytes()
    for command in (["items"], ["submit", "-"], ["audit", "verify"]):
        box.refused(code, "--db", str(path), *command)
    assert box.run("--db", str(path), "init").code == 4
    assert box.run("--db", str(path), "doctor").code == 4
    assert path.is_dir() or path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["bad.db"], "nothing is made beside it"


def test_a_store_without_rights_is_refused(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, right: right != os.W_OK)
    with raises_code(StoreCode.STORE_NO_ACCESS):
        database.validate_store(box.store)


def test_settings_with_a_fault_refuse_to_start_and_to_make_a_store(bare: Box) -> None:
    (bare.folder / "desk.toml").write_text("claim_lease_minutes = 30\nclaim_leese = 1\n")
    ended = bare.refused(InvalidRequestCode.UNKNOWN_SETTING, "init")
    assert "line 2" in ended.err
    assert "claim_leese" in ended.err
    assert not bare.store.exists()
    (bare.folder / "desk.toml").write_text("claim_lease_minutes = 15\n")
    bare.ok("init")
    rows = {row["setting"]: row for row in bare.ok("settings", "--json").objects()}
    assert (rows["claim_lease_minutes"]["value"], rows["claim_lease_minutes"]["comes_from"]) == (
        "15",
        "desk.toml, line 1",
    )
    assert rows["shifts"]["comes_from"] == "default"
    (bare.folder / "desk.toml").write_text("claim_lease_minutes = -1\n")
    assert bare.run("items").code == 2


def test_init_names_its_administrator_and_keeps_its_realm(bare: Box) -> None:
    made = bare.ok("init", "--exercise", "--json").object()
    assert made["realm"] == "exercise"
    (officer,) = bare.ok("officers", "--json").objects()
    assert (officer["role"], officer["country"]) == ("administrator", "-")
    assert made["administrator"] == officer["name"]


def test_the_doctor_finds_nothing_wrong_with_a_sound_store(box: Box) -> None:
    rows = box.ok("doctor", "--json").objects()
    assert all(set(row) >= {"check", "ok", "detail"} for row in rows)
    checks = {row["check"]: row for row in rows}
    assert all(row["ok"] for row in rows), rows
    assert set(checks) >= {
        *("sqlite", "store", "version", "integrity", "chain", "modes", "dispatcher"),
        *("settings", "disk", "file_system", "terminal"),
    }
    assert checks["sqlite"]["detail"].startswith(f"SQLite {sqlite_version()} by {binding()}")
    assert "not running" in checks["dispatcher"]["detail"]


def test_the_doctor_sees_a_dispatcher_at_work(box: Box) -> None:
    with subprocess.Popen(box.command("dispatch"), stdout=subprocess.DEVNULL, env=box.environment()) as process:
        try:
            wait_until(lambda: "dispatcher: running" in box.run("doctor").out)
        finally:
            process.terminate()
            process.wait(SECONDS)


def test_the_doctor_works_on_a_damaged_store(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", *(diffusion("DE") for _ in range(50))))
    content = bytearray(box.store.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    box.store.write_bytes(content)
    ended = box.run("doctor", "--json")
    assert ended.code in (1, 4)
    assert not all(row["ok"] for row in ended.objects())
    assert {row["check"] for row in ended.objects()} >= {"store", "integrity", "settings", "terminal"}
    assert box.store.read_bytes() == bytes(content)


def test_a_changed_event_is_found_and_named(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))
    _change(box.store, "DROP TRIGGER event_is_never_changed", "UPDATE event SET actor = 'Mallory' WHERE seq = 3")
    ended = box.run("audit", "verify", "--json")
    assert ended.code == 1
    assert ended.object().keys() >= {"chain", "events", "head", "first_bad_seq"}
    assert ended.object()["first_bad_seq"] == 3
    assert "event 3" in ended.object()["chain"]
    assert "NOT verified" in box.run("audit", "verify").out
    chain = next(row for row in box.run("doctor", "--json").objects() if row["check"] == "chain")
    assert not chain["ok"]


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.45.0", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.52.0", False),
    ],
)
def test_releases_of_sqlite_with_the_wal_reset_bug(version: str, has_it: bool) -> None:
    assert has_wal_reset_bug(version) is has_it


def test_the_deepest_mount_names_the_file_system() -> None:
    mounts = "/dev/a / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/b /srv/my\\040desk xfs rw 0 0\nbroken\n"
    assert doctor.file_system_type(Path("/home/x"), mounts) == "ext4"
    assert doctor.file_system_type(Path("/srv/desk"), mounts) == "nfs4"
    assert doctor.file_system_type(Path("/srv/my desk/deep"), mounts) == "xfs"
