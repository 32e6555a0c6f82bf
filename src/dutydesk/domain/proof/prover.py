"""The proof itself: takes the log's events one by one, and names each that says something that was not permitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dutydesk.domain.proof import bodies, checks, claims, decisions, deliveries, notices, recalls, routes, uniqueness
from dutydesk.domain.proof.bodies import StoredDigest
from dutydesk.domain.proof.chain import ChainReport, ChainWalk, Checkpoint, LogLine
from dutydesk.domain.proof.facts import Fact, IncompleteEvent, parse_event
from dutydesk.domain.proof.replayed_items import ALLOWED_FROM
from dutydesk.domain.proof.state import ProofState, ProofTables, new_proof_state
from dutydesk.domain.review.officers import Right

MOST_BREACHES = 1000

Handler = Callable[[ProofState, Fact], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Breach:
    """An event that shows something that was not permitted, and what, in one sentence.

    ``item`` is named where a stored body differs from the event; no event shows it by itself.
    """

    seq: int
    words: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """``deliveries`` were checked; ``breaches`` are the first of them, in the order of the log."""

    chain: ChainReport
    deliveries: int
    breaches: tuple[Breach, ...]

    @property
    def holds(self) -> bool:
        return self.chain.fault is None and not self.breaches


def prove(
    lines: Iterable[LogLine],
    law: ProofTables,
    checkpoint: Checkpoint | None = None,
    stored: Iterable[StoredDigest] | None = None,
) -> Proof:
    """Reads a log from its first event. Where its chain breaks it stops: what follows proves nothing.

    ``stored`` are the bodies of the log's own store, each of which must be what the log says that was received.
    """
    walk, prover = ChainWalk(lines, checkpoint), Prover(law)
    for line in walk.verified_lines():
        prover.add(line)
    if stored is not None:
        prover.compare(stored, walk.report)
    return Proof(walk.report, prover.world.deliveries, tuple(prover.breaches))


class Prover:
    def __init__(self, law: ProofTables) -> None:
        self.world = new_proof_state(law)
        self.breaches: list[Breach] = []

    def add(self, line: LogLine) -> None:
        for words in self._judged(line):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(line.seq, words))

    def compare(self, stored: Iterable[StoredDigest], report: ChainReport) -> None:
        """Once the log was taken: holds the bodies of its store against it."""
        whole = report.fault is None
        for seq, item, words in bodies.compare(self.world, stored, report.events, whole=whole):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(seq, words, item))

    def _judged(self, line: LogLine) -> Iterator[str]:
        handler = _HANDLERS.get(line.kind)
        if handler is None and line.kind not in NEUTRAL and line.kind not in _RIGHTS:
            yield f"{line.kind} is no kind of event that this release knows"
            return
        try:
            fact = parse_event(line)
            yield from self._may(fact)
            yield from self._moves(fact)
            yield from uniqueness.verify_reference(self.world, fact)
            yield from uniqueness.verify_command(self.world, fact)
            if handler is not None:
                yield from handler(self.world, fact)
        except IncompleteEvent as incomplete:
            yield incomplete.words

    def _may(self, fact: Fact) -> Iterator[str]:
        """The actor's role at that moment, and that he or she is not of the country that it is about."""
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

    def _moves(self, fact: Fact) -> Iterator[str]:
        allowed = ALLOWED_FROM.get(fact.kind)
        if allowed is None:
            return
        item = self.world.item(fact)
        if item.state not in allowed:
            yield f"{fact.kind} does not follow on {item.state}, in which {item.name} was"


def _purged(world: ProofState, fact: Fact) -> Iterator[str]:
    yield from bodies.verify_hashes(world.item(fact), fact)
    yield from decisions.verify_purge(world, fact)


def _settings(world: ProofState, fact: Fact) -> Iterator[str]:
    codes = fact.data.get("cleared_for_confidential")
    world.cleared = None if codes is None else world.roll.of(fact.names("cleared_for_confidential"))
    world.officers_read_denied = fact.flag("country_officers_read_denied")
    yield from ()


def _restriction(world: ProofState, fact: Fact) -> Iterator[str]:
    yield from world.widenings.verify_statement(fact)
    yield from world.owners.verify_statement(fact, world.items.get(fact.optional_text("item") or ""))


