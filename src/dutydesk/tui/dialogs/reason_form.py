"""A form with one text: a reason, or a note."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from dutydesk.desk.base.context import CommandResult
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph


def reason_field() -> FormField:
    return FormField("reason", texts.REASON, FieldKind.TEXT)


def reason_form(
    console: Console,
    title: str,
    submit: str,
    send: Callable[[str], Awaitable[CommandResult]],
    *,
    line: str = "",
    label: str = "",
) -> Form:
    """``send`` gets the text; ``line`` is shown above it, ``label`` beside the field."""
    field = FormField("reason", label or texts.REASON, FieldKind.TEXT)
    lines = [Paragraph(line)] if line else []
    return Form(console, title, lines, (field,), submit, lambda values: send(values["reason"]))
