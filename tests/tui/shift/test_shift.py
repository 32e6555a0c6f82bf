"""A shift at the console: the handover in two hands, what changed while one was away, and the curtain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.widgets import Input, TextArea

from consoles import Console, console, fill_desk
from desks import Bench, diffusion
from dutydesk.desk.shift import handover, presence
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.quit_dialog import QuitDialog
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.shift.handover import HandoverForm
from dutydesk.tui.shift.pages import AwaySummary, Curtain

SIZES = [(80, 24), (100, 30), (150, 45)]


async def comes(bench: Bench, name: str) -> presence.AbsenceSummary | None:
    """What a console does: looks what changed, and writes down that somebody is there."""
    found = await presence.changes_while_away(bench.desk, bench.actor(name))
    await presence.record_arrival(bench.desk, bench.actor(name))
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_is_edited_and_signed(bench: Bench, size: tuple[int, int]) -> None:
    await fill_desk(bench)
    async with console(bench, "Jonas", size) as desk:
        await desk.press("H")
        await desk.shows("Hand over the shift", "HANDOVER NOTE (EXERCISE)", "Sign (F2)")
        await desk.type("Watch UA. ")
        await desk.press("f2")
        await desk.shows("S-0001 is signed by Jonas")
    last = await handover.last_handover(bench.desk)
    assert last.text.startswith("Watch UA. HANDOVER NOTE (EXERCISE)")
    assert "Open questions to bureaus: none" in last.text
    assert last.sound


async def test_the_logs_own_note_is_no_draft_and_an_edited_one_is(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, "Jonas") as desk:
        await desk.press("H")
        await desk.shows("HANDOVER NOTE")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "it did not close")
        assert not desk.app.desk_console.drafts
        await desk.press("H")
        await desk.shows("HANDOVER NOTE")
        await desk.type("Watch UA. ")
        await desk.press("escape")
        await desk.shows("The text is kept as a draft")
        await desk.press("H")
        await desk.shows("Watch UA. HANDOVER NOTE", "Draft:")


@pytest.mark.parametrize("size", SIZES)
async def test_the_other_officer_reads_and_accepts_it(bench: Bench, size: tuple[int, int]) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.\n  D-000001 waits.")
    async with console(bench, "Ines", size) as desk:
        await desk.press("A")
        await desk.shows("S-0001, signed by Jonas", "waiting for another officer", "All quiet.", "F2 accepts it")
        await desk.press("f2")
        await desk.shows("S-0001 of Jonas is accepted by Ines")
        await desk.press("A")
        await desk.shows("It was accepted by Ines")
        await desk.shows_no("F2 accepts it")


async def test_nobody_accepts_the_own_note_nor_one_that_was_replaced(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    async with console(bench, "Jonas") as desk:
        await desk.press("A")
        await desk.shows("It is yours")
        await desk.press("f2")
        await desk.shows("Not done: Jonas wrote S-0001; another officer accepts it")
    async with console(bench, "Ines") as desk:
        await desk.press("A")
        await desk.shows("All quiet.")
        await handover.write_handover(bench.desk, bench.actor("Jonas"), "Not quiet at all.")
        await desk.press("f2")
        await desk.shows("Somebody was faster: Jonas has written S-0002 in place of S-0001")
    assert (await handover.last_handover(bench.desk)).accepted_by is None


async def test_where_none_was_signed_that_is_said(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("A")
        await desk.shows("No handover has been signed yet")


async def test_hostile_text_of_a_note_is_shown_safely(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "\x1b[2J[bold]gone[/bad] \u202egnp.exe")
    async with console(bench) as desk:
        await desk.press("A")
        await desk.shows("[bold]gone[/bad]")
        assert "\x1b" not in desk.screen_text()
        assert "\u202e" not in desk.screen_text()


# Who comes back


@asynccontextmanager
async def coming_back(bench: Bench, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Console]:
    changed = await comes(bench, "Jonas")
    assert changed is not None
    app = DutyDeskApp(bench.desk, bench.actor("Jonas"), changed=changed)
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)


async def a_day_away(bench: Bench) -> None:
    await presence.record_departure(bench.desk, bench.actor("Jonas"))
    bench.clock.move(hours=16)
    await fill_desk(bench)
    await handover.write_handover(bench.desk, bench.actor("Oskar"), "Quiet.")


@pytest.mark.parametrize("size", SIZES)
async def test_what_changed_is_told_on_one_page(bench: Bench, size: tuple[int, int]) -> None:
    await a_day_away(bench)
    async with coming_back(bench, size) as desk:
        await desk.shows("SINCE YOU WERE LAST HERE", "16 h 13 ago", "5 taken in", "S-0001 of Oskar", "RU held")
        await desk.shows("any key goes on", "FLASH items that nobody has claimed: 1", "1 of 1 active")


async def test_the_first_key_is_passed_on(bench: Bench) -> None:
    await a_day_away(bench)
    async with coming_back(bench) as desk:
        await desk.until(lambda: isinstance(desk.app.screen, AwaySummary), "no page")
        await desk.press("number_sign", "2", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "the first key was lost")
        await desk.shows("D-000002")


async def test_q_leaves_the_page_and_not_the_console(bench: Bench) -> None:
    await a_day_away(bench)
    async with coming_back(bench) as desk:
        await desk.until(lambda: isinstance(desk.app.screen, AwaySummary), "no page")
        await desk.press("q", "2", "j")
        await desk.until(lambda: desk.main.current == "review", "the second key did not act on the panes")
        assert isinstance(desk.app.screen, MainScreen)
        assert desk.app.is_running


# The curtain


class Idle:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def watched(
    bench: Bench, minutes: float = 10, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Console, Idle]]:
    settings = replace(bench.desk.context.settings, lock_after=timedelta(minutes=minutes))
    object.__setattr__(bench.desk.context, "settings", settings)
    idle = Idle()
    app = DutyDeskApp(bench.desk, bench.actor("Ines"), drafts=Drafts())
    app.desk_console.idle_lock.clock = idle  # type: ignore[method-assign,assignment]
    async with app.run_test(size=size) as pilot:
        desk = Console(app, pilot)
        await desk.until(lambda: len(app.screen_stack) > 1, "the panes did not come")
        yield desk, idle


async def locks(desk: Console, idle: Idle) -> Curtain:
    idle.seconds += 600
    await desk.until(lambda: isinstance(desk.app.screen, Curtain), "it did not lock")
    assert isinstance(desk.app.screen, Curtain)
    await desk.shows("LOCKED")
    return desk.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_curtain_shows_realm_and_alarms_and_no_name(bench: Bench, size: tuple[int, int]) -> None:
    await fill_desk(bench)
    async with watched(bench, size=size) as (desk, idle):
        await desk.shows("D-000001")
        await locks(desk, idle)
        await desk.shows("EXERCISE", "1 alarm", "Press any key.")
        text = desk.screen_text()
        assert "Ines" not in text
        assert "D-00000" not in text
        await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
        await desk.shows("2 alarms")


async def test_off_by_default_and_a_key_puts_it_off(bench: Bench) -> None:
    async with watched(bench, minutes=0) as (desk, idle):
        idle.seconds += 10**6
        await desk.press("2", "3")
        await desk.app.desk_console.idle_lock.lock_if_idle()
        assert not desk.app.desk_console.idle_lock.is_locked
    async with watched(bench) as (desk, idle):
        idle.seconds += 599
        await desk.press("2")
        idle.seconds += 599
        await desk.app.desk_console.idle_lock.lock_if_idle()
        assert not desk.app.desk_console.idle_lock.is_locked
        await locks(desk, idle)


async def test_the_own_name_opens_it_and_another_does_not(bench: Bench) -> None:
    await fill_desk(bench)
    async with watched(bench) as (desk, idle):
        await locks(desk, idle)
        await desk.press("z")
        await desk.shows("Type your name")
        assert desk.app.screen.query_one(Input).value == "", "the first key is no letter of the name"
        await desk.type("Oskar")
        await desk.press("enter")
        await desk.shows("not opened under that name")
        assert desk.app.desk_console.idle_lock.is_locked
        await desk.press("escape")
        await desk.shows("Press any key.")
        await desk.press("space")
        await desk.type(" ines")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "it did not open")
        await desk.press("2")
        await desk.until(lambda: desk.main.current == "review", "the console does not act")
        assert not desk.app.desk_console.idle_lock.is_locked


async def test_no_key_acts_behind_it_and_nobody_quits(bench: Bench) -> None:
    await fill_desk(bench)
    async with watched(bench) as (desk, idle):
        await desk.to_review("D-000002")
        await locks(desk, idle)
        await desk.press("escape", "c", "escape", "colon", "escape", "ctrl+q", "escape")
        assert desk.app.is_running
        assert isinstance(desk.app.screen, Curtain)
        assert not any(isinstance(screen, QuitDialog) for screen in desk.app.screen_stack)
        assert (await bench.desk.queries.show(2)).row.claimed_by is None


async def test_a_dialog_and_its_text_survive_it(bench: Bench) -> None:
    async with watched(bench) as (desk, idle):
        await desk.press("H")
        await desk.shows("HANDOVER NOTE")
        await desk.type("Half a thought")
        await locks(desk, idle)
        assert desk.app.desk_console.drafts
        await desk.press("x")
        await desk.type("INES")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, HandoverForm), "the dialog is gone")
        assert desk.app.screen.query_one(TextArea).text.startswith("Half a thought")
        await desk.type(" more")
        await desk.shows("Half a thought more")


async def test_a_terminal_made_small_and_large_again_stays_locked(bench: Bench) -> None:
    async with watched(bench) as (desk, idle):
        await locks(desk, idle)
        await desk.pilot.resize_terminal(40, 10)
        await desk.shows("needs 80x24")
        await desk.press("q")
        await desk.pilot.resize_terminal(80, 24)
        await desk.shows("LOCKED")
        assert desk.app.is_running


async def test_what_comes_in_behind_it_is_there_afterwards_and_was_not_read(bench: Bench) -> None:
    async with watched(bench) as (desk, idle):
        await desk.press("2")
        await locks(desk, idle)
        await bench.order("RU", Level.HELD)
        item = await bench.sent(diffusion("RU"))
        await desk.app.desk_console.update_screens()
        await desk.press("x")
        await desk.type("Ines")
        await desk.press("enter")
        await desk.shows("D-000001")
        assert (await bench.desk.queries.show(item)).reads == ()
