"""One item, in the review pane and on its own screen, and the actions on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

EXPORT: Final = "Export"
EXPORT_HINT: Final = (
    "JSON lines: the item, its bodies, deliveries, reviews, notes and events with their hashes. The export is recorded "
    "as a read. Without a file of your own on this machine, send it to the clipboard of your terminal."
)
EXPORT_TO_CLIPBOARD_HINT: Final = (
    "JSON lines: the item, its bodies, deliveries, reviews, notes and events with their hashes. The export is recorded "
    "as a read. Officers share this account, so that it goes to the clipboard of your terminal."
)
EXPORT_TO: Final = "To"
EXPORT_TO_FILE: Final = "a file"
EXPORT_TO_CLIPBOARD: Final = "the clipboard"
EXPORT_TARGETS: Final = (EXPORT_TO_FILE, EXPORT_TO_CLIPBOARD)
FINDINGS: Final = "Findings"
NO_FINDING: Final = "No rule was triggered. Whether the request complies is for you to decide."
CHECKLIST: Final = "Checklist"
NO_CHECKLIST: Final = "Nothing to tick for this kind."
ROUTE: Final = "Route"
AUDIENCE: Final = "Recipients"
NO_AUDIENCE: Final = "Nobody would receive it."
AUDIENCE_TO: Final = "to"
AUDIENCE_NOT: Final = "not"
NOTES: Final = "Notes"
DECISIONS: Final = "Decisions"
BODY: Final = "Text"
WHY: Final = "Why"
DELIVERIES: Final = "Deliveries"
HISTORY: Final = "History"
FIELDS: Final = "Fields"
TROUBLED: Final = "Attempts and errors"
READ_BY: Final = "Read by"
CLOSED_TEXT: Final = "The text of ordinary correspondence stays closed (RPD 22(6))."
BODY_CHANGED_SHORT: Final = "body changed"
CHANGED_BODY: Final = "The body was changed in the store. It is not shown, released or delivered."
WITHHELD: Final = "The owner denies this item to your country; its text is not shown to you."
NO_BODY: Final = "The body has been deleted; its hash and its events remain."
NO_DELIVERIES: Final = "No delivery has been made or suppressed."
HASH: Final = "SHA-256"
PROBLEMS: Final = "Problems in the input"
FROM_NOBODY: Final = "from an unknown sender"
UNRATIFIED: Final = "Recalled on one signature; a supervisor must ratify it (v)."
MIXED_SCRIPTS: Final = "A word in the title mixes scripts, as forged names do."
UNDER_LEGAL_HOLD: Final = "Under legal hold: it is not purged."
PROPOSAL: Final = "Proposed"
VOID_IF_CONFIRMED: Final = "No longer confirmable:"
RECALL_BOARD: Final = "Recall"
ACCESS_BOARD: Final = "Access withdrawn by the owner"
RECIPIENTS: Final = "Responses"
EARLIER_DECISION: Final = "replaced since"
TO_BE_NOTIFIED: Final = "to be told"
NOTIFIED: Final = "told"
CONFIRMED: Final = "confirmed"
HOLDS: Final = "Versions held"

# Its status
FREE: Final = "free"
ESCALATED: Final = "escalated"
INFORMATION_REQUESTED: Final = "asked"
REPLY_OVERDUE: Final = "reply overdue"
REVIEW_OVERDUE: Final = "review overdue"
TO_BE_CONFIRMED: Final = "to be confirmed"
PROPOSED_TO_SECOND: Final = "needs a second officer"
POST_REVIEW: Final = "post-review"

# Earlier items, and what changed since it was opened
LIKENESS: Final = {"strong": "same papers, or name and birth", "weak": "the name alone"}
EARLIER_NONE: Final = "Nothing on file."
CHANGED_SINCE: Final = "Changed since you opened it"
ESCALATED_NOW: Final = "It was escalated to the supervisors."

NOTE: Final = "Note"
REJECT: Final = "Reject"
REJECT_HINT: Final = "The input is closed; its bytes are kept."
LEGAL_HOLD: Final = "Legal hold on"
LIFT_LEGAL_HOLD: Final = "Lift the hold on"
LEGAL_HOLD_HINT: Final = "The item is not purged, even after its retention has ended."
LIFT_LEGAL_HOLD_HINT: Final = "The retention applies again, and the item may be purged."
RETRY: Final = "Retry"
RETRY_HINT: Final = "Starts the delivery again with all its attempts. The rules are checked again first."
RECIPIENT: Final = "Recipient"
NO_RECIPIENT: Final = "choose a recipient whose delivery is dead"
NO_DEAD_DELIVERY: Final = "it has no dead delivery"


def from_sender(sender: str) -> str:
    return f"from {sender}"


def arrival(at: str, ago: str, reference: str) -> str:
    return f"{at}, {ago}, ref. {reference}"


def corrects(item: str) -> str:
    return f"Corrects {item}."


def in_conflict(item: str) -> str:
    return f"Conflicts with {item}, which remains valid."


def same_text(item: str) -> str:
    return f"Same text as {item}, which was refused."


def published(number: str) -> str:
    return f"Published as notice {number}."


def offered(kind: str) -> str:
    return f"The sender was asked whether it may be published as {kind}."


def claimed_by(officer: str, left: str) -> str:
    return f"claimed by {officer}, {left} left"


def information_requested(due: str) -> str:
    """``due``: when the reply is due; empty if no date is set."""
    return f"{INFORMATION_REQUESTED}, {due}" if due else INFORMATION_REQUESTED


def post_review(due: str) -> str:
    return f"{POST_REVIEW} {due}" if due else POST_REVIEW


def information_requested_short(left: str) -> str:
    return f"{INFORMATION_REQUESTED} {left}".strip()


def post_review_short(left: str) -> str:
    return f"{POST_REVIEW} {left}".strip()


def reply_due(due: str) -> str:
    return f"reply {due}"


def review_due(due: str) -> str:
    return f"review {due}"


def claim_ends(left: str) -> str:
    return f"claim ends in {left}"


def code_of(code: str, articles: str) -> str:
    return f"code {code}, based on {articles}" if articles else f"code {code}"


def proposed(decision: str, officer: str, at: str) -> str:
    return f"{decision} by {officer}, {at}; needs a second officer (y)"


def on_words(quoted: str) -> str:
    """The words that triggered a finding."""
    return f' On: "{quoted}"' if quoted else ""


def counted_of(what: str, number: int, all_of_them: int) -> str:
    return f"{what} ({number} of {all_of_them})"


def routed(level: str, measure: str | None) -> str:
    return f"{ROUTE}: {level} under {measure}" if measure else f"{ROUTE}: {level}"


def board_of(title: str, number: int, what: str) -> str:
    return f"{title}, {number} {what}:"


def waits_for_network(state: str) -> str:
    return f"{state}, waiting: the bureau is off the network"


def state_with_cause(state: str, cause: str) -> str:
    return f"{state}: {cause}"


def counted_state(state: str, number: int) -> str:
    return f"{state} ({number:,})"


def compare_hint(key: str) -> str:
    return f"{key} shows what changed."


def finding_place(place: int, count: int, rule: str) -> str:
    return f"finding {place} of {count}: {rule}"


NO_FINDING_TO_GO_TO: Final = "No rule was triggered"


def attempts(number: int) -> str:
    return f", {number} attempt" if number == 1 else f", {number} attempts"


def event_at(at: str, seq: int) -> str:
    return f"{at} #{seq}"


def read_by(officer: str, revision: int) -> str:
    return f"{officer}, as revision {revision}"


def earlier_sender(code: str) -> str:
    return f"Earlier, from {code}"


def ticked(check: str, officer: str) -> str:
    return f"{check} was ticked by {officer}."


def noted(officer: str, text: str) -> str:
    return f"{officer} noted: {text}"


def state_changed(state: str, before: str, actor: str) -> str:
    return (
        f"{actor} changed its state from {before} to {state}."
        if actor
        else f"Its state changed from {before} to {state}."
    )


def claim_changed(officer: str | None) -> str:
    return f"{officer} claimed it." if officer else "The claim on it has ended."


def route_changed(level: str | None, measure: str | None) -> str:
    return f"It is now routed as {level}{f' under {measure}' if measure else ''}."


def new_version(version: int, fields: Sequence[str]) -> str:
    differs = f"; {', '.join(fields)} differ" if fields else ""
    return f"Version {version} of the text arrived{differs}. Earlier ticks do not count for it."


def new_findings(rules: Sequence[str]) -> str:
    return f"New findings: {', '.join(rules)}."


def cleared_findings(rules: Sequence[str]) -> str:
    return f"Findings no longer raised: {', '.join(rules)}."


def would_receive(codes: Sequence[str]) -> str:
    return f"Would now receive it: {' '.join(codes)}."


def would_not_receive(codes: Sequence[str]) -> str:
    return f"Would no longer receive it: {' '.join(codes)}."


def note_on(item: str) -> str:
    return f"{NOTE} on {item}"


def exported(item: str, to: str, events: int) -> str:
    return f"{item} with {events:,} events is exported to {to}"


def too_long_to_copy(characters: int, most: int) -> str:
    return f"the export has {characters:,} characters, and a clipboard takes {most:,}; export it to a file"
