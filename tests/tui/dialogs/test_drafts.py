"""Texts that were typed and not sent outlive the dialog, the console and the line."""

from __future__ import annotations

import stat
from pathlib import Path

from consoles import Console, console
from desks import Bench, notice_request
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.frame.drafts import Drafts, drafts_file


def test_a_draft_is_there_again_and_the_officers_alone(tmp_path: Path) -> None:
    file = drafts_file(tmp_path / "drafts", tmp_path / "desk.db", "Ines")
    Drafts(file)["Note on D-000001"] = {"text": "Half a thought"}
    assert dict(Drafts(file)) == {"Note on D-000001": {"text": "Half a thought"}}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Ines" not in file.name
    assert drafts_file(tmp_path / "drafts", tmp_path / "desk.db", "Jonas") != file


def test_what_was_sent_leaves_no_file(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "draft.json")
    drafts["Note"] = {"text": "Sent"}
    del drafts["Note"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_none_of_ours_is_no_draft(tmp_path: Path) -> None:
    for content in (b"", b"{", b"[1]", b'{"a": 1, "b": {"c": 2}}', b"\xff\x00"):
        file = tmp_path / "draft.json"
        file.write_bytes(content)
        assert dict(Drafts(file)) == {}
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text('{"Note": {"text": "of another"}}')
    assert dict(Drafts(file)) == {}


def test_a_disk_that_takes_nothing_costs_only_the_second_life(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("no folder")
    drafts = Drafts(tmp_path / "folder" / "draft.json")
    drafts["Note"] = {"text": "Still typed"}
    assert drafts["Note"] == {"text": "Still typed"}


async def test_the_next_console_says_what_was_not_sent_and_brings_it_back(bench: Bench, tmp_path: Path) -> None:
    await bench.sent(notice_request("BR"))
    file = tmp_path / "drafts" / "ines.json"
    for leaving in (True, False):
        app = DutyDeskApp(bench.desk, bench.actor("Ines"), drafts=Drafts(file))
        async with app.run_test(size=(80, 24)) as pilot:
            desk = Console(app, pilot)
            await desk.shows("EXERCISE")
            if not leaving:
                await desk.shows("Drafts not sent (U lists them): Note on D-000001")
            await desk.press("2", "n")
            await desk.shows("Note on D-000001")
            if leaving:
                await desk.press("tab")
                await desk.type("It rang twice")
                await desk.shows("It rang twice")
            else:
                await desk.shows("It rang twice", "Draft:")
    assert "It rang twice" in file.read_text("utf-8")


async def test_quitting_says_that_drafts_wait(bench: Bench, tmp_path: Path) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("n", "tab")
        await desk.type("x")
        await desk.press("escape", "q")
        await desk.shows("lost when you quit")
    app = DutyDeskApp(bench.desk, bench.actor("Ines"), drafts=Drafts(tmp_path / "d.json"))
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Console(app, pilot)
        await desk.to_review("D-000001")
        await desk.press("n", "tab")
        await desk.type("x")
        await desk.press("escape", "q")
        await desk.shows("kept for your next")
