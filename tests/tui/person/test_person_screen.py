"""A person's file by one key from every name, on a timeline with what lines share, and back to the same row."""

from __future__ import annotations

from pathlib import Path

import pytest

from consoles import Console, console
from desks import AT, Bench, act_message, diffusion
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.frame.alarms import AlarmList
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.person.details import LineDetails
from dutydesk.tui.person.screen import PersonScreen
from dutydesk.tui.person.table import PersonTable
from dutydesk.tui.personal.own_work import OwnWorkList
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm
from persons import fill_person, refugees, subject


async def select(desk: Console, name: str) -> None:
    """Puts the cursor of the feed on an item or a hit."""
    await desk.press("g")
    await desk.down_to(desk.feed, name)


async def opened(desk: Console, *keys: str, shows: str = "from D-000006") -> None:
    await desk.press(*keys)
    await desk.until(lambda: isinstance(desk.app.screen, PersonScreen), f"{keys} opened no file")
    await desk.shows("A person's file", shows)


def cursor(desk: Console) -> str:
    row = desk.one(PersonTable).selected
    return row.key if row is not None else ""


async def on_top(desk: Console, kind: type[object]) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, kind), f"{kind.__name__} is not on top")


async def test_one_key_from_every_place_and_back_to_it(bench: Bench) -> None:
    await fill_person(bench)
    await bench.desk.review.claim(bench.actor("Ines"), 6)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        for keys, key, place in (
            ((), "F", MainScreen),
            (("2",), "F", MainScreen),
            (("d",), "f6", DecisionForm),
            (("escape", "t"), "f6", ChecklistDialog),
            (("escape", "enter"), "F", ItemScreen),
        ):
            await desk.press(*keys)
            await on_top(desk, place)
            await opened(desk, key)
            await desk.press("escape")
            await on_top(desk, place)


async def test_from_the_list_of_own_work_and_from_the_alarms(bench: Bench) -> None:
    await fill_person(bench)
    await bench.desk.review.claim(bench.actor("Ines"), 6)
    await bench.order("BR", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench) as desk:
        await desk.press("at")
        await on_top(desk, OwnWorkList)
        await desk.shows("F its person's file")
        await opened(desk, "F", shows="from D-000002")
        await desk.press("escape")
        await on_top(desk, OwnWorkList)
        await desk.press("G", "F")
        await desk.shows("M-0001", "Only an item or a hit has a file of its own")
        await on_top(desk, OwnWorkList)
        await desk.press("escape", "a")
        await on_top(desk, AlarmList)
        await desk.shows("F its person's file")
        await opened(desk, "F", shows="from D-000002")
        await desk.press("escape")
        await on_top(desk, AlarmList)


async def test_from_a_hit_in_the_feed_and_on_its_screen(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "H-000004")
        await opened(desk, "F", shows="from D-000005")
        await desk.press("escape")
        await on_top(desk, MainScreen)
        assert desk.one(Feed).cursor == "H-000004"
        await desk.press("enter")
        await on_top(desk, HitScreen)
        await opened(desk, "F", shows="from D-000005")
        await desk.press("escape")
        await on_top(desk, HitScreen)


