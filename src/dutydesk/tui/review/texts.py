"""The review: queue, claims, checklist, decision, second officer, recall, restrictions."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.review.guards import Decision

SUBMIT: Final = "Apply"

# Decide
DECIDE: Final = "Decide"
ACTION: Final = "Action"
CODE_LABEL: Final = "Code"
ARTICLES: Final = "Articles"
ARTICLES_HINT: Final = "e.g. RPD 83, RPD 34 (comma-separated)"
OFFER_KIND: Final = "Offer as"
NO_OBSTACLES: Final = "Nothing prevents a release: every point is ticked and no finding blocks."
OBSTACLES: Final = "Cannot be released yet:"
NOT_TICKED: Final = "not ticked"
NO_TEMPLATE: Final = "There is no template for this decision."
TEXT_NOT_REPLACED: Final = "A template replaces only an empty reason or another template."
OVERRIDE: Final = "Override"
OVERRIDE_HINT: Final = "Overriding a penalty rule needs a supervisor, a reason, and a second officer."
DECISION_HINTS: Final = {
    Decision.RELEASE: "The reason is stored with the decision.",
    Decision.REFUSE: "The sender is told the code and the articles, not the reason.",
    Decision.ASK: "The sender receives this text. The time limits of the desk stop until it replies.",
    Decision.ESCALATE: "The item goes to the supervisors' queue. You need no claim.",
}

# Claim, tick, reject
TAKE_OVER: Final = "Take over"
TAKE_OVER_HINT: Final = "A supervisor can take it over, with a reason."
TICK: Final = "Tick"
TICK_TITLE: Final = "Checklist of"
TICK_POINT: Final = "POINT"
TICKED_BY: Final = "BY"
TICK_DESCRIPTION: Final = "TEXT"

# The second person
CONFIRM: Final = "Confirm"
DISSENT: Final = "Dissent"
RETRACT_PROPOSAL: Final = "Retract"
NOTHING_PROPOSED: Final = "There is no proposal to confirm on"

# After a release, after a refusal
AFTER_RELEASE: Final = "After release:"
NOT_RELEASED: Final = "there is nothing to review or recall"
STEP_KEEP: Final = "keep"
STEP_RECALL: Final = "recall"
STEP_URGENT: Final = "recall at once"
STEP_RATIFY: Final = "ratify"
STEP_HINTS: Final = {
    STEP_KEEP: "Ends the post-review. The release remains valid.",
    STEP_RECALL: "A second officer must confirm. Until then nothing more is delivered and holders of a copy are told.",
    STEP_URGENT: "Takes effect at once on your signature. A supervisor must ratify it; an alarm remains until then.",
    STEP_RATIFY: "You ratify a colleague's urgent recall.",
}
REOPEN: Final = "Reopen"
REOPEN_HINT: Final = "The refusal is reviewed again. This needs a supervisor who took no part in it."

# On owners' data and on what is kept
RESTRICT: Final = "Restrict"
RESTRICT_HINT: Final = (
    "On the owner's behalf. Queued deliveries to denied countries are stopped; countries that hold a copy are told. "
    "Allowing a country needs a second officer."
)
RESTRICT_CODE_HINT: Final = "its code, because all its data is restricted at once"
RESTRICTION: Final = "Restriction"
UNDO: Final = "Undo"
UNDO_HINT: Final = "The release is taken back and the item is held again, as long as nothing has been delivered."
ANSWERED: Final = "answered"
ALL_TICKED: Final = "All points are ticked."
RESTRICTIONS: Final = "restrictions"
BEFORE: Final = "Before"
AFTER: Final = "After"
DENY: Final = "Deny"
ALLOW: Final = "Allow"
CODES_HINT: Final = "e.g. FR, PL, or all"

TRANSFER: Final = "Transfer"
TRANSFER_HINT: Final = "The colleague holds the claim for the usual time."
COLLEAGUE: Final = "Colleague"
NO_COLLEAGUE: Final = "choose a colleague"
NO_COLLEAGUES: Final = "No other officer of this desk may review"
FINDINGS_COLUMN: Final = "FOUND"
EMPTY_REVIEW: Final = "No item is waiting for a decision."


def needs_second_officer(why: str) -> str:
    return f"This needs a second officer, so your decision will be a proposal: {why}."


def kind_from(kind: str, sender: str | None, version: int) -> str:
    return f"{kind} from {sender}, version {version}"


def release_audience(number: int, all_of_them: int) -> str:
    return f"A release would be delivered to {number:,} of {all_of_them} recipients."


def is_claimed_by(item: str, officer: str | None) -> str:
    return f"{item} is claimed by {officer}. {TAKE_OVER_HINT}"


def not_released(item: str, state: str) -> str:
    return f"{item} is {state}: {NOT_RELEASED}"


def holder_count(number: int, all_of_them: int) -> str:
    return f"{number} of {all_of_them} recipients have a copy or are receiving one."


def claim_first(key: str) -> str:
    return f"You do not hold the claim: close and press {key} first"


def tick_hint(key: str) -> str:
    return f"{key} ticks a point and moves on. Ticks apply to this version and cannot be undone."


def template_hint(key: str) -> str:
    return f"{key}: next template."


def restricts_all(owner: str, received: int, held: int) -> str:
    return f"All data of {owner} is restricted: {received:,} items received so far, {held:,} of them held."


def claimed_by_another(item: str, officer: str | None, note: str) -> str:
    return f"{item} is claimed by {officer}; only a supervisor can take it over. {note} adds a note for {officer}."


def all_points_ticked(decide: str) -> str:
    return f"{ALL_TICKED} {decide} decides, esc closes."


def information_came(sender: str, item: str) -> str:
    return f"{sender} has answered on {item}"


def more_information(number: int) -> str:
    return f"Answers came in on {number:,} items; the queue marks them"


def undo_title(item: str) -> str:
    return f"Undo the release of {item}"


def all_data_of(owner: str) -> str:
    return f"all data of {owner}"


def allowed_before(whom: str, what: str, denied: str) -> str:
    return f"{what}: denied to {denied}" if denied else f"{what}: {whom} is not denied"


def allowed_after(whom: str, what: str) -> str:
    return f"{whom} may receive {what} if addressed, and match it in checks; nothing is sent again"


def undo_time_left(key: str, number: int, seconds: int) -> str:
    return f"{key} undoes D-{number:06d}: {seconds:>3} s"


def transfer_claim(item: str) -> str:
    return f"{TRANSFER} the claim on {item}"


def waiting(number: int) -> str:
    return f"{number} waiting"


def post_reviews(number: int, *, more: bool = False) -> str:
    return f"{number}{'+' if more else ''} post-review" if number else ""


def left_queue(item: str, actor: str, deed: str) -> str:
    return f"{item} has left the queue: {actor} {deed}"


def findings_count(blocking: int, flags: int) -> str:
    """Short, for a column: ``2B 1F``."""
    return " ".join(part for part in (f"{blocking}B" if blocking else "", f"{flags}F" if flags else "") if part)
