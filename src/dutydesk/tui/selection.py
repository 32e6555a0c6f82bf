"""What the cursor of a screen is on, for the groups of actions that act on it."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import CountryRow, ItemRow, ItemView, without_ended_claim
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.frozen import value
from dutydesk.tui.console import Console
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.item.hit_texts import texts as hit_texts


def _nothing() -> None:
    return None


@value(frozen=True, slots=True)
class Selection:
    """An item, a hit, a country, or none of them; each is asked for when a key is pressed."""

    item: Callable[[], ItemRow | None] = _nothing
    hit: Callable[[], HitRow | None] = _nothing
    country: Callable[[], CountryRow | None] = _nothing


NO_SELECTION = Selection()


def selected_item(console: Console, selection: Selection) -> tuple[ItemRow, int] | None:
    """The selected item and its number; tells the officer if none is selected."""
    row = selection.item()
    number = item_number(row.item) if row is not None else None
    if row is not None and number is not None:
        return without_ended_claim(row, console.now()), number
    hit = selection.hit()
    if hit is not None:
        console.notify(hit_texts.hit_is_no_item(hit.hit, key_hint("list.open"), key_hint("hit.dismiss")), "warn")
    else:
        console.notify(texts.nothing_selected(key_hint("list.down"), key_hint("list.up")), "warn")
    return None


async def load_item(console: Console, number: int) -> ItemView | None:
    """Everything on an item, recorded as read; shows the refusal and returns ``None`` if the desk refuses."""
    try:
        view = await console.desk.queries.show(number)
    except DeskError as error:
        console.refuse(error)
        return None
    console.read_recorder.record(view.row)
    return view
