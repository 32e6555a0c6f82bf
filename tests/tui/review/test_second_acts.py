"""What a second person and an officer after a release do with keys: confirm, dissent, recall, ratify, reopen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from consoles import Console, console
from desks import Bench, diffusion, notice_request
from dutydesk.desk.base.context import Actor
from dutydesk.desk.retention.retention import Purge
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.review.after_release import PostReleaseForm
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.widgets.frame_lines import FooterLine


async def grave(bench: Bench) -> int:
    """A notice request whose sentence is below the threshold: it goes out only by an override of two persons."""
    message = notice_request("BR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    return await bench.sent(message)


async def proposed(bench: Bench, officer: str) -> int:
    item = await grave(bench)
    await bench.desk.review.claim(bench.actor(officer), item)
    await bench.tick_all(item, officer)
    wanted = Deciding(Decision.RELEASE, "A murder; four months are left.", overrides=("JUD-02",))
    assert (await bench.desk.review.decide(bench.actor(officer), item, wanted)).state == "proposed"
    return item


async def dialog(desk: Console) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")


def footer(desk: Console) -> str:
    return desk.one(FooterLine).text.strip()


async def sent(desk: Console, reason: str | None = None) -> None:
    if reason is not None:
        desk.app.screen.query_one("#reason").focus()
        await desk.type(reason)
    await desk.press("f2")
    await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")


async def test_an_override_is_proposed_from_the_dialog(bench: Bench) -> None:
    item = await grave(bench)
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        await desk.shows("JUD-02", "needs a supervisor")
        desk.app.screen.query_one("#overrides").focus()
        await desk.press("space")
        await sent(desk, "Grave.")
        assert await bench.state(item) == "proposed"
        await desk.shows("second officer (y)", "JUD-02 is overridden")


async def test_a_proposal_is_confirmed_after_it_was_shown(bench: Bench) -> None:
    item = await proposed(bench, "Oskar")
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("y")
        await dialog(desk)
        await desk.shows("release by Oskar", "JUD-02 is overridden", "A murder; four months are left.")
        assert desk.app.focused is not None
        assert desk.app.focused.id == "cancel"
        await sent(desk)
        assert await bench.state(item) == "released"
        await desk.until(lambda: "released, published as N-2022/00001" in desk.status, "the notice number is not said")


async def test_ones_own_proposal_is_not_confirmed_but_taken_back(bench: Bench) -> None:
    item = await proposed(bench, "Ines")
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("y")
        await desk.shows("You proposed it; a second officer must confirm. x takes it back.")
        assert "y confirm" not in desk.screen_text()
        assert not isinstance(desk.app.screen, Dialog)
        await desk.press("x")
        await dialog(desk)
        await desk.shows("Retract: release D-000001")
        await sent(desk, "Wrong page.")
        assert await bench.state(item) == "held"


async def test_a_stale_proposal_shows_the_difference(bench: Bench) -> None:
    item = await proposed(bench, "Oskar")
    await bench.desk.supervision.restrict(bench.actor("Ines"), "BR", ("FR",), None)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("y")
        await dialog(desk)
        await desk.shows("No longer confirmable", "recipient FR was removed")
        await desk.press("f2")
        await desk.shows("the proposal of Oskar on D-000001 is void")
        assert await bench.state(item) == "held"


async def test_the_footer_names_what_the_selected_item_waits_for(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    item = await proposed(bench, "Oskar")
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.until(lambda: "y confirm" not in footer(desk), "y is offered where nothing is proposed")
        await desk.to_review(f"D-{item:06d}")
        await desk.until(lambda: "y confirm  x dissent" in footer(desk), "y and x are not offered")
        assert footer(desk).endswith("? help")
        await desk.press("enter")
        await desk.until(lambda: "y confirm  x dissent" in footer(desk), "the item screen does not offer them")


async def test_the_footer_names_the_review_after_a_release(bench: Bench) -> None:
    message = diffusion()
    del message["judicial"]["warrant"]
    await bench.sent(message)
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.press("1", "k")
        await desk.until(lambda: footer(desk).startswith("v after release"), "v is not offered")
        await bench.desk.review.post_review(bench.actor("Jonas"), 1, keep=True, reason="In order.")
        await desk.until(lambda: not footer(desk).startswith("v "), "it is still waited for")


async def test_dissent_needs_a_reason_and_is_kept(bench: Bench) -> None:
    item = await proposed(bench, "Oskar")
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("x")
        await dialog(desk)
        await desk.press("f2")
        await desk.shows("enter a reason")
        await sent(desk, "Not grave.")
        assert [review.reason for review in (await bench.desk.queries.show(item)).reviews][-1] == "Not grave."


async def test_nothing_to_confirm_is_said(bench: Bench) -> None:
    await grave(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        for key in ("y", "x"):
            await desk.press(key)
            await desk.until(lambda: "There is no open proposal" in desk.status, "it is not said")


async def test_recall_confirm_and_board_from_the_feed(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.press("1", "k", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "no dialog")
        await desk.shows("3 of 3 recipients have a copy", "A second officer must confirm")
        await sent(desk, "Acquitted.")
    assert (await bench.desk.queries.show(item)).row.recall_proposed == "Jonas"
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("1", "k", "y")
        await dialog(desk)
        await desk.shows("recall by Jonas")
        await sent(desk)
        assert await bench.state(item) == "recalled"
        await desk.press("enter", "3")
        await desk.shows("Recall, 3 to be told: FR PL UA", "Recall, 0 confirmed: nobody")


async def test_urgent_recall_and_ratification(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.press("1", "k", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "no dialog")
        desk.app.screen.query_one("#step").focus()
        await desk.press("right")
        await desk.shows("Takes effect at once on your signature")
        await sent(desk, "Asylum.")
    assert (await bench.desk.queries.show(item)).row.unratified
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("1", "k", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "no dialog")
        await desk.shows("You ratify a colleague")
        await sent(desk)
    assert not (await bench.desk.queries.show(item)).row.unratified


async def test_a_review_after_release_ends_from_the_screen(bench: Bench) -> None:
    message = diffusion()
    del message["judicial"]["warrant"]
    item = await bench.sent(message)
    assert (await bench.desk.queries.show(item)).row.post_review == "due"
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.press("1", "k", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "no dialog")
        await sent(desk, "In order.")
    assert (await bench.desk.queries.show(item)).row.post_review == "ok"


async def test_reopen_and_legal_hold(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.refuse(item, "Jonas")
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("1", "k", "O")
        await dialog(desk)
        await sent(desk, "New papers.")
        assert await bench.state(item) == "held"
        await desk.press("L")
        await dialog(desk)
        await sent(desk, "A court asks.")
        assert (await bench.desk.queries.show(item)).row.legal_hold
        await desk.press("L")
        await dialog(desk)
        await desk.shows("Lift the hold on D-000001")
        await sent(desk, "Done.")
        assert not (await bench.desk.queries.show(item)).row.legal_hold


async def test_another_kind_is_offered_in_the_question(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        desk.app.screen.query_one("#action").focus()
        await desk.press("right", "right")
        desk.app.screen.query_one("#kind").focus()
        await desk.press("right", "right")
        await sent(desk, "Would blue do?")
        row = (await bench.desk.queries.show(item)).row
        assert (row.state, row.offered_kind) == ("information_requested", "blue")


async def test_what_needs_two_by_the_settings_says_so(bench: Bench) -> None:
    settings = replace(bench.desk.context.settings, four_eyes=("FRM-05",))
    object.__setattr__(bench.desk.context, "settings", settings)
    item = await bench.sent(notice_request("BR", sent_at="2032-03-10T07:00:00Z"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("d")
        await dialog(desk)
        await desk.shows("needs a second officer", "it for FRM-05")
        await sent(desk, "Read.")
        await desk.until(lambda: "a second officer must confirm" in desk.status, "it is not said")
        assert await bench.state(item) == "proposed"


async def test_restricting_an_item_and_all_data_of_a_bureau(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("1", "k", "r")
        await dialog(desk)
        desk.app.screen.query_one("#deny").focus()
        await desk.type("fr")
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")
        assert (await bench.deliveries(item))["FR"] == "restricted"
        await desk.press("3", "enter", "r")
        await dialog(desk)
        await desk.shows("Restrict AO")
        await desk.press("f2")
        await desk.shows("say whom to deny or to allow")


async def test_a_dead_delivery_is_tried_again_and_a_live_one_is_not(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    async with console(bench, "Jonas", size=(120, 40)) as desk:
        await desk.press("1", "k", "W")
        await desk.until(lambda: "it has no dead delivery" in desk.status, "it is not said")
        for _ in range(bench.desk.context.settings.delivery_tries):
            bench.clock.move(hours=1)
            await bench.dispatch(fail={"FR": "line down"})
        assert (await bench.deliveries(item))["FR"] == "dead"
        await desk.press("W")
        await dialog(desk)
        await sent(desk)
        assert (await bench.deliveries(item))["FR"] == "queued"


async def test_purge_and_import_are_the_administrators(bench: Bench) -> None:
    await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    bench.clock.move(days=330)
    file = bench.desk.store.path.with_name("refugees.csv")
    file.write_text("reference,date,family,given,country_of_origin\nR-1,2019-01-02,Skarvin,Ilja,RU\n", "utf-8")
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("P")
        await desk.shows("To purge items, you need the role administrator; yours is supervisor")
        assert not isinstance(desk.app.screen, Dialog)
    async with console(bench, "root", size=(120, 40)) as desk:
        await desk.press("P")
        await dialog(desk)
        await desk.shows("lose their text for ever")
        await sent(desk)
        await desk.until(lambda: "1 item purged" in desk.status, "the purge is not said")
        await desk.press("I")
        await dialog(desk)
        await desk.press("f2")
        await desk.shows("enter the name of a file")
        desk.app.screen.query_one("#path", Input).value = str(file)
        await sent(desk)
        await desk.until(lambda: "1 entry imported" in desk.status, "the import is not said")


@pytest.mark.parametrize(
    ("left_to_vacuum", "said"), [(False, "copies of rows may remain"), (True, "the cluster keeps old versions of rows")]
)
async def test_what_a_purge_leaves_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, left_to_vacuum: bool, said: str
) -> None:
    async def purge(_retention: object, _actor: Actor) -> Purge:
        return Purge(("D-000001",), (), erased=False, left_to_vacuum=left_to_vacuum)

    async with console(bench, "root", size=(150, 40)) as desk:
        monkeypatch.setattr(type(bench.desk.retention), "purge", purge)
        await desk.press("P")
        await dialog(desk)
        await sent(desk)
        await desk.until(lambda: said in desk.status, "what remains is not said")


async def test_the_worklist_of_a_measure_on_its_country(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU"))
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("3", "g", "enter", "w")
        await desk.shows("What this measure stopped: M-0001", "still held")
