"""What an officer does with keys, through the same use cases as everybody else."""

from __future__ import annotations

import pytest

from consoles import console, fill_desk
from desks import Bench, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.countries.order import DryRunDialog
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm


async def test_claim_tick_release_and_undo(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("c")
        await desk.until(lambda: "Ines has D-000003" in desk.status, "the claim is not said")
        await desk.press("t")
        await desk.until(lambda: isinstance(desk.app.screen, ChecklistDialog), "no checklist")
        points = len((await bench.desk.queries.show(3)).checklist)
        for _ in range(points):
            await desk.press("space")
        await desk.shows("All points are ticked.")
        assert all(row.ticked_by == "Ines" for row in (await bench.desk.queries.show(3)).checklist)
        await desk.press("d")
        await desk.shows("Nothing prevents a release", "A release would be delivered to")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("Read.")
        await desk.press("enter")
        assert isinstance(desk.app.screen, DecisionForm), "Enter in the reason never submits"
        assert (await bench.state(3)) == "held"
        await desk.press("f2")
        await desk.until(lambda: "D-000003 is released" in desk.status, "the release is not said")
        assert await bench.state(3) == "released"
        assert [review.reason for review in (await bench.desk.queries.show(3)).reviews] == ["Read."]
        await desk.press("z", "f2")
        await desk.until(lambda: "undone" in desk.status, "z did not undo")
        assert await bench.state(3) == "held"


@pytest.mark.parametrize(("key", "kind"), [("t", ChecklistDialog), ("d", DecisionForm)])
async def test_a_review_of_a_free_item_begins_with_the_claim(bench: Bench, key: str, kind: type[Dialog]) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press(key)
        await desk.until(lambda: isinstance(desk.app.screen, kind), "no dialog")
        await desk.shows("Ines has D-000003 until")
        assert "You do not hold the claim" not in desk.screen_text()
        await desk.press("space" if key == "t" else "escape")
        assert (await bench.desk.queries.show(3)).row.claimed_by == "Ines"


@pytest.mark.parametrize("key", ["t", "d"])
async def test_a_claim_of_a_colleague_stays_with_the_colleague(bench: Bench, key: str) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press(key)
        await desk.shows("You do not hold the claim")
    assert (await bench.desk.queries.show(3)).row.claimed_by == "Jonas"


@pytest.mark.parametrize("key", ["t", "d"])
async def test_who_may_not_claim_is_told_before_a_form_opens(bench: Bench, key: str) -> None:
    await fill_desk(bench)
    officer = Officer("Bruna", Role.OFFICER, "BR", ("bruna",))
    await bench.desk.people.add_officer(bench.actor("root"), officer)
    async with console(bench, "Bruna", size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press(key)
        await desk.until(lambda: "BR" in desk.status, "the refusal is not said")
        assert not isinstance(desk.app.screen, Dialog)


async def test_an_open_checklist_is_shown_before_and_refused_after(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("c")
        await desk.until(lambda: "Ines has" in desk.status, "the claim is not said")
        await desk.press("d")
        await desk.shows("not ticked", "art_2, art_3")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("Now.")
        await desk.press("f2")
        await desk.shows("can't be released yet", "5 points of the checklist")
        assert await bench.state(3) == "held"


async def test_the_reason_is_focused_and_enter_decides_nothing(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        assert desk.app.focused is not None
        assert desk.app.focused.id == "reason"
        await desk.press("enter")
        assert isinstance(desk.app.screen, DecisionForm)
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it did not close")
        assert await bench.state(3) == "held"


async def test_refuse_with_code_and_articles(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("c", "d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        desk.app.screen.query_one("#action").focus()
        await desk.press("right")
        await desk.until(lambda: bool(desk.app.screen.query_one("#row-code").region.area), "no code is asked")
        desk.app.screen.query_one("#code").focus()
        await desk.press("right", "right")
        desk.app.screen.query_one("#articles").focus()
        await desk.type("Const. 3, RPD 34")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("Political.")
        await desk.press("f2")
        await desk.until(lambda: "is refused (art_3)" in desk.status, "the refusal is not said")
        review = (await bench.desk.queries.show(3)).reviews[-1]
        assert (review.code, review.articles, review.reason) == ("art_3", ("Const. 3", "RPD 34"), "Political.")


async def test_ask_and_escalate(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        for steps, text, state in ((2, "Which court?", "information_requested"), (3, "Above me.", "held")):
            item = 3 if steps == 2 else 2
            await desk.to_review(f"D-{item:06d}")
            await desk.press("c", "d")
            await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
            desk.app.screen.query_one("#action").focus()
            await desk.press(*["right"] * steps)
            desk.app.screen.query_one("#reason").focus()
            await desk.type(text)
            await desk.press("f2")
            await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")
            assert await bench.state(item) == state
        assert (await bench.desk.queries.show(2)).row.escalated
        await desk.until(lambda: "escalated" in desk.screen_text(), "the queue does not say it")


async def test_a_conflict_is_shown_and_the_text_kept(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("My words.")
        await bench.refuse(3, "Jonas")
        await desk.press("f2")
        await desk.shows("Somebody was faster:", "Jonas", "My words.")
        assert isinstance(desk.app.screen, DecisionForm)
        await desk.press("escape")
        assert desk.app.desk_console.drafts["Decide D-000003"]["reason"] == "My words."
        assert "My words." in (await bench.desk.queries.show(3)).notes[-1].text


async def test_a_closed_dialog_keeps_its_draft_and_quit_asks(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("n")
        await desk.shows("Note on D-000003")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("Half a thought")
        await desk.press("escape")
        await desk.until(lambda: "kept as a draft" in desk.status, "the draft is not said")
        await desk.press("q")
        await desk.shows("Quit with unsent text?", "Note on D-000003")
        await desk.press("escape", "n")
        await desk.shows("Half a thought")
        await desk.press("f2")
        await desk.until(lambda: "noted on D-000003" in desk.status, "the note is not said")
        assert (await bench.desk.queries.show(3)).notes[-1].text == "Half a thought"
        assert not desk.app.desk_console.drafts
        await desk.press("q")
        await desk.until(lambda: not desk.app.is_running or desk.app._exit, "q did not quit")


async def test_a_claim_of_another_is_taken_over_with_a_reason(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("c")
        await desk.shows("claimed by Jonas")
        desk.app.screen.query_one("#reason").focus()
        await desk.type("His shift ended.")
        await desk.press("f2")
        await desk.until(lambda: "Ines has D-000003" in desk.status, "not taken over")
        await desk.press("u")
        await desk.until(lambda: "is free" in desk.status, "not given back")


async def test_what_the_desk_refuses_is_one_line_with_details(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.refuse(3, "Jonas")
    async with console(bench, "Jonas") as desk:
        await desk.press("k", "k", "k")
        assert desk.feed.cursor == "D-000003"
        await desk.press("c")
        await desk.until(lambda: "D-000003 is already refused, by Jonas" in desk.status, desk.status)
        assert "e: details" in desk.status
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.app.screen, Viewer), "no details")
        await desk.shows("Jonas refused it at 10 Mar 2022")


async def test_without_a_selection_nothing_is_done(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("c")
        await desk.until(lambda: "No item is selected" in desk.status, desk.status)


async def fill_order(desk: object, code: str) -> None:
    assert hasattr(desk, "app")
    screen = desk.app.screen
    screen.query_one("#order").value = "SG/2022/77"
    screen.query_one("#by").value = "Secretary General"
    screen.query_one("#reason").text = "The rules were broken."


async def test_a_measure_is_ordered_after_its_dry_run(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3", "slash")
        await desk.type("germ")
        await desk.until(lambda: len(desk.main.query_one("#countries").rows) == 2, "not filtered")  # type: ignore[attr-defined]
        await desk.press("enter", "m")
        await desk.shows("Order a measure on DE")
        await fill_order(desk, "DE")
        await desk.press("f2")
        await desk.shows("BEFORE", "AFTER", "Items on their way", "1 stopped", "nothing has changed yet")
        assert await bench.state(1) == "released", "a dry run changes nothing"
        await desk.press("f2")
        await desk.shows("type DE first")
        assert not await bench.desk.queries.measures("DE")
        desk.app.screen.query_one("#code").focus()
        await desk.type("de")
        await desk.press("f2")
        await desk.until(lambda: "DE is held from" in desk.status, desk.status)
        assert (await bench.desk.queries.measures("DE"))[0].order == "SG/2022/77"
        assert await bench.state(1) == "held"
        await desk.shows("!  held")


async def test_a_faulty_order_is_refused_in_words(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("3", "m")
        await desk.shows("Order a measure on")
        await desk.press("f2")
        await desk.shows("enter the order number")
        desk.app.screen.query_one("#effective").value = "tomorrow"  # type: ignore[attr-defined]
        await desk.press("f2")
        await desk.shows("tomorrow is not a time; write it as")


async def test_the_second_of_two_orders_sees_the_first(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3", "m")
        await desk.shows("Order a measure on RU")
        await fill_order(desk, "RU")
        await desk.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, DryRunDialog), "no dry run")
        await bench.order("RU", Level.SUSPENDED, "Oskar")
        desk.app.screen.query_one("#code").focus()
        await desk.type("RU")
        await desk.press("f2")
        await desk.shows("Somebody was faster:", "Oskar at 10 Mar 2022")
        await desk.press("escape")
        await desk.shows("SG/2022/77", "The rules were broken.")


async def test_lift_confirm_dissent_and_endorse(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3", "enter")
        await desk.shows("M-0001", "in force", "awaiting")
        await desk.press("e")
        await desk.shows("Endorsement of M-0001")
        desk.app.screen.query_one("#by").value = "Executive Committee"  # type: ignore[attr-defined]
        desk.app.screen.query_one("#order").value = "EC/7"  # type: ignore[attr-defined]
        await desk.press("f2")
        await desk.shows("endorsed by Executive Committee")
        await desk.press("l")
        await desk.shows("Propose to lift M-0001")
        desk.app.screen.query_one("#by").value = "Executive Committee"  # type: ignore[attr-defined]
        desk.app.screen.query_one("#order").value = "EC/8"  # type: ignore[attr-defined]
        desk.app.screen.query_one("#reason").text = "Put right."  # type: ignore[attr-defined]
        await desk.press("f2")
        await desk.shows("lift proposed")
        await desk.press("y")
        await desk.shows("You proposed it; a second officer must confirm")
    async with console(bench, "Oskar") as desk:
        await desk.press("3", "enter")
        await desk.shows("Lift proposed by Ines")
        await desk.press("x")
        await desk.shows("Dissent from M-0001")
        desk.app.screen.query_one("#reason").text = "Too early."  # type: ignore[attr-defined]
        await desk.press("f2")
        await desk.shows("in force")
        await bench.desk.supervision.lift(bench.actor("Ines"), 1, "EC/9", "Executive Committee", "Put right.")
        await desk.shows("lift proposed")
        await desk.press("y")
        await desk.shows("Confirm M-0001")
        await desk.press("f2")
        await desk.shows("lifted", "DIRECT")


async def test_a_bureau_goes_off_the_network_and_back(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("3", "o")
        await desk.shows("Off the network: AO Angola")
        await desk.press("f2")
        await desk.shows("OFFLINE")
        await desk.press("o")
        await desk.shows("Back on the network: AO Angola")
        await desk.press("f2")
        await desk.shows_no("OFFLINE")


async def test_the_item_screen_and_its_pages(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "enter")
        await desk.shows("1 Text", "D-000005")
        await desk.press("tab")
        await desk.shows("Route: held under M-0001", "Recipients (3 of 3)")
        await desk.press("3")
        await desk.shows("No delivery has been made")
        await desk.press("4")
        await desk.shows("The desk routed it; it is held; at level held; under")
        await bench.desk.review.note(bench.actor("Jonas"), 5, "Look here.")
        await desk.shows("Jonas wrote a note on it")
        await desk.press("1")
        await desk.shows("Look here.")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main, "esc did not go back")


async def test_correspondence_stays_closed(bench: Bench) -> None:
    await bench.sent(
        {
            "schema": "dutydesk/1",
            "type": "message",
            "reference": "FR-M-1",
            "sender": "FR",
            "sent_at": "2022-03-10T07:00:00Z",
            "recipients": ["PL"],
            "text": "Between us only.",
        }
    )
    async with console(bench, size=(120, 40)) as desk:
        await desk.press("k", "enter")
        await desk.shows("stays closed (RPD 22(6))")
        assert "Between us only" not in desk.screen_text()


async def test_help_knows_the_place(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("question_mark")
        await desk.shows("Here", "filter the feed", "claim the item")
        await desk.press("escape", "3", "question_mark")
        await desk.shows("order a measure, after a dry run")
        await desk.press("G")
        await desk.shows("F1 explains")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main, "esc did not close")


async def test_the_palette_has_every_action(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "colon")
        await desk.type("note")
        await desk.shows("add a note to the item")
        await desk.press("enter")
        await desk.shows("Note on D-000005")
        await desk.press("escape", "colon")
        await desk.type("order a meas")
        await desk.press("enter")
        await desk.shows("Order a measure on")


async def test_a_decision_elsewhere_arrives_by_the_change_feed(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await bench.desk.review.claim(bench.actor("Jonas"), 3)
        await desk.press("2")
        await desk.shows("Jonas 30m")
        wanted = Deciding(Decision.ASK, "Which court?")
        await bench.desk.review.decide(bench.actor("Jonas"), 3, wanted)
        await desk.shows("asked")


async def test_a_flash_item_rings_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(DutyDeskApp, "bell", lambda _: rung.append(1))
    async with console(bench) as desk:
        await desk.shows("EXERCISE")
        await bench.sent(notice_request("BR", urgency="flash"))
        await desk.shows("nobody has claimed it")
        await bench.sent(notice_request("BR"))
        await desk.shows("D-000002")
    assert rung == [1]


async def test_an_open_decision_shows_what_others_change_and_is_a_conflict_once(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Ines"), 3)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        await desk.type("Looked at twice.")
        await bench.desk.review.claim(bench.actor("Oskar"), 3, "Ines is off duty")
        await desk.shows("Changed since you opened it", "Oskar", "Looked at twice.")
        await bench.desk.review.claim(bench.actor("Ines"), 3, "I am back")
        await bench.desk.review.note(bench.actor("Oskar"), 3, "Mind the date.")
        await desk.shows("Mind the date.")
        await desk.press("right", "f2")
        await desk.shows("Somebody was faster:")
        assert await bench.state(3) == "held"
