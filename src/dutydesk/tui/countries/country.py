"""One country: its level, all its measures, and the actions on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.key_rows import SignatureRules
from dutydesk.desk.base.proposal_rows import MeasureProposal
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import CountryRow, MeasureRow
from dutydesk.domain.delivery.items import measure_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.supervision.measures import Level, MeasureState
from dutydesk.tui.console import Console
from dutydesk.tui.countries.actions import CountryActions
from dutydesk.tui.countries.measures_table import MeasureTable
from dutydesk.tui.countries.signatures import signature_lines
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.countries.timeline import timeline
from dutydesk.tui.countries.worklist import Worklist
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.country_names import country_name
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.text_format import (
    capitalised,
    date_and_time,
    desk_text,
    display_text,
    readable_name,
    value_labels,
    value_word,
)
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.texts import texts as item_texts
from dutydesk.tui.review import comparison
from dutydesk.tui.review.restrictions import confirm_form, dissent_form, restrict_form, restriction_lines
from dutydesk.tui.review.texts import texts as review_texts
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, StatusLine, TourLines
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane, heading, labelled


def _order_fields() -> tuple[FormField, ...]:
    return (
        FormField("by", texts.BY_LABEL, hint=texts.ENDORSED_BY_HINT),
        FormField("order", texts.ORDER_LABEL, hint=texts.ENDORSED_ORDER_HINT),
    )


def _endorsement_field() -> FormField:
    words = ("endorsed", "declined")
    return FormField("word", texts.ENDORSE_WORD, FieldKind.CHOICE, words, words[:1], labels=value_labels(words))


class CountryScreen(DeskScreen):
    CSS_PATH: ClassVar = Path(__file__).with_name("country.tcss")
    BINDINGS: ClassVar = bindings(KeyPlace.COUNTRY)
    AUTO_FOCUS = "MeasureTable"
    PLACES = (KeyPlace.COUNTRY, KeyPlace.LIST, KeyPlace.EVERYWHERE)

    def __init__(
        self,
        console: Console,
        row: CountryRow,
        measures: Sequence[MeasureRow],
        consulted: str,
        restrictions: tuple[RestrictionRow, ...] = (),
        signatures: SignatureRules | None = None,
    ) -> None:
        """``consulted``: a sentence on how often its data were consulted this year."""
        super().__init__(console, Selection(country=lambda: self._row))
        self.add_groups(CountryActions(console, self.selection))
        self._row, self._measures, self._consulted = row, measures, consulted
        self._restrictions, self._signatures = restrictions, signatures

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PaneTitle()
        yield TextPane(id="country")
        yield MeasureTable()
        yield TextPane(id="measure")
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        row = self._row
        where = texts.ncb(row.ncb, texts.REGIONS[row.region])
        self.query_one(PaneTitle).show(
            ((f"{row.code} {country_name(row.code, row.name)}", "strong", 0), (where, "dim", 0))
        )
        level = Level(row.level)
        network = texts.OFF_NETWORK_NOW if row.offline else texts.ON_NETWORK_NOW
        lines = [
            Paragraph(texts.diffusion_route(level), f"{value_word(level).upper()}:"),
            Paragraph(texts.traffic(row.held, row.received, network)),
            Paragraph(f"{capitalised(desk_text(self._consulted))}."),
        ]
        lines[1:1] = restriction_lines(self._restrictions)
        lines += signature_lines(self._signatures)
        self.query_one("#country", TextPane).show(lines)
        table = self.query_one(MeasureTable)
        table.styles.height = max(min(len(self._measures) + 2, 10), 4)
        table.show_rows(reversed(self._measures))
        if table.cursor is None:
            table.move_to(0)
        self.call_later(self._show_measure)

    def unavailable_keys(self) -> frozenset[str]:
        measure = self.query_one(MeasureTable).selected
        officer = self.console.actor.officer
        others_wait = any(row.officer != officer for row in self._restrictions)
        found = unavailable_measure_keys(measure, restrictions_wait=bool(self._restrictions))
        return found | {"measure.confirm"} if officer == _proposer(measure) and not others_wait else found

    async def _show_measure(self) -> None:
        self.show_footer(("measure.confirm", "measure.dissent"))
        measure, pane = self.query_one(MeasureTable).selected, self.query_one("#measure", TextPane)
        if measure is None:
            pane.show([])
            return
        try:
            events = await self.console.desk.queries.history(measure.measure)
        except DeskError as error:
            self.console.refuse(error)
            pane.show(measure_lines(measure), keep_place=True)  # not the text of the measure before
            return
        pane.show([*measure_lines(measure), *timeline(measure, events, self.console.now())], keep_place=True)

    async def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        await self._show_measure()

    def update_ages(self) -> None:
        self.call_later(self._show_measure)

    async def apply_changes(self, change_set: ChangeSet) -> None:
        if not change_set.measures and not change_set.items:
            return
        page = await self.console.desk.queries.country_page(self._row.code)
        self._row = page.row or self._row
        self._measures, self._consulted = page.measures, page.consulted
        self._restrictions, self._signatures = page.restrictions, page.signatures
        self._show()

    def _selected_measure(self) -> tuple[MeasureRow, int] | None:
        row = self.query_one(MeasureTable).selected
        number = measure_number(row.measure) if row is not None else None
        if row is None or number is None:
            self.console.notify(texts.NO_MEASURE, "warn")
            return None
        return row, number

    def action_restrict(self) -> None:
        self.console.open_screen(restrict_form(self.console, self._row.code, None, self._row))

    async def action_worklist(self) -> None:
        if (chosen := self._selected_measure()) is None:
            return
        rows = await self.console.desk.queries.worklist(chosen[1])
        await self.console.open_screen(Worklist(self.console, chosen[0].measure, rows), self.console.open_subject)

    def action_items(self) -> None:
        self.console.open_feed(f"from:{self._row.code}")

    def on_line_table_opened(self, _event: LineTable.Opened) -> None:
        self.action_items()

    def action_endorse(self) -> None:
        async def endorse(number: int, values: Values) -> CommandResult:
            desk, declined = self.console.desk, values["word"] == "declined"
            return await desk.supervision.endorse(
                self.console.actor, number, values["by"], values["order"], declined=declined
            )

        self._open_measure_form(
            lambda: texts.ENDORSE_TITLE, texts.SUBMIT_ENDORSEMENT, (_endorsement_field(), *_order_fields()), endorse
        )

    def action_lift(self) -> None:
        async def lift(number: int, values: Values) -> CommandResult:
            desk, actor = self.console.desk, self.console.actor
            return await desk.supervision.lift(actor, number, values["order"], values["by"], values["reason"])

        self._open_measure_form(lambda: texts.LIFT_TITLE, texts.SUBMIT_LIFT, (*_order_fields(), reason_field()), lift)

    def _applies_to_restrictions(self) -> bool:
        """Whether confirm and dissent are about the restrictions, because the selected measure has no proposal."""
        selected = self.query_one(MeasureTable).selected
        return bool(self._restrictions) and (selected is None or selected.proposed is None)

    async def action_confirm(self) -> None:
        if self._applies_to_restrictions():
            others = [row for row in self._restrictions if row.officer != self.console.actor.officer]
            if others:
                self.console.open_screen(confirm_form(self.console, self._restrictions))
            else:
                self.console.notify(review_texts.own_proposal(key_hint("measure.dissent")), "warn")
            return

        async def confirm(found: MeasureProposal, number: int, _values: Values) -> CommandResult:
            return await self.console.desk.supervision.confirm(self.console.actor, number, found.row.revision)

        if self.console.actor.officer == _proposer(self.query_one(MeasureTable).selected):
            self.console.notify(review_texts.own_proposal(key_hint("measure.dissent")), "warn")
            return
        await self._open_second_officer_form(lambda: review_texts.CONFIRM, review_texts.CONFIRM, (), confirm)

    async def action_dissent(self) -> None:
        if self._applies_to_restrictions():
            self.console.open_screen(dissent_form(self.console, self._restrictions))
            return

        async def dissent(_found: MeasureProposal, number: int, values: Values) -> CommandResult:
            return await self.console.desk.supervision.dissent(self.console.actor, number, values["reason"])

        await self._open_second_officer_form(
            lambda: texts.DISSENT_TO_MEASURE, review_texts.DISSENT, (reason_field(),), dissent
        )

    async def _open_second_officer_form(
        self,
        title: Callable[[], str],
        submit: str,
        fields: tuple[FormField, ...],
        send: Callable[[MeasureProposal, int, Values], Awaitable[CommandResult]],
    ) -> None:
        """Open the form with the proposal; shows the refusal if nothing is proposed."""
        if (chosen := self._selected_measure()) is None:
            return
        row, number = chosen
        try:
            found = await self.console.desk.queries.measure_proposal(number)
        except DeskError as error:
            self.console.refuse(error)
            return

        async def sent(values: Values) -> CommandResult:
            return await send(found, number, values)

        what = form_title(lambda: f"{title()} {row.measure}: {texts.PROPOSAL_WORDS[found.what]} {row.country}")
        lines = list(proposal_lines(found))
        await self.console.open_screen(Form(self.console, what, lines, fields, submit, sent))

    def _open_measure_form(
        self,
        title: Callable[[], str],
        submit: str,
        fields: tuple[FormField, ...],
        send: Callable[[int, Values], Awaitable[CommandResult]],
    ) -> None:
        if (chosen := self._selected_measure()) is None:
            return
        row, number = chosen

        async def sent(values: Values) -> CommandResult:
            return await send(number, values)

        lines = list(measure_lines(row))
        what = form_title(lambda: f"{title()} {row.measure}")
        self.console.open_screen(Form(self.console, what, lines, fields, submit, sent))


def _proposer(row: MeasureRow | None) -> str | None:
    """Who proposed the lift or the easing that waits for a second officer."""
    if row is None or (row.proposed is None and row.lift is None):
        return None
    return row.lift.officer if row.lift is not None else row.officer


def unavailable_measure_keys(row: MeasureRow | None, *, restrictions_wait: bool) -> frozenset[str]:
    """Ids of the keys that do nothing on this measure as it is now."""
    found: set[str] = set()
    signable = row is not None and (row.proposed is not None or row.lift is not None)
    if not signable and not restrictions_wait:
        found |= {"measure.confirm", "measure.dissent"}
    if row is None or row.state in (MeasureState.LIFTED, MeasureState.REPLACED):
        found |= {"measure.endorse", "measure.lift"}
    elif row.lift is not None or row.state == MeasureState.PROPOSED:
        found |= {"measure.lift"}
    if row is None:
        found |= {"measure.worklist"}
    return frozenset(found)


def _state(row: MeasureRow) -> str:
    """A measure whose lift is proposed stays in force until it is confirmed."""
    return texts.IN_FORCE_LIFT_PROPOSED if row.lift is not None and row.in_force else readable_name(row.state)


def measure_lines(row: MeasureRow) -> Iterator[Paragraph]:
    """A measure in full."""
    channels = texts.EVERYTHING if row.level == Level.SUSPENDED else ", ".join(map(value_word, row.channels))
    covers = "; ".join(filter(None, (channels, texts.kinds_only(", ".join(map(value_word, row.kinds))))))
    full = texts.measure_in_full(row.measure, row.country, value_word(row.level), _state(row), covers)
    officer = display_text(row.officer)
    yield labelled(texts.MEASURE_LABEL, full)
    yield labelled(texts.ORDER_OF, texts.ordered_by(display_text(row.order), display_text(row.by), officer))
    yield labelled(frame_texts.REASON, display_text(row.reason))
    yield labelled(texts.EFFECTIVE, texts.effective(date_and_time(row.effective_at), date_and_time(row.review_by)))
    endorsed = texts.endorsed(
        value_word(row.endorsement), display_text(row.endorsed_by or ""), date_and_time(row.endorsement_due)
    )
    yield labelled(texts.ENDORSEMENT_LABEL, endorsed)
    if row.lift is not None:
        lift = row.lift
        yield Paragraph(texts.lift_proposed_by(display_text(lift.officer)), tone="warn")
        yield labelled(
            texts.LIFT_PROPOSED_LABEL,
            texts.lift_in_full(
                display_text(lift.officer),
                date_and_time(lift.at),
                display_text(lift.order),
                display_text(lift.by),
                display_text(lift.reason),
            ),
        )
    elif row.proposed:
        yield Paragraph(texts.easing_proposed_by(officer), tone="warn")


def proposal_lines(found: MeasureProposal) -> Iterator[Paragraph]:
    """The proposal that a second officer signs, its effects, and the measure it is about."""
    row = found.row
    what = (
        texts.lift_of(row.measure, row.country)
        if found.what == "lift"
        else texts.easing_of(row.measure, row.country, value_word(row.level), date_and_time(found.effective_at))
    )
    yield Paragraph(
        texts.signed(what, display_text(found.officer), date_and_time(found.at)), texts.SIGNED_PROPOSAL, "strong"
    )
    yield labelled(texts.LIFT_ORDER, texts.order_only(display_text(found.order), display_text(found.by)))
    yield labelled(frame_texts.REASON, display_text(found.reason))
    for change in found.changed:
        yield Paragraph(desk_text(change), item_texts.VOID_IF_CONFIRMED, "bad", indent=2)
    yield from comparison.measure_effects(found.follows)
    if found.what == "lift":
        yield heading(texts.ORIGINAL_MEASURE)
        yield labelled(
            texts.ORDER_OF, texts.ordered_by(display_text(row.order), display_text(row.by), display_text(row.officer))
        )
        yield labelled(frame_texts.REASON, display_text(row.reason))
