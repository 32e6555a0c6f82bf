"""The wall: everything at a glance, in the console and alone on a second terminal."""

from __future__ import annotations

import pytest

from consoles import Console, console, fill_desk
from desks import Bench, notice_request
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.app import WallApp
from dutydesk.tui.wall.board import WallBoard
from dutydesk.tui.wall.layout import column_widths
from dutydesk.tui.wall.screen import UnattendedWall, WallScreen
from dutydesk.tui.wall.texts import texts
from dutydesk.tui.widgets.sparkline import condense, sparkline

SIZES = [(80, 24), (100, 30), (150, 45)]
PANELS = (texts.BY_KIND, texts.BY_SENDER, texts.QUEUE, texts.MEASURES, texts.CHECKS, texts.DUTY, texts.ALARMS)


async def to_wall(desk: Console) -> WallBoard:
    await desk.press("w")
    await desk.until(lambda: isinstance(desk.app.screen, WallScreen), "the wall did not come")
    return desk.one(WallBoard)


@pytest.mark.parametrize("size", SIZES)
async def test_what_it_shows(bench: Bench, size: tuple[int, int]) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    async with console(bench, size=size) as desk:
        board = await to_wall(desk)
        await desk.shows(*PANELS, "red N", "RU", "under 1 h", "held", "Jonas", "D-000003", "1 in force")
        assert "flash from RU" in board.text
        assert all(len(line) <= size[0] - 1 for line in board.text.splitlines()), board.text


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_desk_is_said_in_words(bench: Bench, size: tuple[int, int]) -> None:
    async with console(bench, size=size) as desk:
        board = await to_wall(desk)
        sentences = (texts.NO_TRAFFIC, texts.NO_QUEUE, texts.NO_MEASURES, texts.NO_CHECKS, texts.NO_ALARMS)
        await desk.until(lambda: all(words in board.text for words in sentences), "the wall is empty without a word")


def test_the_sentences_fit_into_a_column_at_80() -> None:
    sentences = [getattr(texts, name) for name in dir(texts) if name.startswith("NO_")]
    assert len(sentences) >= 7
    assert all(len(words) <= min(column_widths(78)) for words in sentences), sentences


async def test_what_nobody_has_claimed_and_nobody_has_signed(bench: Bench) -> None:
    await bench.sent(notice_request("BR") | {"urgency": "flash"})
    await bench.sent(notice_request("BR") | {"urgency": "urgent"})
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench) as desk:
        board = await to_wall(desk)
        await desk.shows("!! FLASH, claimed by nobody: 1", "! URGENT, claimed by nobody: 1")
        assert "1 FLASH" in desk.header
        assert "1 URGENT" in desk.header
        for number in (1, 2):
            await bench.desk.review.claim(bench.actor("Ines"), number)
        await desk.until(lambda: "claimed by nobody" not in board.text, "the claims are not seen")
        await desk.shows("None. Proposals to be signed: 1")
        assert texts.NO_ALARMS not in board.text
        assert "URGENT" not in desk.header
        await desk.press("escape", "a")
        await desk.shows("No alarms. 1 proposal waits for a signature: @")


async def test_it_follows_what_comes_in(bench: Bench) -> None:
    async with console(bench) as desk:
        board = await to_wall(desk)
        await desk.until(lambda: texts.NO_QUEUE in board.text, "the wall is not drawn")
        await bench.sent(notice_request("BR"))
        await desk.until(lambda: "BR" in board.text and "1, oldest 0 min" in board.text, "the wall does not follow")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main, "esc does not lead back")


async def test_no_text_of_an_item_is_on_it(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(150, 45)) as desk:
        board = await to_wall(desk)
        await desk.until(lambda: "red N" in board.text, "the wall is not drawn")
        for row in await bench.desk.queries.feed():
            assert row.title not in board.text


async def test_three_columns_are_all_in_use(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.checks.check(bench.actor("Ines"), "PL", NominalQuery("Nobody Ofthatname"), None)
    async with console(bench, size=(150, 45)) as desk:
        board = await to_wall(desk)
        await desk.until(lambda: texts.BY_PLACE in board.text, "the hits have no panel of their own")
        lines = board.text.splitlines()
        assert any("PL  Poland" in line for line in lines), board.text
        last = max(place for place, line in enumerate(lines) if line[104:].strip())
        assert last >= next(place for place, line in enumerate(lines) if texts.BY_PLACE in line)


async def test_other_keys_keep_their_places(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.press("f")
        await desk.shows("FIGURES")
        await desk.press("f12")
        await desk.until(lambda: isinstance(desk.app.screen, WallScreen), "F12 does not lead to the wall")
        await desk.press("w")
        assert sum(isinstance(screen, WallScreen) for screen in desk.app.screen_stack) == 1


async def test_in_ascii(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    await fill_desk(bench)
    async with console(bench) as desk:
        board = await to_wall(desk)
        await desk.until(lambda: "red N" in board.text, "the wall is not drawn")
        assert board.text.replace("…", "").isascii(), board.text


async def test_alone_no_key_acts_on_the_desk(bench: Bench) -> None:
    await fill_desk(bench)
    app = WallApp(bench.desk, bench.actor("Ines"))
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Console(app, pilot)
        await desk.until(lambda: isinstance(app.screen, UnattendedWall), "the wall did not come")
        await desk.shows(texts.DUTY, "q quit")
        for key in ("1", "2", "enter", "a", "colon", "number_sign", "H", "f", "escape", "c", "d"):
            await desk.press(key)
        assert isinstance(app.screen, UnattendedWall), app.screen
        await desk.press("question_mark")
        await desk.shows("dark or light theme")
        assert "claim the item" not in desk.screen_text()
        await desk.press("escape", "q")
        await desk.until(lambda: not app.is_running, "q does not quit")


def test_bars_add_up_what_does_not_fit() -> None:
    assert condense((1, 2, 3, 4, 5), 2) == (3, 12)
    assert condense((1, 2, 3, 4), 2) == (3, 7)
    assert condense((1, 2), 8) == (1, 2)
    assert condense((), 8) == ()
    assert sparkline((0, 1, 2, 4), 8, blocks=True) == "▁▂▄█"
    assert sparkline((0, 4), 8, blocks=False) == " #"
