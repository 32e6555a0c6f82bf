"""A claim is handed to a colleague by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.review.officers import Officer, Right, Role
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame import shortcut_texts
from dutydesk.tui.review import texts
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


async def list_colleagues(console: DutyDeskApp) -> tuple[str, ...]:
    """Who else may review."""
    rows = await console.desk.queries.officers()
    officers = (Officer(row.name, Role(row.role), row.country, row.logins) for row in rows)
    return tuple(one.name for one in officers if one.may(Right.REVIEW) and one.name != console.actor.officer)


def claim_transfer_form(console: DutyDeskApp, row: ItemRow, names: tuple[str, ...]) -> Form:
    """Where a third officer holds the item this takes it over, with a reason, as a take-over for oneself does."""
    held_by_another = row.claimed_by not in (None, console.actor.officer)

    async def give(values: Values) -> CommandResult:
        if not values["colleague"]:
            raise InvalidRequest(InvalidRequestCode.NO_COLLEAGUE, shortcut_texts.NO_COLLEAGUE)
        reason = values["reason"] if held_by_another else None
        number = item_number(row.item) or 0
        return await console.desk.review.claim(
            console.actor, number, take_over=reason, for_officer=values["colleague"], expected=row.revision
        )

    lines = [Paragraph(shortcut_texts.TRANSFER_HINT, tone="dim")]
    fields = [FormField("colleague", shortcut_texts.COLLEAGUE, FieldKind.CHOICE, names, names[:1])]
    if held_by_another:
        lines.append(Paragraph(texts.is_claimed_by(row.item, row.claimed_by), tone="warn"))
        fields.append(FormField("reason", texts.REASON, FieldKind.TEXT))
    return Form(shortcut_texts.transfer_claim(row.item), lines, fields, shortcut_texts.TRANSFER, give)
