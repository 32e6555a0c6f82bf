"""The used part of the write-ahead log, by its frames; a checkpoint does not change the file's length."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import make_store_file, open_store_file, raw_connection, write_note

from dutydesk.store.engines.sqlite.wal_file import WalFile

pytestmark = pytest.mark.sqlite_only("its write-ahead log")

FRAME = 24 + 4096


def frames_by_sqlite(path: Path) -> int:
    with raw_connection(path) as connection:
        frames: int = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
        return frames


async def test_what_is_in_use_is_what_sqlite_counts(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        for size in (10, 20_000, 10, 90_000):
            await store.write(write_note("x" * size))
            assert WalFile(path).used_bytes() == 32 + FRAME * frames_by_sqlite(path) == store.housekeeping.bytes()


async def test_a_folded_log_keeps_its_length_and_begins_anew(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("x" * 200_000))
        length = WalFile(path).size()
        assert await store.fold(empty=False)
        assert store.housekeeping.bytes() == 0
        assert WalFile(path).size() == length
        await store.write(write_note("short"))
        assert 0 < store.housekeeping.bytes() < length / 4
        assert WalFile(path).size() == length, "the next commit needs no longer file"
        assert store.housekeeping.bytes() == WalFile(path).used_bytes(), "others see the same"
        assert await store.fold()
        assert WalFile(path).size() == 0


async def test_a_long_file_is_cut_off(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path, long_wal_bytes=100_000) as store:
        await store.write(write_note("x" * 200_000))
        assert await store.fold(empty=False)
        assert WalFile(path).size() == 0


async def test_where_somebody_reads_it_is_not_folded_again_before_it_has_grown(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path, wal_retry_bytes=50_000) as store:
        await store.write(write_note("x" * 100_000))
        assert store.housekeeping.needs_folding(90_000)
        with raw_connection(path) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM event").fetchone()
            await store.write(write_note("one that the reader does not see"))
            assert not await store.fold(empty=False)
            assert not store.housekeeping.needs_folding(90_000)
            await store.write(write_note("x" * 60_000))
            assert store.housekeeping.needs_folding(90_000)
            connection.execute("ROLLBACK")
        assert await store.fold(empty=False)
        await store.write(write_note("x" * 100_000))
        assert store.housekeeping.needs_folding(90_000)


@given(st.integers(0, 40), st.integers(0, 40), st.binary(max_size=FRAME - 1))
@settings(max_examples=40, deadline=None)
def test_frames_of_an_older_log_and_torn_ones_do_not_count(tmp_path_factory, new: int, old: int, torn: bytes) -> None:  # type: ignore[no-untyped-def]
    store = tmp_path_factory.mktemp("log") / "desk.db"
    ours, before = os.urandom(8), bytes(8)
    header = bytes(8) + (4096).to_bytes(4, "big") + bytes(4) + ours + bytes(8)
    frames = [bytes(8) + salts + bytes(FRAME - 16) for salts in [ours] * new + [before] * old]
    Path(f"{store}-wal").write_bytes(header + b"".join(frames) + torn)
    assert WalFile(store).used_bytes() == (32 + FRAME * new if new else 0)


async def test_what_is_added_to_a_folded_log_that_did_not_begin_anew_counts(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("x" * 50_000))
        log = WalFile(path)
        log.set_checkpointed()  # as may be true of a log to which a later commit still adds
        assert log.used_bytes() == 0
        await store.write(write_note("added"))
        assert log.used_bytes() > 50_000


def test_no_log_and_no_whole_header_are_nothing(tmp_path: Path) -> None:
    log = WalFile(tmp_path / "desk.db")
    assert (log.used_bytes(), log.size()) == (0, 0)
    (tmp_path / "desk.db-wal").write_bytes(b"short")
    assert (log.used_bytes(), log.size()) == (0, 5)
