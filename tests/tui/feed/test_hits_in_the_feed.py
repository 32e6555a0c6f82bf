"""Hits of checks in the console: lines of the feed, one in full, dismissed as false."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from consoles import Console, console, fill_desk, hostile
from desks import Bench, act_message, diffusion
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.domain.messages.subjects import IdentityDocument
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.frame_lines import FooterLine

PAPER = DocumentQuery("ZX4400917", "SE")


async def hits(bench: Bench, *requesters: str) -> None:
    """A hit of each on the record of DE."""
    for requester in requesters:
        await bench.desk.checks.check(bench.actor("Jonas"), requester, PAPER)


async def filed(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL", "FR", "UA")))


async def to_hit(desk: Console, name: str) -> None:
    """The feed, with the cursor on a hit."""
    await desk.until(lambda: name in desk.keys_of(desk.feed), f"{name} is not in the feed")
    await desk.press("1", "g")
    await desk.down_to(desk.feed, name)


def lines_of(desk: Console) -> list[str]:
    return desk.screen_text().splitlines()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (150, 45)])
async def test_a_check_that_hits_becomes_a_line_is_opened_and_dismissed(bench: Bench, size: tuple[int, int]) -> None:
    await filed(bench)
    async with console(bench, size=size) as desk:
        await bench.send(
            act_message(
                "check", "PL", database="travel_documents", query={"document_number": "ZX4400917"}, place="Vell"
            )
        )
        await desk.shows("H-000001")
        (line,) = [line for line in lines_of(desk) if "H-000001" in line]
        assert all(word in line for word in (" hit ", " PL ", "hit 95", "QUILLABRAND, Irzo")), line
        await to_hit(desk, "H-000001")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, HitScreen), "the hit did not open")
        await desk.shows(
            "record of DE, D-000001", "travel documents", "ZX4400917", "Vell", "Score 95", "Notified", "queued"
        )
        await desk.press("D")
        await desk.until(lambda: isinstance(desk.app.screen, Form), "no dialog came")
        assert desk.app.focused is not None
        assert desk.app.focused.id == "reason"
        desk.app.screen.query_one("#reason", TextArea).text = "Another man: fingerprints differ."
        desk.app.screen.query_one("#until", Input).value = "2023-01-01"
        await desk.press("f2")
        await desk.until(lambda: isinstance(desk.app.screen, HitScreen), "the dialog stays")
        await desk.shows(
            "dismissed", "Dismissed", "Ines, until 01 Jan 2023 00:00Z: Another man:", "fingerprints differ."
        )
        await desk.press("escape")
        await desk.until(
            lambda: "dismissed" in "".join(line for line in lines_of(desk) if "H-000001" in line), "still a hit"
        )


async def test_acts_on_items_are_not_offered_on_a_hit_and_say_why(bench: Bench) -> None:
    await filed(bench)
    await hits(bench, "PL")
    async with console(bench) as desk:
        await to_hit(desk, "H-000001")
        await desk.until(lambda: "dismiss" in desk.one(FooterLine).text, "no dismissal is offered on a hit")
        assert "claim" not in desk.one(FooterLine).text
        for key in ("c", "u", "t", "d", "n", "space", "v", "r", "y"):
            await desk.press("Y", key)
            await desk.until(
                lambda: "H-000001 is a hit, not an item: enter opens it, D dismisses it" in desk.status, f"{key} says"
            )
        await desk.press("B")
        await desk.until(lambda: "No row is marked" in desk.status, "something is marked")
        await to_hit(desk, "H-000001")
        await desk.press("i")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "its item did not open")
        await desk.press("escape", "k")
        await desk.until(lambda: desk.feed.cursor == "D-000001", "the cursor did not move")
        await desk.until(lambda: "after release" in desk.one(FooterLine).text, "no act is offered on an item")
        await desk.press("D")
        await desk.until(lambda: "No hit is selected" in desk.status, "nothing is said")


async def test_the_filter_shows_hides_and_narrows_hits_and_counts_them(bench: Bench) -> None:
    await fill_desk(bench)
    await hits(bench, "PL", "FR")
    async with console(bench) as desk:
        await desk.until(lambda: len(desk.feed.rows) == 9, "not all lines came")
        assert "9" in desk.title("feed")
        for text, shown in (
            ("kind:hit", ["H-000001", "H-000002", "H-000003", "H-000004"]),
            ("kind:hit from:FR", ["H-000003", "H-000004"]),
            ("kind:hit irzo", ["H-000001", "H-000003"]),
            ("kind:hit nobody", []),
            ("from:PL", ["H-000001", "H-000002"]),
        ):
            desk.main.query_one("#feed-filter", FilterBar).value = text
            await desk.until(lambda shown=shown: desk.keys_of(desk.feed) == shown, text)  # type: ignore[misc]
            await desk.until(lambda shown=shown: f"{len(shown)} of 9" in desk.title("feed"), "it counts wrongly")  # type: ignore[misc]
        desk.main.query_one("#feed-filter", FilterBar).value = "-kind:hit"
        await desk.until(lambda: len(desk.feed.rows) == 5, "hits are shown")
        await hits(bench, "UA")
        await bench.sent(diffusion("FR"))
        await desk.until(lambda: len(desk.feed.rows) == 6, "the item did not come")
        assert not [name for name in desk.keys_of(desk.feed) if name.startswith("H-")]


async def test_hits_come_in_among_items_in_order_also_while_the_feed_pauses(bench: Bench) -> None:
    await filed(bench)
    async with console(bench) as desk:
        await desk.press("k")
        await hits(bench, "PL")
        await bench.sent(diffusion("FR", ("UA",)))
        await hits(bench, "PL")
        await desk.until(lambda: desk.feed.new_count == 3, "the new lines are not counted")
        assert desk.keys_of(desk.feed) == ["D-000001", "H-000001", "D-000002", "H-000002"]
        assert desk.feed.cursor == "D-000001"
        await desk.press("escape")
        await desk.until(lambda: desk.feed.following, "it does not follow")
        await hits(bench, "UA")
        await desk.shows("H-000003")


async def test_the_same_hit_of_before_is_dismissed_with_it_in_both_consoles(bench: Bench) -> None:
    await filed(bench)
    await hits(bench, "PL", "PL")
    async with console(bench) as desk, console(bench, "Oskar") as other:
        await other.shows("H-000001", "H-000002")
        await desk.until(lambda: "H-000002" in desk.keys_of(desk.feed), "the hits did not come")
        await bench.desk.checks.dismiss(bench.actor("Jonas"), 2, "Another man.", None)
        for each in (desk, other):
            await each.until(
                lambda each=each: (
                    [getattr(row, "dismissed_until", None) is not None for row in each.feed.rows]  # type: ignore[misc]
                    == [False, True, True]
                ),
                "it is not shown as dismissed",
            )


async def test_a_number_goes_to_a_hit(bench: Bench) -> None:
    await filed(bench)
    await hits(bench, "PL")
    async with console(bench) as desk:
        await desk.press("number_sign", *"h-1", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, HitScreen), "the hit did not open")
        await desk.press("escape", "number_sign", *"H-000009", "enter")
        await desk.until(lambda: "there is no hit H-000009" in desk.status, "nothing is said")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "a screen opened")


async def test_a_hit_on_what_was_imported_has_no_item_and_an_unread_time_is_refused(bench: Bench) -> None:
    paper = IdentityDocument("passport", "ZX4400917", "SE")
    imported = ImportedRecord("DE", "SLTD-1", "document", "passport ZX4400917", documents=(paper,))
    await bench.desk.imports.import_records(bench.actor("root"), RecordOrigin.DOCUMENTS, [imported])
    await hits(bench, "PL")
    async with console(bench) as desk:
        await to_hit(desk, "H-000001")
        await desk.press("i")
        await desk.until(lambda: "The record of H-000001 was imported" in desk.status, "nothing is said")
        await desk.press("D")
        await desk.until(lambda: isinstance(desk.app.screen, Form), "no dialog came")
        desk.app.screen.query_one("#reason", TextArea).text = "Another."
        desk.app.screen.query_one("#until", Input).value = "some day"
        await desk.press("f2")
        await desk.shows("some day")
        assert isinstance(desk.app.screen, Form)


async def test_a_hostile_title_is_made_safe(bench: Bench) -> None:
    await bench.sent(hostile())
    await bench.desk.checks.check(bench.actor("Jonas"), "FR", PAPER)
    async with console(bench) as desk:
        await to_hit(desk, "H-000001")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, HitScreen), "the hit did not open")
        await desk.shows("[BOLD]EVIL[/NOPE]")
        assert "\x1b" not in desk.screen_text()
