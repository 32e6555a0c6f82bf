"""Exports of the log and its checkpoint are written whole or not at all, and are verified without the store."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desks import AT, Bench
from dutydesk.desk.audit import log_export
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.proof.chain import ChainWalk, LogLine
from dutydesk.wire.files.log_file import LONGEST_LINE, LogOrigin, LogWriter, read_log
from refusals import raises_code


async def test_an_export_proves_itself_without_the_store(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "desk.log"
    done = await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert done.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    proof = log_export.prove_file(file)
    assert (proof.holds, proof.deliveries, proof.chain.events, proof.chain.head) == (True, 2, done.events, done.head)
    header, *events, tail = map(json.loads, file.read_text("ascii").splitlines())
    assert (header["schema"], header["realm"], header["made_at"]) == ("dutydesk-log/1", "exercise", AT.isoformat())
    assert [event["seq"] for event in events] == list(range(1, done.events + 1))
    assert events[0]["at"] == int(AT.timestamp()) * 1_000_000
    assert (tail["events"], tail["head"]) == (done.events, done.head)


async def test_taking_the_log_out_is_in_the_log(bench: Bench, tmp_path: Path) -> None:
    done = await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "desk.log")
    (event,) = await bench.desk.queries.events_after(done.events)
    assert (event.kind, event.actor) == ("log.exported", "root")
    assert (event.data["through"], event.data["sha256"]) == (done.events, done.sha256)
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context)).holds


async def test_only_an_administrator_takes_the_log_out(bench: Bench, tmp_path: Path) -> None:
    for name in ("Ines", "Jonas"):
        with raises_code(NotAllowedCode.ROLE_TOO_LOW):
            await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor(name), tmp_path / "desk.log")
        with raises_code(NotAllowedCode.ROLE_TOO_LOW):
            await log_export.write_checkpoint(
                bench.desk.store, bench.desk.context, bench.actor(name), tmp_path / "desk.log"
            )
    assert not (tmp_path / "desk.log").exists()


async def test_nothing_is_written_over_without_force(bench: Bench, tmp_path: Path) -> None:
    file, before = tmp_path / "desk.log", await bench.desk.queries.head_seq()
    file.write_text("mine")
    with raises_code(RefusedCode.FILE_EXISTS):
        await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), file)
    assert file.read_text() == "mine"
    assert await bench.desk.queries.head_seq() == before, "what was not taken out is not in the log"
    await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), file, replace=True)
    assert log_export.prove_file(file).holds
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_link_is_never_followed(bench: Bench, tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "desk.log"
    other.write_text("mine")
    link.symlink_to(other)
    with raises_code(RefusedCode.FILE_EXISTS):
        await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), link)
    await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), link, replace=True)
    assert other.read_text() == "mine"
    assert not link.is_symlink()


async def test_the_store_is_never_written_over(bench: Bench, tmp_path: Path) -> None:
    for name in ("desk.db", "desk.db-wal", "desk.toml"):
        with raises_code(InvalidRequestCode.STORE_FILE_NAMED):
            await log_export.export_log(
                bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / name, replace=True
            )
    (tmp_path / "side").symlink_to(tmp_path)
    with raises_code(InvalidRequestCode.STORE_FILE_NAMED):
        await log_export.write_checkpoint(
            bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "side" / "desk.db", replace=True
        )
    assert await bench.verified()


async def test_a_place_that_takes_no_file_is_one_sentence_and_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    with raises_code(RefusedCode.FILE_NOT_WRITABLE):
        await log_export.export_log(
            bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "nowhere" / "desk.log"
        )
    folder = tmp_path / "folder"
    folder.mkdir()
    before = await bench.desk.queries.head_seq()
    with raises_code(RefusedCode.IS_FOLDER):
        await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), folder, replace=True)
    assert await bench.desk.queries.head_seq() == before
    assert [file for file in tmp_path.iterdir() if file.name.startswith(".")] == []


# Damage


@pytest.fixture
async def exported(bench: Bench, tmp_path: Path) -> Path:
    await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "desk.log")
    return tmp_path / "desk.log"


def fault(file: Path, raw: bytes) -> str | None:
    file.write_bytes(raw)
    return log_export.prove_file(file).chain.fault


async def test_a_file_without_its_last_lines_was_cut_off(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    assert "its end was cut off" in (fault(exported, b"".join(lines[:-1])) or "")
    assert "its end was cut off" in (fault(exported, b"".join(lines[:1])) or "")
    assert "is no event of a log" in (fault(exported, b"".join(lines)[:-2]) or "")
    assert "event" in (fault(exported, b"".join([*lines[:-2], lines[-1]])) or "")


async def test_lines_in_another_order_or_twice(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    swapped = [*lines[:5], lines[6], lines[5], *lines[7:]]
    assert fault(exported, b"".join(swapped)) == "event 5 is missing: event 6 follows event 4"
    twice = [*lines[:6], lines[5], *lines[6:]]
    assert fault(exported, b"".join(twice)) == "event 6 is missing: event 5 follows event 5"
    headed = [lines[0], *lines]
    assert fault(exported, b"".join(headed)) == "line 2 of the file is no event of a log"
    assert fault(exported, b"".join(lines) + b"\n") == "the file goes on after its last line"


async def test_every_field_of_header_and_last_line_counts(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    for place in (0, -1):
        for key, value in json.loads(lines[place]).items():
            changed = json.loads(lines[place]) | {key: value + 1 if isinstance(value, int) else value + "0"}
            other = [*lines]
            other[place] = json.dumps(changed, separators=(",", ":")).encode() + b"\n"
            if key == "schema":
                with raises_code(InvalidRequestCode.NOT_A_LOG_FILE):
                    fault(exported, b"".join(other))
            else:
                assert fault(exported, b"".join(other)) is not None, key


async def test_a_member_that_stands_in_a_line_twice_shows_though_the_sum_was_made_anew(exported: Path) -> None:
    """Others may read the first of the two, which nothing covers."""
    first, second, *rest, _ = exported.read_bytes().splitlines(keepends=True)
    bent = second.replace(b'"actor":', b'"actor":"Mallory","actor":', 1)
    for lines in ([first, bent, *rest], [first.replace(b'"realm":', b'"realm":"live","realm":', 1), second, *rest]):
        tail = json.loads(exported.read_bytes().splitlines()[-1]) | {
            "sha256": hashlib.sha256(b"".join(lines)).hexdigest()
        }
        raw = b"".join(lines) + json.dumps(tail).encode() + b"\n"
        if lines[0] is first:
            assert fault(exported, raw) is not None
        else:
            with raises_code(InvalidRequestCode.NOT_A_LOG_FILE):
                fault(exported, raw)


async def test_an_event_behind_the_longest_line_in_the_same_line_is_none(exported: Path) -> None:
    first, second, *rest, _ = exported.read_bytes().splitlines(keepends=True)
    whole = b"".join([first, second.rstrip(b"\n").ljust(LONGEST_LINE), *rest])
    tail = json.loads(exported.read_bytes().splitlines()[-1]) | {"sha256": hashlib.sha256(whole).hexdigest()}
    assert fault(exported, whole + json.dumps(tail).encode() + b"\n") is not None


async def test_another_realm_shows_though_the_sum_was_made_anew(exported: Path) -> None:
    out = io.BytesIO()
    with exported.open("rb") as source:
        origin, lines = read_log(source, "x")
        writer = LogWriter(out, LogOrigin("live", origin.made_at), AT.isoformat())
        for line in lines:
            writer.add(line)
    writer.end()
    assert fault(exported, out.getvalue()) == "the file calls itself live, but its first event says exercise"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"{}",
        b"\x00\xff",
        b'{"schema":"dutydesk-log/2"}',
        b"[1]",
        b'{"schema":"dutydesk-log/1"}',
        b"[" * 9999,
    ],
)
def test_a_foreign_file_is_one_sentence(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "foreign"
    file.write_bytes(raw)
    for look in (log_export.prove_file, log_export.verify_file):
        with raises_code(InvalidRequestCode.NOT_A_LOG_FILE):
            look(file)
    with raises_code(InvalidRequestCode.NOT_A_CHECKPOINT):
        log_export.open_checkpoint(file)
    for look in (log_export.prove_file, log_export.verify_file, log_export.open_checkpoint):
        with raises_code(InvalidRequestCode.FILE_NOT_READABLE):
            look(tmp_path / "absent")


_ORIGIN = LogOrigin("exercise", AT.isoformat())
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2**62), _WORDS, _WORDS, _WORDS, _WORDS, st.binary(min_size=32, max_size=32)),
        max_size=5,
    )
)
def test_what_is_written_is_read_again_exactly(rows: list[tuple[int, str, str, str, str, bytes]]) -> None:
    lines = [LogLine(seq, *row, b"\1" * 32) for seq, row in enumerate(rows, start=1)]
    out = io.BytesIO()
    writer = LogWriter(out, _ORIGIN, AT.isoformat())
    for line in lines:
        writer.add(line)
    assert writer.end() == hashlib.sha256(out.getvalue()).hexdigest()
    origin, found = read_log(io.BytesIO(out.getvalue()), "x")
    assert (origin, list(found)) == (_ORIGIN, lines)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.integers(0, 2**20), bit=st.integers(0, 7))
def test_any_single_bit_of_the_file_counts(lines: list[LogLine], place: int, bit: int) -> None:
    out = io.BytesIO()
    writer = LogWriter(out, _ORIGIN, AT.isoformat())
    for line in lines[:30]:
        writer.add(line)
    writer.end()
    raw = bytearray(out.getvalue())
    raw[place % len(raw)] ^= 1 << bit
    try:
        _origin, found = read_log(io.BytesIO(bytes(raw)), "x")
    except InvalidRequest:
        return
    walk = ChainWalk(found)
    for _line in walk.verified_lines():
        pass
    assert walk.report.fault is not None
