"""The acts of officers on items and on the desk's data: decide, tick, recall, restrict, purge, import."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.review.guards import Decision

SUBMIT: Final = "Do it"

# Decide
DECIDE: Final = "Decide"
ACTION: Final = "Action"
CODE_LABEL: Final = "Code"
ARTICLES: Final = "Articles"
ARTICLES_HINT: Final = "such as RPD 83, RPD 34; parted by commas"
OFFER_KIND: Final = "Offer as"
NO_OBSTACLES: Final = "Nothing stands against a release: every point is ticked and no finding blocks."
OBSTACLES: Final = "Against a release stand:"
NOT_TICKED: Final = "not ticked"
NO_TEMPLATE: Final = "This desk has no template for that decision."
TEXT_NOT_REPLACED: Final = "What you have typed stays; a template takes only an empty place."
OVERRIDE: Final = "Override"
OVERRIDE_HINT: Final = "A penalty rule that is overridden needs a supervisor, the reason, and a second officer."
DECISION_HINTS: Final = {
    Decision.RELEASE: "The reason is kept with the decision.",
    Decision.REFUSE: "The sender is told the code and the articles, never the reason.",
    Decision.ASK: "The text goes to the sender as it stands; the desk's clock stops until it answers.",
    Decision.ESCALATE: "The item goes to the supervisors' queue; no claim is needed.",
}

# Claim, tick, reject
TAKE_OVER: Final = "Take over"
TAKE_OVER_HINT: Final = "A supervisor may take the item over, with a reason."
TICK: Final = "Tick"
TICK_TITLE: Final = "Checklist of"
TICK_POINT: Final = "POINT"
TICKED_BY: Final = "BY"
TICK_DESCRIPTION: Final = "WHAT IT SAYS"

# The second person
CONFIRM: Final = "Confirm"
DISSENT: Final = "Say no"
RETRACT_PROPOSAL: Final = "Take back"
NOTHING_PROPOSED: Final = "Nothing waits for a second officer on"

# After a release, after a refusal
AFTER_RELEASE: Final = "After release:"
NOT_RELEASED: Final = "there is nothing to review or recall"
STEP_KEEP: Final = "stands"
STEP_RECALL: Final = "recall"
STEP_URGENT: Final = "recall at once"
STEP_RATIFY: Final = "ratify"
STEP_HINTS: Final = {
    STEP_KEEP: "The review after release ends: what went out stands.",
    STEP_RECALL: "A second officer confirms. Until then nothing more goes out, and those who hold it are warned.",
    STEP_URGENT: "On your one signature, at once. A supervisor ratifies it; an alarm stands until then.",
    STEP_RATIFY: "You stand behind a colleague's urgent recall.",
}
REOPEN: Final = "Reopen"
REOPEN_HINT: Final = "The refusal is reviewed again. It takes a supervisor who took no part in it."

# On owners' data and on what is kept
RESTRICT: Final = "Restrict"
RESTRICT_HINT: Final = (
    "On the owner's behalf: what is queued for whom it denies stops, and who holds a copy is told. "
    "Whom it allows waits for another officer's confirm."
)
RESTRICTION: Final = "Restriction"
RESTRICTIONS: Final = "restrictions"
BEFORE: Final = "Before"
AFTER: Final = "After"
DENY: Final = "Deny"
ALLOW: Final = "Allow"
CODES_HINT: Final = "such as FR, PL; or all"

TRANSFER: Final = "Hand over"
TRANSFER_HINT: Final = "The colleague gets the claim for the desk's usual time."
COLLEAGUE: Final = "Colleague"
NO_COLLEAGUE: Final = "choose the colleague who gets the claim"
NO_COLLEAGUES: Final = "No other officer of this desk may review"
EMPTY_REVIEW: Final = "Nothing is held: no item waits for a decision."


def needs_second_officer(why: str) -> str:
    return f"Yours will be a proposal, which a second officer confirms: {why}."


def kind_from(kind: str, sender: str | None, version: int) -> str:
    return f"{kind} from {sender}, version {version}"


def release_audience(number: int, all_of_them: int) -> str:
    return f"It would go to {number:,} recipient{'' if number == 1 else 's'} of {all_of_them}."


def is_claimed_by(item: str, officer: str | None) -> str:
    return f"{item} is claimed by {officer}. {TAKE_OVER_HINT}"


def not_released(item: str, state: str) -> str:
    return f"{item} is {state}: {NOT_RELEASED}"


def holder_count(number: int, all_of_them: int) -> str:
    return f"{number} of {all_of_them} recipients hold it or are being sent it."


def claim_first(key: str) -> str:
    return f"You do not hold the claim: close and press {key} first"


def all_ticked(item: str) -> str:
    return f"Every point of {item} is ticked"


def tick_hint(key: str) -> str:
    return f"{key} ticks the point for this version of the text, and goes on; a tick is not taken back"


def template_hint(key: str) -> str:
    return f"{key}: the next template."


def all_data_of(owner: str) -> str:
    return f"all data of {owner}"


def allowed_before(whom: str, what: str, denied: str) -> str:
    return f"{what}: denied to {denied}" if denied else f"{what}: no denial of {whom} stands there"


def allowed_after(whom: str, what: str) -> str:
    return f"{whom} may receive {what}, as addressed, and find it by checks; nothing is sent again"


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
