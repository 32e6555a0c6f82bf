"""The form of a decision. It shows what prevents a release before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.widgets import Label, TextArea

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.letters import phrases_of_bureau
from dutydesk.desk.base.rows import ItemView
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Conflict, DeskError
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.four_eyes import four_eyes_reasons
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.language.catalogues import spoken
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field
from dutydesk.tui.difference.actions import DialogDifference
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import capitalised, desk_text, display_text, full_kind, title_of, value_labels
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.changes import list_changes
from dutydesk.tui.item.paragraphs import body_fault_lines
from dutydesk.tui.item.texts import texts as item_texts
from dutydesk.tui.person.actions import DialogPerson
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.text.safe_text import isolate


def _fields() -> tuple[FormField, ...]:
    return (
        FormField(
            "action",
            texts.ACTION,
            FieldKind.CHOICE,
            tuple(Decision),
            (Decision.RELEASE,),
            labels=value_labels(Decision),
        ),
        FormField("code", texts.CODE_LABEL, FieldKind.CHOICE, tuple(RefusalCode)),
        FormField("articles", texts.ARTICLES, hint=texts.ARTICLES_HINT, optional=True),
        FormField("kind", texts.OFFER_KIND, FieldKind.CHOICE, tuple(Kind), labels=value_labels(Kind)),
    )


class DecisionForm(Form):
    def __init__(self, console: Console, view: ItemView, overridable: tuple[str, ...] = ()) -> None:
        """``overridable``: the blocking rules of the findings that a supervisor may override."""
        override = FormField("overrides", texts.OVERRIDE, FieldKind.MANY, overridable)
        fields = (*_fields(), *((override,) if overridable else ()), reason_field())
        title = form_title(lambda: f"{texts.DECIDE} {view.row.item}")
        super().__init__(console, title, [], fields, texts.DECIDE, self._decide)
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
            self._drop_template_of_another_action()
            self._show_action()

    def _drop_template_of_another_action(self) -> None:
        """A template that the officer has not edited goes with its action."""
        reason = self.query_one("#reason", TextArea)
        known = {text for decision in Decision for text in self._templates(decision)}
        if reason.text in known and reason.text not in self._templates(self.decision):
            reason.text = ""

    def _show_action(self) -> None:
        refusing = self.decision is Decision.REFUSE
        self.query_one("#row-code").display = refusing
        self.query_one("#row-articles").display = refusing or self.decision is Decision.RELEASE
        asks_notice = self.decision is Decision.ASK and self._view.row.type == MessageType.NOTICE_REQUEST
        self.query_one("#row-kind").display = asks_notice
        asking = self.decision is Decision.ASK
        self.query_one("#row-reason Label", Label).update(isolate(texts.QUESTION if asking else frame_texts.REASON))
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
                yield Paragraph(texts.needs_second_officer(read_sentence(why)), tone="warn")
        if decision is Decision.RELEASE:
            yield from self._obstacles()
            if self._overridable:
                yield Paragraph(texts.OVERRIDE_HINT, tone="dim")
            if not row.changed:
                go = [verdict.recipient for verdict in self._view.audience if verdict.verdict == "deliver"]
                yield Paragraph(texts.release_audience(len(go), len(self._view.audience)))
        if decision is Decision.ASK and row.type == MessageType.NOTICE_REQUEST:
            yield Paragraph(texts.OFFER_KIND_HINT, tone="dim")
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
            yield Paragraph(capitalised(read_sentence(CHANGED_WORDS)), value_texts.SEVERITY["block"], "bad", indent=2)
        if unticked:
            yield Paragraph(", ".join(point.check for point in unticked), texts.NOT_TICKED, "warn", indent=2)
        for finding in blocking:
            text = f"{finding.rule} ({finding.article}): {desk_text(finding.message)}"
            yield Paragraph(text, value_texts.SEVERITY["block"], "bad", indent=2)

    def action_template(self) -> None:
        """Put the next template for the chosen action into an empty reason, or in place of another template."""
        mine, reason = self._templates(self.decision), self.query_one("#reason", TextArea)
        known = {text for decision in Decision for text in self._templates(decision)}
        if not mine:
            self.show_problem([Paragraph(texts.NO_TEMPLATE, tone="warn")])
        elif reason.text.strip() and reason.text not in known:
            self.show_problem([Paragraph(texts.TEXT_NOT_REPLACED, tone="warn")])
        else:
            place = mine.index(reason.text) + 1 if reason.text in mine else 0
            reason.text = mine[place % len(mine)]

    def _templates(self, decision: Decision) -> Sequence[str]:
        """In the officer's language; what the sender is asked, in the sender's."""
        phrases = phrases_of_bureau(self._view.row.sender or "") if decision is Decision.ASK else spoken()
        written = dict(self.console.desk.context.settings.templates).get(decision.value, ())
        return [phrases.phrase(text) for text in written]

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
