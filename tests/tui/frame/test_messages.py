"""A message leaves once it may no longer be true: at the next key, or after some seconds."""

from __future__ import annotations

import pytest

from consoles import console, patient_limits
from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.desk.views.pages import CountryPage
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.frame.desk_words import desk_words
from dutydesk.tui.widgets.frame_lines import StatusLine


@pytest.mark.parametrize("limits", [patient_limits(message_least_seconds=0.0)])
async def test_the_next_key_takes_it_away(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("c")
        await desk.until(lambda: "Ines has D-000001" in desk.status, "nothing was said")
        await desk.press("3")
        await desk.until(lambda: desk.main.query_one(StatusLine).text == "", "it stayed")


@pytest.mark.parametrize("limits", [patient_limits(message_least_seconds=60.0, message_seconds=0.2)])
async def test_it_leaves_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    usual = StatusLine.show_status

    def noted(line: StatusLine, text: str, tone: str, hint: str = "") -> None:
        shown.append(text)
        usual(line, text, tone, hint)

    monkeypatch.setattr(StatusLine, "show_status", noted)
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("c")
        await desk.until(lambda: any("Ines has D-000001" in text for text in shown), "nothing was said")
        await desk.until(lambda: desk.status == "", "it stayed")


@pytest.mark.parametrize("limits", [patient_limits(message_least_seconds=0.0)])
async def test_what_lasts_comes_back_until_it_is_over(bench: Bench) -> None:
    async with console(bench) as desk:
        desk.app.desk_console.notify("The store can't be read", "bad", lasts=True)
        desk.app.desk_console.notify("Done")
        await desk.until(lambda: desk.status == "Done", "no message")
        await desk.press("2")
        await desk.until(lambda: desk.status == "The store can't be read", "it was forgotten")
        desk.app.desk_console.notify("", lasts=True)
        await desk.until(lambda: desk.status == "", "it stayed")


async def test_an_answer_is_announced_and_marked_in_the_queue(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.desk.review.decide(bench.actor("Ines"), item, Deciding(Decision.ASK, "Which warrant?"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await bench.send(act_message("information", "BR", about="D-000001", text="Warrant 12/2022."))
        await desk.until(lambda: "BR has answered on D-000001" in desk.status, "the answer was not announced")
        await desk.shows("answered")
        assert (await bench.desk.queries.queue_page()).answered == {"D-000001"}
        await bench.desk.review.claim(bench.actor("Ines"), item)
        await bench.desk.review.decide(bench.actor("Ines"), item, Deciding(Decision.ASK, "Which court?"))
        await desk.shows_no("answered,")
        assert (await bench.desk.queries.queue_page()).answered == frozenset()


async def test_an_answer_on_a_colleagues_item_is_not_announced(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which warrant?"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    async with console(bench) as desk:
        await bench.send(act_message("information", "BR", about="D-000001", text="Warrant 12/2022."))
        await bench.sent(diffusion("DE"))
        await desk.shows("D-000002")
        assert desk.status == ""


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("RU is held from 2022-03-10T17:59:59Z", "RU is held from 10 Mar 2022 17:59Z"),
        ("there is no item D-000999; dutydesk items lists them", "there is no item D-000999"),
        ("f.csv is there already; --force replaces it", "f.csv is there already"),
        ("say whom: --deny or --allow, with codes or all", "say whom: Deny or Allow, with codes or all"),
        ("a well-known -- and plain - text", "a well-known -- and plain - text"),
    ],
)
def test_the_desks_words_are_those_of_the_console(words: str, shown: str) -> None:
    assert desk_words(words) == shown


async def test_a_screen_that_closes_while_it_reads_is_no_trouble_of_the_store(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.press("3", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, CountryScreen), "no country")
        usual = DeskQueries.country_page

        async def closing(queries: DeskQueries, code: str) -> CountryPage:
            found = await usual(queries, code)
            await desk.app.pop_screen()
            monkeypatch.setattr(DeskQueries, "country_page", usual)
            return found

        monkeypatch.setattr(DeskQueries, "country_page", closing)
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: len(desk.feed.rows) == 2 and desk.app.screen is desk.main, "it did not close")
        assert desk.status == ""
