"""What goes wrong under a running console: one sentence on the screen, until it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from consoles import Console, console, fill_desk
from desks import Bench, diffusion
from dutydesk.desk.service.desk import make_store
from dutydesk.store.engine.store import Store
from dutydesk.tui.app import DutyDeskApp
from sqlite_files import changed_file


class Troubled:
    """A dispatcher beside the console."""

    def __init__(self) -> None:
        self.said: tuple[str, ...] = ()

    def state_words(self) -> str:
        return "dispatching, in trouble" if self.said else "dispatching"

    def troubles(self) -> tuple[str, ...]:
        return self.said


@asynccontextmanager
async def with_runner(bench: Bench, runner: Troubled) -> AsyncIterator[Console]:
    app = DutyDeskApp(bench.desk, bench.actor("Ines"), runner)
    async with app.run_test(size=(100, 30)) as pilot:
        made = Console(app, pilot)
        await made.until(lambda: len(app.screen_stack) > 1, "the panes did not come")
        yield made


async def test_what_stands_in_the_dispatcher_s_way_is_the_first_alarm_and_goes_away(bench: Bench) -> None:
    runner = Troubled()
    async with with_runner(bench, runner) as desk:
        await desk.shows("dispatching")
        await desk.shows_no("ALARMS")
        runner.said = ("hand-over: the outbox /srv/outbox can't be written (No space left on device)",)
        await desk.shows("ALARMS", "can't be written (No space left", "in trouble")
        await desk.press("a")
        await desk.shows("trouble", "dispatch", "/srv/outbox")
        await desk.press("escape")
        runner.said = ()
        await desk.shows_no("ALARMS")
        await desk.shows_no("in trouble")


async def test_a_store_that_confirms_nothing_is_told_until_it_does(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(bench) as desk:
        monkeypatch.setattr(Store, "unconfirmed_seconds", 60.0)
        await desk.until(lambda: "confirms no write" in desk.status, "it is not said")
        await desk.press("e")
        await desk.shows("doctor says whether")
        await desk.press("escape")
        monkeypatch.undo()
        await desk.until(lambda: not desk.status, "it is not over")


async def test_what_is_told_of_an_act_outlives_the_end_of_a_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(bench) as desk:
        monkeypatch.setattr(Store, "unconfirmed_seconds", 60.0)
        await desk.until(lambda: "confirms no write" in desk.status, "it is not said")
        desk.app.desk_console.notify("Done")
        monkeypatch.undo()
        await desk.app.desk_console.updates.update()
        assert desk.status == "Done"


async def test_a_store_that_is_taken_away_is_said_and_so_is_its_return(bench: Bench) -> None:
    await fill_desk(bench)
    path = bench.desk.store.path
    away = path.with_name("away.db")
    async with console(bench) as desk:
        path.rename(away)
        await desk.until(lambda: "the store was removed while it was" in desk.status, "it is not said")
        await desk.press("e")
        await desk.shows("put it back")
        await desk.press("escape")
        away.rename(path)
        await desk.until(lambda: "can be read again" in desk.status, "the return is not said")
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: len(desk.feed.rows) == 6, "the feed stands still")


async def test_a_store_that_is_replaced_is_said(bench: Bench) -> None:
    path = bench.desk.store.path
    async with console(bench) as desk:
        other = path.with_name("other.db")
        make_store(other, "exercise")
        kept = path.with_name("kept.db")
        path.rename(kept)
        other.rename(path)
        await desk.until(lambda: "the store was replaced while it was" in desk.status, "it is not said")
        path.unlink()
        kept.rename(path)


async def test_a_newer_release_that_took_the_store_over_is_said(bench: Bench) -> None:
    async with console(bench, size=(200, 40)) as desk:
        with changed_file(bench.desk.store.path) as other:
            version = other.value("PRAGMA user_version")
            other.execute("PRAGMA user_version = 99")
        await desk.until(lambda: "update dutydesk and start it again" in desk.status, "it is not said")
        with changed_file(bench.desk.store.path) as other:
            other.execute(f"PRAGMA user_version = {version}")


async def test_an_item_that_cannot_be_shown_hides_no_other(bench: Bench) -> None:
    await fill_desk(bench)
    with changed_file(bench.desk.store.path) as other:
        other.execute("UPDATE item SET urgency = 'soon', kind = 'crimson' WHERE number = 2")
    async with console(bench, size=(140, 40)) as desk:
        await desk.shows("D-000001", "D-000002", "D-000004", "unreadable, see raw")
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: len(desk.feed.rows) == 6, "the feed stands still")
