"""Restrictions on an owner's behalf: the form that orders one, and the second officer's forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import CountryRow, ItemRow
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number, restriction_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.tui.console import Console
from dutydesk.tui.countries.texts import texts as countries_texts
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field
from dutydesk.tui.frame.text_format import desk_text
from dutydesk.tui.item.texts import texts as item_texts
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph


def restriction_lines(rows: Sequence[RestrictionRow]) -> Iterator[Paragraph]:
    """Each proposal in full, with what makes it no longer confirmable."""
    for row in rows:
        yield Paragraph(desk_text(row.words), tone="warn")
        for change in row.changed:
            yield Paragraph(desk_text(change), item_texts.VOID_IF_CONFIRMED, "bad", indent=2)


def restrict_form(console: Console, owner: str, row: ItemRow | None, country: CountryRow | None = None) -> Form:
    """For one item (``row``), or for all data of ``owner``, whose code must then be typed as for a measure."""

    async def restrict(values: Values) -> CommandResult:
        deny, allow = _codes(values["deny"]), _codes(values["allow"])
        is_named = deny is not None or allow is not None
        if row is None and is_named and values["code"].strip().upper() != owner:
            raise InvalidRequest(InvalidRequestCode.CODE_NOT_TYPED, countries_texts.type_code_first(owner))
        number = item_number(row.item) if row is not None else None
        return await console.desk.supervision.restrict(console.actor, owner, deny, allow, number)

    title = form_title(lambda: f"{texts.RESTRICT} {row.item if row is not None else owner}")
    fields: tuple[FormField, ...] = (
        FormField("deny", texts.DENY, hint=texts.CODES_HINT),
        FormField("allow", texts.ALLOW, hint=texts.CODES_HINT),
    )
    lines = [Paragraph(texts.RESTRICT_HINT)]
    if row is None:
        fields = (*fields, FormField("code", countries_texts.type_code(owner), hint=texts.RESTRICT_CODE_HINT))
        counted = texts.restricts_all(owner, country.received, country.held) if country else texts.all_data_of(owner)
        lines.insert(0, Paragraph(counted, tone="warn"))
    return Form(console, title, lines, fields, texts.RESTRICT, restrict)


def _codes(text: str) -> Recipients | None:
    codes = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    if not codes:
        return None
    return Everyone() if codes == ("ALL",) else codes


def confirm_form(console: Console, rows: Sequence[RestrictionRow]) -> Form:
    """``rows``: the proposed restrictions; the officer chooses one of several."""

    async def confirm(values: Values) -> CommandResult:
        return await console.desk.supervision.confirm_restriction(console.actor, _chosen_number(rows, values))

    lines = [*restriction_lines(rows), *_comparison(rows)]
    title = form_title(lambda: f"{texts.CONFIRM}: {_title(rows)}")
    return Form(console, title, lines, _choice_fields(rows), texts.CONFIRM, confirm)


def dissent_form(console: Console, rows: Sequence[RestrictionRow]) -> Form:
    own = all(row.officer == console.actor.officer for row in rows)

    def submit() -> str:
        return texts.RETRACT_PROPOSAL if own else texts.DISSENT

    async def dissent(values: Values) -> CommandResult:
        return await console.desk.supervision.dissent_restriction(
            console.actor, _chosen_number(rows, values), values["reason"]
        )

    lines, fields = list(restriction_lines(rows)), (*_choice_fields(rows), reason_field())
    title = form_title(lambda: f"{submit()}: {_title(rows)}")
    return Form(console, title, lines, fields, submit(), dissent)


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
