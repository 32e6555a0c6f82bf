"""What a fast hand needs: few keys to a release, an undo that runs out, jumps, marks, copies, saved filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import TextArea

from consoles import Console, console, fill_desk
from desks import Bench, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.feed.bulk_form import BulkActionForm, BulkOutcomeList
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.saved_filters import SavedFilterList
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.jump import JumpDialog, parse_item_name
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.widgets.choice import Choice

REASON = "Read."


def delayed(bench: Bench, seconds: int) -> None:
    settings = replace(bench.desk.context.settings, dispatch_delay=timedelta(seconds=seconds))
    object.__setattr__(bench.desk.context, "settings", settings)


async def test_four_keys_from_the_top_of_the_queue_to_a_release(bench: Bench) -> None:
    """Beside the four come the ticks and the letters of the reason, and nothing else."""
    item = await bench.sent(notice_request("BR"))
    points = len((await bench.desk.queries.show(item)).checklist)
    async with console(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: bool(desk.queue.rows), "no queue")
        keys = ["c", "t", *["space"] * points, "d", *REASON, "f2"]
        await desk.press(*keys)
        await desk.until(lambda: "is released" in desk.status, "it was not released")
        assert await bench.state(item) == "released"
        assert len(keys) - points - len(REASON) == 4
        assert [review.reason for review in (await bench.desk.queries.show(item)).reviews] == [REASON]


async def test_the_checklist_stays_while_a_point_is_open_and_where_it_was_full(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    points = len((await bench.desk.queries.show(item)).checklist)
    async with console(bench) as desk:
        await desk.press("2", "c", "t", *["space"] * (points - 1))
        await desk.until(lambda: isinstance(desk.app.screen, ChecklistDialog), "no checklist")
        await desk.shows("Ines")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, ChecklistDialog)
        await desk.press("space")
        await desk.shows("All points are ticked.")
        await desk.press("escape", "t")
        await desk.until(lambda: isinstance(desk.app.screen, ChecklistDialog), "a full checklist can't be read")


async def _released(desk: Console, bench: Bench, item: int) -> None:
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    await desk.press("2", "d", *REASON, "f2")
    await desk.until(lambda: "released" in desk.status, "it was not released")


async def test_the_undo_runs_out_in_the_status_line(bench: Bench) -> None:
    delayed(bench, 20)
    item = await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await _released(desk, bench, item)
        await desk.shows("z undoes D-000001:  20 s")
        bench.clock.move(seconds=15)
        await desk.shows("z undoes D-000001:   5 s")
        await desk.press("z", "f2")
        await desk.until(lambda: "undone" in desk.status, "z did not undo")
        assert await bench.state(item) == "held"
        assert "undoes" not in desk.screen_text()


async def test_the_countdown_ends_with_the_delay_and_with_a_colleagues_undo(bench: Bench) -> None:
    delayed(bench, 20)
    first = await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await _released(desk, bench, first)
        bench.clock.move(seconds=21)
        await desk.shows_no("undoes")
        second = await bench.sent(notice_request("GR"))
        await desk.shows("D-000002")
        await _released(desk, bench, second)
        await desk.shows("z undoes D-000002")
        await bench.desk.review.undo(bench.actor("Oskar"), second)
        await desk.shows_no("undoes")


async def test_without_a_delay_nothing_is_counted(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await _released(desk, bench, item)
        assert "undoes" not in desk.screen_text()
        assert desk.app.desk_console.undo_countdown._timer is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("12", "D-000012"),
        (" #12 ", "D-000012"),
        ("d-12", "D-000012"),
        ("D-000012", "D-000012"),
        ("D-1234567", "D-1234567"),
        ("", None),
        ("RU", None),
        ("-12", None),
        ("1" * 40, None),
        ("\u0661\u0662", "D-000012"),
    ],
)
def test_a_number_in_any_form(typed: str, name: str | None) -> None:
    assert parse_item_name(typed) == name


async def test_jump_to_an_item_by_number(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("number_sign", "3", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "no item")
        await desk.shows("D-000003")
        await desk.press("number_sign")
        await desk.until(lambda: isinstance(desk.app.screen, JumpDialog), "no line to type in")
        await desk.type("99")
        await desk.press("enter")
        await desk.shows("D-000099")
        await desk.press("number_sign", "x", "enter")
        await desk.shows("is not an item number")
        await desk.press("escape", "number_sign", "escape")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "esc did not close it")


async def test_marks_and_a_bulk_refusal_with_a_result_for_each(bench: Bench) -> None:
    items = [await bench.sent(notice_request(country)) for country in ("BR", "GR", "ES")]
    async with console(bench) as desk:
        await desk.press("2", "space", "space", "space")
        await desk.until(lambda: "3 marked" in desk.title("review"), "they are not marked")
        await desk.press("B", "f2")
        await desk.until(lambda: isinstance(desk.app.screen, BulkOutcomeList), "no outcomes of the claims")
        await desk.shows("3 of 3 done")
        await desk.press("escape")
        assert [(await bench.desk.queries.show(item)).row.claimed_by for item in items] == ["Ines"] * 3
        await desk.press("M", "g", "space", "space", "space")
        await desk.until(lambda: "3 marked" in desk.title("review"), "they are not marked again")
        await bench.desk.review.unclaim(bench.actor("Ines"), items[1])
        await bench.desk.review.claim(bench.actor("Oskar"), items[1])
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, BulkActionForm), "no dialog")
        await desk.shows("D-000001", "D-000002", "D-000003")
        screen = desk.app.screen
        screen.query_one("#action", Choice).focus()
        await desk.press("right")
        screen.query_one("#reason", TextArea).focus()
        await desk.type("Political.")
        await desk.press("f2")
        await desk.shows("one code for all")
        screen.query_one("#code", Choice).focus()
        await desk.press("enter", "f2")
        await desk.until(lambda: isinstance(desk.app.screen, BulkOutcomeList), "no outcomes")
        await desk.shows("2 of 3 done", "claimed by Oskar")
        assert [await bench.state(item) for item in items] == ["refused", "held", "refused"]
        await desk.press("escape")
        assert desk.main.bulk_selection == {"D-000002"}, "what was not done stays marked"
        await desk.press("M")
        assert not desk.main.bulk_selection


async def test_nothing_is_ticked_or_released_in_bulk(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.press("2", "B")
        await desk.shows("No row is marked; space marks")
        await desk.press("space", "B")
        await desk.until(lambda: isinstance(desk.app.screen, BulkActionForm), "no dialog")
        assert desk.app.screen.query_one("#action", Choice).options == ("claim", "refuse", "note")


async def test_marked_rows_out_of_sight_are_said(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("g", "space", "space", "slash", *"from:BR", "enter")
        await desk.until(lambda: desk.keys_of(desk.feed) == ["D-000003"], "not filtered")
        await desk.press("B")
        await desk.shows("2 of them are not in the list on the screen")


@pytest.mark.parametrize(
    ("environment", "says_tmux"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux,1,0"}, True),
        ({"TERM": "tmux-256color"}, True),
    ],
)
async def test_copy_by_osc_52(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], says_tmux: bool
) -> None:
    """Nobody answers whether the clipboard took it, and tmux by default keeps it."""
    monkeypatch.delenv("TMUX", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("Y")
        await desk.shows("No item is selected")
        await desk.to_review("D-000003")
        await desk.press("Y")
        await desk.until(lambda: "D-000003" in desk.status, "it is not said")
        assert "copied" not in desk.status.lower()
        assert ("set -s set-clipboard on" in desk.status) == says_tmux
        assert desk.app.clipboard == "D-000003"
        await desk.press("3", "Y")
        await desk.until(lambda: desk.app.clipboard != "D-000003", "no country was copied")
        await desk.press("question_mark")
        await desk.shows("Now, on")
        await desk.press("ctrl+y")
        await desk.until(lambda: desk.app.clipboard.startswith("Now, on"), "the uppermost line was not copied")


async def test_what_is_copied_is_safe(bench: Bench) -> None:
    async with console(bench) as desk:
        desk.app.desk_console.copy_to_terminal("\u2068a\x1b]0;GONE\x07b\u2069")
        assert "\x1b" not in desk.app.clipboard
        assert "\x07" not in desk.app.clipboard
        assert "\u2068" not in desk.app.clipboard


async def test_the_filters_used_before(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        bar = desk.main.query_one("#feed-filter", FilterBar)
        await desk.press("slash", *"from:BR", "enter", "slash", "escape", "slash", *"from:RU", "enter")
        await desk.press("slash", "up", "up")
        assert bar.value == "from:BR"
        await desk.press("down")
        assert bar.value == "from:RU"
        await desk.press("up", "enter")
        await desk.until(lambda: desk.keys_of(desk.feed) == ["D-000003"], "the older filter does not filter")


async def test_a_filter_is_saved_chosen_and_forgotten(bench: Bench, tmp_path: Path) -> None:
    await fill_desk(bench)
    file = tmp_path / "ab.json"
    async with console(bench) as desk:
        desk.app.desk_console.saved_filters = Drafts(file).sibling_file("views")
        await desk.press("S")
        await desk.shows("The feed has no filter to save")
        await desk.press("slash", *"from:BR", "enter", "S")
        await desk.until(lambda: isinstance(desk.app.screen, Form), "no form")
        await desk.press("f2")
        await desk.shows("the filter needs a name")
        await desk.type("Brazil")
        await desk.press("f2")
        await desk.shows("Saved as Brazil")
        assert dict(Drafts(tmp_path / "ab.views.json")) == {"Brazil": {"filter": "from:BR"}}
        await desk.press("escape")
        await desk.until(lambda: len(desk.feed.rows) > 1, "the filter was not cleared")
        await desk.press("V")
        await desk.until(lambda: isinstance(desk.app.screen, SavedFilterList), "no list")
        await desk.press("enter")
        await desk.until(lambda: desk.keys_of(desk.feed) == ["D-000003"], "the saved filter does not filter")
        await desk.press("V", "x")
        await desk.shows("No filter is saved yet")
        assert not desk.app.desk_console.saved_filters


async def test_a_claim_is_handed_to_a_colleague_by_name(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.press("2", "C")
        await desk.shows("Transfer the claim on D-000001", "Jonas", "Oskar")
        field = desk.app.screen.query_one("#colleague", Choice)
        assert "Ines" not in field.options
        field.choose(["Jonas"])
        await desk.press("f2")
        await desk.until(lambda: "Jonas has D-000001" in desk.status, "it is not said")
        assert (await bench.desk.queries.show(item)).row.claimed_by == "Jonas"
        await desk.press("C")
        await desk.shows("A supervisor can take it over")
        desk.app.screen.query_one("#colleague", Choice).choose(["Oskar"])
        await desk.type("His shift is over.")
        await desk.press("f2")
        await desk.until(lambda: "Oskar has D-000001" in desk.status, "it is not said")


async def test_a_decision_in_two_hands_is_undone_from_the_second(bench: Bench) -> None:
    """The second officer's yes is the release; its undo is counted at that desk."""
    delayed(bench, 30)
    message = notice_request("GR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Oskar"), item)
    await bench.tick_all(item, "Oskar")
    wanted = Deciding(Decision.RELEASE, "A murder.", overrides=("JUD-02",))
    await bench.desk.review.decide(bench.actor("Oskar"), item, wanted)
    async with console(bench) as desk:
        await desk.press("2", "y", "f2")
        await desk.until(lambda: "released" in desk.status, "not released")
        await desk.shows("z undoes D-000001:  30 s")