async def test_every_line_opens_and_comes_back_to_its_row(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        await opened(desk, "F")
        assert cursor(desk).startswith("item D-000006")
        await desk.press("g")
        count, seen = len(desk.one(PersonTable).rows), []
        for _ in range(count - 1):
            before = cursor(desk)
            seen.append(before)
            kind = before.split()[0]
            await desk.press("enter")
            await on_top(desk, HitScreen if kind == "hit" else LineDetails if kind == "register" else ItemScreen)
            await desk.shows(before.split()[1])
            await desk.press("escape")
            await on_top(desk, PersonScreen)
            assert cursor(desk) == before
            await desk.press("j")
        assert len(set(seen)) == count - 1, "the heading of what is folded away is no row"


async def test_the_file_of_a_line_in_the_file(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        await opened(desk, "F")
        await desk.press("j", "j")
        assert cursor(desk).startswith("hit H-000004")
        await opened(desk, "F", shows="from D-000005")
        await desk.press("escape")
        await desk.shows("from D-000006")
        assert cursor(desk).startswith("hit H-000004")
        await desk.press("G", "F")
        await desk.shows("Only an item or a hit has a file of its own.")


async def test_why_a_line_stands_there_and_what_it_shares(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench, size=(100, 30)) as desk:
        await select(desk, "D-000001")
        await opened(desk, "F", shows="from D-000001")
        await desk.press("space")
        await desk.shows("Why D-000001 is on file", "same document RU AB1234567: D-000005, D-000004")
        await desk.shows("same case B 77-19/1: D-000006, D-000005, D-000004")
        await desk.press("escape")
        await desk.press("k", "space")
        await desk.shows("× refusal, art_3", "By", "Jonas")


async def test_what_is_judged_apart_is_folded_away(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        await opened(desk, "F")
        await desk.shows("judged to be another person: 1 (o shows them)")
        assert "R-20" not in desk.screen_text()
        await desk.press("o")
        await desk.shows("R-20", "Another father.", "o hides them")
        await desk.press("o")
        await desk.shows_no("R-20")
        await desk.press("escape")
        await select(desk, "D-000003")
        await opened(desk, "F", shows="from D-000003")
        assert "o others" not in desk.screen_text()


@pytest.mark.parametrize(
    ("terminal", "drawn"), [("xterm-256color", "└└─ same document"), ("linux", "``- same document")]
)
async def test_what_lines_share_is_drawn_in_any_terminal(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, terminal: str, drawn: str
) -> None:
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        await opened(desk, "F")
        await desk.shows(drawn)
        lines = [line for line in desk.screen_text().splitlines() if "D-0000" in line]
        assert [line for line in lines if line.startswith(("▌", ">"))], "no sign is on the selected row"


async def test_it_follows_what_happens_and_keeps_the_row(bench: Bench) -> None:
    await fill_person(bench)
    async with console(bench) as desk:
        await select(desk, "D-000006")
        await opened(desk, "F")
        await desk.press("j")
        before = cursor(desk)
        await bench.sent(diffusion("IT", ("PL",), subject=subject()))
        await desk.until(lambda: "D-000007" in desk.screen_text(), "the new item is not on the timeline")
        assert cursor(desk) == before


async def test_an_officer_sees_and_counts_only_what_he_may(bench: Bench) -> None:
    for name, role, country in (("Olga", Role.OBSERVER, "-"), ("Ruslana", Role.SUPERVISOR, "RU")):
        await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, country))
    await bench.sent(diffusion("DE", ("PL",), subject=subject()))
    await bench.order("FR", Level.HELD)
    await bench.sent(diffusion("FR", ("PL",), subject=subject(), restricted_from=["RU"]))
    await refugees(bench, "R-19-077,Skarvin,Ilja,1974-05-02,RU,2019-01-02,DE,confirmed")
    expected = {"Ines": ("items: 2", "registers: 1"), "Olga": ("items: 2",), "Ruslana": ("items: 1",)}
    for officer, shown in expected.items():
        theirs = Bench(bench.desk.for_reader(bench.actor(officer)), bench.clock)
        async with console(theirs, officer) as desk:
            await select(desk, "D-000001")
            await opened(desk, "F", shows="from D-000001")
            await desk.shows(*shown)
            text = desk.screen_text()
            assert ("R-19-077" in text, "registers" in text) == (officer == "Ines", officer == "Ines")
            assert ("D-000002" in text) == (officer != "Ruslana")
            await desk.press("escape")
            await select(desk, "D-000002")
            await desk.press("F")
            await desk.shows(*(("denied to RU by its owner",) if officer == "Ruslana" else ("from D-000002",)))


async def test_what_names_nobody_says_so(bench: Bench) -> None:
    await bench.sent(act_message("message", "DE", recipients=["PL"], text="Good morning."))
    async with console(bench) as desk:
        await select(desk, "D-000001")
        await desk.press("F")
        await desk.shows("D-000001 names no person")
        assert isinstance(desk.app.screen, MainScreen)


async def test_what_was_typed_in_a_decision_stays(bench: Bench, tmp_path: Path) -> None:
    await fill_person(bench)
    await bench.desk.review.claim(bench.actor("Ines"), 6)
    async with console(bench, drafts=Drafts(tmp_path / "drafts.json")) as desk:
        await desk.to_review("D-000006")
        await desk.press("d")
        await on_top(desk, DecisionForm)
        await desk.type("Wait.")
        await opened(desk, "f6")
        await desk.press("enter")
        await on_top(desk, ItemScreen)
        await desk.press("escape", "escape")
        await on_top(desk, DecisionForm)
        await desk.shows("Wait.")


async def test_reading_a_file_is_recorded_as_a_read_of_its_item(bench: Bench) -> None:
    await fill_person(bench)
    bench.clock.move(minutes=1)
    async with console(bench) as desk:
        await select(desk, "D-000003")
        await opened(desk, "F", shows="from D-000003")

        async def readers() -> list[str]:
            return [read.officer for read in (await bench.desk.queries.show(3)).reads]

        for _ in range(200):
            if found := await readers():
                break
            await desk.pilot.pause()
        assert found == ["Ines"]
    assert bench.clock.at > AT
