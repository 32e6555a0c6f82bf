"""Acts on owners' data and on what is kept: restrict, try again, purge, import, and a measure's worklist."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.rules.registers import Register
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.review import texts as review_texts
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.registers.registers import MAX_BYTES

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


def restrict_form(console: DutyDeskApp, owner: str, row: ItemRow | None) -> Form:
    """On the owner's behalf: for one item, or for all its data."""

    async def restrict(values: Values) -> CommandResult:
        deny, allow = _codes(values["deny"]), _codes(values["allow"])
        number = item_number(row.item) if row is not None else None
        return await console.desk.supervision.restrict(console.actor, owner, deny, allow, number)

    title = f"{review_texts.RESTRICT} {row.item if row is not None else owner}"
    fields = (
        FormField("deny", review_texts.DENY, hint=review_texts.CODES_HINT),
        FormField("allow", review_texts.ALLOW, hint=review_texts.CODES_HINT),
    )
    return Form(title, [Paragraph(review_texts.RESTRICT_HINT)], fields, review_texts.RESTRICT, restrict)


def _codes(text: str) -> Recipients | None:
    codes = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    if not codes:
        return None
    return Everyone() if codes == ("ALL",) else codes


def retry_form(console: DutyDeskApp, row: ItemRow, dead: tuple[str, ...]) -> Form:
    async def retry(values: Values) -> CommandResult:
        if not values["recipient"]:
            raise InvalidRequest(InvalidRequestCode.NO_RECIPIENT, review_texts.NO_RECIPIENT)
        return await console.desk.review.retry(console.actor, item_number(row.item) or 0, values["recipient"])

    field = FormField("recipient", review_texts.RECIPIENT, FieldKind.CHOICE, dead, dead[:1])
    return Form(
        f"{review_texts.RETRY} {row.item}", [Paragraph(review_texts.RETRY_HINT)], (field,), review_texts.RETRY, retry
    )


def purge_form(console: DutyDeskApp) -> Form:
    async def purge(_values: Values) -> CommandResult:
        done = await console.desk.retention.purge(console.actor)
        return CommandResult("desk", "purged", 0, review_texts.purged(len(done.purged), len(done.kept)))

    return Form(review_texts.PURGE, [Paragraph(review_texts.PURGE_HINT)], (), review_texts.PURGE, purge)


def _read(path: str) -> bytes:
    """Raises BadCall."""
    if not path:
        raise InvalidRequest(InvalidRequestCode.NO_FILE, review_texts.NO_FILE)
    with open_file(Path(path).expanduser()) as stream:
        return stream.read(MAX_BYTES + 1)


def import_form(console: DutyDeskApp) -> Form:
    async def take(values: Values) -> CommandResult:
        raw = await asyncio.to_thread(_read, values["path"].strip())
        register = Register(values["register"] or Register.REFUGEES)
        report = await console.desk.imports.import_register(console.actor, register, raw)
        said = review_texts.imported(report.taken + report.changed, len(report.not_taken))
        return CommandResult("desk", "imported", 0, said)

    fields = (
        FormField("register", review_texts.REGISTER, FieldKind.CHOICE, tuple(Register), (Register.REFUGEES,)),
        FormField("path", review_texts.FILE, hint=review_texts.FILE_HINT),
    )
    return Form(review_texts.IMPORT, [Paragraph(review_texts.IMPORT_HINT)], fields, review_texts.IMPORT, take)
