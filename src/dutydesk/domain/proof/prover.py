"""The proof: reads the log's events one by one, and names each that shows something that was not permitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutydesk.domain.events.bureau_routes import BureauRouted, RouteLeased
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.deliveries import (
    DeliveriesAccessTold,
    DeliveriesDead,
    DeliveriesFailed,
    DeliveriesMade,
    DeliveriesRecallSent,
    DeliveriesRequeued,
    DeliveriesSending,
    DeliveriesStopped,
    DeliveriesSuppressed,
    DeliveryRetried,
)
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.intake import IntakeAccepted, IntakeConflict, IntakeQuarantined
from dutydesk.domain.events.items import (
    ItemBlocked,
    ItemBodyChanged,
    ItemBodyRestored,
    ItemHeldAgain,
    ItemInformed,
    ItemLegalHold,
    ItemPurged,
    ItemReinstated,
    ItemRejected,
    ItemSuperseded,
    ItemWithdrawn,
)
from dutydesk.domain.events.keys import DeskKeyMade, KeyAdded, KeyRetired, KeyRevoked, SignaturesOrdered
from dutydesk.domain.events.measures import (
    BureauOffline,
    BureauOnline,
    MeasureDissented,
    MeasureEffective,
    MeasureLifted,
    MeasureLiftProposed,
    MeasureOrdered,
    MeasureProposed,
    MeasureReplaced,
    MeasureVoid,
)
from dutydesk.domain.events.notices import NoticesDead, NoticesMade, NoticesQueued, NoticesRequeued, NoticesSending
from dutydesk.domain.events.people import (
    HandoverAccepted,
    HandoverWritten,
    OfficerAdded,
    OfficerChanged,
    OfficerSignedIn,
    OfficerSignedOut,
)
from dutydesk.domain.events.restrictions import (
    RestrictionDissented,
    RestrictionProposed,
    RestrictionStated,
    RestrictionVoid,
)
from dutydesk.domain.events.reviews import (
    ItemAsked,
    ItemClaimed,
    ItemDissented,
    ItemDistinguished,
    ItemProposalVoid,
    ItemProposed,
    ItemRead,
    ItemRecalled,
    ItemRecallProposed,
    ItemRecallRatified,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    ItemTakenOver,
    ItemTicked,
    ItemUnclaimed,
    ItemUndone,
)
from dutydesk.domain.events.routes import ItemCorrected, ItemExaminedAgain, ItemReread, ItemRouted
from dutydesk.domain.events.store import (
    ClockSteppedBack,
    RulesChanged,
    RulesNoted,
    SegmentBegun,
    SettingsNoted,
    StoreMade,
)
from dutydesk.domain.frozen import value
from dutydesk.domain.proof import (
    bodies,
    checks,
    claims,
    decisions,
    deliveries,
    notices,
    recalls,
    routes,
    signatures,
    tables,
    uniqueness,
)
from dutydesk.domain.proof.bodies import StoredDigest
from dutydesk.domain.proof.chain import ChainReport, ChainWalk, Checkpoint, LogLine
from dutydesk.domain.proof.facts import parse_event
from dutydesk.domain.proof.replayed_items import ALLOWED_FROM
from dutydesk.domain.proof.rule_tables import ProofTables
from dutydesk.domain.proof.state import ProofState, TableInForce, new_proof_state
from dutydesk.domain.review.officers import Right

MOST_BREACHES = 1000


@value(frozen=True, slots=True)
class Breach:
    """An event that shows something that was not permitted; ``words`` is one sentence.

    ``item`` is set where a stored body differs from the event, which no event shows alone.
    """

    seq: int
    words: str
    item: str | None = None


@value(frozen=True, slots=True)
class Proof:
    """``deliveries`` were checked; ``breaches`` are the first of them, in the order of the log.

    ``tables`` are the tables of rules that the log names. Where one was not known, the log's word is taken for which
    rules it has and how they weigh.
    """

    chain: ChainReport
    deliveries: int
    breaches: tuple[Breach, ...]
    tables: tuple[TableInForce, ...] = ()

    @property
    def holds(self) -> bool:
        return self.chain.fault is None and not self.breaches


def prove(
    lines: Iterable[LogLine],
    law: ProofTables,
    checkpoint: Checkpoint | None = None,
    stored: Iterable[StoredDigest] | None = None,
) -> Proof:
    """Reads a log from its first event, and stops where its chain breaks: what follows proves nothing.

    ``stored`` are the bodies of the log's own store; each must be the one that the log says was received.
    """
    walk, prover = ChainWalk(lines, checkpoint), Prover(law)
    for line in walk.verified_lines():
        prover.add(line)
    if stored is not None:
        prover.compare(stored, walk.report)
    return Proof(walk.report, prover.world.deliveries, tuple(prover.breaches), tuple(prover.world.tables))


class Prover:
    def __init__(self, law: ProofTables) -> None:
        self.world = new_proof_state(law)
        self.breaches: list[Breach] = []

    def add(self, line: LogLine) -> None:
        for words in self._judged(line):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(line.seq, words))

    def compare(self, stored: Iterable[StoredDigest], report: ChainReport) -> None:
        """Compares the bodies of the store with the log, once all of it was added."""
        whole = report.fault is None
        for seq, item, words in bodies.compare(self.world, stored, report.events, whole=whole):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(seq, words, item))

    def _judged(self, line: LogLine) -> Iterator[str]:
        handler = _HANDLERS.find(line.kind)
        if handler is None and line.kind not in NEUTRAL and line.kind not in _RIGHTS:
            yield f"{line.kind} is no kind of event that this release knows"
            return
        try:
            fact = parse_event(line)
            yield from self._may(fact)
            yield from self._moves(fact)
            yield from uniqueness.verify_reference(self.world, fact)
            yield from uniqueness.verify_command(self.world, fact)
            yield from signatures.verify_signature(self.world, fact)
            if handler is not None:
                yield from handler(self.world, fact)
        except IncompleteEvent as incomplete:
            yield incomplete.words

    def _may(self, fact: Fact[LogEvent]) -> Iterator[str]:
        """Checks the actor's role at that moment, and that his or her country is not the one concerned."""
        persons, right = self.world.persons, _RIGHTS.get(fact.kind)
        if right is None or (fact.kind in _ALSO_BY_THE_DESK and not persons.is_person(fact.actor)):
            return
        yield from persons.verify_right(fact.actor, right)
        if fact.kind in _ITEM_ACTS or (fact.kind in _LATER_ITEM_ACTS and persons.by_todays_rules):
            item = self.world.items.get(fact.subject)
            country = item.sender if item is not None else self.world.sources_of_hits.get(fact.subject)
            yield from persons.verify_foreign(fact.actor, country)
            if item is not None and fact.kind in _READING_ACTS and not self.world.reads(fact.actor, item):
                yield f"{fact.actor} acted on {item.name}, which its owner had denied to the country of {fact.actor}"
        elif right is Right.MEASURE:
            yield from persons.verify_foreign(fact.actor, self.world.measures.country_of(fact))

    def _moves(self, fact: Fact[LogEvent]) -> Iterator[str]:
        allowed = ALLOWED_FROM.get(fact.kind)
        if allowed is None:
            return
        item = self.world.item(fact)
        if item.state not in allowed:
            yield f"{fact.kind} does not follow on {item.state}, in which {item.name} was"


