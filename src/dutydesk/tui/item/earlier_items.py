"""Earlier items on the same person and from the same sender."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.desk.base.rows import EarlierItemRow, ItemRow, ItemView
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.views.items import PageFilter
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.frozen import value
from dutydesk.tui.feed.table import state_tone
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import date_and_time, display_text, full_kind, state_word
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.body_fields import value_at
from dutydesk.tui.item.texts import texts
from dutydesk.tui.person.texts import texts as person_texts
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled

MOST_OF_PERSON, MOST_OF_SENDER = 8, 4


@value(frozen=True, slots=True)
class EarlierItems:
    """Newest first; ``person`` has items of every bureau."""

    person: tuple[EarlierItemRow, ...] = ()
    sender: tuple[ItemRow, ...] = ()


async def load_earlier(desk: Desk, view: ItemView) -> EarlierItems:
    number = item_number(view.row.item)
    if number is None:
        return EarlierItems()
    person = await desk.queries.earlier_items(number)
    sender = (
        await desk.queries.feed(PageFilter(sender=view.row.sender, before=number), MOST_OF_SENDER)
        if view.row.sender
        else []
    )
    return EarlierItems(tuple(person[:MOST_OF_PERSON]), tuple(sender))


def earlier_lines(view: ItemView, earlier: EarlierItems, signs: Glyphs) -> Iterator[Paragraph]:
    if value_at(view.body, "subject", "type") == "person":
        yield heading(person_texts.same_person(key_hint("person.file")))
        if not earlier.person:
            yield Paragraph(texts.EARLIER_NONE, indent=2)
        for row in earlier.person:
            text = f"{_row_text(row, signs)}, {frame_texts.FROM.lower()} {row.sender} ({texts.LIKENESS[row.likeness]})"
            yield labelled(f"  {row.item}", text, _tone(row))
    if earlier.sender:
        yield heading(texts.earlier_sender(view.row.sender or ""))
        for own in earlier.sender:
            yield labelled(f"  {own.item}", f"{_row_text(own, signs)}: {display_text(own.title, 40)}", _tone(own))


def _row_text(row: ItemRow | EarlierItemRow, signs: Glyphs) -> str:
    return f"{state_word(row.state, signs)}, {full_kind(row)}, {date_and_time(row.received_at)}"


def _tone(row: ItemRow | EarlierItemRow) -> str:
    tone = state_tone(row.state)
    return "" if tone == "dim" else tone
