"""The form that transfers a claim to a colleague."""

from __future__ import annotations

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.review.officers import Officer, Right, Role
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph


async def list_colleagues(console: Console) -> tuple[str, ...]:
    """The names of the other officers who may review."""
    rows = await console.desk.queries.officers()
    officers = (Officer(row.name, Role(row.role), row.country, row.logins) for row in rows)
    return tuple(one.name for one in officers if one.may(Right.REVIEW) and one.name != console.actor.officer)


def claim_transfer_form(console: Console, row: ItemRow, names: tuple[str, ...]) -> Form:
    """If a third officer holds the claim, this is a take-over and needs a reason."""
    held_by_another = row.claimed_by not in (None, console.actor.officer)

    async def give(values: Values) -> CommandResult:
        if not values["colleague"]:
            raise InvalidRequest(InvalidRequestCode.NO_COLLEAGUE, texts.NO_COLLEAGUE)
        reason = values["reason"] if held_by_another else None
        number = item_number(row.item) or 0
        return await console.desk.review.claim(
            console.actor, number, take_over=reason, for_officer=values["colleague"], expected=row.revision
        )

    lines = [Paragraph(texts.TRANSFER_HINT, tone="dim")]
    fields = [FormField("colleague", texts.COLLEAGUE, FieldKind.CHOICE, names, names[:1])]
    if held_by_another:
        lines.append(Paragraph(texts.is_claimed_by(row.item, row.claimed_by), tone="warn"))
        fields.append(reason_field())
    return Form(console, form_title(lambda: texts.transfer_claim(row.item)), lines, fields, texts.TRANSFER, give)
