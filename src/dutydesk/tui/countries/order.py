"""Ordering a measure: the order, then what it would change, and only then the order itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from dutydesk.desk.base.rows import CountryRow, DryRun
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.errors import BadCall
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.tui.countries import texts
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField
from dutydesk.tui.frame.keys import brief
from dutydesk.tui.frame.plain import count, moment, outside
from dutydesk.tui.review import before_after
from dutydesk.tui.review import texts as review_texts
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_FIELDS = (
    FormField("level", texts.LEVEL_LABEL, FieldKind.CHOICE, tuple(Level), (Level.HELD,)),
    FormField("order", texts.ORDER_LABEL, hint=texts.ORDER_HINT),
    FormField("by", texts.BY_LABEL, hint=texts.BY_HINT),
    FormField("reason", review_texts.REASON, FieldKind.TEXT, hint=texts.MEASURE_REASON_HINT),
    FormField("channels", texts.CHANNELS, FieldKind.MANY, tuple(Channel), (Channel.DIFFUSION,)),
    FormField("kinds", texts.KINDS, FieldKind.MANY, tuple(Kind)),
    FormField("review_by", texts.REVIEW_BY, hint=texts.REVIEW_HINT),
    FormField("effective", texts.EFFECTIVE, hint=texts.EFFECTIVE_HINT),
)


def time_of(text: str, what: str) -> datetime | None:
    """A time as an officer writes it, UTC where no zone is said; ``None`` for nothing. Raises BadCall."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadCall(texts.bad_time(what, text.strip())) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class OrderMeasure(Form):
    """F2 runs dry; what the order would change is shown before it can be given."""

    def __init__(self, row: CountryRow) -> None:
        lines = [Paragraph(texts.stands_under(row.name, row.level, row.measure), tone="dim")]
        super().__init__(f"{texts.MEASURE_TITLE} {row.code}", lines, _FIELDS, texts.DRY_RUN)
        self._row = row

    def begin(self) -> None:
        super().begin()
        tour = self.console.tour
        if tour is not None and tour.country == self._row.code and not self.typed() and tour.order_words():
            self.fill(tour.order_words())

    def wanted(self) -> Order:
        values = self.values()
        channels = frozenset(Channel(name) for name in values["channels"].split(",") if name)
        kinds = frozenset(Kind(name) for name in values["kinds"].split(",") if name)
        if not channels:
            raise BadCall(texts.no_channel(brief("choice.choose")))
        return Order(
            country=self._row.code,
            level=Level(values["level"]),
            coverage=Coverage(channels, kinds),
            order=values["order"],
            by=values["by"],
            reason=values["reason"],
            effective=time_of(values["effective"], texts.EFFECTIVE),
            review_by=time_of(values["review_by"], texts.REVIEW_BY),
            expected=self._row.measure_revision,
        )

    async def submit(self) -> None:
        wanted = self.wanted()
        found = await self.console.desk.dry_run(self.console.actor, wanted)
        self.show_problem([])
        self.keep_draft()
        self.app.push_screen(Consequences(self, self._row, wanted, found))

    async def look_again(self) -> None:
        """Somebody ordered first: from here on the officer acts on what is in force now."""
        for row in await self.console.desk.countries():
            if row.code == self._row.code:
                self._row = row


class Consequences(Dialog):
    """What the order would change. The country's code is typed before it is given."""

    def __init__(self, form: OrderMeasure, row: CountryRow, wanted: Order, found: DryRun) -> None:
        super().__init__(texts.from_level_to(row.code, row.level, wanted.level), texts.ORDER_IT)
        self._form, self._row, self._wanted, self._found = form, row, wanted, found

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        with Horizontal(classes="row"):
            yield Label(texts.type_code(self._row.code), markup=False)
            yield Input(id="code", compact=True, placeholder=texts.CODE_HINT)

    def begin(self) -> None:
        self.query_one("#lines", TextPane).show(table(self._row, self._wanted, self._found))
        self.query_one("#lines").styles.max_height = 14
        self.query_one("#submit", Button).disabled = True

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#submit", Button).disabled = event.value.strip().upper() != self._row.code

    async def submit(self) -> None:
        if self.query_one("#submit", Button).disabled:
            raise BadCall(texts.type_code_first(self._row.code))
        try:
            answer = await self.console.desk.order(self.console.actor, self._wanted)
        except Exception:
            await self._form.look_again()
            raise
        self.dismiss()
        self._form.done(answer)


def table(row: CountryRow, wanted: Order, found: DryRun) -> Iterator[Paragraph]:
    """Before and after, line by line, in the desk's own figures."""
    after = wanted.level
    yield before_after.head()
    yield from before_after.levels(Level(row.level), after)
    yield from before_after.standing(found.before, found.after, found.would_change)
    yield from _consulted(found)
    yield Paragraph(texts.last_30_days(found.would_change.get("last_30_days", 0)))
    yield Paragraph(f"{texts.LEVEL_MEANING[after]}.", f"{after}:")
    covered = ", ".join(sorted(wanted.coverage.channels))
    kinds = ", ".join(sorted(wanted.coverage.kinds)) or texts.EVERY_KIND
    yield Paragraph(texts.EVERYTHING if after is Level.SUSPENDED else f"{covered}; {kinds}", texts.COVERS)
    if found.state == "proposed":
        yield Paragraph(texts.EASES, tone="warn")
    else:
        yield Paragraph(texts.from_when(moment(found.effective_at), outside(wanted.order), outside(wanted.by)))


def _consulted(found: DryRun) -> Iterator[Paragraph]:
    moved = found.would_change
    if "records_consulted_30_days" in moved:
        yield before_after.line(texts.RECORDS_CONSULTED, count(moved["records_consulted_30_days"]), count(0))
        yield before_after.line(texts.HITS, count(moved.get("hits_30_days", 0)), count(0))
