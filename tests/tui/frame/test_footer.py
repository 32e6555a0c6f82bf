"""Footer and help show what can be done now on the selected row."""

from __future__ import annotations

import pytest

from consoles import console
from desks import Bench, act_message, diffusion, notice_request
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.frame.overview import header_right
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.widgets.frame_lines import FooterLine, HeaderLine


@pytest.mark.parametrize(
    ("setting", "shown", "hidden"),
    [
        ("held", ("c claim", "t tick", "d decide"), ("y confirm", "v after", "O reopen", "R read", "F5")),
        ("corrected", ("F5 changes", "c claim"), ("y confirm",)),
        ("released", ("v after release",), ("c claim", "t tick", "d decide")),
        ("refused", ("O reopen",), ("c claim", "d decide", "v after")),
        ("quarantined", ("R read again", "J reject"), ("c claim", "t tick", "d decide")),
    ],
)
async def test_the_footer_follows_the_state(
    bench: Bench, setting: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    if setting == "quarantined":
        await bench.send(diffusion("PW", ("DE",)))
    elif setting == "released":
        await bench.sent(diffusion("BR"))
    else:
        message = notice_request("BR")
        item = await bench.sent(message)
        if setting == "refused":
            await bench.refuse(item)
        if setting == "corrected":
            body = {name: value for name, value in message.items() if name not in ("type", "reference")}
            await bench.sent(body | act_message("correction", "BR", of=message["reference"], text="Other words."))
    async with console(bench) as desk:
        await desk.until(lambda: bool(desk.feed.rows), "no row")
        await desk.press("k")
        await desk.until(
            lambda: all(word in desk.one(FooterLine).text for word in shown), "the footer does not offer it"
        )
        assert not [word for word in hidden if word in desk.one(FooterLine).text]
        await desk.press("question_mark")
        await desk.shows("Now, on D-000001")
        viewer = desk.app.screen
        assert isinstance(viewer, Viewer)
        assert ("F5" in viewer.text_pane.text) == (setting in ("corrected", "released"))


async def test_without_a_row_no_act_on_one_is_offered(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: "claim" not in desk.one(FooterLine).text, "a claim on nothing")
        assert "open" not in desk.one(FooterLine).text


async def test_the_country_screen_offers_a_confirmation_only_for_a_proposal(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    async with console(bench, "Oskar", size=(100, 30)) as desk:
        await desk.press("3", "g", "enter")
        await desk.until(lambda: "l lift" in desk.one(FooterLine).text, "no lift")
        assert "confirm" not in desk.one(FooterLine).text
        await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
        await desk.until(lambda: "y confirm" in desk.one(FooterLine).text, "no confirmation")
        assert "lift" not in desk.one(FooterLine).text


async def test_the_officers_name_is_never_dropped_from_the_header(bench: Bench) -> None:
    ranks = {text: rank for text, _, rank in header_right(None, "Ines Ferro", bench.clock.now())}
    assert ranks["Ines Ferro"] == 0
    async with console(bench) as desk:
        assert "Ines" in desk.header


async def test_sixteen_colours_are_not_put_on_the_panels_colour(bench: Bench) -> None:
    async with console(bench) as desk:
        for line in (desk.one(HeaderLine), desk.one(FooterLine)):
            line.set_class(True, "-sixteen")
            for tone in ("warn", "bad", "key", "dim"):
                found = line.get_component_rich_style(f"line--{tone}").color
                assert found is not None
                assert found.name == desk.app.current_theme.foreground, tone
            assert line.get_component_rich_style("line--bad").reverse