_HANDLERS: dict[str, Handler] = {
    "store.made": lambda world, fact: world.persons.verify_founder(fact),
    "rules.noted": lambda world, fact: world.persons.apply_edition(fact),
    "officer.added": lambda world, fact: world.persons.verify_officer_entry(fact),
    "officer.changed": lambda world, fact: world.persons.verify_officer_entry(fact),
    "officer.signed_in": lambda world, fact: world.persons.verify_sign_in(fact),
    "officer.signed_out": lambda world, fact: world.persons.verify_sign_in(fact),
    "handover.written": lambda world, fact: world.handovers.verify_written(fact),
    "handover.accepted": lambda world, fact: world.handovers.verify_accepted(fact),
    "intake.accepted": routes.verify_intake,
    "intake.quarantined": routes.verify_quarantine,
    "intake.conflict": routes.verify_quarantine,
    "item.routed": routes.verify_route,
    "item.reread": routes.verify_reread,
    "item.corrected": routes.verify_correction,
    "item.examined_again": routes.verify_recheck,
    "item.claimed": claims.verify_claim,
    "item.taken_over": claims.verify_claim,
    "item.unclaimed": claims.verify_unclaim,
    "item.ticked": claims.verify_tick,
    "item.read": claims.verify_read,
    "item.proposed": decisions.verify_proposal,
    "item.released": decisions.verify_release,
    "item.refused": decisions.verify_refusal,
    "item.dissented": decisions.verify_dissent,
    "item.proposal_void": decisions.verify_void_proposal,
    "item.asked": decisions.verify_information_request,
    "item.informed": decisions.verify_state_change,
    "item.withdrawn": decisions.verify_state_change,
    "item.superseded": decisions.verify_end,
    "item.purged": _purged,
    "item.legal_hold": decisions.legal_hold,
    "item.body_changed": bodies.verify_fault,
    "item.body_restored": bodies.verify_restoration,
    "item.rejected": decisions.verify_end,
    "item.reinstated": decisions.verify_reinstatement,
    "item.undone": decisions.verify_return_to_review,
    "item.held_again": decisions.verify_return_to_review,
    "item.blocked": decisions.verify_return_to_review,
    "item.reopened": decisions.verify_return_to_review,
    "item.recall_proposed": recalls.verify_recall_proposal,
    "item.recalled": recalls.verify_recall,
    "item.recall_ratified": recalls.verify_ratification,
    "deliveries.sending": deliveries.verify_lease,
    "deliveries.made": deliveries.verify_delivery,
    "deliveries.failed": deliveries.verify_failure,
    "deliveries.requeued": deliveries.verify_failure,
    "deliveries.dead": deliveries.verify_failure,
    "deliveries.suppressed": deliveries.verify_suppression,
    "deliveries.recall_sent": deliveries.verify_recall_sent,
    "deliveries.access_told": deliveries.verify_access_notice,
    "delivery.retried": deliveries.verify_retry,
    "measure.proposed": lambda world, fact: world.measures.verify_proposal(fact),
    "measure.ordered": lambda world, fact: world.measures.verify_order(fact),
    "measure.effective": lambda world, fact: world.measures.verify_entry_into_force(fact),
    "measure.replaced": lambda world, fact: world.measures.verify_replacement(fact),
    "measure.void": lambda world, fact: world.measures.verify_void(fact),
    "measure.lift_proposed": lambda world, fact: world.measures.verify_lift_proposal(fact),
    "measure.lifted": lambda world, fact: world.measures.verify_lift(fact),
    "measure.dissented": lambda world, fact: world.measures.verify_dissent(fact),
    "restriction.stated": _restriction,
    "restriction.proposed": lambda world, fact: world.widenings.verify_proposal(fact),
    "restriction.dissented": lambda world, fact: world.widenings.verify_end(fact),
    "restriction.void": lambda world, fact: world.widenings.verify_end(fact),
    "settings.noted": _settings,
    "bureau.offline": deliveries.apply_offline,
    "bureau.online": deliveries.apply_online,
    "check.hit": checks.verify_hit,
    "notices.queued": notices.verify_notice,
    "notices.sending": notices.verify_notice,
    "notices.requeued": notices.verify_notice,
    "notices.dead": notices.verify_notice,
    "notices.made": notices.verify_notice,
    "segment.begun": uniqueness.verify_segment,
}

#: Events on which no delivery hangs.
NEUTRAL = frozenset(
    {
        "clock.stepped_back",
        "intake.repeated",
        "intake.rejected",
        "item.retention_asked",
        "deliveries.waiting",
        "deliveries.access_withdrawn",
        "delivery.answered",
        "check.taken",
        "notices.listed",
        "store.differs",
    }
)

#: What whoever signed an event must have been allowed at that moment.
_RIGHTS = {
    "officer.signed_in": Right.READ,
    "officer.signed_out": Right.READ,
    "handover.written": Right.HANDOVER,
    "handover.accepted": Right.HANDOVER,
    "item.claimed": Right.REVIEW,
    "item.unclaimed": Right.REVIEW,
    "item.taken_over": Right.TAKE_OVER,
    "item.ticked": Right.REVIEW,
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
    "bureau.offline": Right.NETWORK,
    "bureau.online": Right.NETWORK,
    "store.backed_up": Right.BACK_UP,
    "store.restored": Right.DISPATCH,
    "log.exported": Right.EXPORT,
    "log.checkpointed": Right.EXPORT,
}

#: The desk signs these too: an owner's own message, or what falls due without anybody acting.
_ALSO_BY_THE_DESK = frozenset({"restriction.stated", "item.escalated", "item.post_review", "item.examined_again"})

#: The same since the log is written under today's rules on persons.
_LATER_ITEM_ACTS = frozenset({"item.legal_hold", "item.reread", "item.rejected", "delivery.retried", "hit.dismissed"})

#: Acts on an item that nobody does on one of the own country.
_ITEM_ACTS = frozenset(
    kind
    for kind, right in _RIGHTS.items()
    if kind.startswith("item.") and right in (Right.REVIEW, Right.REOPEN, Right.RATIFY, Right.TAKE_OVER)
) - {"item.unclaimed"}

#: Acts that take having read the body: nobody does them on one that is denied to his or her country.
_READING_ACTS = _ITEM_ACTS | {"item.reread", "item.rejected", "hit.dismissed"}
