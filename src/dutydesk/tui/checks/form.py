"""The form of a database check for a bureau, and the page of its result."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.checks.check import CheckResult
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Database, DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.tui.checks.texts import texts
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.text_format import desk_text, display_text, value_labels
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.decode.dates import partial_date


def _fields() -> tuple[FormField, ...]:
    return (
        FormField("requester", texts.REQUESTER, hint=texts.REQUESTER_HINT),
        FormField(
            "database",
            texts.DATABASE,
            FieldKind.CHOICE,
            tuple(Database),
            (Database.NOMINAL,),
            labels=value_labels(Database),
        ),
        FormField("name", texts.NAME, hint=texts.NAME_HINT),
        FormField("birth", texts.BIRTH, hint=texts.BIRTH_HINT, optional=True),
        FormField("nationality", texts.NATIONALITY, optional=True),
        FormField("document", texts.DOCUMENT, optional=True),
        FormField("issuer", texts.ISSUER, optional=True),
        FormField("place", texts.PLACE, hint=texts.PLACE_HINT, optional=True),
    )


class CheckActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"check": self.open}

    async def open(self) -> None:
        await self._console.open_screen(CheckForm(self._console))


class CheckForm(Form):
    """Once it is sent, the result is shown on a page of its own."""

    def __init__(self, console: Console) -> None:
        lines = [Paragraph(texts.CHECK_HINT, tone="dim")]
        title = form_title(lambda: texts.CHECK_TITLE)
        super().__init__(console, title, lines, _fields(), texts.CHECK, self._check)
        self._result = CheckResult("")
        self._requester = ""

    async def _check(self, values: Values) -> CommandResult:
        self._requester = values["requester"].strip().upper()
        query, place = build_query(values), values["place"].strip() or None
        self._result = await self.console.desk.checks.check(self.console.actor, self._requester, query, place)
        words = texts.checked(self._requester, len(self._result.hits))
        return CommandResult(self._requester, self._result.result, 0, words)

    def finish(self, result: CommandResult) -> None:
        super().finish(result)
        title = f"{texts.RESULT_TITLE} {display_text(self._requester)}"
        self.console.open_screen(Viewer(self.console, title, result_lines(self._result)))


def build_query(values: Values) -> NominalQuery | DocumentQuery:
    """Raises InvalidRequest."""
    name, number, issuer = (values[field].strip() for field in ("name", "document", "issuer"))
    nationality = values["nationality"].strip().upper()
    if values["database"] != Database.NOMINAL:
        if not number or name or values["birth"].strip() or nationality:
            raise InvalidRequest(InvalidRequestCode.CONFLICTING_OPTIONS, texts.DOCUMENT_FIELDS)
        return DocumentQuery(number, issuer.upper() or None)
    if not (name or number) or issuer:
        raise InvalidRequest(InvalidRequestCode.CONFLICTING_OPTIONS, texts.NOMINAL_FIELDS)
    return NominalQuery(name, _birth(values["birth"].strip()), nationality or None, number or None)


def _birth(text: str) -> PartialDate | None:
    if not text:
        return None
    found = partial_date(text)
    if found is None:
        raise InvalidRequest(InvalidRequestCode.BAD_DATE, texts.BAD_BIRTH)
    return found


def result_lines(result: CheckResult) -> Iterator[Paragraph]:
    if not result.hits:
        yield Paragraph(texts.NO_RECORD, tone="strong")
    for hit in result.hits:
        record = display_text(hit.item or hit.record or "")
        text = texts.hit_line(record, display_text(hit.source), desk_text(hit.explanation))
        yield Paragraph(text, texts.hit_label(hit.hit, hit.score))
