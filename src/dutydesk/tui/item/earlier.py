"""What the desk had before of the same person, and of the same sender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dutydesk.desk.base.rows import EarlierRow, ItemRow, ItemView
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.views.items import PageFilter
from dutydesk.domain.delivery.items import item_number
from dutydesk.tui.feed.table import state_tone
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.plain import kind_in_full, moment, outside, state_word
from dutydesk.tui.item import texts
from dutydesk.tui.item.body_fields import at
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled

MOST_OF_PERSON, MOST_OF_SENDER = 8, 4


@dataclass(frozen=True, slots=True)
class Earlier:
    """Rows newest first; ``person`` from any bureau."""

    person: tuple[EarlierRow, ...] = ()
    sender: tuple[ItemRow, ...] = ()


async def earlier_of(desk: Desk, view: ItemView) -> Earlier:
    number = item_number(view.row.item)
    if number is None:
        return Earlier()
    person = await desk.earlier(number)
    sender = (
        await desk.feed(PageFilter(sender=view.row.sender, before=number), MOST_OF_SENDER) if view.row.sender else []
    )
    return Earlier(tuple(person[:MOST_OF_PERSON]), tuple(sender))


def earlier_lines(view: ItemView, earlier: Earlier, signs: Glyphs) -> Iterator[Paragraph]:
    if at(view.body, "subject", "type") == "person":
        yield heading(texts.EARLIER_PERSON)
        if not earlier.person:
            yield Paragraph(texts.EARLIER_NONE, indent=2)
        for row in earlier.person:
            said = f"{_said(row, signs)}, {frame_texts.FROM.lower()} {row.sender} ({texts.LIKENESS[row.likeness]})"
            yield labelled(f"  {row.item}", said, _tone(row))
    if earlier.sender:
        yield heading(texts.earlier_sender(view.row.sender or ""))
        for own in earlier.sender:
            yield labelled(f"  {own.item}", f"{_said(own, signs)}: {outside(own.title, 40)}", _tone(own))


def _said(row: ItemRow | EarlierRow, signs: Glyphs) -> str:
    return f"{state_word(row.state, signs)}, {kind_in_full(row)}, {moment(row.received_at)}"


def _tone(row: ItemRow | EarlierRow) -> str:
    tone = state_tone(row.state)
    return "" if tone == "dim" else tone
