"""What the desk had before of the same person, and of the same sender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dutydesk.desk.desk import Desk
from dutydesk.desk.looking import PageFilter
from dutydesk.desk.views import ItemRow, ItemView
from dutydesk.domain.items import item_number
from dutydesk.tui import words
from dutydesk.tui.glyphs import Glyphs
from dutydesk.tui.item_fields import at
from dutydesk.tui.plain import kind_in_full, moment, outside, state_word
from dutydesk.tui.widgets.feed import state_tone
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled
from dutydesk.wire.search_text import fts_query

MOST_OF_PERSON, MOST_OF_SENDER = 8, 4


@dataclass(frozen=True, slots=True)
class Earlier:
    """Rows newest first. ``person`` are those whose names hold every word of the person's name, from any sender."""

    person: tuple[ItemRow, ...] = ()
    sender: tuple[ItemRow, ...] = ()


async def earlier_of(desk: Desk, view: ItemView) -> Earlier:
    number = item_number(view.row.item)
    if number is None:
        return Earlier()
    name = fts_query(view.row.title) if at(view.body, "subject", "type") == "person" else None
    person = await desk.feed(PageFilter(words=name), MOST_OF_PERSON + 1) if name else []
    sender = (
        await desk.feed(PageFilter(sender=view.row.sender, before=number), MOST_OF_SENDER) if view.row.sender else []
    )
    others = [row for row in person if row.item != view.row.item][:MOST_OF_PERSON]
    return Earlier(tuple(others), tuple(sender))


def earlier_lines(view: ItemView, earlier: Earlier, signs: Glyphs) -> Iterator[Paragraph]:
    if at(view.body, "subject", "type") == "person":
        yield heading(words.EARLIER_PERSON)
        if not earlier.person:
            yield Paragraph(words.EARLIER_NONE, indent=2)
        for row in earlier.person:
            yield labelled(f"  {row.item}", f"{_said(row, signs)}, {words.FROM.lower()} {row.sender}", _tone(row))
    if earlier.sender:
        yield heading(words.earlier_sender(view.row.sender or ""))
        for row in earlier.sender:
            yield labelled(f"  {row.item}", f"{_said(row, signs)}: {outside(row.title, 40)}", _tone(row))


def _said(row: ItemRow, signs: Glyphs) -> str:
    return f"{state_word(row.state, signs)}, {kind_in_full(row)}, {moment(row.received_at)}"


def _tone(row: ItemRow) -> str:
    tone = state_tone(row.state)
    return "" if tone == "dim" else tone
