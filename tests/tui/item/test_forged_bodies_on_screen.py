"""A body that was changed in the store file: the console shows words in place of its text, its title and findings."""

from __future__ import annotations

from hashlib import sha256

from consoles import console, fill_desk
from desks import Bench
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.tui.item.texts import texts as item_texts
from sqlite_files import changed_file


def forge(bench: Bench, item: int) -> None:
    with changed_file(bench.desk.store.path) as store:
        ((received,),) = store.execute("SELECT raw FROM body WHERE item = ?", (item,))
        forged = received.replace(b"Vellmark", b"Bellmark")
        store.execute("UPDATE body SET raw = ?, sha256 = ? WHERE item = ?", (forged, sha256(forged).hexdigest(), item))


async def test_feed_alarm_line_item_and_decision_say_it(bench: Bench) -> None:
    await fill_desk(bench)
    forge(bench, 3)
    async with console(bench, "Jonas", (120, 40)) as seen:
        await seen.shows(f"D-000003: {CHANGED_WORDS}")
        await seen.to_review("D-000003")
        await seen.shows(CHANGED_WORDS, item_texts.CHANGED_BODY[:30])
        assert "ellmark" not in _about_the_item(seen.screen_text())
        await seen.press("enter")
        await seen.shows("D-000003", item_texts.CHANGED_BODY[:30])
        assert "Bellmark" not in seen.screen_text()


def _about_the_item(text: str) -> str:
    """The review pane's text: other items of the feed have the same sample name."""
    return "\n".join(line for line in text.splitlines() if "D-000003" in line)
