"""A bureau's answer to a question: the header, the text, the history, the queue and the list of one's own say it."""

from __future__ import annotations

import pytest

from consoles import Console, console
from desks import Bench, act_message, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.frame_lines import Line

QUESTION, ANSWER = "Which court issued it?", "The court of Vellmark, on 3 May."


async def asked(bench: Bench, officer: str = "Ines") -> int:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor(officer), item)
    await bench.desk.review.decide(bench.actor(officer), item, Deciding(Decision.ASK, QUESTION))
    return item


async def answered(bench: Bench, officer: str = "Ines") -> int:
    item = await asked(bench, officer)
    bench.clock.move(hours=1)
    await bench.sent(act_message("information", "BR", about="D-000001", text=ANSWER))
    bench.clock.move(hours=4, minutes=5)
    return item


async def opened(desk: Console) -> None:
    await desk.to_review("D-000001")
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "no item")
    await desk.shows("1 Text")


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
async def test_question_and_answer_are_the_first_that_is_read(bench: Bench, size: tuple[int, int]) -> None:
    await answered(bench)
    async with console(bench, size=size) as desk:
        await desk.to_review("D-000001")
        await desk.shows("answered")
        await opened(desk)
        await desk.shows("held, answered 4 h 05 ago", QUESTION, "BR answered", "Vellmark, on 3 May")
        if size[0] == 80:
            text = desk.screen_text()
            assert text.index(QUESTION) < text.index("on 3 May") < text.index("Findings")
        await desk.press("4")
        await desk.shows("attached its sender's reply", "Vellmark, on 3 May")


async def test_an_answered_item_that_nobody_has_claimed_is_on_the_list_of_who_asked(bench: Bench) -> None:
    await answered(bench)
    bench.clock.move(hours=30)
    assert [(row.kind, row.what) for row in await bench.desk.queries.own_work("Ines")] == [("answered", "answered")]
    assert await bench.desk.queries.own_work("Jonas") == []
    async with console(bench) as desk:
        await desk.press("at")
        await desk.shows("You asked, and the bureau has answered (1)", "D-000001")


async def test_a_claimed_item_says_in_the_list_that_it_is_answered(bench: Bench) -> None:
    item = await answered(bench)
    await bench.desk.review.claim(bench.actor("Ines"), item)
    assert [(row.kind, row.what) for row in await bench.desk.queries.own_work("Ines")] == [("claimed", "answered")]


async def test_asked_is_said_once_and_the_name_stays(bench: Bench) -> None:
    await asked(bench)
    async with console(bench) as desk:
        await opened(desk)
        line = desk.app.screen.query_one("#item-state", Line).render_line(0).text
        assert line.count("asked") == 1, line
        assert "QUILLABRAND" in line
        assert "reply due" in line


async def test_a_line_that_is_too_long_ends_with_an_ellipsis_and_keeps_the_name(bench: Bench) -> None:
    await asked(bench, "Ines")
    await bench.desk.review.claim(bench.actor("Ines"), 1)
    async with console(bench) as desk:
        await opened(desk)
        state = desk.app.screen.query_one("#item-state", Line)
        state.show((("D-000001", "strong", 0), ("held; " + "claimed by Somebody " * 6, "", 0)), (("The name", "", 0),))
        line = state.render_line(0).text
        assert "…" in line
        assert line.rstrip().endswith("The name")
        assert len(line) == 80
