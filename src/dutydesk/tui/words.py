"""Every text that the console itself says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.domain.supervision import Level

REALMS: Final = {"live": "LIVE", "exercise": "EXERCISE", "demo": "DEMO"}
TITLE: Final = "dutydesk"

# Panes
FEED: Final = "FEED"
REVIEW: Final = "REVIEW"
COUNTRIES: Final = "COUNTRIES"
FOLLOWING: Final = "following"
PAUSED: Final = "PAUSED"
EMPTY_FEED: Final = "No item has come in yet."
EMPTY_FILTERED: Final = "Nothing matches the filter; esc clears it."
EMPTY_REVIEW: Final = "Nothing is held: no item waits for a decision."
EMPTY_COUNTRIES: Final = "No country matches; esc clears the filter."
EMPTY_MEASURES: Final = "No measure was ever ordered: the country is direct. m orders one."
NOTHING_SELECTED: Final = "No item is selected; choose one with j, k or the arrows"
NO_COUNTRY: Final = "No country is selected; choose one in the countries pane (3)"
NO_MEASURE: Final = "No measure is selected"
FILTER_HINT: Final = "state:held from:RU kind:red words -not"
COUNTRY_FILTER_HINT: Final = "code, name or level"
NOT_HERE: Final = "That does not act here"

# Columns
TIME: Final = "TIME"
ITEM: Final = "ITEM"
KIND: Final = "KIND"
FROM: Final = "FROM"
STATE: Final = "STATE"
URGENCY: Final = "URGENCY"
SUBJECT: Final = "SUBJECT"
AGE: Final = "AGE"
CLAIM: Final = "STANDING"
CODE: Final = "CC"
NAME: Final = "COUNTRY"
LEVEL: Final = "LEVEL"
MEASURE: Final = "MEASURE"
ENDORSEMENT: Final = "ENDORSED"
HELD: Final = "HELD"
VOLUME: Final = "VOLUME"
REGION: Final = "REGION"
PROPOSED: Final = "proposed"
NETWORK: Final = "NETWORK"
ORDERED: Final = "ORDERED"
ORDER: Final = "ORDER"
OFFLINE: Final = "OFFLINE"

REGIONS: Final = {
    "africa": "Africa",
    "americas": "Americas",
    "asia_pacific": "Asia-Pac.",
    "europe": "Europe",
    "middle_east_north_africa": "Mid. East",
    "organisation": "entities",
}

# Selected item
FINDINGS: Final = "Findings"
NO_FINDING: Final = "No rule fired. Whether the request complies, a person decides."
CHECKLIST: Final = "Checklist"
NO_CHECKLIST: Final = "Nothing to tick for this kind."
ROUTE: Final = "Route"
AUDIENCE: Final = "Recipients"
NO_AUDIENCE: Final = "Nobody would receive it."
NOTES: Final = "Notes"
DECISIONS: Final = "Decisions"
BODY: Final = "Text"
WHY: Final = "Why"
DELIVERIES: Final = "Deliveries"
HISTORY: Final = "History"
CLOSED_TEXT: Final = "The text of ordinary correspondence stays closed (RPD 22(6))."
NO_BODY: Final = "The body is gone; its hash and its events stay."
NO_DELIVERIES: Final = "No delivery has been made or stopped."
PROBLEMS: Final = "Problems of the input"
SEVERITY: Final = {"block": "BLOCKS", "flag": "FLAG"}
CAUSES: Final = {
    "restricted": "restricted by the data's owner",
    "suspended": "suspended",
    "measure": "stopped by a measure",
    "recalled": "recalled",
    "withdrawn": "withdrawn",
    "not_member": "no member at this date",
    "uncleared": "not cleared for this confidentiality",
}

EARLIER_PERSON: Final = "Earlier, of the same name"
EARLIER_NONE: Final = "Nothing is on file."
CHANGED_SINCE: Final = "Changed since you opened it"
ESCALATED_NOW: Final = "It was escalated to the supervisors."

# Alarms
ALARMS: Final = "ALARMS"
ALARMS_TITLE: Final = "Alarms"
ALARMS_KEY: Final = "a: all"
ALARMS_NONE: Final = "No alarm stands: nothing is overdue, dead, or waits for a signature."
ALARMS_HINT: Final = "enter opens what it is about, esc closes"
ALARM: Final = "ALARM"
ALARM_ABOUT: Final = "ABOUT"
ALARM_SINCE: Final = "SINCE"
ALARM_SAYS: Final = "WHAT IT SAYS"

# Figures
FIGURES: Final = "FIGURES"
PERIODS: Final = ("from the start", "this year", "the last 30 days", "the last 24 hours")
FIGURE: Final = "FIGURE"
FIGURE_OF: Final = "OF"
NUMBER: Final = "NUMBER"
SHARE: Final = "SHARE"
MESSAGES_A_MINUTE: Final = "messages a minute"
CHECKS_A_MINUTE: Final = "checks a minute"
FIGURES_HINT: Final = "enter opens what is behind a figure"
FIGURE_NAMES: Final = {
    "queue_ages": "queue, by age",
    "states": "items, by state",
    "decided": "decided",
    "time": "time to decision",
    "refusals": "refusals, by code",
    "received": "received, by sender",
    "checks_against": "checks against data of",
    "hits_by_source": "hits on records of",
    "hits_by_category": "hits, by category",
    "hits_by_place": "hits, by place",
}
MEDIAN: Final = "median"
NINETIETH: Final = "nine of ten within"
NO_FIGURES: Final = "Nothing has come in yet."
NO_ROWS: Final = "There are no rows behind this figure."
EXPORT_FIGURES: Final = "Write the figures"
EXPORT_HINT: Final = "Into a new file: .json as JSON, any other name as CSV that no spreadsheet takes for a formula."
WRITTEN: Final = "The figures are in"

# Timeline of a measure
TIMELINE: Final = "Timeline"
IN_FORCE: Final = "in force"
ENDORSEMENT_DUE: Final = "endorsement"
REVIEW_OF_MEASURE: Final = "review"
TIMELINE_WORDS: Final = {
    "measure.proposed": "easing proposed",
    "measure.ordered": "ordered",
    "measure.effective": "in force",
    "measure.endorsed": "endorsed",
    "measure.declined": "endorsement declined",
    "measure.lift_proposed": "lift proposed",
    "measure.lifted": "lifted",
    "measure.replaced": "replaced by",
    "measure.dissented": "proposal turned down",
    "measure.void": "void, because of",
}

# Dialogs
CANCEL: Final = "Close"
SUBMIT_KEY: Final = "F2"
CONFLICT: Final = "Somebody was first"
REFUSED: Final = "No"
DRAFT_KEPT: Final = "The text is kept as a draft"
DECIDE: Final = "Decide"
ACTION: Final = "Action"
CODE_LABEL: Final = "Code"
ARTICLES: Final = "Articles"
ARTICLES_HINT: Final = "such as RPD 83, RPD 34; parted by commas"
REASON: Final = "Reason"
NOTE: Final = "Note"
NOTHING_STANDS: Final = "Nothing stands against a release: every point is ticked and no finding blocks."
STANDS: Final = "Against a release stand:"
CLAIM_FIRST: Final = "You do not hold the claim: close and press c first"
CONFIRM: Final = "Confirm"
DISSENT: Final = "Say no"
TAKE_BACK: Final = "Take back"
NOTHING_PROPOSED: Final = "Nothing waits for a second officer on"
PROPOSAL: Final = "Proposed"
VOID_IF_CONFIRMED: Final = "Changed since; a confirm would be void:"
AFTER_RELEASE: Final = "After release:"
NOT_RELEASED: Final = "there is nothing to review or recall"
DO_IT: Final = "Do it"
REOPEN: Final = "Reopen"
REOPEN_HINT: Final = "The refusal is reviewed again. It takes a supervisor who took no part in it."
LEGAL_HOLD: Final = "Legal hold on"
LIFT_LEGAL_HOLD: Final = "Lift the hold on"
LEGAL_HOLD_HINT: Final = "It is kept from the purge, whatever its retention."
LIFT_LEGAL_HOLD_HINT: Final = "It falls under its retention again, and may be purged."
RECALL_BOARD: Final = "Recall"
ACCESS_BOARD: Final = "Access withdrawn by the owner"
RECIPIENTS: Final = "Recipients decided"
DECIDED_ANEW: Final = "changed its mind since"
TO_BE_TOLD: Final = "to be told"
TOLD: Final = "told"
CONFIRMED: Final = "confirmed"
HOLDS: Final = "Who holds which version"
RESTRICT: Final = "Restrict"
RESTRICT_HINT: Final = "On the owner's behalf: what is queued for whom it denies stops, and who holds a copy is told."
DENY: Final = "Deny"
ALLOW: Final = "Allow"
CODES_HINT: Final = "such as FR, PL; or all"
RETRY: Final = "Try again"
RETRY_HINT: Final = "A dead delivery gets its tries back; the rules are read again when it is next handed over."
RECIPIENT: Final = "Recipient"
NO_RECIPIENT: Final = "choose the recipient whose delivery is dead"
NOTHING_DEAD: Final = "no delivery of it is dead"
PURGE: Final = "Purge"
PURGE_HINT: Final = "What has ended and is past its retention loses its text, for ever; hashes, events and chain stay."
PURGED: Final = "purged"
STAY: Final = "past their retention stay: under legal hold, or not ended"
IMPORT: Final = "Import"
IMPORT_HINT: Final = "A register that holds a request at any level; sound rows are taken, the others left out."
REGISTER: Final = "Register"
FILE: Final = "File"
FILE_HINT: Final = "a CSV or JSON file on this box"
NO_FILE: Final = "no file"
TAKEN: Final = "taken"
NOT_TAKEN: Final = "left out; dutydesk import names them"
WORKLIST: Final = "What this measure stopped"
NO_WORK: Final = "It stopped nothing."
TEMPLATE_HINT: Final = "F3: the next template."
NO_TEMPLATE: Final = "This desk has no template for that decision."
TYPED_STAYS: Final = "What you have typed stays; a template takes only an empty place."
OVERRIDE: Final = "Override"
OVERRIDE_HINT: Final = "A penalty rule that is overridden needs a supervisor, the reason, and a second officer."
OFFER_KIND: Final = "Offer as"
TICK_TITLE: Final = "Checklist of"
TICK_HINT: Final = "space ticks the point for this version of the text, and goes on; a tick is not taken back"
TAKE_OVER: Final = "Take over"
TAKE_OVER_HINT: Final = "A supervisor may take the item over, with a reason."
MEASURE_TITLE: Final = "Order a measure on"
DRY_RUN: Final = "Dry run"
ORDER_IT: Final = "Order"
LEVEL_LABEL: Final = "Level"
ORDER_LABEL: Final = "Order no."
BY_LABEL: Final = "Decided by"
CHANNELS: Final = "Channels"
KINDS: Final = "Kinds"
KINDS_HINT: Final = "none chosen means every kind"
REVIEW_BY: Final = "Review by"
ORDER_HINT: Final = "such as SG/2022/0310-1"
BY_HINT: Final = "such as Secretary General"
MEASURE_REASON_HINT: Final = "what the bureau did, and which rule it broke"
REVIEW_HINT: Final = "2022-06-08; empty: the desk's own term"
EFFECTIVE: Final = "Effective"
EFFECTIVE_HINT: Final = "2022-03-10T15:00Z; empty: at once"
BAD_TIME: Final = "is no time; write it as 2022-03-10T15:00Z or 2022-03-10"
LEVEL_MEANING: Final = {
    Level.DIRECT: "straight to its recipients",
    Level.MONITORED: "straight to its recipients, reviewed afterwards",
    Level.HELD: "to nobody before an officer has reviewed it",
    Level.SUSPENDED: "to nobody; kept, and the sender told",
}
OFF_NETWORK: Final = ("Off the network:", "Its deliveries wait until it is back; nothing is lost.", "Mark offline")
ON_NETWORK: Final = (
    "Back on the network:",
    "What waits for it becomes due; level and restrictions are read again.",
    "Mark online",
)
PALETTE_HINT: Final = "type a few letters of the action, enter does it"
QUIT_TITLE: Final = "Quit with unsent text?"
QUIT_LINE: Final = "These texts were typed and not sent; they are lost with the console:"
QUIT_IT: Final = "Quit"
NO_DETAILS: Final = "There are no details to the last answer"
HELP_TITLE: Final = "Keys"
HELP_HERE: Final = "Here"
DETAILS_TITLE: Final = "Details"
NO_REPLAY: Final = "Only a replay can be paused or sped up; this traffic comes as it comes"
STORE_GONE: Final = "The store can't be read"
STORE_BACK: Final = "The store can be read again"
HELP_FILTER: Final = (
    "The filter of the feed",
    "state:held from:RU kind:red   a field and a value; several values, parted by commas, are alternatives",
    "robbery -minsk                words that the item's title and names must hold; - or ! in front: must not",
    "Kinds: N marks a notice request, C a correction. The name of the colour is the kind's own name.",
    "Urgency: !! FLASH, ! URGENT. Everything by key; with the mouse a click selects, shift+drag marks text.",
)


def needs_size(width: int, height: int) -> str:
    return f"needs 80x24, is {width}x{height}"


def gone_from_queue(item: str, what: str, actor: str) -> str:
    return f"{item} has left the queue: {what.replace('_', ' ')} by {actor}"


def earlier_sender(code: str) -> str:
    return f"Earlier, from {code}"


def ticked(check: str, officer: str) -> str:
    return f"{check} was ticked by {officer}."


def noted(officer: str, text: str) -> str:
    return f"{officer} noted: {text}"


def now_is(state: str, before: str, actor: str) -> str:
    return f"It is {state} now, by {actor}; it was {before}." if actor else f"It is {state} now; it was {before}."


def claimed_now(officer: str | None) -> str:
    return f"{officer} has claimed it." if officer else "The claim on it has ended."


def routed_now(level: str | None, measure: str | None) -> str:
    return f"It is routed as {level}{f' under {measure}' if measure else ''} now."


def new_version(version: int, fields: Sequence[str]) -> str:
    differs = f"; {', '.join(fields)} differ" if fields else ""
    return f"Version {version} of the text came{differs}. Ticks do not count for it."


def fires_now(rules: Sequence[str]) -> str:
    return f"Fires now: {', '.join(rules)}."


def fires_no_more(rules: Sequence[str]) -> str:
    return f"Fires no more: {', '.join(rules)}."


def would_receive(codes: Sequence[str]) -> str:
    return f"Would receive it now: {' '.join(codes)}."


def would_not_receive(codes: Sequence[str]) -> str:
    return f"Would not receive it any more: {' '.join(codes)}."


def more_alarms(number: int) -> str:
    return f"and {number:,} more" if number else ""


def of_order(order: str, by: str) -> str:
    if order and by:
        return f" by {by}, {order}"
    return f" by {order or by}" if order or by else ""


def entered_by(officer: str) -> str:
    return f" (entered by {officer})"


def as_proposed(officer: str) -> str:
    return f", as {officer} had proposed"
