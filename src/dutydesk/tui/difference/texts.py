"""What changed between two texts: fields, words, findings, recipients, ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.desk.base.difference_rows import BasisKind, DifferenceObstacle

BEFORE: Final = "Before"
AFTER: Final = "After"
FIELDS: Final = "Fields and words"
NO_FIELD: Final = "The texts are the same."
ENVELOPE: Final = "Reference and time"
FINDINGS: Final = "Findings"
NO_FINDINGS: Final = "No rule was triggered, before or after."
FINDING_NEW: Final = "new"
FINDING_GONE: Final = "gone"
FINDING_SAME: Final = "same"
RECIPIENTS: Final = "Recipients, by the rules of now"
RECIPIENTS_ADDED: Final = "added"
RECIPIENTS_REMOVED: Final = "removed"
RECIPIENTS_KEPT: Final = "kept"
TICKS: Final = "Checklist"
TICK_AGAIN: Final = "tick again"
TICKED: Final = "ticked for this text"
UNTICKED: Final = "not ticked yet"
ABSENT: Final = "(not given)"

OBSTACLES: Final = {
    DifferenceObstacle.WITHHELD: "The owner denies one of the two texts to your country; nothing of them is shown.",
    DifferenceObstacle.CHANGED: "One of the two bodies was changed in the store. They are not compared.",
    DifferenceObstacle.DELETED: "One of the two bodies has been deleted. They can't be compared.",
    DifferenceObstacle.UNREADABLE: "One of the two bodies can't be read. They can't be compared.",
}


def title(item: str) -> str:
    return f"What changed: {item}"


def hint(place: int, count: int, next_key: str, close_key: str) -> str:
    if count == 1:
        return f"{close_key} closes"
    return f"{next_key}: next of {count} comparisons (this is {place}), {close_key} closes"


def basis(kind: BasisKind, item: str, version: int) -> str:
    match kind:
        case BasisKind.PROPOSAL:
            return f"Since the proposal, which was made on version {version}."
        case BasisKind.VERSION:
            return f"Its sender replaced version {version}."
        case BasisKind.CORRECTED:
            return f"It corrects {item}."
        case BasisKind.CONFLICT:
            return f"It uses the reference of {item} again; {item} remains valid."
        case BasisKind.SAME_TEXT:
            return f"It repeats the text of {item}, which was refused."
        case BasisKind.CORRECTION:
            return f"{item} corrects it."


def side(item: str, version: int, at: str) -> str:
    return f"{item} v{version}, {at}" if at else f"{item} v{version}"


def proposal_void(officer: str, decision: str) -> str:
    return f"The proposal of {officer} to {decision} is void:"


def fields_differ(count: int) -> str:
    match count:
        case 0:
            return "no field differs"
        case 1:
            return "1 field differs"
        case _:
            return f"{count} fields differ"


def findings_changed(new: int, gone: int) -> str:
    return f"findings: {new} new, {gone} gone"


def recipients_changed(added: int, removed: int) -> str:
    return f"recipients: {added} added, {removed} removed"


def ticks_needed(count: int) -> str:
    return f"to tick again: {count}"


def finding(rule: str, article: str, message: str) -> str:
    named = f"{rule} ({article})" if article else rule
    return f"{named}: {message}" if message else named


def codes(label: str, count: int) -> str:
    return f"{label} {count}:"


def place_in_list(name: str, place: int) -> str:
    return f"{name} no. {place}"


def joined(parts: Sequence[str]) -> str:
    return ", ".join(parts)
