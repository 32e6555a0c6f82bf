"""Countries and their measures: the pane, an order with its dry run, the timeline."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.supervision.measures import Level

# The countries pane
EMPTY_COUNTRIES: Final = "No country matches; esc clears the filter."
COUNTRY_FILTER_HINT: Final = "code, name, region or level"
CODE: Final = "CC"
NAME: Final = "COUNTRY"
LEVEL: Final = "LEVEL"
MEASURE: Final = "MEASURE"
ENDORSEMENT: Final = "ENDORSED"
HELD: Final = "HELD"
VOLUME: Final = "VOLUME"
PROPOSED: Final = "proposed"
NETWORK: Final = "NETWORK"
ORDERED: Final = "ORDERED"
ORDER: Final = "ORDER"
OFFLINE: Final = "OFFLINE"
WATCHED: Final = "Under a measure or off the network"
REGIONS: Final = {
    "africa": "Africa",
    "americas": "Americas",
    "asia_pacific": "Asia and Pacific",
    "europe": "Europe",
    "middle_east_north_africa": "Middle East and North Africa",
    "organisation": "Organisations",
}

# The country's screen
NO_MEASURE: Final = "No measure is selected"
ON_NETWORK_NOW: Final = "on the network"
OFF_NETWORK_NOW: Final = "OFF the network: its deliveries are queued"
LIFT_PROPOSED: Final = "lift proposed"
EASING_PROPOSED: Final = "easing proposed"
WORKLIST: Final = "What this measure stopped"
NO_WORK: Final = "It stopped nothing."
WORK_ITEM: Final = "ITEM"
WORK_WHAT: Final = "WHAT HAPPENED"
WORKLIST_HINT: Final = "enter opens it, esc closes"
OFF_NETWORK: Final = (
    "Off the network:",
    "Its deliveries are queued until it is back; nothing is lost.",
    "Mark offline",
)
ON_NETWORK: Final = (
    "Back on the network:",
    "Its queued deliveries become due; level and restrictions are checked again.",
    "Mark online",
)
LEVEL_MEANING: Final = {
    Level.DIRECT: "directly to their recipients",
    Level.MONITORED: "directly to their recipients, with a review afterwards",
    Level.HELD: "to nobody until an officer has reviewed them",
    Level.SUSPENDED: "to nobody; they are kept and the sender is told",
}

# A measure in full
MEASURE_LABEL: Final = "Measure"
ORDER_OF: Final = "Order"
ENDORSEMENT_LABEL: Final = "Endorsement"
EVERYTHING: Final = "everything"
EVERY_KIND: Final = "every kind"

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
    "measure.dissented": "dissent",
    "measure.void": "void, because of",
}

# Endorse, lift, dissent
ENDORSE_TITLE: Final = "Endorsement of"
SUBMIT_ENDORSEMENT: Final = "Record"
ENDORSE_WORD: Final = "Endorsement"
LIFT_TITLE: Final = "Propose to lift"
SUBMIT_LIFT: Final = "Propose"
DISSENT_TO_MEASURE: Final = "Dissent from"
ENDORSED_BY_HINT: Final = "e.g. Executive Committee"
ENDORSED_ORDER_HINT: Final = "e.g. EC/2022/07"

# An order
MEASURE_TITLE: Final = "Order a measure on"
SUBMIT_ORDER: Final = "Order"
LEVEL_LABEL: Final = "Level"
ORDER_LABEL: Final = "Order no."
BY_LABEL: Final = "Decided by"
CHANNELS: Final = "Channels"
KINDS: Final = "Kinds"
KINDS_HINT: Final = "none chosen means every kind"
REVIEW_BY: Final = "Review by"
ORDER_HINT: Final = "e.g. SG/2022/0310-1"
BY_HINT: Final = "e.g. Secretary General"
MEASURE_REASON_HINT: Final = "what the bureau did, and which rule it broke"
REVIEW_HINT: Final = "2022-06-08; empty: the default term"
EFFECTIVE: Final = "Effective"
EFFECTIVE_HINT: Final = "2022-03-10T15:00Z; empty: at once"
BAD_TIME: Final = "is not a time; write it as 2022-03-10T15:00Z or 2022-03-10"

# What it would change
DRY_RUN: Final = "Dry run"
CODE_HINT: Final = "to order it; nothing has changed yet"
BEFORE: Final = "BEFORE"
AFTER: Final = "AFTER"
DIFFUSION_ROUTE: Final = "A diffusion goes"
LEVEL_ROUTES: Final = {
    Level.DIRECT: "directly",
    Level.MONITORED: "directly, reviewed",
    Level.HELD: "to review first",
    Level.SUSPENDED: "to nobody",
}
ITEMS_QUEUED: Final = "Items on their way"
ITEMS_HELD: Final = "Items held for review"
ITEMS_BLOCKED: Final = "Items blocked"
RECORDS_CONSULTED: Final = "Records consulted, 30 days"
HITS: Final = "Hits on them, 30 days"
STOPPED: Final = "stopped"
BLOCKED: Final = "blocked"
BACK_TO_REVIEW: Final = "back to review"
DELIVERIES_TO_GO: Final = "Deliveries on their way"
COPY_HOLDERS: Final = "Recipients with a copy"
STATE_LABEL: Final = "State"
PROPOSAL_WORDS: Final = {"lift": "lift of", "easing": "easing of"}
LIFT_PROPOSED_LABEL: Final = "Lift"
ORIGINAL_MEASURE: Final = "The measure to be lifted"
SIGNED_PROPOSAL: Final = "What you sign:"
LIFT_ORDER: Final = "Order"
COVERS: Final = "covers:"
EASING_NOTE: Final = "This eases the level: a second officer must confirm it."


def in_force_lift_proposed(measure: str) -> str:
    """The measure is in force; only its lift is proposed."""
    return f"{measure} to lift"


def group(name: str, number: int) -> str:
    return f"{name} ({number})"


def ncb(city: str, region: str) -> str:
    return f"NCB {city}, {region}"


def diffusion_route(level: Level) -> str:
    return f"its diffusions go {LEVEL_MEANING[level]}."


def traffic(held: int, received: int, network: str) -> str:
    return f"{held:,} held, {received:,} received, {network}."


def measure_in_full(measure: str, country: str, level: str, state: str, covers: str) -> str:
    return f"{measure}: {country} {level}, {state}; {covers}"


def kinds_only(kinds: str) -> str:
    return f"{kinds} only" if kinds else ""


def ordered_by(order: str, by: str, officer: str) -> str:
    return f"{order} of {by}, entered by {officer}"


def effective(at: str, review_by: str) -> str:
    return f"{at}; review by {review_by}"


def endorsed(endorsement: str, by: str, due: str) -> str:
    """``by``: who endorsed or declined; empty while the endorsement is due."""
    return f"{endorsement} by {by}" if by else f"{endorsement}, due {due}"


def lift_proposed_by(officer: str) -> str:
    return f"Lift proposed by {officer}; a second officer must confirm it."


def easing_proposed_by(officer: str) -> str:
    return f"Proposed by {officer}; it eases the level, so a second officer must confirm it."


def signed(what: str, officer: str, at: str) -> str:
    """``what``: the proposal in words."""
    return f"{what}, proposed by {officer} at {at}"


def lift_of(measure: str, country: str) -> str:
    return f"the lift of {measure} on {country}"


def easing_of(measure: str, country: str, level: str, effective: str) -> str:
    return f"{measure}: {country} becomes {level} from {effective}"


def lift_in_full(officer: str, at: str, order: str, by: str, reason: str) -> str:
    return f"{order} of {by}, entered by {officer} at {at}: {reason}"


def order_only(order: str, by: str) -> str:
    return f"{order} of {by}"


def all_of(sender: str) -> str:
    return f"All items of {sender}:"


def of_order(order: str, by: str) -> str:
    if order and by:
        return f" by {by}, {order}"
    return f" by {order or by}" if order or by else ""


def entered_by(officer: str) -> str:
    return f" (entered by {officer})"


def entered_and_confirmed(proposer: str, officer: str) -> str:
    return f" (entered by {proposer}, confirmed by {officer})"


def current_level(name: str, level: str, measure: str | None) -> str:
    under = f" under {measure}" if measure else ", without a measure"
    return f"{name} is now {level}{under}. {KINDS}: {KINDS_HINT}."


def bad_time(what: str, text: str) -> str:
    return f"{what}: {text} {BAD_TIME}"


def from_level_to(country: str, before: str, after: str) -> str:
    return f"{DRY_RUN}: {country} {before} to {after}"


def type_code(code: str) -> str:
    return f"Type {code}"


def type_code_first(code: str) -> str:
    return f"type {code} first: the order takes effect at once"


def after_order(left: int, moved: int, how: str) -> str:
    """How many items are left, and how many the order moves."""
    return f"{left:,} ({moved:,} {how})" if moved else f"{left:,}"


def last_30_days(number: int) -> str:
    return f"Of its items in the last 30 days, {number:,} would have been routed differently."


def effective_order(at: str, order: str, by: str) -> str:
    return f"From {at}, order {order} of {by}."


def no_country(key: str) -> str:
    return f"No country is selected; choose one in the countries pane ({key})"


def empty_measures(key: str) -> str:
    return f"No measure has been ordered: the level is direct. {key} orders one."


def no_channel(key: str) -> str:
    return f"A measure covers at least one channel; choose one with {key}"


def not_direct(number: int) -> str:
    return f"{number} not direct"


def offline(number: int) -> str:
    return f"{number} offline" if number else ""
