"""What counts as read at the console, and that no screen stirs because somebody reads."""

from __future__ import annotations

import gc
from dataclasses import fields
from itertools import chain
from time import monotonic

import pytest

from consoles import DEADLINE_SECONDS, Console, console, fill_desk, patient_limits
from desks import Bench, diffusion, notice_request
from dutydesk.desk.base.rows import EventRow
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.store import Store
from dutydesk.tui.frame.change_feed import ChangeFeed

HELD = "D-000003"


async def reads(bench: Bench, item: str = HELD) -> list[str]:
    return [event.actor for event in await bench.desk.queries.history(item) if event.kind == "item.read"]


async def settled(at: Console) -> None:
    await at.app.desk_console.read_recorder.flush()


#: An item that is painted in the review pane counts as read at once.
at_once = pytest.mark.parametrize("limits", [patient_limits(read_seconds=0.01)])
#: Resting on an item never counts as reading it.
never = pytest.mark.parametrize("limits", [patient_limits(read_seconds=3600.0)])


async def test_opening_an_item_is_a_read(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        await at.press("1", "g", "j", "enter")
        await at.shows("1 Text")
        await settled(at)
        assert await reads(bench, "D-000002") == ["Ines"]
        await at.press("escape", "enter")
        await at.shows("1 Text")
        await settled(at)
        assert await reads(bench, "D-000002") == ["Ines"]
        await at.press("4")
        await at.shows("Read by", "Ines, as revision 1")


@at_once
async def test_resting_on_an_item_in_the_review_pane_is_a_read(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        await at.to_review(HELD)
        await at.shows(f"{HELD} v1")
        await read_by(at, bench, HELD)


async def read_by(at: Console, bench: Bench, item: str) -> None:
    deadline = monotonic() + DEADLINE_SECONDS
    while await reads(bench, item) != ["Ines"]:
        assert monotonic() < deadline, f"{item} was never recorded as read\n{at.screen_text()}"
        await at.pilot.pause(0.01)


@never
async def test_passing_over_an_item_is_none(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        await at.to_review(HELD)
        await at.shows(f"{HELD} v1")
        await settled(at)
        assert await reads(bench) == []
        at.main.review_pane._count_as_read()
        await settled(at)
        assert await reads(bench) == ["Ines"], "and once the time is up it is one"


async def test_a_pane_that_is_not_seen_or_is_covered_is_not_read(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        await at.to_review(HELD)
        await at.shows(f"{HELD} v1")
        await at.press("1")
        at.main.review_pane._count_as_read()
        await at.press("2", "question_mark")
        await at.until(lambda: at.app.screen is not at.main, "the help did not come")
        at.main.review_pane._count_as_read()
        await settled(at)
        assert await reads(bench) == []


async def test_a_dialog_that_shows_an_item_is_a_read(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        await at.to_review(HELD)
        await at.press("t")
        await at.until(lambda: at.app.screen is not at.main, "the checklist did not come")
        await settled(at)
        assert await reads(bench) == ["Ines"]


async def test_a_corrected_text_under_the_officers_eyes_is_read_again(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    async with console(bench) as at:
        await at.press("1", "g", "enter")
        await at.shows("1 Text")
        await at.press("4")
        await bench.desk.retention.legal_hold(bench.actor("Oskar"), item, "A court asks.", held=True)
        await at.shows("Oskar put it under legal hold")
        await settled(at)
        assert await reads(bench, "D-000001") == ["Ines"], "what is done with an item is no other text"
        correction = diffusion("BR", None, type="correction", of=message["reference"], text="Other words.")
        await bench.send(correction)
        await at.shows("accepted a correction")
        await settled(at)
        assert await reads(bench, "D-000001") == ["Ines", "Ines"]


async def test_reads_touch_no_screen(bench: Bench) -> None:
    await fill_desk(bench)
    pulse = ChangeFeed(bench.desk)
    await pulse.start()
    await pulse.poll()
    await bench.desk.record_read(bench.actor("Jonas"), (await bench.desk.queries.show(3)).row)
    assert await pulse.poll() is None
    await bench.desk.review.note(bench.actor("Jonas"), 3, "A remark.")
    touched = await pulse.poll()
    assert touched is not None
    assert (touched.events, touched.items) == (1, {3}), "the note alone"


async def test_the_rows_of_a_burst_are_not_kept(bench: Bench) -> None:
    """A console that was stopped finds hundreds of thousands of events at once and must not hold them all."""
    pulse = ChangeFeed(bench.desk)
    await pulse.start()
    await pulse.poll()
    await fill_desk(bench)
    touched = await pulse.poll()
    assert touched is not None
    assert touched.events > 20, "the events of a whole desk"
    held = [gc.get_referents(getattr(touched, each.name)) for each in fields(touched)]
    assert not [each for each in chain(*held) if isinstance(each, EventRow)]


async def test_what_passes_by_the_officers_does_not_touch_their_queue(bench: Bench) -> None:
    """Nearly all that comes in goes out at once: a console under full intake reads its queue for what waits only."""
    pulse = ChangeFeed(bench.desk)
    await pulse.start()
    await pulse.poll()

    async def touched(message: dict[str, object]) -> tuple[bool, bool]:
        await bench.sent(message)
        found = await pulse.poll()
        assert found is not None
        return found.queue, found.reviews

    reviewed = diffusion("DE")
    del reviewed["judicial"]["warrant"]
    assert await touched(diffusion("DE")) == (False, False)
    assert await touched(reviewed) == (False, True)
    assert await touched(notice_request("BR")) == (True, False)


async def test_a_store_that_takes_no_read_says_so_once_and_shows_the_item(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_desk(bench)

    async def full(_store: Store, _work: object, *, officer: bool = True) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "the disk of the store is full")

    async with console(bench) as at:
        with monkeypatch.context() as patched:
            patched.setattr(Store, "write", full)
            await at.press("1", "g", "j", "enter")
            await at.shows("1 Text")
            await settled(at)
            await at.shows("that you read D-000002 is not in the log")
            await at.press("escape", "g", "enter")
            await at.shows("1 Text")
            await settled(at)
            assert "D-000002" in at.main.query_one("StatusLine").text, "not again for every item"  # type: ignore[attr-defined]
        await at.press("escape", "j", "j", "enter")
        await at.shows("1 Text")
        await settled(at)
        assert await reads(bench) == ["Ines"]


async def test_what_was_opened_last_is_recorded_before_the_console_ends(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as at:
        row = (await bench.desk.queries.show(3)).row
        at.app.desk_console.read_recorder.record(row)
        await at.app.desk_console.read_recorder.flush()
        assert await reads(bench) == ["Ines"]
