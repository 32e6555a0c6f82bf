"""The forms of an administrator: purge, and import a register."""

from __future__ import annotations

import asyncio
from pathlib import Path

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.rules.registers import Register
from dutydesk.tui.administration.texts import texts
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.text_format import value_labels
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.registers.registers import MAX_BYTES


class AdministratorActions:
    """Purge and import; the desk refuses both to anybody else."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"purge": self.purge, "import_register": self.import_register}

    async def purge(self) -> None:
        await self._console.open_screen(purge_form(self._console))

    async def import_register(self) -> None:
        if self._console.own_files:
            await self._console.open_screen(import_form(self._console))
        else:
            self._console.notify(frame_texts.SHARED_ACCOUNT, "warn")


def purge_form(console: Console) -> Form:
    async def purge(_values: Values) -> CommandResult:
        done = await console.desk.retention.purge(console.actor)
        words = texts.purged(len(done.purged), len(done.kept), erased=done.erased, left_to_vacuum=done.left_to_vacuum)
        return CommandResult("desk", "purged", 0, words)

    return Form(console, form_title(lambda: texts.PURGE), [Paragraph(texts.PURGE_HINT)], (), texts.PURGE, purge)


def _read(path: str) -> bytes:
    """Raises InvalidRequest."""
    if not path:
        raise InvalidRequest(InvalidRequestCode.NO_FILE, frame_texts.NO_FILE)
    with open_file(Path(path).expanduser()) as stream:
        return stream.read(MAX_BYTES + 1)


def import_form(console: Console) -> Form:
    async def take(values: Values) -> CommandResult:
        raw = await asyncio.to_thread(_read, values["path"].strip())
        register = Register(values["register"] or Register.REFUGEES)
        report = await console.desk.imports.import_register(console.actor, register, raw)
        text = texts.imported(report.taken + report.changed, len(report.not_taken))
        return CommandResult("desk", "imported", 0, text)

    fields = (
        FormField(
            "register",
            texts.REGISTER,
            FieldKind.CHOICE,
            tuple(Register),
            (Register.REFUGEES,),
            labels=value_labels(Register),
        ),
        FormField("path", frame_texts.FILE, hint=texts.FILE_HINT),
    )
    return Form(console, form_title(lambda: texts.IMPORT), [Paragraph(texts.IMPORT_HINT)], fields, texts.IMPORT, take)
