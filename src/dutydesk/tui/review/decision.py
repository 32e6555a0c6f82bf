"""The form of a decision. It shows what prevents a release before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widgets import TextArea

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemView
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Conflict, DeskError
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.four_eyes import four_eyes_reasons
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.difference.actions import DialogDifference
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame import value_texts
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import capitalised, display_text, full_kind, title_of
from dutydesk.tui.item import texts as item_texts
from dutydesk.tui.item.changes import list_changes
from dutydesk.tui.item.paragraphs import body_fault_lines
from dutydesk.tui.person.actions import DialogPerson
from dutydesk.tui.review import texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import Paragraph

_FIELDS = (
    FormField("action", texts.ACTION, FieldKind.CHOICE, tuple(Decision), (Decision.RELEASE,)),
    FormField("code", texts.CODE_LABEL, FieldKind.CHOICE, tuple(RefusalCode)),
    FormField("articles", texts.ARTICLES, hint=texts.ARTICLES_HINT, optional=True),
    FormField("kind", texts.OFFER_KIND, FieldKind.CHOICE, tuple(Kind)),
)
_REASON = FormField("reason", frame_texts.REASON, FieldKind.TEXT)


class DecisionForm(Form):
    def __init__(self, console: Console, view: ItemView, overridable: tuple[str, ...] = ()) -> None:
        """``overridable``: the blocking rules of the findings that a supervisor may override."""
        override = FormField("overrides", texts.OVERRIDE, FieldKind.MANY, overridable)
        fields = (*_FIELDS, *((override,) if overridable else ()), _REASON)
        super().__init__(console, f"{texts.DECIDE} {view.row.item}", [], fields, texts.DECIDE, self._decide)
        self._first = self._view = view
        self._expected = view.row.revision
        self._officer = console.actor.officer
        self._overridable = overridable
        self.add_groups(
            DialogDifference(console, self._number, self.show_refusal),
            DialogPerson(console, self._number, self.show_refusal),
        )

    def populate(self) -> None:
        super().populate()
        self._show_action()

    @property
    def decision(self) -> Decision:
        return Decision(self.query_one("#action", Choice).value or Decision.RELEASE)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "action":
            self._show_action()

    def _show_action(self) -> None:
        refusing = self.decision is Decision.REFUSE
        self.query_one("#row-code").display = refusing
        self.query_one("#row-articles").display = refusing or self.decision is Decision.RELEASE
        asks_notice = self.decision is Decision.ASK and self._view.row.type == MessageType.NOTICE_REQUEST
        self.query_one("#row-kind").display = asks_notice
        if self._overridable:
            self.query_one("#row-overrides").display = self.decision is Decision.RELEASE
        self.show_lines(list(self._summary(self.decision)))

    def _summary(self, decision: Decision) -> Iterator[Paragraph]:
        """What an officer must have seen before deciding."""
        row = self._view.row
        yield Paragraph(title_of(row), tone="bad" if row.changed else "strong")
        yield from body_fault_lines(self._view)
        changed = list(list_changes(self._first, self._view, self._officer))
        if changed:
            yield Paragraph(item_texts.CHANGED_SINCE, tone="warn")
            yield from (Paragraph(display_text(text), "-", "warn", indent=2) for text in changed)
        yield Paragraph(texts.kind_from(full_kind(row), row.sender, row.version), tone="dim")
        if decision is not Decision.ESCALATE and row.claimed_by != self._officer:
            yield Paragraph(texts.claim_first(key_hint("item.claim")), tone="warn")
        if decision in (Decision.RELEASE, Decision.REFUSE):
            for why in self._reasons_for_two():
                yield Paragraph(texts.needs_second_officer(why), tone="warn")
        if decision is Decision.RELEASE:
            yield from self._obstacles()
            if self._overridable:
                yield Paragraph(texts.OVERRIDE_HINT, tone="dim")
            if not row.changed:
                go = [verdict.recipient for verdict in self._view.audience if verdict.verdict == "deliver"]
                yield Paragraph(texts.release_audience(len(go), len(self._view.audience)))
        yield Paragraph(
            f"{texts.DECISION_HINTS[decision]} {texts.template_hint(key_hint('dialog.template'))}", tone="dim"
        )

    def _reasons_for_two(self) -> tuple[str, ...]:
        view, context = self._view, self.console.desk.context
        return four_eyes_reasons(view.findings, view.examined_as, context.rules, context.settings.four_eyes, ())

    def _obstacles(self) -> Iterator[Paragraph]:
        unticked = [point for point in self._view.checklist if point.ticked_by is None]
        blocking = [finding for finding in self._view.findings if finding.severity == "block"]
        if not unticked and not blocking and not self._view.row.changed:
            yield Paragraph(texts.NO_OBSTACLES)
            return
        yield Paragraph(texts.OBSTACLES, tone="warn")
        if self._view.row.changed:
            yield Paragraph(capitalised(CHANGED_WORDS), value_texts.SEVERITY["block"], "bad", indent=2)
        if unticked:
            yield Paragraph(", ".join(point.check for point in unticked), texts.NOT_TICKED, "warn", indent=2)
        for finding in blocking:
            text = f"{finding.rule} ({finding.article}): {display_text(finding.message)}"
            yield Paragraph(text, value_texts.SEVERITY["block"], "bad", indent=2)

    def action_template(self) -> None:
        """Put the next template for the chosen action into an empty reason, or in place of another template."""
        settings = self.console.desk.context.settings
        templates = dict(settings.templates)
        mine, reason = templates.get(self.decision.value, ()), self.query_one("#reason", TextArea)
        known = {sentence for sentences in templates.values() for sentence in sentences}
        if not mine:
            self.show_problem([Paragraph(texts.NO_TEMPLATE, tone="warn")])
        elif reason.text.strip() and reason.text not in known:
            self.show_problem([Paragraph(texts.TEXT_NOT_REPLACED, tone="warn")])
        else:
            place = mine.index(reason.text) + 1 if reason.text in mine else 0
            reason.text = mine[place % len(mine)]

    async def _decide(self, values: Values) -> CommandResult:
        wanted = Deciding(
            self.decision,
            values["reason"],
            RefusalCode(values["code"]) if values["code"] and self.decision is Decision.REFUSE else None,
            tuple(part.strip() for part in values["articles"].split(",") if part.strip()),
            self._expected,
            tuple(filter(None, values.get("overrides", "").split(","))) if self.decision is Decision.RELEASE else (),
            Kind(values["kind"]) if values["kind"] and self.decision is Decision.ASK else None,
        )
        asked_at = self.console.now()
        result = await self.console.desk.review.decide(self.console.actor, self._number, wanted)
        if result.state == ItemState.RELEASED:
            self.console.undo_countdown.begin(self._number, asked_at)
        return result

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """Show what others change while the form is open. The first decision after that is still a conflict."""
        if self._number in change_set.items:
            await self._reload()

    async def after_refusal(self, error: DeskError) -> None:
        """After a conflict, show the item as it is now; typed text stays."""
        if isinstance(error, Conflict):
            await self._reload()
            self._expected = self._view.row.revision
            self.console.schedule_update()

    async def _reload(self) -> None:
        self._view = await self.console.desk.queries.show(self._number)
        self.console.read_recorder.record(self._view.row)
        self._show_action()

    @property
    def _number(self) -> int:
        return item_number(self._view.row.item) or 0
