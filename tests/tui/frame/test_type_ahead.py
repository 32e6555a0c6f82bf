"""Keys that come in one burst: what is typed behind a key that opens something is text there, and no act."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import TextArea

from consoles import console, fill_desk, make_bench, patient_limits
from desks import Bench, notice_request
from dutydesk.desk.base.rows import EventRow
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.events.log import EventKind
from other_process import OtherProcess, dated_now
from ptys import Terminal
from warm_console import warm_terminal

HELD = "D-000001"
F2 = "\x1bOQ"


def pasted(text: str) -> str:
    """As a terminal sends what is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


def log_of(store: Path) -> list[EventRow]:
    """What was done; that the officer reads what the cursor rests on is no act."""

    async def read() -> list[EventRow]:
        desk = await open_desk(store)
        try:
            events = await desk.queries.events_after(0, 500)
            return [event for event in events if event.kind != EventKind.ITEM_READ]
        finally:
            await desk.close()

    return asyncio.run(read())


@pytest.fixture
def beside(tmp_path: Path) -> OtherProcess:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    made = OtherProcess(store)

    async def fill(bench: Bench) -> None:
        for sender in ("BR", "FR"):
            await bench.sent(dated_now(notice_request(sender)))

    made(fill, founder=os_user())
    return made


@pytest.fixture
def screen(beside: OtherProcess) -> Iterator[Terminal]:
    """The review pane, with the cursor on an item; whatever a letter does there, it would do to that item."""
    with warm_terminal(beside.store, (100, 30)) as made:
        made.shows(HELD, "dispatching")
        made.press("2g")
        made.shows("Findings", "free")
        made.quiet()
        yield made


@pytest.mark.parametrize(
    ("burst", "shown"),
    [
        ("/state:held czun\r", "state:held czun"),
        ("/zcun", "zcun"),
        ("3/cmo", "cmo"),
        ("/" + pasted("state:held\ncz"), "state:held cz"),
        (":cun d", "cun d"),
        ("ncz is a note", "cz is a note"),
        ("n" + pasted("first cz\nsecond"), "second"),
        ("dzc is a reason", "zc is a reason"),
        ("n\tq is no quitting", "q is no quitting"),
    ],
)
def test_a_burst_is_text_where_it_opens_something(
    screen: Terminal, beside: OtherProcess, burst: str, shown: str
) -> None:
    before = log_of(beside.store)
    screen.press(burst)
    screen.shows(shown)
    screen.quiet()
    acts = [event.kind for event in log_of(beside.store)[len(before) :]]
    assert acts == (["item.claimed"] if burst.startswith("d") else []), "another letter has acted"


def test_a_filter_in_one_burst_is_in_force_and_left(screen: Terminal) -> None:
    screen.press("1/from:FR\r")
    screen.shows("1 of 2")
    screen.press("G/\x1b")
    screen.until(lambda: "1 of 2" not in screen.text, "it is not cleared")


def test_a_note_in_one_burst_is_written_whole(screen: Terminal, beside: OtherProcess) -> None:
    text = "Called at 12, cz says no"
    screen.press(f"n{text}{F2}")
    screen.until(lambda: any("noted" in event.kind for event in log_of(beside.store)), "no note in the log")

    async def read(bench: Bench) -> None:
        notes = [note.text for number in (1, 2) for note in (await bench.desk.queries.show(number)).notes]
        assert notes == [text]

    beside(read)


def test_an_action_of_the_palette_gets_what_is_typed_behind_it(screen: Terminal, beside: OtherProcess) -> None:
    before = log_of(beside.store)
    screen.press(":add note\rcz is a note")
    screen.shows("cz is a note", f"Note on {HELD}")
    screen.quiet()
    assert log_of(beside.store) == before


def test_a_key_behind_enter_acts_on_what_enter_opened(screen: Terminal) -> None:
    screen.press("\r4")
    screen.shows("4 History", "The desk routed it")


def test_what_is_pasted_on_a_list_does_nothing(screen: Terminal, beside: OtherProcess) -> None:
    before = log_of(beside.store)
    screen.press(pasted("c\nn z\n"))
    screen.quiet()
    screen.press("/state:")
    screen.shows("state:")
    assert log_of(beside.store) == before


@pytest.mark.parametrize("keys", [("c",), ("n",), ("d",), ("q",), ("l", "s", "enter")])
async def test_what_is_typed_after_ctrl_z_is_for_a_shell(tmp_path: Path, keys: tuple[str, ...]) -> None:
    """The console does not suspend; whoever thinks that it did types commands."""
    bench = await make_bench(tmp_path / "desk.db", patient_limits(shell_pause_seconds=3600.0))
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("ctrl+z")
        await desk.until(lambda: "does not suspend" in desk.status, "it is not said")
        events, screens = await bench.desk.queries.head_seq(), len(desk.app.screen_stack)
        await desk.press(*keys)
        await desk.app._post_message(Paste("q"))
        await desk.pilot.pause()
        assert len(desk.app.screen_stack) == screens
        assert desk.queue.cursor == "D-000003"
        assert [event.kind for event in await bench.desk.queries.events_after(events, 9)] in ([], [EventKind.ITEM_READ])
    await bench.desk.close()


async def test_keys_act_again_once_the_time_is_over(tmp_path: Path) -> None:
    bench = await make_bench(tmp_path / "desk.db", patient_limits(shell_pause_seconds=0.0))
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("ctrl+z", "c")
        await desk.shows("Ines has D-000003")
    await bench.desk.close()


async def test_in_a_text_ctrl_z_takes_back_what_was_typed(tmp_path: Path) -> None:
    bench = await make_bench(tmp_path / "desk.db")
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("n")
        await desk.type("once")
        await desk.until(lambda: isinstance(desk.app.focused, TextArea), "no text has the focus")
        text = desk.app.focused
        assert isinstance(text, TextArea)
        await desk.until(lambda: text.text == "once", "it is not typed")
        await desk.press("ctrl+z")
        await desk.until(lambda: text.text == "", "it is not taken back")
        await desk.type("again")
        await desk.until(lambda: text.text == "again", "what is typed then is lost")
    await bench.desk.close()
