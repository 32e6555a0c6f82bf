"""One item, in the review pane and on its own screen, and the actions on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.phrases import Phrase, PhraseList, PhraseTable, translate, translate_count


class ItemTexts:
    EXPORT = Phrase("Export")
    EXPORT_HINT = Phrase(
        "JSON lines: the item, its bodies, deliveries, reviews, notes and events with their "
        "hashes. The export is recorded as a read. Without a file of your own on this "
        "machine, send it to the clipboard of your terminal."
    )
    EXPORT_TO_CLIPBOARD_HINT = Phrase(
        "JSON lines: the item, its bodies, deliveries, reviews, notes and events with their "
        "hashes. The export is recorded as a read. Officers share this account, so it "
        "goes to the clipboard of your terminal."
    )
    EXPORT_TO = Phrase("To", cells=11)
    EXPORT_TO_FILE = Phrase("a file")
    EXPORT_TO_CLIPBOARD = Phrase("the clipboard")
    EXPORT_TARGETS = PhraseList("a file", "the clipboard")
    FINDINGS = Phrase("Findings")
    NO_FINDING = Phrase("No rule was triggered.")
    #: The same while the item waits for a decision.
    NO_FINDING_TO_DECIDE = Phrase("No rule was triggered. Whether the request complies is for you to decide.")
    CHECKLIST = Phrase("Checklist")
    NO_CHECKLIST = Phrase("Nothing to tick for this kind.")
    ROUTE = Phrase("Route")
    AUDIENCE = Phrase("Recipients")
    NO_AUDIENCE = Phrase("Nobody would receive it.")
    AUDIENCE_TO = Phrase("to")
    AUDIENCE_NOT = Phrase("not")
    NOTES = Phrase("Notes")
    DECISIONS = Phrase("Decisions")
    PAGES = PhraseList("Text", "Why", "Deliveries", "History", "Fields")
    BODY = Phrase("Text")
    WHY = Phrase("Why")
    DELIVERIES = Phrase("Deliveries")
    HISTORY = Phrase("History")
    FIELDS = Phrase("Fields")
    TROUBLED = Phrase("Attempts and errors")
    READ_BY = Phrase("Read by")
    CLOSED_TEXT = Phrase("The text of ordinary correspondence stays closed (RPD 22(6)).")
    BODY_CHANGED_SHORT = Phrase("body changed")
    CHANGED_BODY = Phrase("The body was changed in the store. It is not shown, released or delivered.")
    WITHHELD = Phrase("The owner denies this item to your country; its text is not shown to you.")
    NO_BODY = Phrase("The body has been deleted; its hash and its events remain.")
    NO_DELIVERIES = Phrase("No delivery has been made or suppressed.")
    HASH: Final = "SHA-256"
    PROBLEMS = Phrase("Problems in the input")
    FROM_NOBODY = Phrase("from an unknown sender")
    UNRATIFIED = Phrase("Recalled on one signature; a supervisor must ratify it (v).")
    MIXED_SCRIPTS = Phrase("A word in the title mixes scripts, as forged names do.")
    UNDER_LEGAL_HOLD = Phrase("Under legal hold: it is not purged.")
    PROPOSAL = Phrase("Proposed")
    VOID_IF_CONFIRMED = Phrase("No longer confirmable:")
    RECALL_BOARD = Phrase("Recall")
    ACCESS_BOARD = Phrase("Access withdrawn by the owner")
    RECIPIENTS = Phrase("Responses")
    EARLIER_DECISION = Phrase("replaced since")
    TO_BE_NOTIFIED = Phrase("to be told")
    NOTIFIED = Phrase("told")
    CONFIRMED = Phrase("confirmed")
    HOLDS = Phrase("Versions held")
    QUESTION_AND_ANSWER = Phrase("Question and answer")

    # Its status
    FREE = Phrase("free")
    ESCALATED = Phrase("escalated")
    INFORMATION_REQUESTED = Phrase("asked")
    REPLY_OVERDUE = Phrase("reply overdue")
    REVIEW_OVERDUE = Phrase("review overdue")
    TO_BE_CONFIRMED = Phrase("to sign")
    PROPOSED_TO_SECOND = Phrase("needs a second officer")
    POST_REVIEW = Phrase("post-review")

    # Earlier items, and what changed since it was opened
    LIKENESS = PhraseTable({"strong": "same papers, or name and birth", "weak": "the name alone"})
    EARLIER_NONE = Phrase("Nothing on file.")
    CHANGED_SINCE = Phrase("Changed since you opened it")
    ESCALATED_NOW = Phrase("It was escalated to the supervisors.")
    NOTE = Phrase("Note")
    REJECT = Phrase("Reject")
    REJECT_HINT = Phrase("The input is closed; its bytes are kept.")
    LEGAL_HOLD = Phrase("Legal hold on")
    LIFT_LEGAL_HOLD = Phrase("Lift the hold on")
    LEGAL_HOLD_HINT = Phrase("The item is not purged, even after its retention has ended.")
    LIFT_LEGAL_HOLD_HINT = Phrase("The retention applies again, and the item may be purged.")
    RETRY = Phrase("Retry")
    RETRY_HINT = Phrase("Starts the delivery again with all its attempts. The rules are checked again first.")
    RECIPIENT = Phrase("Recipient", cells=11)
    NO_RECIPIENT = Phrase("choose a recipient whose delivery is dead")
    NO_DEAD_DELIVERY = Phrase("it has no dead delivery")

    def from_sender(self, sender: str) -> str:
        return translate("from {sender}", sender=sender)

    def arrival(self, at: str, ago: str, reference: str) -> str:
        return translate("{at}, {ago}, ref. {reference}", at=at, ago=ago, reference=reference)

    def corrects(self, item: str) -> str:
        return translate("Corrects {item}.", item=item)

    def in_conflict(self, item: str) -> str:
        return translate("Conflicts with {item}, which remains valid.", item=item)

    def same_text(self, item: str) -> str:
        return translate("Same text as {item}, which was refused.", item=item)

    def published(self, number: str) -> str:
        return translate("Published as notice {number}.", number=number)

    def offered(self, kind: str) -> str:
        return translate("The sender was asked whether it may be published as {kind}.", kind=kind)

    def claimed_by(self, officer: str, left: str) -> str:
        return translate("claimed by {officer}, {left} left", officer=officer, left=left)

    def answered(self, state: str, age: str) -> str:
        """``age``: how long ago the sender answered the desk's question."""
        return translate("{state}, answered {age} ago", state=state, age=age)

    def asked_by(self, officer: str, at: str) -> str:
        return translate("{officer} asked, {at}:", officer=officer, at=at)

    def answered_by(self, sender: str, at: str) -> str:
        return translate("{sender} answered, {at}:", sender=sender, at=at)

    def post_review(self, due: str) -> str:
        return f"{self.POST_REVIEW} {due}" if due else self.POST_REVIEW

    def information_requested_short(self, left: str) -> str:
        return f"{self.INFORMATION_REQUESTED} {left}".strip()

    def post_review_short(self, left: str) -> str:
        return f"{self.POST_REVIEW} {left}".strip()

    def reply_due(self, due: str) -> str:
        return translate("reply {due}", due=due)

    def review_due(self, due: str) -> str:
        return translate("review {due}", due=due)

    def claim_ends(self, left: str) -> str:
        return translate("claim ends in {left}", left=left)

    def code_of(self, code: str, articles: str) -> str:
        return (
            translate("code {code}, based on {articles}", code=code, articles=articles)
            if articles
            else translate("code {code}", code=code)
        )

    def proposed(self, decision: str, officer: str, at: str) -> str:
        return translate(
            "{decision} by {officer}, {at}; needs a second officer (y)", decision=decision, officer=officer, at=at
        )

    def on_words(self, quoted: str) -> str:
        """The words that triggered a finding."""
        return translate(' On: "{quoted}"', quoted=quoted) if quoted else ""

    def also_in(self, fields: str) -> str:
        """Other fields with the words that triggered a finding, as the finding's sentence names them."""
        return translate(" (also in {fields})", fields=fields)

    def sender_wrote(self, answer: str) -> str:
        """What the field that triggered a finding says: yes or no."""
        return translate(" The sender wrote: {answer}.", answer=answer)

    def person_file_hint(self, key: str) -> str:
        return translate(" {key} opens the person's file.", key=key)

    def counted_of(self, what: str, number: int, all_of_them: int) -> str:
        return translate("{what} ({number} of {all_of_them})", what=what, number=number, all_of_them=all_of_them)

    def routed(self, level: str, measure: str | None) -> str:
        if measure:
            return translate("Route: {level} under {measure}", level=level, measure=measure)
        return f"{self.ROUTE}: {level}"

    def board_of(self, title: str, number: int, what: str) -> str:
        return f"{title}, {number} {what}:"

    def waits_for_network(self, state: str) -> str:
        return translate("{state}, waiting: the bureau is off the network", state=state)

    def state_with_cause(self, state: str, cause: str) -> str:
        return f"{state}: {cause}"

    def counted_state(self, state: str, number: int) -> str:
        return f"{state} ({number:,})"

    def compare_hint(self, key: str) -> str:
        return translate("{key} shows what changed.", key=key)

    def finding_place(self, place: int, count: int, rule: str) -> str:
        return translate("finding {place} of {count}: {rule}", place=place, count=count, rule=rule)

    NO_FINDING_TO_GO_TO = Phrase("No rule was triggered")

    def attempts(self, number: int) -> str:
        return translate_count(", {number} attempt", ", {number} attempts", number)

    def event_at(self, at: str, seq: int) -> str:
        return f"{at} #{seq}"

    def read_by(self, officer: str, revision: int) -> str:
        return translate("{officer}, as revision {revision}", officer=officer, revision=revision)

    def earlier_sender(self, code: str) -> str:
        return translate("Earlier, from {code}", code=code)

    def ticked(self, check: str, officer: str) -> str:
        return translate("{check} was ticked by {officer}.", check=check, officer=officer)

    def noted(self, officer: str, text: str) -> str:
        return translate("{officer} noted: {text}", officer=officer, text=text)

    def state_changed(self, state: str, before: str, actor: str) -> str:
        return (
            translate("{actor} changed its state from {before} to {state}.", actor=actor, before=before, state=state)
            if actor
            else translate("Its state changed from {before} to {state}.", before=before, state=state)
        )

    def claim_changed(self, officer: str | None) -> str:
        return (
            translate("{officer} claimed it.", officer=officer) if officer else translate("The claim on it has ended.")
        )

    def route_changed(self, level: str | None, measure: str | None) -> str:
        return (
            translate("It is now routed as {level} under {measure}.", level=level, measure=measure)
            if measure
            else translate("It is now routed as {level}.", level=level)
        )

    def new_version(self, version: int, fields: Sequence[str]) -> str:
        differs = translate("; {fields} differ", fields=", ".join(fields)) if fields else ""
        return translate(
            "Version {version} of the text arrived{differs}. Earlier ticks do not count for it.",
            version=version,
            differs=differs,
        )

    def new_findings(self, rules: Sequence[str]) -> str:
        return translate("New findings: {rules}.", rules=", ".join(rules))

    def cleared_findings(self, rules: Sequence[str]) -> str:
        return translate("Findings no longer raised: {rules}.", rules=", ".join(rules))

    def would_receive(self, codes: Sequence[str]) -> str:
        return translate("Would now receive it: {codes}.", codes=" ".join(codes))

    def would_not_receive(self, codes: Sequence[str]) -> str:
        return translate("Would no longer receive it: {codes}.", codes=" ".join(codes))

    def note_on(self, item: str) -> str:
        return translate("Note on {item}", item=item)

    def exported(self, item: str, to: str, events: int) -> str:
        return translate("{item} with {events:,} events is exported to {to}", item=item, events=events, to=to)

    def too_long_to_copy(self, characters: int, most: int) -> str:
        return translate(
            "the export has {characters:,} characters, and a clipboard takes {most:,}; export it to a file",
            characters=characters,
            most=most,
        )


texts: Final = ItemTexts()
