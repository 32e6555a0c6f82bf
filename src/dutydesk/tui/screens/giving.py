"""A claim is handed to a colleague by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.desk.ground import Answer
from dutydesk.desk.views import ItemRow
from dutydesk.domain.errors import BadCall
from dutydesk.domain.items import item_number
from dutydesk.domain.officers import Officer, Right, Role
from dutydesk.tui import words
from dutydesk.tui.screens.form import FieldKind, Form, FormField, Values
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


async def colleagues_of(console: DutyDeskApp) -> tuple[str, ...]:
    """Who else may review."""
    rows = await console.desk.officers()
    officers = (Officer(row.name, Role(row.role), row.country, row.logins) for row in rows)
    return tuple(one.name for one in officers if one.may(Right.REVIEW) and one.name != console.act.officer)


def give_form(console: DutyDeskApp, row: ItemRow, names: tuple[str, ...]) -> Form:
    """Where a third officer holds the item this takes it over, with a reason, as a take-over for oneself does."""
    held_by_another = row.claimed_by not in (None, console.act.officer)

    async def give(values: Values) -> Answer:
        if not values["colleague"]:
            raise BadCall(words.NO_COLLEAGUE)
        reason = values["reason"] if held_by_another else None
        number = item_number(row.item) or 0
        return await console.desk.claim(
            console.act, number, take_over=reason, for_officer=values["colleague"], expected=row.revision
        )

    lines = [Paragraph(words.GIVE_HINT, tone="dim")]
    fields = [FormField("colleague", words.COLLEAGUE, FieldKind.CHOICE, names, names[:1])]
    if held_by_another:
        lines.append(Paragraph(words.is_claimed_by(row.item, row.claimed_by), tone="warn"))
        fields.append(FormField("reason", words.REASON, FieldKind.TEXT))
    return Form(words.give(row.item), lines, fields, words.GIVE, give)
