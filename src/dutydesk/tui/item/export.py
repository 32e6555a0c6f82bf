"""The form that exports one item: to a file, or to the clipboard of the officer's terminal."""

from __future__ import annotations

from pathlib import Path

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.text_format import display_text
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph

#: Most terminals drop a longer text for the clipboard.
_CLIPBOARD_BYTES = 74_000


def export_form(console: Console, row: ItemRow, number: int) -> Form:
    async def export(values: Values) -> CommandResult:
        if not console.own_files or values["to"] == texts.EXPORT_TO_CLIPBOARD:
            return await _copy(console, row.item, number)
        name = values["path"].strip()
        if not name:
            raise InvalidRequest(InvalidRequestCode.NO_FILE, frame_texts.NO_FILE)
        from dutydesk.desk.audit.item_export import export_item  # on first use: it loads the signatures

        desk = console.desk
        done = await export_item(desk.store, desk.context, console.actor, number, _path(name))
        return CommandResult(row.item, row.state, 0, texts.exported(row.item, display_text(done.file), done.events))

    title = form_title(lambda: f"{texts.EXPORT} {row.item}")
    if not console.own_files:
        return Form(console, title, [Paragraph(texts.EXPORT_TO_CLIPBOARD_HINT)], (), texts.EXPORT, export)
    fields = (
        FormField("to", texts.EXPORT_TO, FieldKind.CHOICE, texts.EXPORT_TARGETS, texts.EXPORT_TARGETS[:1]),
        FormField("path", frame_texts.FILE, hint=f"{row.item}.jsonl"),
    )
    return Form(console, title, [Paragraph(texts.EXPORT_HINT)], fields, texts.EXPORT, export)


def _path(name: str) -> Path:
    return Path(name).expanduser()


async def _copy(console: Console, item: str, number: int) -> CommandResult:
    from dutydesk.desk.audit.item_export import export_item_text  # on first use: it loads the signatures

    desk = console.desk
    done, text = await export_item_text(desk.store, desk.context, console.actor, number)
    if len(text) > _CLIPBOARD_BYTES:
        raise InvalidRequest(InvalidRequestCode.NO_FILE, texts.too_long_to_copy(len(text), _CLIPBOARD_BYTES))
    console.copy_to_terminal(text, name=item)
    return CommandResult(item, "", 0, texts.exported(item, texts.EXPORT_TO_CLIPBOARD, done.events))
