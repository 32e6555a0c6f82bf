"""What changed between two texts: fields, words, findings, recipients, ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.desk.base.difference_rows import BasisKind, DifferenceObstacle
from dutydesk.language.phrases import Phrase, PhraseTable, translate, translate_count


class DifferenceTexts:
    BEFORE = Phrase("Before")
    AFTER = Phrase("After")
    FIELDS = Phrase("Fields and words")
    NO_FIELD = Phrase("The texts are the same.")
    ENVELOPE = Phrase("Reference and time")
    FINDINGS = Phrase("Findings")
    NO_FINDINGS = Phrase("No rule was triggered, before or after.")
    FINDING_NEW = Phrase("new")
    FINDING_GONE = Phrase("gone")
    FINDING_SAME = Phrase("same")
    RECIPIENTS = Phrase("Recipients, by the rules of now")
    RECIPIENTS_ADDED = Phrase("added")
    RECIPIENTS_REMOVED = Phrase("removed")
    RECIPIENTS_KEPT = Phrase("kept")
    TICKS = Phrase("Checklist")
    TICK_AGAIN = Phrase("tick again")
    TICKED = Phrase("ticked for this text")
    UNTICKED = Phrase("not ticked yet")
    ABSENT = Phrase("(not given)")
    OBSTACLES = PhraseTable(
        {
            DifferenceObstacle.WITHHELD: (
                "The owner denies one of the two texts to your country; nothing of them is shown."
            ),
            DifferenceObstacle.CHANGED: "One of the two bodies was changed in the store. They are not compared.",
            DifferenceObstacle.DELETED: "One of the two bodies has been deleted. They can't be compared.",
            DifferenceObstacle.UNREADABLE: "One of the two bodies can't be read. They can't be compared.",
        }
    )

    def title(self, item: str) -> str:
        return translate("What changed: {item}", item=item)

    def keys_line(self, scroll: str, search: str, close: str, explain: str) -> str:
        return translate(
            "{scroll} scroll, {search} searches, {close} closes, {explain} explains",
            scroll=scroll,
            search=search,
            close=close,
            explain=explain,
        )

    def hint(self, place: int, count: int, next_key: str, close_key: str) -> str:
        if count == 1:
            return translate("{close_key} closes", close_key=close_key)
        return translate(
            "{next_key}: next of {count} comparisons (this is {place}), {close_key} closes",
            next_key=next_key,
            count=count,
            place=place,
            close_key=close_key,
        )

    def basis(self, kind: BasisKind, item: str, version: int) -> str:
        match kind:
            case BasisKind.PROPOSAL:
                return translate("Since the proposal, which was made on version {version}.", version=version)
            case BasisKind.VERSION:
                return translate("Its sender replaced version {version}.", version=version)
            case BasisKind.CORRECTED:
                return translate("It corrects {item}.", item=item)
            case BasisKind.CONFLICT:
                return translate("It uses the reference of {item} again; {item} remains valid.", item=item)
            case BasisKind.SAME_TEXT:
                return translate("It repeats the text of {item}, which was refused.", item=item)
            case BasisKind.CORRECTION:
                return translate("{item} corrects it.", item=item)

    def side(self, item: str, version: int, at: str) -> str:
        return (
            translate("{item} v{version}, {at}", item=item, version=version, at=at)
            if at
            else translate("{item} v{version}", item=item, version=version)
        )

    def proposal_void(self, officer: str, decision: str) -> str:
        return translate("The proposal of {officer} to {decision} is void:", officer=officer, decision=decision)

    def fields_differ(self, count: int) -> str:
        match count:
            case 0:
                return translate("no field differs")
            case _:
                return translate_count("{number} field differs", "{number} fields differ", count)

    def findings_changed(self, new: int, gone: int) -> str:
        return translate("findings: {new} new, {gone} gone", new=new, gone=gone)

    def recipients_changed(self, added: int, removed: int) -> str:
        return translate("recipients: {added} added, {removed} removed", added=added, removed=removed)

    def ticks_needed(self, count: int) -> str:
        return translate("to tick again: {count}", count=count)

    def finding(self, rule: str, article: str, message: str) -> str:
        named = f"{rule} ({article})" if article else rule
        return f"{named}: {message}" if message else named

    def codes(self, label: str, count: int) -> str:
        return f"{label} {count}:"

    def place_in_list(self, name: str, place: int) -> str:
        return translate("{name} no. {place}", name=name, place=place)

    def joined(self, parts: Sequence[str]) -> str:
        return ", ".join(parts)


texts: Final = DifferenceTexts()
