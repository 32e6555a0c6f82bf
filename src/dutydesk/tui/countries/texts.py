"""Countries and their measures: the pane, an order with its dry run, the timeline."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Level
from dutydesk.language.phrases import Phrase, PhraseList, PhraseTable, translate


class CountryTexts:
    # The countries pane
    EMPTY_COUNTRIES = Phrase("No country matches; esc clears the filter.")
    COUNTRY_FILTER_HINT = Phrase("code, name, region or level")
    CODE = Phrase("CC", cells=3)
    NAME = Phrase("COUNTRY")
    LEVEL = Phrase("LEVEL", cells=11)
    MEASURE = Phrase("MEASURE", cells=7)
    ENDORSEMENT = Phrase("ENDORSED", cells=9)
    HELD = Phrase("HELD", cells=4)
    VOLUME = Phrase("VOLUME", cells=6)
    PROPOSED = Phrase("proposed")
    NETWORK = Phrase("NETWORK", cells=7)
    ORDERED = Phrase("ORDERED", cells=18)
    ORDER = Phrase("ORDER")
    OFFLINE = Phrase("OFFLINE", cells=7)
    WATCHED = Phrase("Under a measure or off the network")
    REGIONS = PhraseTable(
        {
            "africa": "Africa",
            "americas": "Americas",
            "asia_pacific": "Asia and Pacific",
            "europe": "Europe",
            "middle_east_north_africa": "Middle East and North Africa",
            "organisation": "Organisations",
        }
    )

    # The country's screen
    NO_MEASURE = Phrase("No measure is selected")
    ON_NETWORK_NOW = Phrase("on the network")
    OFF_NETWORK_NOW = Phrase("OFF the network: its deliveries are queued")
    LIFT_PROPOSED = Phrase("lift proposed")
    EASING_PROPOSED = Phrase("easing proposed")
    WORKLIST = Phrase("What this measure stopped")
    NO_WORK = Phrase("It stopped nothing.")
    WORK_ITEM = Phrase("ITEM", cells=9)
    WORK_WHAT = Phrase("WHAT HAPPENED")
    WORKLIST_HINT = Phrase("enter opens it, esc closes")
    OFF_NETWORK = PhraseList(
        "Off the network:",
        "Its deliveries are queued until it is back; nothing is lost.",
        "Mark offline",
    )
    ON_NETWORK = PhraseList(
        "Back on the network:",
        "Its queued deliveries become due; level and restrictions are checked again.",
        "Mark online",
    )
    LEVEL_MEANING = PhraseTable(
        {
            Level.DIRECT: "directly to their recipients",
            Level.MONITORED: "directly to their recipients, with a review afterwards",
            Level.HELD: "to nobody until an officer has reviewed them",
            Level.SUSPENDED: "to nobody; they are kept and the sender is told",
        }
    )

    # Signatures
    SIGNATURES = Phrase("Signatures")
    SIGNATURE_LEVELS = PhraseTable(
        {
            SignatureLevel.UNSIGNED: "its messages need none; a wrong one is never taken",
            SignatureLevel.PREFERRED: "preferred; a message without one is taken and flagged",
            SignatureLevel.REQUIRED: "required; a message without one goes to quarantine",
        }
    )

    # A measure in full
    MEASURE_LABEL = Phrase("Measure")
    ORDER_OF = Phrase("Order")
    ENDORSEMENT_LABEL = Phrase("Endorsement")
    EVERYTHING = Phrase("everything")
    EVERY_KIND = Phrase("every kind")

    # Timeline of a measure
    TIMELINE = Phrase("Timeline")
    IN_FORCE = Phrase("in force")
    ENDORSEMENT_DUE = Phrase("endorsement")
    REVIEW_OF_MEASURE = Phrase("review")
    TIMELINE_WORDS = PhraseTable(
        {
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
    )

    # Endorse, lift, dissent
    ENDORSE_TITLE = Phrase("Endorsement of")
    SUBMIT_ENDORSEMENT = Phrase("Record", context="button")
    ENDORSE_WORD = Phrase("Endorsement", cells=11)
    LIFT_TITLE = Phrase("Propose to lift")
    SUBMIT_LIFT = Phrase("Propose")
    DISSENT_TO_MEASURE = Phrase("Dissent from")
    ENDORSED_BY_HINT = Phrase("e.g. Executive Committee")
    ENDORSED_ORDER_HINT = Phrase("e.g. EC/2022/07")

    # An order
    MEASURE_TITLE = Phrase("Order a measure on")
    SUBMIT_ORDER = Phrase("Order", context="button")
    LEVEL_LABEL = Phrase("Level", cells=11)
    ORDER_LABEL = Phrase("Order no.", cells=11)
    BY_LABEL = Phrase("Decided by", cells=11)
    CHANNELS = Phrase("Channels", cells=11)
    KINDS = Phrase("Kinds", cells=11)
    KINDS_HINT = Phrase("none chosen means every kind")
    REVIEW_BY = Phrase("Review by", cells=11)
    ORDER_HINT = Phrase("e.g. SG/2022/0310-1")
    BY_HINT = Phrase("e.g. Secretary General")
    MEASURE_REASON_HINT = Phrase("what the bureau did, and which rule it broke")
    REVIEW_HINT = Phrase("2022-06-08; empty: the default term")
    EFFECTIVE = Phrase("Effective", cells=11)
    EFFECTIVE_HINT = Phrase("2022-03-10T15:00Z; empty: at once")
    BAD_TIME = Phrase("is not a time; write it as 2022-03-10T15:00Z or 2022-03-10")

    # What it would change
    DRY_RUN = Phrase("Dry run")
    CODE_HINT = Phrase("to order it; nothing has changed yet")
    BEFORE = Phrase("BEFORE")
    AFTER = Phrase("AFTER")
    DIFFUSION_ROUTE = Phrase("A diffusion goes")
    LEVEL_ROUTES = PhraseTable(
        {
            Level.DIRECT: "directly",
            Level.MONITORED: "directly, reviewed",
            Level.HELD: "to review first",
            Level.SUSPENDED: "to nobody",
        }
    )
    ITEMS_QUEUED = Phrase("Items on their way")
    ITEMS_HELD = Phrase("Items held for review")
    ITEMS_BLOCKED = Phrase("Items blocked")
    RECORDS_CONSULTED = Phrase("Records consulted, 30 days")
    HITS = Phrase("Hits on them, 30 days")
    STOPPED = Phrase("stopped")
    BLOCKED = Phrase("blocked")
    BACK_TO_REVIEW = Phrase("back to review")
    DELIVERIES_TO_GO = Phrase("Deliveries on their way")
    COPY_HOLDERS = Phrase("Recipients with a copy")
    STATE_LABEL = Phrase("State")
    PROPOSAL_WORDS = PhraseTable({"lift": "lift of", "easing": "easing of"})
    LIFT_PROPOSED_LABEL = Phrase("Lift")
    ORIGINAL_MEASURE = Phrase("The measure to be lifted")
    SIGNED_PROPOSAL = Phrase("What you sign:")
    LIFT_ORDER = Phrase("Order")
    COVERS = Phrase("covers:")
    EASING_NOTE = Phrase("This eases the level: a second officer must confirm it.")
    IN_FORCE_LIFT_PROPOSED = Phrase("in force, lift proposed")

    def in_force_lift_proposed(self, measure: str) -> str:
        """The measure is in force; only its lift is proposed."""
        return translate("{measure} to lift", measure=measure)

    def group(self, name: str, number: int) -> str:
        return f"{name} ({number})"

    def ncb(self, city: str, region: str) -> str:
        return translate("NCB {city}, {region}", city=city, region=region)

    def diffusion_route(self, level: Level) -> str:
        return translate("its diffusions go {level}.", level=self.LEVEL_MEANING[level])

    def traffic(self, held: int, received: int, network: str) -> str:
        return translate(
            "{held:,} held, {received:,} received, {network}.", held=held, received=received, network=network
        )

    def key_since(self, key: str, since: str) -> str:
        return translate("key {key} from {since} on", key=key, since=since)

    def key_until(self, key: str, since: str, until: str) -> str:
        return translate("key {key} from {since} until {until}", key=key, since=since, until=until)

    def key_revoked(self, key: str, since: str) -> str:
        return translate("key {key} REVOKED, in doubt since {since}", key=key, since=since)

    def measure_in_full(self, measure: str, country: str, level: str, state: str, covers: str) -> str:
        return f"{measure}: {country} {level}, {state}; {covers}"

    def kinds_only(self, kinds: str) -> str:
        return translate("{kinds} only", kinds=kinds) if kinds else ""

    def ordered_by(self, order: str, by: str, officer: str) -> str:
        return translate("{order} of {by}, entered by {officer}", order=order, by=by, officer=officer)

    def effective(self, at: str, review_by: str) -> str:
        return translate("{at}; review by {review_by}", at=at, review_by=review_by)

    def endorsed(self, endorsement: str, by: str, due: str) -> str:
        """``by``: who endorsed or declined; empty while the endorsement is due."""
        return (
            translate("{endorsement} by {by}", endorsement=endorsement, by=by)
            if by
            else translate("{endorsement}, due {due}", endorsement=endorsement, due=due)
        )

    def lift_proposed_by(self, officer: str) -> str:
        return translate("Lift proposed by {officer}; a second officer must confirm it.", officer=officer)

    def easing_proposed_by(self, officer: str) -> str:
        return translate(
            "Proposed by {officer}; it eases the level, so a second officer must confirm it.", officer=officer
        )

    def signed(self, what: str, officer: str, at: str) -> str:
        """``what``: the proposal in words."""
        return translate("{what}, proposed by {officer} at {at}", what=what, officer=officer, at=at)

    def lift_of(self, measure: str, country: str) -> str:
        return translate("the lift of {measure} on {country}", measure=measure, country=country)

    def easing_of(self, measure: str, country: str, level: str, effective: str) -> str:
        return translate(
            "{measure}: {country} becomes {level} from {effective}",
            measure=measure,
            country=country,
            level=level,
            effective=effective,
        )

    def lift_in_full(self, officer: str, at: str, order: str, by: str, reason: str) -> str:
        return translate(
            "{order} of {by}, entered by {officer} at {at}: {reason}",
            order=order,
            by=by,
            officer=officer,
            at=at,
            reason=reason,
        )

    def order_only(self, order: str, by: str) -> str:
        return translate("{order} of {by}", order=order, by=by)

    def all_of(self, sender: str) -> str:
        return translate("All items of {sender}:", sender=sender)

    def of_order(self, order: str, by: str) -> str:
        if order and by:
            return translate(" by {by}, {order}", by=by, order=order)
        return translate(" by {by}", by=order or by) if order or by else ""

    def entered_by(self, officer: str) -> str:
        return translate(" (entered by {officer})", officer=officer)

    def entered_and_confirmed(self, proposer: str, officer: str) -> str:
        return translate(" (entered by {proposer}, confirmed by {officer})", proposer=proposer, officer=officer)

    def current_level(self, name: str, level: str, measure: str | None) -> str:
        if measure:
            return translate(
                "{name} is now {level} under {measure}. Kinds: none chosen means every kind.",
                name=name,
                level=level,
                measure=measure,
            )
        return translate(
            "{name} is now {level}, without a measure. Kinds: none chosen means every kind.", name=name, level=level
        )

    def bad_time(self, what: str, text: str) -> str:
        return translate(
            "{what}: {text} is not a time; write it as 2022-03-10T15:00Z or 2022-03-10", what=what, text=text
        )

    def from_level_to(self, country: str, before: str, after: str) -> str:
        return translate("Dry run: {country} {before} to {after}", country=country, before=before, after=after)

    def type_code(self, code: str) -> str:
        return translate("Type {code}", code=code)

    def type_code_first(self, code: str) -> str:
        return translate("type {code} first: the order takes effect at once", code=code)

    def after_order(self, left: int, moved: int, how: str) -> str:
        """How many items are left, and how many the order moves."""
        return f"{left:,} ({moved:,} {how})" if moved else f"{left:,}"

    def last_30_days(self, number: int) -> str:
        return translate(
            "Of its items in the last 30 days, {number:,} would have been routed differently.", number=number
        )

    def effective_order(self, at: str, order: str, by: str) -> str:
        return translate("From {at}, order {order} of {by}.", at=at, order=order, by=by)

    def no_country(self, key: str) -> str:
        return translate("No country is selected; choose one in the countries pane ({key})", key=key)

    def empty_measures(self, key: str) -> str:
        return translate("No measure has been ordered: the level is direct. {key} orders one.", key=key)

    def no_channel(self, key: str) -> str:
        return translate("A measure covers at least one channel; choose one with {key}", key=key)

    def not_direct(self, number: int) -> str:
        return translate("{number} not direct", number=number)

    def offline(self, number: int) -> str:
        return translate("{number} offline", number=number) if number else ""


texts: Final = CountryTexts()
