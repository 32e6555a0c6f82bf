"""The inbox: which files are taken, whose they are, what is left behind, and that nothing is taken twice."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.acts import IntakeService
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.inbox_files import ReceiptFiles, scan
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import InboxLimits
from dutydesk.wire.decode.stream import RawMessage
from refusals import raises_code


async def test_a_json_file_is_one_message_and_any_other_a_message_on_each_line(works: Works) -> None:
    works.write("one.json", json.dumps(diffusion("DE"), indent=2))
    works.write("many.jsonl", diffusion("FR"), "", diffusion("PL"), "{not json")
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 4
    assert [(r["line"], r["outcome"]) for r in works.receipts("one.json")] == [(1, "accepted")]
    receipts = works.receipts("many.jsonl")
    assert [(r["line"], r["outcome"]) for r in receipts] == [(1, "accepted"), (3, "accepted"), (4, "quarantined")]
    assert {"line", "reference", "outcome", "item", "state", "cause", "problems"} <= set(receipts[0])
    assert sorted(path.name for path in works.inbox.iterdir()) == ["done"]
    assert sorted(path.name for path in (works.inbox / "done").iterdir()) == [
        "many.jsonl",
        "many.jsonl.receipts.jsonl",
        "one.json",
        "one.json.receipts.jsonl",
    ]
    assert await inbox.is_empty()


async def test_a_bureaus_folder_binds_its_files_to_that_sender(works: Works) -> None:
    works.write("FR/own.json", diffusion("FR"))
    works.write("FR/forged.json", diffusion("DE"))
    await Inbox(works.inbox).receive_all(works.desk)
    assert works.receipts("FR/own.json")[0]["outcome"] == "accepted"
    (forged,) = works.receipts("FR/forged.json")
    assert forged["outcome"] == "rejected"
    assert forged["problems"][0]["path"] == "sender"
    assert "ALARM" in forged["problems"][0]["problem"]


@pytest.mark.parametrize(
    ("folder", "sender", "outcome"),
    [
        ("US", "US", "accepted"),
        ("PR", "PR", "accepted"),
        ("US", "PR", "rejected"),
        ("PR", "US", "rejected"),
        ("914", "914", "accepted"),
        ("914", "FR", "rejected"),
        ("FR", "XX", "rejected"),
    ],
)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
async def test_a_folder_binds_to_one_bureau_and_neither_to_its_parent_nor_to_its_sub_bureau(
    works: Works, folder: str, sender: str, outcome: str, name: str
) -> None:
    works.write(f"{folder}/{name}", diffusion(sender, ("PL",)))
    await Inbox(works.inbox).receive_all(works.desk)
    (receipt,) = works.receipts(f"{folder}/{name}")
    assert receipt["outcome"] == outcome
    alarms = [row.words for row in await works.desk.queries.alarms() if "came by the channel" in row.words]
    assert len(alarms) == (outcome == "rejected"), "the alarm is in front of the officers, not in the receipt alone"
    if outcome == "rejected":
        assert receipt["problems"][0]["problem"] == (
            f"says {sender}, but came by the channel of {folder}; SECURITY ALARM"
        )
        assert receipt["item"] is None
        assert (await works.desk.queries.figures()).states == {}, "nothing of it is kept but its event"


async def test_a_bureaus_folder_that_is_a_link_is_not_followed(works: Works, tmp_path: Path) -> None:
    """A link in the inbox could present another bureau's files as a bureau's own."""
    others = tmp_path / "others"
    others.mkdir()
    (others / "x.json").write_text(json.dumps(diffusion("FR")), "utf-8")
    works.inbox.mkdir()
    (works.inbox / "FR").symlink_to(others)
    works.write("DE/inside.json", diffusion("DE"))
    (works.inbox / "DE" / "linked.json").symlink_to(others / "x.json")
    (works.inbox / "DE" / "FR").symlink_to(others)
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 1
    assert (others / "x.json").exists()
    told = [problem for problem in inbox.problems if "is a symbolic link, which is never followed" in problem]
    assert sorted(problem.partition(":")[0].rpartition("inbox/")[2] for problem in told) == [
        "DE/FR",
        "DE/linked.json",
        "FR",
    ]


async def test_a_file_that_became_a_link_after_it_was_seen_is_not_followed(
    works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dutydesk.dispatch import inbox as room

    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(diffusion("DE")), "utf-8")
    path = works.write("x.json", diffusion("DE"))

    def seen(folder: Path):
        found = scan(folder)
        if not path.is_symlink():
            path.unlink()
            path.symlink_to(secret)
        return found

    monkeypatch.setattr(room, "scan", seen)
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 0
    assert secret.exists()


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize("written", [False, True])
async def test_a_file_that_became_a_pipe_after_it_was_seen_is_left_and_holds_nobody_up(
    works: Works, monkeypatch: pytest.MonkeyPatch, name: str, written: bool
) -> None:
    """Without a writer a pipe is empty and would pass for an empty message; with one, reading it would wait."""
    from dutydesk.dispatch import inbox as room

    path = works.write(name, diffusion("DE"))
    works.write("z.json", diffusion("FR", ("PL",)))
    ends: list[int] = []

    def seen(folder: Path):
        found = scan(folder)
        if not path.is_fifo():
            path.unlink()
            os.mkfifo(path)
            if written:
                ends.append(os.open(path, os.O_RDWR))
        return found

    monkeypatch.setattr(room, "scan", seen)
    inbox = Inbox(works.inbox)
    try:
        assert await inbox.receive_all(works.desk) == 1
        assert [row.sender for row in await works.desk.queries.feed()] == ["FR"]
        await inbox.is_empty()
        assert any(str(path) in problem for problem in inbox.problems)
    finally:
        for end in ends:
            os.close(end)


async def test_dot_files_wait_until_they_have_a_name(works: Works) -> None:
    path = works.write("x.json", diffusion("DE"))
    hidden = path.rename(path.with_name(".x.json"))
    inbox = Inbox(works.inbox)
    assert await inbox.is_empty()
    assert await inbox.receive_all(works.desk) == 0
    hidden.rename(path)
    assert await inbox.receive_all(works.desk) == 1


async def test_a_name_that_is_taken_gets_a_number_and_nothing_is_overwritten(works: Works) -> None:
    inbox = Inbox(works.inbox)
    for _ in range(3):
        works.write("x.json", diffusion("DE"))
        await inbox.receive_all(works.desk)
    done = works.inbox / "done"
    assert sorted(path.name for path in done.glob("*.json")) == ["x.1.json", "x.2.json", "x.json"]
    items = [works.receipts(name)[0]["item"] for name in ("x.json", "x.1.json", "x.2.json")]
    assert items == ["D-000001", "D-000002", "D-000003"]


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
async def test_a_crash_between_receipts_and_move_repeats_every_message(
    works: Works, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    works.write(name, diffusion("DE"))

    class CrashError(BaseException):
        pass

    def crash(_self: Path, _target: Path) -> Path:
        raise CrashError

    def complete(self: ReceiptFiles) -> None:
        monkeypatch.undo()
        with monkeypatch.context() as patched:
            renamed = Path.rename

            def rename(path: Path, target: Path) -> Path:
                return renamed(path, target) if path.name.startswith(".") else crash(path, target)

            patched.setattr(Path, "rename", rename)
            ReceiptFiles.complete(self)

    monkeypatch.setattr(ReceiptFiles, "complete", complete)
    with pytest.raises(CrashError):
        await Inbox(works.inbox).receive_all(works.desk)
    assert (works.inbox / name).exists()
    assert works.receipts(name)[0]["outcome"] == "accepted"
    assert await Inbox(works.inbox).receive_all(works.desk) == 1
    again = name.replace("x.", "x.1.")
    assert works.receipts(again)[0]["outcome"] == "repeat"
    assert works.receipts(again)[0]["item"] == works.receipts(name)[0]["item"]
    assert (await works.desk.queries.figures()).states == {"released": 1}
    assert not (works.inbox / name).exists()


async def test_links_and_strange_things_are_named_and_never_followed(works: Works, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(diffusion("DE")), "utf-8")
    works.inbox.mkdir()
    (works.inbox / "link.json").symlink_to(secret)
    (works.inbox / "FR").symlink_to(tmp_path)
    (works.inbox / "notes").mkdir()
    os.mkfifo(works.inbox / "pipe")
    works.write("good.json", diffusion("DE"))
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 1
    assert await inbox.is_empty()
    told = " ".join(inbox.problems)
    assert all(name in told for name in ("link.json", "FR", "notes", "pipe"))
    assert secret.exists()
    assert (works.inbox / "link.json").is_symlink()


async def test_a_file_that_cant_be_read_is_named_and_the_others_go_on(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dutydesk.dispatch import inbox as room

    opened = room.open_file

    def denied(file):
        if file.path.name.startswith("bad"):
            raise PermissionError(13, "Permission denied", str(file.path))
        return opened(file)

    monkeypatch.setattr(room, "open_file", denied)
    for name in ("bad.json", "bad.txt", "good.json", "good.txt"):
        works.write(name, diffusion("DE"))
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 2
    assert await inbox.is_empty()
    assert sorted(path.name for path in works.inbox.glob("bad*")) == ["bad.json", "bad.txt"]
    assert all("Permission denied" in problem for problem in inbox.problems)
    monkeypatch.setattr(room, "open_file", opened)
    works.write("bad.json", diffusion("DE"))
    assert await inbox.receive_all(works.desk) == 1, "a file that was changed is tried again"


async def test_a_store_that_cant_be_written_leaves_the_file_where_it_is(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [diffusion("DE") for _ in range(5)]
    works.write("five.jsonl", *messages)
    receive, count = IntakeService.receive, 0

    async def failing(self: IntakeService, raw: RawMessage, bound_to: str | None = None) -> Receipt:
        nonlocal count
        count += 1
        if count == 3:
            raise StoreUnusable(StoreCode.DISK_FULL, "disk full")
        return await receive(self, raw, bound_to)

    monkeypatch.setattr(IntakeService, "receive", failing)
    inbox = Inbox(works.inbox)
    with raises_code(StoreCode.DISK_FULL):
        await inbox.receive_all(works.desk)
    assert (works.inbox / "five.jsonl").exists()
    assert not list((works.inbox / "done").iterdir())
    assert await inbox.receive_all(works.desk) == 5
    outcomes = [receipt["outcome"] for receipt in works.receipts("five.jsonl")]
    assert outcomes == ["repeat", "repeat", "accepted", "repeat", "repeat"]


async def test_receipts_stand_in_the_order_of_the_lines_and_intake_is_bounded(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive, inside, most = IntakeService.receive, 0, 0

    async def counting(self: IntakeService, raw: RawMessage, bound_to: str | None = None) -> Receipt:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            return await receive(self, raw, bound_to)
        finally:
            inside -= 1

    monkeypatch.setattr(IntakeService, "receive", counting)
    works.write("many.jsonl", *(diffusion("DE", ("PL",)) for _ in range(300)))
    assert await Inbox(works.inbox, InboxLimits(in_flight=100)).receive_all(works.desk) == 300
    receipts = works.receipts("many.jsonl")
    assert [receipt["line"] for receipt in receipts] == list(range(1, 301))
    assert [receipt["item"] for receipt in receipts] == [f"D-{n:06d}" for n in range(1, 301)]
    assert 50 <= most <= 100


async def test_a_stop_in_the_middle_of_a_file_leaves_it_for_the_next_time(works: Works) -> None:
    works.write("many.jsonl", *(diffusion("DE", ("PL",)) for _ in range(300)))
    answers = iter([False, False, False, True, True, True])
    taken = await Inbox(works.inbox).receive_all(works.desk, lambda: next(answers))
    assert 0 < taken < 300
    assert (await works.desk.queries.figures()).outcomes == {"accepted": taken}, "what was in flight was finished"
    assert (works.inbox / "many.jsonl").exists()
    assert await Inbox(works.inbox).receive_all(works.desk) == 300
    outcomes = [receipt["outcome"] for receipt in works.receipts("many.jsonl")]
    assert outcomes == ["repeat"] * taken + ["accepted"] * (300 - taken)


def test_sixty_thousand_files_are_listed_in_order(tmp_path: Path) -> None:
    for number in range(60_000):
        (tmp_path / f"{number:05d}.json").touch()
    files = scan(tmp_path).files
    assert len(files) == 60_000
    assert [file.path.name for file in files[:2]] == ["00000.json", "00001.json"]
    assert files[-1].path.name == "59999.json"


async def test_many_small_files_are_taken_and_a_new_one_rings(works: Works) -> None:
    for number in range(200):
        works.write(f"{number}.json", diffusion("DE", ("PL",)))
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 200
    assert len(list((works.inbox / "done").glob("*.receipts.jsonl"))) == 200
    rung = asyncio.Event()
    watching = asyncio.create_task(inbox.watch(rung.set))

    async def bell_after_a_file() -> bool:
        works.write("again.json", diffusion("DE"))
        return rung.is_set()

    try:
        await until(bell_after_a_file, "the bell rings")
    finally:
        watching.cancel()


@pytest.mark.parametrize("room", [Inbox, SpoolTransport])
@pytest.mark.parametrize("there", [True, False])
def test_an_inbox_or_outbox_that_is_a_link_is_refused_in_one_sentence(
    tmp_path: Path, room: type[Inbox | SpoolTransport], there: bool
) -> None:
    if there:
        (tmp_path / "elsewhere").mkdir()
    (tmp_path / "box").symlink_to("elsewhere")
    with pytest.raises(StoreUnusable, match=r"box/? is a symbolic link, which is never followed; name a folder$"):
        room(tmp_path / "box")
    assert (tmp_path / "elsewhere").exists() == there, "nothing is made through it"


def test_an_inbox_that_is_no_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with raises_code(StoreCode.INBOX_UNUSABLE):
        Inbox(tmp_path / "file")


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
async def test_of_a_file_that_grows_while_it_is_read_nothing_is_lost(
    works: Works, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The contract demands a dot-name until the file is complete; a sender who ignores that still loses nothing."""
    path = works.write(name, diffusion("DE"))
    second = json.dumps(diffusion("FR"))
    receive = IntakeService.receive

    async def growing(self: IntakeService, raw: RawMessage, bound_to: str | None = None) -> Receipt:
        monkeypatch.undo()
        with path.open("a") as file:
            file.write("\n" + second)
        return await receive(self, raw, bound_to)

    monkeypatch.setattr(IntakeService, "receive", growing)
    inbox = Inbox(works.inbox)
    await inbox.receive_all(works.desk)
    assert path.exists(), "it stays until what was read is all of it"
    assert not list(works.inbox.glob("done/*"))
    (left,) = inbox._left.values()
    assert left.words.endswith("write it under a dot-name, then rename it")
    path.touch()
    while path.exists():
        await inbox.receive_all(works.desk)
    outcomes = [line["outcome"] for line in works.receipts(name)]
    assert outcomes == (["repeat", "accepted"] if name == "x.jsonl" else ["quarantined"])


async def test_a_flood_of_files_is_looked_at_once_and_read_a_few_at_a_time(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of scans does not depend on the number of files, so that no cost grows with its square."""
    from dutydesk.dispatch import inbox as room

    looks, at_once, most = 0, 0, 0
    scanned, read, receive = room.scan, room._read_small, IntakeService.receive

    def counting(directory: Path):
        nonlocal looks
        looks += 1
        return scanned(directory)

    def reading(file):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        return read(file)

    async def received(self: IntakeService, raw: RawMessage, bound_to: str | None = None) -> Receipt:
        nonlocal at_once
        at_once -= 1
        return await receive(self, raw, bound_to)

    monkeypatch.setattr(room, "scan", counting)
    monkeypatch.setattr(room, "_read_small", reading)
    monkeypatch.setattr(IntakeService, "receive", received)
    for number in range(600):
        works.write(f"{number}.json", diffusion("DE", ("PL",)))
    inbox = Inbox(works.inbox)
    assert await inbox.receive_all(works.desk) == 600
    assert looks == 1
    assert most <= InboxLimits().files_per_read
    assert await inbox.is_empty()
