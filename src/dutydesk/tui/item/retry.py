"""The form that puts a dead delivery back into the queue."""

from __future__ import annotations

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.item.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph


def retry_form(console: Console, row: ItemRow, dead: tuple[str, ...]) -> Form:
    """``dead``: the recipients whose delivery of the item is dead."""

    async def retry(values: Values) -> CommandResult:
        if not values["recipient"]:
            raise InvalidRequest(InvalidRequestCode.NO_RECIPIENT, texts.NO_RECIPIENT)
        return await console.desk.review.retry(console.actor, item_number(row.item) or 0, values["recipient"])

    field = FormField("recipient", texts.RECIPIENT, FieldKind.CHOICE, dead, dead[:1])
    title = form_title(lambda: f"{texts.RETRY} {row.item}")
    return Form(console, title, [Paragraph(texts.RETRY_HINT)], (field,), texts.RETRY, retry)
