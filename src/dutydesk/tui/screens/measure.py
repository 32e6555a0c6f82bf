"""Ordering a measure: the order, then what it would change, and only then the order itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from dutydesk.desk.supervise import Order
from dutydesk.desk.views import CountryRow, DryRun
from dutydesk.domain.errors import BadCall
from dutydesk.domain.messages import Kind
from dutydesk.domain.supervision import Channel, Coverage, Level
from dutydesk.tui import before_after, words
from dutydesk.tui.keys import brief
from dutydesk.tui.plain import count, moment, outside
from dutydesk.tui.screens.dialog import Dialog
from dutydesk.tui.screens.form import FieldKind, Form, FormField
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_FIELDS = (
    FormField("level", words.LEVEL_LABEL, FieldKind.CHOICE, tuple(Level), (Level.HELD,)),
    FormField("order", words.ORDER_LABEL, hint=words.ORDER_HINT),
    FormField("by", words.BY_LABEL, hint=words.BY_HINT),
    FormField("reason", words.REASON, FieldKind.TEXT, hint=words.MEASURE_REASON_HINT),
    FormField("channels", words.CHANNELS, FieldKind.MANY, tuple(Channel), (Channel.DIFFUSION,)),
    FormField("kinds", words.KINDS, FieldKind.MANY, tuple(Kind)),
    FormField("review_by", words.REVIEW_BY, hint=words.REVIEW_HINT),
    FormField("effective", words.EFFECTIVE, hint=words.EFFECTIVE_HINT),
)


def time_of(text: str, what: str) -> datetime | None:
    """A time as an officer writes it, UTC where no zone is said; ``None`` for nothing. Raises BadCall."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadCall(words.bad_time(what, text.strip())) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class OrderMeasure(Form):
    """F2 runs dry; what the order would change is shown before it can be given."""

    def __init__(self, row: CountryRow) -> None:
        lines = [Paragraph(words.stands_under(row.name, row.level, row.measure), tone="dim")]
        super().__init__(f"{words.MEASURE_TITLE} {row.code}", lines, _FIELDS, words.DRY_RUN)
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
            raise BadCall(words.no_channel(brief("choice.choose")))
        return Order(
            country=self._row.code,
            level=Level(values["level"]),
            coverage=Coverage(channels, kinds),
            order=values["order"],
            by=values["by"],
            reason=values["reason"],
            effective=time_of(values["effective"], words.EFFECTIVE),
            review_by=time_of(values["review_by"], words.REVIEW_BY),
            expected=self._row.measure_revision,
        )

    async def submit(self) -> None:
        wanted = self.wanted()
        found = await self.console.desk.dry_run(self.console.act, wanted)
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
        super().__init__(words.from_level_to(row.code, row.level, wanted.level), words.ORDER_IT)
        self._form, self._row, self._wanted, self._found = form, row, wanted, found

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        with Horizontal(classes="row"):
            yield Label(words.type_code(self._row.code), markup=False)
            yield Input(id="code", compact=True, placeholder=words.CODE_HINT)

    def begin(self) -> None:
        self.query_one("#lines", TextPane).show(table(self._row, self._wanted, self._found))
        self.query_one("#lines").styles.max_height = 14
        self.query_one("#submit", Button).disabled = True

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#submit", Button).disabled = event.value.strip().upper() != self._row.code

    async def submit(self) -> None:
        if self.query_one("#submit", Button).disabled:
            raise BadCall(words.type_code_first(self._row.code))
        try:
            answer = await self.console.desk.order(self.console.act, self._wanted)
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
    yield Paragraph(words.last_30_days(found.would_change.get("last_30_days", 0)))
    yield Paragraph(f"{words.LEVEL_MEANING[after]}.", f"{after}:")
    covered = ", ".join(sorted(wanted.coverage.channels))
    kinds = ", ".join(sorted(wanted.coverage.kinds)) or words.EVERY_KIND
    yield Paragraph(words.EVERYTHING if after is Level.SUSPENDED else f"{covered}; {kinds}", words.COVERS)
    if found.state == "proposed":
        yield Paragraph(words.EASES, tone="warn")
    else:
        yield Paragraph(words.from_when(moment(found.effective_at), outside(wanted.order), outside(wanted.by)))


def _consulted(found: DryRun) -> Iterator[Paragraph]:
    moved = found.would_change
    if "records_consulted_30_days" in moved:
        yield before_after.line(words.RECORDS_CONSULTED, count(moved["records_consulted_30_days"]), count(0))
        yield before_after.line(words.HITS, count(moved.get("hits_30_days", 0)), count(0))