def _purged(world: ProofState, fact: Fact[ItemPurged]) -> Iterator[str]:
    yield from bodies.verify_hashes(world.item(fact), fact)
    yield from decisions.verify_purge(world, fact)


def _settings(world: ProofState, fact: Fact[SettingsNoted]) -> Iterator[str]:
    codes = optional(fact.event.cleared_for_confidential)
    world.cleared = None if codes is None else world.roll.of(codes)
    world.officers_read_denied = fact.event.country_officers_read_denied is True
    yield from ()


def _restriction(world: ProofState, fact: Fact[RestrictionStated]) -> Iterator[str]:
    yield from world.widenings.verify_statement(fact)
    yield from world.owners.verify_statement(fact, world.items.get(optional(fact.event.item) or ""))


_HANDLERS = ByType[ProofState, Iterator[str]]()
_HANDLERS.add(tables.verify_made, StoreMade)
_HANDLERS.add(tables.verify_change, RulesChanged)
_HANDLERS.add(lambda world, fact: world.persons.apply_edition(fact), RulesNoted)
_HANDLERS.add(lambda world, fact: world.persons.verify_officer_entry(fact), OfficerAdded, OfficerChanged)
_HANDLERS.add(lambda world, fact: world.persons.verify_sign_in(fact), OfficerSignedIn, OfficerSignedOut)
_HANDLERS.add(lambda world, fact: world.handovers.verify_written(fact), HandoverWritten)
_HANDLERS.add(lambda world, fact: world.handovers.verify_accepted(fact), HandoverAccepted)
_HANDLERS.add(routes.verify_intake, IntakeAccepted)
_HANDLERS.add(routes.verify_quarantine, IntakeQuarantined, IntakeConflict)
_HANDLERS.add(routes.verify_route, ItemRouted)
_HANDLERS.add(routes.verify_reread, ItemReread)
_HANDLERS.add(routes.verify_correction, ItemCorrected)
_HANDLERS.add(routes.verify_recheck, ItemExaminedAgain)
_HANDLERS.add(claims.verify_claim, ItemClaimed, ItemTakenOver)
_HANDLERS.add(claims.verify_unclaim, ItemUnclaimed)
_HANDLERS.add(claims.verify_tick, ItemTicked)
_HANDLERS.add(claims.verify_read, ItemRead)
_HANDLERS.add(checks.verify_distinction, ItemDistinguished)
_HANDLERS.add(decisions.verify_proposal, ItemProposed)
_HANDLERS.add(decisions.verify_release, ItemReleased)
_HANDLERS.add(decisions.verify_refusal, ItemRefused)
_HANDLERS.add(decisions.verify_dissent, ItemDissented)
_HANDLERS.add(decisions.verify_void_proposal, ItemProposalVoid)
_HANDLERS.add(decisions.verify_information_request, ItemAsked)
_HANDLERS.add(decisions.verify_state_change, ItemInformed, ItemWithdrawn)
_HANDLERS.add(decisions.verify_end, ItemSuperseded)
_HANDLERS.add(decisions.verify_end, ItemRejected)
_HANDLERS.add(_purged, ItemPurged)
_HANDLERS.add(decisions.legal_hold, ItemLegalHold)
_HANDLERS.add(bodies.verify_fault, ItemBodyChanged)
_HANDLERS.add(bodies.verify_restoration, ItemBodyRestored)
_HANDLERS.add(decisions.verify_reinstatement, ItemReinstated)
_HANDLERS.add(decisions.verify_return_to_review, ItemUndone)
_HANDLERS.add(decisions.verify_return_to_review, ItemHeldAgain)
_HANDLERS.add(decisions.verify_return_to_review, ItemBlocked)
_HANDLERS.add(decisions.verify_return_to_review, ItemReopened)
_HANDLERS.add(recalls.verify_recall_proposal, ItemRecallProposed)
_HANDLERS.add(recalls.verify_recall, ItemRecalled)
_HANDLERS.add(recalls.verify_ratification, ItemRecallRatified)
_HANDLERS.add(deliveries.verify_lease, DeliveriesSending)
_HANDLERS.add(deliveries.verify_delivery, DeliveriesMade)
_HANDLERS.add(deliveries.verify_failure, DeliveriesFailed, DeliveriesRequeued, DeliveriesDead)
_HANDLERS.add(deliveries.verify_suppression, DeliveriesSuppressed)
_HANDLERS.add(deliveries.verify_stop, DeliveriesStopped)
_HANDLERS.add(deliveries.verify_recall_sent, DeliveriesRecallSent)
_HANDLERS.add(deliveries.verify_access_notice, DeliveriesAccessTold)
_HANDLERS.add(deliveries.verify_retry, DeliveryRetried)
_HANDLERS.add(lambda world, fact: world.measures.verify_proposal(fact), MeasureProposed)
_HANDLERS.add(lambda world, fact: world.measures.verify_order(fact), MeasureOrdered)
_HANDLERS.add(lambda world, fact: world.measures.verify_entry_into_force(fact), MeasureEffective)
_HANDLERS.add(lambda world, fact: world.measures.verify_replacement(fact), MeasureReplaced)
_HANDLERS.add(lambda world, fact: world.measures.verify_void(fact), MeasureVoid)
_HANDLERS.add(lambda world, fact: world.measures.verify_lift_proposal(fact), MeasureLiftProposed)
_HANDLERS.add(lambda world, fact: world.measures.verify_lift(fact), MeasureLifted)
_HANDLERS.add(lambda world, fact: world.measures.verify_dissent(fact), MeasureDissented)
_HANDLERS.add(_restriction, RestrictionStated)
_HANDLERS.add(lambda world, fact: world.widenings.verify_proposal(fact), RestrictionProposed)
_HANDLERS.add(lambda world, fact: world.widenings.verify_end(fact), RestrictionDissented)
_HANDLERS.add(lambda world, fact: world.widenings.verify_end(fact), RestrictionVoid)
_HANDLERS.add(_settings, SettingsNoted)
_HANDLERS.add(signatures.apply_bureau_key, KeyAdded, KeyRetired, KeyRevoked, SignaturesOrdered)
_HANDLERS.add(lambda world, fact: world.keys.apply(fact), DeskKeyMade)
_HANDLERS.add(checks.apply_clock_step, ClockSteppedBack)
_HANDLERS.add(deliveries.apply_offline, BureauOffline)
_HANDLERS.add(deliveries.apply_online, BureauOnline)
_HANDLERS.add(deliveries.verify_route, BureauRouted)
_HANDLERS.add(lambda world, fact: world.bureau_routes.verify_lease(fact), RouteLeased)
_HANDLERS.add(checks.verify_hit, HitFound)
_HANDLERS.add(notices.verify_notice, NoticesQueued, NoticesSending, NoticesRequeued, NoticesDead, NoticesMade)
_HANDLERS.add(uniqueness.verify_segment, SegmentBegun)

