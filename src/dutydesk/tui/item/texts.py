"""One item: what the review pane and the pages of its screen say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

FINDINGS: Final = "Findings"
NO_FINDING: Final = "No rule fired. Whether the request complies, a person decides."
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
READ_BY: Final = "Read by"
CLOSED_TEXT: Final = "The text of ordinary correspondence stays closed (RPD 22(6))."
BODY_CHANGED_SHORT: Final = "body changed"
CHANGED_BODY: Final = "The body was changed in the store. Nothing of it is shown, released or handed over."
WITHHELD: Final = "Its owner denies this item to your country; its text is not shown to you."
NO_BODY: Final = "The body is gone; its hash and its events stay."
NO_DELIVERIES: Final = "No delivery has been made or stopped."
HASH: Final = "SHA-256"
PROBLEMS: Final = "Problems of the input"
FROM_NOBODY: Final = "from nobody known"
UNRATIFIED: Final = "Recalled on one signature; a supervisor must ratify it (v)."
MIXED_SCRIPTS: Final = "A word of the title mixes scripts, as forged names do."
UNDER_LEGAL_HOLD: Final = "Under legal hold: it is not purged."
PROPOSAL: Final = "Proposed"
VOID_IF_CONFIRMED: Final = "Changed since; a confirm would be void:"
RECALL_BOARD: Final = "Recall"
ACCESS_BOARD: Final = "Access withdrawn by the owner"
RECIPIENTS: Final = "Recipients decided"
EARLIER_DECISION: Final = "changed its mind since"
TO_BE_NOTIFIED: Final = "to be told"
NOTIFIED: Final = "told"
CONFIRMED: Final = "confirmed"
HOLDS: Final = "Who holds which version"

# Where it stands
FREE: Final = "free"
ESCALATED: Final = "escalated"
INFORMATION_REQUESTED: Final = "asked"
REPLY_OVERDUE: Final = "answer overdue"
REVIEW_OVERDUE: Final = "review overdue"
TO_BE_CONFIRMED: Final = "to be confirmed"
PROPOSED_TO_SECOND: Final = "needs a second officer"
POST_REVIEW: Final = "post-review"

# Earlier items, and what changed since it was opened
EARLIER_PERSON: Final = "On the same person"
LIKENESS: Final = {"strong": "same papers, or name and birth", "weak": "the name alone"}
EARLIER_NONE: Final = "Nothing is on file."
CHANGED_SINCE: Final = "Changed since you opened it"
ESCALATED_NOW: Final = "It was escalated to the supervisors."

NOTE: Final = "Note"
REJECT: Final = "Reject"
REJECT_HINT: Final = "The input ends here; its bytes are kept."
LEGAL_HOLD: Final = "Legal hold on"
LIFT_LEGAL_HOLD: Final = "Lift the hold on"
LEGAL_HOLD_HINT: Final = "It is kept from the purge, whatever its retention."
LIFT_LEGAL_HOLD_HINT: Final = "It falls under its retention again, and may be purged."
RETRY: Final = "Try again"
RETRY_HINT: Final = "A dead delivery gets its tries back; the rules are read again when it is next handed over."
RECIPIENT: Final = "Recipient"
NO_RECIPIENT: Final = "choose the recipient whose delivery is dead"
NO_DEAD_DELIVERY: Final = "no delivery of it is dead"


def from_sender(sender: str) -> str:
    return f"from {sender}"


def arrival(at: str, ago: str, reference: str) -> str:
    return f"{at}, {ago}, ref. {reference}"


def corrects(item: str) -> str:
    return f"Corrects {item}."


def in_conflict(item: str) -> str:
    return f"In conflict with {item}, which stands."


def same_text(item: str) -> str:
    return f"Says the same as {item}, which was refused."


def published(number: str) -> str:
    return f"Published as notice {number}."


def offered(kind: str) -> str:
    return f"Its sender is asked whether it may go out as {kind}."


def claimed_by(officer: str, left: str) -> str:
    return f"claimed by {officer}, {left} left"


def information_requested(due: str) -> str:
    """``due``: when the answer is; empty where nobody set a date."""
    return f"{INFORMATION_REQUESTED}, {due}" if due else INFORMATION_REQUESTED


def post_review(due: str) -> str:
    return f"{POST_REVIEW} {due}" if due else POST_REVIEW


def information_requested_short(left: str) -> str:
    return f"{INFORMATION_REQUESTED} {left}".strip()


def post_review_short(left: str) -> str:
    return f"{POST_REVIEW} {left}".strip()


def reply_due(due: str) -> str:
    return f"answer {due}"


def review_due(due: str) -> str:
    return f"review {due}"


def claim_ends(left: str) -> str:
    return f"claim ends in {left}"


def code_of(code: str, articles: str) -> str:
    return f"code {code}, resting on {articles}" if articles else f"code {code}"


def proposed(decision: str, officer: str, at: str) -> str:
    return f"{decision} by {officer}, {at}; a second officer confirms (y)"


def on_words(quoted: str) -> str:
    """What a finding fired on."""
    return f' On: "{quoted}"' if quoted else ""


def counted_of(what: str, number: int, all_of_them: int) -> str:
    return f"{what} ({number} of {all_of_them})"


def routed(level: str, measure: str | None) -> str:
    return f"{ROUTE}: {level} under {measure}" if measure else f"{ROUTE}: {level}"


def board_of(title: str, number: int, what: str) -> str:
    return f"{title}, {number} {what}:"


def waits_for_network(recipient: str) -> str:
    return f", waits: {recipient} is off the network"


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
    return f"It is {state} now, by {actor}; it was {before}." if actor else f"It is {state} now; it was {before}."


def claim_changed(officer: str | None) -> str:
    return f"{officer} has claimed it." if officer else "The claim on it has ended."


def route_changed(level: str | None, measure: str | None) -> str:
    return f"It is routed as {level}{f' under {measure}' if measure else ''} now."


def new_version(version: int, fields: Sequence[str]) -> str:
    differs = f"; {', '.join(fields)} differ" if fields else ""
    return f"Version {version} of the text came{differs}. Ticks do not count for it."


def new_findings(rules: Sequence[str]) -> str:
    return f"Fires now: {', '.join(rules)}."


def cleared_findings(rules: Sequence[str]) -> str:
    return f"Fires no more: {', '.join(rules)}."


def would_receive(codes: Sequence[str]) -> str:
    return f"Would receive it now: {' '.join(codes)}."


def would_not_receive(codes: Sequence[str]) -> str:
    return f"Would not receive it any more: {' '.join(codes)}."


def note_on(item: str) -> str:
    return f"{NOTE} on {item}"
