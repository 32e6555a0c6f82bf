"""Order a measure: the form, then a dry run, then the order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from dutydesk.desk.base.rows import CountryRow, DryRun
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.tui.console import Console
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.country_names import country_name
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import date_and_time, display_text, format_count, value_labels, value_word
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.review import comparison
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane


def _fields() -> tuple[FormField, ...]:
    return (
        FormField(
            "level", texts.LEVEL_LABEL, FieldKind.CHOICE, tuple(Level), (Level.HELD,), labels=value_labels(Level)
        ),
        FormField("order", texts.ORDER_LABEL, hint=texts.ORDER_HINT),
        FormField("by", texts.BY_LABEL, hint=texts.BY_HINT),
        FormField("reason", frame_texts.REASON, FieldKind.TEXT, hint=texts.MEASURE_REASON_HINT),
        FormField(
            "channels",
            texts.CHANNELS,
            FieldKind.MANY,
            tuple(Channel),
            (Channel.DIFFUSION,),
            labels=value_labels(Channel),
        ),
        FormField("kinds", texts.KINDS, FieldKind.MANY, tuple(Kind), labels=value_labels(Kind)),
        FormField("review_by", texts.REVIEW_BY, hint=texts.REVIEW_HINT, optional=True),
        FormField("effective", texts.EFFECTIVE, hint=texts.EFFECTIVE_HINT, optional=True),
    )


def parse_time(text: str, what: str) -> datetime | None:
    """A time as an officer writes it, UTC without a zone; ``None`` if empty. Raises InvalidRequest."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRequest(InvalidRequestCode.BAD_TIME, texts.bad_time(what, text.strip())) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class OrderForm(Form):
    """F2 makes a dry run; the measure is ordered from there."""

    def __init__(self, console: Console, row: CountryRow) -> None:
        name = country_name(row.code, row.name)
        lines = [Paragraph(texts.current_level(name, value_word(row.level), row.measure), tone="dim")]
        title = form_title(lambda: f"{texts.MEASURE_TITLE} {row.code}")
        super().__init__(console, title, lines, _fields(), texts.DRY_RUN)
        self._row = row

    def populate(self) -> None:
        """While the tour waits for this measure, its values win over a draft."""
        super().populate()
        tour = self.console.tour
        if tour is not None and tour.country == self._row.code and tour.order_values():
            self.fill(tour.order_values())
            self.show_problem([])

    def build_order(self) -> Order:
        values = self.values()
        channels = frozenset(Channel(name) for name in values["channels"].split(",") if name)
        kinds = frozenset(Kind(name) for name in values["kinds"].split(",") if name)
        if not channels:
            raise InvalidRequest(InvalidRequestCode.NO_CHANNEL, texts.no_channel(key_hint("choice.choose")))
        return Order(
            country=self._row.code,
            level=Level(values["level"]),
            coverage=Coverage(channels, kinds),
            order=values["order"],
            by=values["by"],
            reason=values["reason"],
            effective=parse_time(values["effective"], texts.EFFECTIVE),
            review_by=parse_time(values["review_by"], texts.REVIEW_BY),
            expected=self._row.measure_revision,
        )

    async def submit(self) -> None:
        wanted = self.build_order()
        found = await self.console.desk.supervision.dry_run(self.console.actor, wanted)
        self.show_problem([])
        self.save_draft()
        self.console.open_screen(DryRunDialog(self, self._row, wanted, found))

    async def reload_country(self) -> None:
        """Somebody else ordered first: use the measure that is in force now."""
        for row in await self.console.desk.queries.countries():
            if row.code == self._row.code:
                self._row = row


class DryRunDialog(Dialog):
    """What the order would change. The officer types the country's code to order it."""

    def __init__(self, form: OrderForm, row: CountryRow, wanted: Order, found: DryRun) -> None:
        super().__init__(form.console, _title(row, wanted), texts.SUBMIT_ORDER)
        self._form, self._row, self._wanted, self._found = form, row, wanted, found

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        with Horizontal(classes="row"):
            yield Label(texts.type_code(self._row.code), markup=False)
            yield Input(id="code", compact=True, placeholder=texts.CODE_HINT)

    def populate(self) -> None:
        self.query_one("#lines", TextPane).show(dry_run_lines(self._row, self._wanted, self._found))
        self.query_one("#submit", Button).disabled = True

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#submit", Button).disabled = event.value.strip().upper() != self._row.code

    async def submit(self) -> None:
        if self.query_one("#submit", Button).disabled:
            raise InvalidRequest(InvalidRequestCode.CODE_NOT_TYPED, texts.type_code_first(self._row.code))
        try:
            result = await self.console.desk.supervision.order(self.console.actor, self._wanted)
        except Exception:
            await self._form.reload_country()
            raise
        self.dismiss()
        self._form.finish(result)


def _title(row: CountryRow, wanted: Order) -> str:
    return texts.from_level_to(row.code, value_word(row.level), value_word(wanted.level))


def dry_run_lines(row: CountryRow, wanted: Order, found: DryRun) -> Iterator[Paragraph]:
    """Before and after, line by line."""
    after = wanted.level
    yield comparison.head()
    yield from comparison.level_change(Level(row.level), after)
    yield from comparison.item_counts(found.before, found.after, found.would_change)
    yield from _consultation_lines(found)
    yield Paragraph(texts.last_30_days(found.would_change.get("last_30_days", 0)))
    yield Paragraph(f"{texts.LEVEL_MEANING[after]}.", f"{value_word(after)}:")
    covered = ", ".join(map(value_word, sorted(wanted.coverage.channels)))
    kinds = ", ".join(map(value_word, sorted(wanted.coverage.kinds))) or texts.EVERY_KIND
    yield Paragraph(texts.EVERYTHING if after is Level.SUSPENDED else f"{covered}; {kinds}", texts.COVERS)
    if found.state == "proposed":
        yield Paragraph(texts.EASING_NOTE, tone="warn")
    else:
        yield Paragraph(
            texts.effective_order(
                date_and_time(found.effective_at), display_text(wanted.order), display_text(wanted.by)
            )
        )


def _consultation_lines(found: DryRun) -> Iterator[Paragraph]:
    moved = found.would_change
    if "records_consulted_30_days" in moved:
        yield comparison.line(
            texts.RECORDS_CONSULTED, format_count(moved["records_consulted_30_days"]), format_count(0)
        )
        yield comparison.line(texts.HITS, format_count(moved.get("hits_30_days", 0)), format_count(0))