#: Events that no delivery depends on.
NEUTRAL = frozenset(
    {
        "intake.repeated",
        "intake.rejected",
        "item.retention_asked",
        "deliveries.waiting",
        "deliveries.access_withdrawn",
        "delivery.answered",
        "check.taken",
        "notices.listed",
        "notices.confirmed",
        "receipts.kept",
        "rows.kept",
        "checks.counted",
        "bureaus.listed",
        "store.differs",
        "log.cosigned",
        "log.cosigning_refused",
    }
)

#: The right that the signer of an event needs at that moment.
_RIGHTS = {
    "officer.signed_in": Right.READ,
    "officer.signed_out": Right.READ,
    "handover.written": Right.HANDOVER,
    "handover.accepted": Right.HANDOVER,
    "item.claimed": Right.REVIEW,
    "item.unclaimed": Right.REVIEW,
    "item.taken_over": Right.TAKE_OVER,
    "item.ticked": Right.REVIEW,
    "item.distinguished": Right.REVIEW,
    "item.proposed": Right.REVIEW,
    "item.released": Right.REVIEW,
    "item.refused": Right.REVIEW,
    "item.dissented": Right.REVIEW,
    "item.asked": Right.REVIEW,
    "item.escalated": Right.REVIEW,
    "item.undone": Right.REVIEW,
    "item.recall_proposed": Right.REVIEW,
    "item.recalled": Right.REVIEW,
    "item.recall_ratified": Right.RATIFY,
    "item.reopened": Right.REOPEN,
    "item.reread": Right.QUARANTINE,
    "item.rejected": Right.QUARANTINE,
    "item.noted": Right.NOTE,
    "item.read": Right.READ,
    "item.post_review": Right.REVIEW,
    "item.examined_again": Right.IMPORT,
    "register.imported": Right.IMPORT,
    "records.imported": Right.IMPORT,
    "hit.dismissed": Right.DISMISS,
    "item.legal_hold": Right.LEGAL_HOLD,
    "item.purged": Right.PURGE,
    "delivery.retried": Right.RETRY,
    "measure.proposed": Right.MEASURE,
    "measure.ordered": Right.MEASURE,
    "measure.endorsed": Right.MEASURE,
    "measure.declined": Right.MEASURE,
    "measure.lift_proposed": Right.MEASURE,
    "measure.lifted": Right.MEASURE,
    "measure.dissented": Right.MEASURE,
    "restriction.stated": Right.SUBMIT,
    "restriction.proposed": Right.RESTRICT,
    "restriction.dissented": Right.RESTRICT,
    "key.added": Right.KEYS,
    "key.retired": Right.KEYS,
    "key.revoked": Right.KEYS,
    "signatures.ordered": Right.KEYS,
    "desk.key_made": Right.KEYS,
    "bureau.offline": Right.NETWORK,
    "bureau.online": Right.NETWORK,
    "bureau.routed": Right.ROUTES,
    "store.backed_up": Right.BACK_UP,
    "store.restored": Right.DISPATCH,
    "log.exported": Right.EXPORT,
    "log.checkpointed": Right.EXPORT,
}

#: The desk signs these too: for an owner's own message, or when a time is reached.
_ALSO_BY_THE_DESK = frozenset(
    {"restriction.stated", "item.escalated", "item.post_review", "item.examined_again", "log.checkpointed"}
)

#: The same where today's rules on persons hold.
_LATER_ITEM_ACTS = frozenset({"item.legal_hold", "item.reread", "item.rejected", "delivery.retried", "hit.dismissed"})

#: Acts that officers do not do on items of their own country.
_ITEM_ACTS = frozenset(
    kind
    for kind, right in _RIGHTS.items()
    if kind.startswith("item.") and right in (Right.REVIEW, Right.REOPEN, Right.RATIFY, Right.TAKE_OVER)
) - {"item.unclaimed"}

#: Acts that need the body: officers do not do them on items that are denied to their country.
_READING_ACTS = _ITEM_ACTS | {"item.reread", "item.rejected", "hit.dismissed"}
