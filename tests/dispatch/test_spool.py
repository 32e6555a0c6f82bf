"""The spool: its exact lines, its files, and that a fault of one bureau affects no other."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from dispatch_kit import Works, spool_lines

from desks import act_message, diffusion
from dutydesk.desk.delivery.lease import Batch
from dutydesk.dispatch import durable
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


async def test_a_direct_diffusion_is_a_line_with_the_senders_own_object(works: Works) -> None:
    message = diffusion("DE", ("PL", "FR"))
    await works.bench.sent(message)
    await works.dispatch(SpoolTransport(works.outbox))
    assert sorted(path.name for path in works.outbox.iterdir()) == ["DE", "FR", "PL"]
    (line,) = spool_lines(works.outbox, "PL")
    assert line == {
        "delivery": "D-000001/1.1/PL",
        "notice": "diffusion",
        "item": "D-000001",
        "sender": "DE",
        "disseminated_by": "sender",
        "at": "2022-03-10T08:00:00Z",
        "message": message,
    }
    (receipt,) = spool_lines(works.outbox, "DE")
    assert receipt.pop("sha256")
    assert receipt == {
        "delivery": "D-000001/1.1/DE/receipt.1",
        "notice": "receipt",
        "item": "D-000001",
        "sender": "DE",
        "disseminated_by": "general_secretariat",
        "at": "2022-03-10T08:00:00Z",
        "reference": message["reference"],
        "outcome": "accepted",
        "state": "released",
    }


async def test_the_message_stays_byte_for_byte_where_it_was_on_one_line(works: Works) -> None:
    text = json.dumps(diffusion("DE", ("PL",), text="Гуляев, \u2028 غولياييف"), ensure_ascii=False, indent=None)
    works.write("one.json", text.replace(": ", " :  "))
    works.write("two.json", json.dumps(diffusion("DE", ("PL",)), indent=2))
    await works.dispatch(SpoolTransport(works.outbox), Inbox(works.inbox))
    segment = b"".join(path.read_bytes() for path in sorted((works.outbox / "PL").iterdir()))
    assert text.replace(": ", " :  ").encode() in segment
    assert segment.count(b"\n") == 2, "a line is a delivery, however its message was laid out"


async def test_what_was_released_after_a_hold_says_so_and_a_refusal_reaches_its_sender_only(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    released = await works.bench.sent(diffusion("RU", ("PL",)))
    refused = await works.bench.sent(diffusion("RU", ("FR",)))
    await works.bench.release(released)
    await works.bench.refuse(refused)
    await works.dispatch(SpoolTransport(works.outbox))
    (line,) = spool_lines(works.outbox, "PL")
    assert (line["notice"], line["disseminated_by"]) == ("diffusion", "general_secretariat")
    assert not (works.outbox / "FR").exists()
    notices = {(line["notice"], line["item"]) for line in spool_lines(works.outbox, "RU")}
    assert notices == {("receipt", "D-000001"), ("receipt", "D-000002"), ("refused", "D-000002")}


async def test_a_withdrawal_reaches_those_who_hold_a_copy_in_the_senders_name(works: Works) -> None:
    message = diffusion("DE", ("PL",))
    await works.bench.sent(message)
    spool = SpoolTransport(works.outbox)
    await works.dispatch(spool)
    await works.bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    await works.dispatch(spool)
    withdrawal = spool_lines(works.outbox, "PL")[-1]
    assert (withdrawal["notice"], withdrawal["sender"], withdrawal["disseminated_by"], withdrawal["reason"]) == (
        "withdrawal",
        "DE",
        "sender",
        "Found.",
    )


async def test_segments_are_private_numbered_and_one_for_each_batch(works: Works) -> None:
    spool = SpoolTransport(works.outbox)
    for _ in range(2):
        await works.bench.sent(diffusion("DE", ("PL",)))
        await works.dispatch(spool)
    names = sorted(path.name for path in (works.outbox / "PL").iterdir())
    assert names == ["000000000001.jsonl", "000000000002.jsonl"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (works.outbox / "PL").iterdir()}
    assert modes == {0o660}
    assert stat.S_IMODE((works.outbox / "PL").stat().st_mode) == 0o770


def _file_in_the_way(outbox: Path) -> None:
    (outbox / "PL").write_text("", "utf-8")


def _link_in_the_way(outbox: Path) -> None:
    (outbox / "elsewhere").mkdir()
    (outbox / "PL").symlink_to(outbox / "elsewhere")


def _segment_in_the_way(outbox: Path) -> None:
    (outbox / "PL").mkdir()
    (outbox / "PL" / "000000000001.jsonl").write_text("somebody else's\n", "utf-8")


def _link_instead_of_the_draft(outbox: Path) -> None:
    (outbox / "PL").mkdir()
    (outbox / "PL" / ".000000000001.jsonl").mkdir()


@pytest.mark.parametrize("spoil", [_file_in_the_way, _link_in_the_way, _segment_in_the_way, _link_instead_of_the_draft])
async def test_one_bureaus_fault_is_an_error_of_its_own_keys_only(works: Works, spoil) -> None:
    spool = SpoolTransport(works.outbox)
    spoil(works.outbox)
    before = {path: path.read_bytes() for path in works.outbox.glob("*/*.jsonl") if path.is_file()}
    await works.bench.sent(diffusion("DE", ("PL", "FR", "UA")))
    batch = await works.desk.delivery.lease(10)
    handed = await spool.deliver(batch)
    errors = {key: words for key, words in handed.results.items() if words is not None}
    assert list(errors) == ["D-000001/1.1/PL"]
    assert len(handed.results) == 4
    assert [line["delivery"] for line in spool_lines(works.outbox, "FR")] == ["D-000001/1.1/FR"]
    assert not list((works.outbox / "elsewhere").glob("*")) if (works.outbox / "elsewhere").exists() else True
    for path, content in before.items():
        assert path.read_bytes() == content, "nothing is overwritten"


async def test_a_full_disk_is_nobodys_own_fault_and_leaves_nothing_visible(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    spool = SpoolTransport(works.outbox)
    monkeypatch.setattr("dutydesk.dispatch.spool.sync", full)
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    with pytest.raises(TransportDown, match=r"can't be written \(No space left on device\); what is due waits"):
        await spool.deliver(await works.desk.delivery.lease(10))
    assert not [path for path in works.outbox.rglob("*") if path.is_file()]


async def test_without_syncfs_every_file_and_folder_is_synced(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durable, "_syncfs", None)
    monkeypatch.setattr(durable, "_sync_one", synced.append)
    await works.bench.sent(diffusion("DE", ("PL",)))
    await SpoolTransport(works.outbox).deliver(await works.desk.delivery.lease(10))
    folder = works.outbox / "PL"
    assert {folder / ".000000000001.jsonl", folder} <= set(synced)
    assert synced.index(folder / ".000000000001.jsonl") < len(synced) - 1 - synced[::-1].index(folder)


async def test_already_taken_reads_finished_segments_only(works: Works) -> None:
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    spool = SpoolTransport(works.outbox)
    batch: Batch = await works.desk.delivery.lease(10)
    await spool.deliver(batch)
    segment = works.outbox / "FR" / "000000000001.jsonl"
    segment.rename(segment.with_name(".000000000001.jsonl"))
    keys = await works.desk.delivery.leased_keys()
    assert keys == {"D-000001/1.1/PL", "D-000001/1.1/FR", "D-000001/1.1/DE/receipt.1"}
    assert await spool.already_delivered(keys) == keys - {"D-000001/1.1/FR"}


async def test_a_torn_line_proves_nothing(works: Works) -> None:
    folder = works.outbox / "PL"
    folder.mkdir(parents=True)
    (folder / "000000000001.jsonl").write_bytes(b'{"delivery": "D-000009/1.1/PL", "notice"\n{"delivery": "D-0000')
    spool = SpoolTransport(works.outbox)
    keys = frozenset({"D-000009/1.1/PL", "D-000010/1.1/PL"})
    assert await spool.already_delivered(keys) == {"D-000009/1.1/PL"}


async def test_unfinished_segments_are_removed_by_who_takes_over_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "PL"
    folder.mkdir()
    for name in (".000000000001.jsonl", "000000000001.jsonl", ".keep", "note.txt"):
        (folder / name).write_text("x", "utf-8")
    spool = SpoolTransport(tmp_path)
    assert (folder / ".000000000001.jsonl").exists(), "another dispatcher may be writing it"
    await spool.already_delivered(frozenset({"D-000001/1.1/PL"}))
    assert sorted(path.name for path in folder.iterdir()) == [".keep", "000000000001.jsonl", "note.txt"]


def test_an_outbox_that_is_a_file_or_a_link_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("file", "link"):
        with raises_code(StoreCode.OUTBOX_UNUSABLE):
            SpoolTransport(tmp_path / name)


async def test_a_segment_that_is_a_link_or_a_pipe_proves_nothing_and_holds_nobody_up(works: Works) -> None:
    """A bureau that can write to its own folder could lead the dispatcher to any file, or make it wait for ever."""
    spool = SpoolTransport(works.outbox)
    key = "D-000001/1.1/PL"
    (works.outbox / "PL").mkdir()
    elsewhere = works.outbox.with_name("elsewhere")
    elsewhere.write_text(json.dumps({"delivery": key, "notice": "diffusion"}) + "\n")
    (works.outbox / "PL" / "000000000001.jsonl").symlink_to(elsewhere)
    os.mkfifo(works.outbox / "PL" / "000000000002.jsonl")
    assert await spool.already_delivered(frozenset({key})) == frozenset()
