"""The second person's word on what was proposed to allow on an owner's behalf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.domain.delivery.items import restriction_number
from dutydesk.tui.countries import texts as countries_texts
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame.text_format import display_text
from dutydesk.tui.item import texts as item_texts
from dutydesk.tui.review import texts
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp

_REASON = FormField("reason", texts.REASON, FieldKind.TEXT)


def restriction_lines(rows: Sequence[RestrictionRow]) -> Iterator[Paragraph]:
    """Each proposal in full: who proposed what and when, and what would make a confirm void by now."""
    for row in rows:
        yield Paragraph(display_text(row.words), tone="warn")
        for change in row.changed:
            yield Paragraph(display_text(change), item_texts.VOID_IF_CONFIRMED, "bad", indent=2)


def confirm_form(console: DutyDeskApp, rows: Sequence[RestrictionRow]) -> Form:
    """``rows`` are those that wait; of several, one is chosen."""

    async def confirm(values: Values) -> CommandResult:
        return await console.desk.supervision.confirm_restriction(console.actor, _chosen_number(rows, values))

    lines = [*restriction_lines(rows), *_comparison(rows)]
    return Form(f"{texts.CONFIRM}: {_title(rows)}", lines, _choice_fields(rows), texts.CONFIRM, confirm)


def dissent_form(console: DutyDeskApp, rows: Sequence[RestrictionRow]) -> Form:
    own = all(row.officer == console.actor.officer for row in rows)
    submit = texts.RETRACT_PROPOSAL if own else texts.DISSENT

    async def dissent(values: Values) -> CommandResult:
        return await console.desk.supervision.dissent_restriction(
            console.actor, _chosen_number(rows, values), values["reason"]
        )

    lines, fields = list(restriction_lines(rows)), (*_choice_fields(rows), _REASON)
    return Form(f"{submit}: {_title(rows)}", lines, fields, submit, dissent)


def _comparison(rows: Sequence[RestrictionRow]) -> Iterator[Paragraph]:
    for row in rows:
        whom = ", ".join(row.allow)
        what = row.item or texts.all_data_of(row.owner)
        yield Paragraph(texts.allowed_before(whom, what, ", ".join(row.denied)), f"{countries_texts.BEFORE}:")
        yield Paragraph(texts.allowed_after(whom, what), f"{countries_texts.AFTER}:")


def _title(rows: Sequence[RestrictionRow]) -> str:
    return rows[0].restriction if len(rows) == 1 else texts.RESTRICTIONS


def _choice_fields(rows: Sequence[RestrictionRow]) -> tuple[FormField, ...]:
    names = tuple(row.restriction for row in rows)
    if len(names) == 1:
        return ()
    return (FormField("restriction", texts.RESTRICTION, FieldKind.CHOICE, names, names[:1]),)


def _chosen_number(rows: Sequence[RestrictionRow], values: Values) -> int:
    return restriction_number(values.get("restriction") or rows[0].restriction) or 0
