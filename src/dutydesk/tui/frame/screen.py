"""What all full screens have: the frame of header, answer and keys, and the acts on one item."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.geometry import Size

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import CountryRow, ItemRow, ItemView
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.countries import texts as countries_texts
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame import texts
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import Key, KeyPlace, bindings, first_free_key, key_hint
from dutydesk.tui.frame.partial_repaint import PartialRepaintScreen
from dutydesk.tui.frame.text_format import readable_name
from dutydesk.tui.review import texts as review_texts
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, StatusLine, TourLines
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


class DeskScreen(PartialRepaintScreen[None]):
    """A full screen. ``places`` says which keys act on it, for footer, help and palette."""

    BINDINGS = bindings(KeyPlace.EVERYWHERE)
    AUTO_FOCUS: ClassVar[str | None] = None

    @property
    def console(self) -> DutyDeskApp:
        return cast("DutyDeskApp", self.app)

    def places(self) -> tuple[KeyPlace, ...]:
        raise NotImplementedError

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """Something changed in the store: shows what of it belongs here."""

    async def load_deferred(self) -> None:
        """Nothing changed at this look: reads what was put off while it was out of sight."""

    def update_ages(self) -> None:
        """A minute of the desk's time has passed: ages have moved."""

    def on_resize(self, event: events.Resize) -> None:
        self.resized(event.size)
        self.console.check_size(event.size)

    def resized(self, size: Size) -> None:
        """The terminal has another size."""

    def show_header(self) -> None:
        tour = self.console.tour
        if tour is not None:
            self.query_one(TourLines).show_step(tour.lines(), tour.keys())
        self.query_one(HeaderLine).show(*self.console.header_pieces())
        self.query_one(AlarmLine).show_alarms(self.console.all_alarms(), self.console.now())

    def say(self, text: str, tone: str, *, details: bool) -> None:
        hint = texts.details_key(first_free_key("desk.details", self.places())) if details else ""
        self.query_one(StatusLine).say(text, tone, hint)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        self.query_one(FooterLine).show_keys(keys)

    def action_back(self) -> None:
        self.dismiss()


async def report_result(console: DutyDeskApp, work: Awaitable[CommandResult]) -> CommandResult | None:
    """Waits for an act and shows what came of it: the desk's own words, or why not."""
    try:
        answer = await work
    except DeskError as error:
        console.refuse(error)
        await console.update_screens()
        return None
    console.say(answer.words or texts.new_state(answer.subject, readable_name(answer.state)))
    await console.update_screens()
    return answer


class ItemActions(DeskScreen):
    """The acts on one item, wherever it is shown."""

    def current_item(self) -> ItemRow | None:
        raise NotImplementedError

    def _selected_item(self) -> tuple[ItemRow, int] | None:
        row = self.current_item()
        number = item_number(row.item) if row is not None else None
        if row is None or number is None:
            self.explain_no_selection()
            return None
        return row, number

    def explain_no_selection(self) -> None:
        """Why no item is selected."""
        self.console.say(texts.nothing_selected(key_hint("list.down"), key_hint("list.up")), "warn")

    async def action_claim(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        row, number = chosen
        console = self.console
        if row.claimed_by not in (None, console.actor.officer):
            self._open_take_over_form(row, number)
            return
        await report_result(console, console.desk.review.claim(console.actor, number))

    def _open_take_over_form(self, row: ItemRow, number: int) -> None:
        async def take_over(values: Values) -> CommandResult:
            return await self.console.desk.review.claim(self.console.actor, number, take_over=values["reason"])

        line = review_texts.is_claimed_by(row.item, row.claimed_by)
        self._open_reason_form(
            f"{review_texts.TAKE_OVER} {row.item}", [line], review_texts.REASON, review_texts.TAKE_OVER, take_over
        )

    async def action_unclaim(self) -> None:
        if (chosen := self._selected_item()) is not None:
            await report_result(self.console, self.console.desk.review.unclaim(self.console.actor, chosen[1]))

    async def action_undo(self) -> None:
        """The release made last from this console, else the item that is selected."""
        console = self.console
        number = console.undo_countdown.number
        if number is None:
            if (chosen := self._selected_item()) is None:
                return
            number = chosen[1]
        if await report_result(console, console.desk.review.undo(console.actor, number)) is not None:
            console.undo_countdown.end()

    async def action_reread(self) -> None:
        if (chosen := self._selected_item()) is not None:
            await report_result(self.console, self.console.desk.intake.reread(self.console.actor, chosen[1]))

    def action_reject(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        row, number = chosen

        async def reject(values: Values) -> CommandResult:
            return await self.console.desk.intake.reject(self.console.actor, number, values["reason"])

        self._open_reason_form(
            f"{review_texts.REJECT} {row.item}",
            [review_texts.REJECT_HINT],
            review_texts.REASON,
            review_texts.REJECT,
            reject,
        )

    def action_note(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        row, number = chosen

        async def note(values: Values) -> CommandResult:
            return await self.console.desk.review.note(self.console.actor, number, values["reason"])

        self._open_reason_form(review_texts.note_on(row.item), [], review_texts.NOTE, review_texts.NOTE, note)

    def _open_reason_form(
        self,
        title: str,
        lines: list[str],
        label: str,
        submit: str,
        send: Callable[[Values], Awaitable[CommandResult]],
    ) -> None:
        field = FormField("reason", label, FieldKind.TEXT)
        self.app.push_screen(Form(title, [Paragraph(line) for line in lines], (field,), submit, send))

    async def action_tick(self) -> None:
        from dutydesk.tui.review.checklist import ChecklistDialog

        if (chosen := self._selected_item()) is not None:
            view = await self._load_item(chosen[1])
            if view is not None:
                await self.app.push_screen(ChecklistDialog(view))

    async def action_decide(self) -> None:
        from dutydesk.tui.review.decision import DecisionForm

        if (chosen := self._selected_item()) is not None:
            view = await self._load_item(chosen[1])
            if view is not None:
                blocking = dict.fromkeys(found.rule for found in view.findings if found.severity == "block")
                may = self.console.desk.context.rules.may_be_overridden
                overridable = tuple(rule for rule in blocking if may(rule))
                await self.app.push_screen(DecisionForm(view, self.console.actor.officer, overridable))

    async def _load_item(self, number: int) -> ItemView | None:
        try:
            view = await self.console.desk.queries.show(number)
        except DeskError as error:
            self.console.refuse(error)
            return None
        self.console.read_recorder.record(view.row)
        return view


class CountryActions(DeskScreen):
    """The acts on one country, in the countries pane and on its own screen."""

    def current_country(self) -> CountryRow | None:
        raise NotImplementedError

    def action_measure(self) -> None:
        from dutydesk.tui.countries.order import OrderForm

        row = self.current_country()
        if row is None:
            self.console.say(countries_texts.no_country(key_hint("pane.countries")), "warn")
            return
        self.app.push_screen(OrderForm(row))

    def action_offline(self) -> None:
        row = self.current_country()
        if row is None:
            self.console.say(countries_texts.no_country(key_hint("pane.countries")), "warn")
            return
        code, offline = row.code, not row.offline

        async def mark(_values: Values) -> CommandResult:
            return await self.console.desk.supervision.set_offline(self.console.actor, code, offline=offline)

        title, line, submit = countries_texts.OFF_NETWORK if offline else countries_texts.ON_NETWORK
        self.app.push_screen(Form(f"{title} {code} {row.name}", [Paragraph(line)], (), submit, mark))
