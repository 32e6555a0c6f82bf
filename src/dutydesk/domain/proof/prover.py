"""The proof itself: takes the log's events one by one, and names each that says something that was not permitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dutydesk.domain.proof import bodies, checks, claims, decisions, deliveries, notices, once, recalls, routes
from dutydesk.domain.proof.bodies import StoredDigest
from dutydesk.domain.proof.chain import ChainReport, Checkpoint, LogLine, Walk
from dutydesk.domain.proof.facts import Fact, Incomplete, opened
from dutydesk.domain.proof.held_items import MOVES
from dutydesk.domain.proof.world import Law, World, new_world
from dutydesk.domain.review.officers import Right

MOST_BREACHES = 1000

Handler = Callable[[World, Fact], Iterator[str]]


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
    law: Law,
    checkpoint: Checkpoint | None = None,
    stored: Iterable[StoredDigest] | None = None,
) -> Proof:
    """Reads a log from its first event. Where its chain breaks it stops: what follows proves nothing.

    ``stored`` are the bodies of the log's own store, each of which must be what the log says that was received.
    """
    walk, prover = Walk(lines, checkpoint), Prover(law)
    for line in walk.good():
        prover.take(line)
    if stored is not None:
        prover.compare(stored, walk.report)
    return Proof(walk.report, prover.world.deliveries, tuple(prover.breaches))


class Prover:
    def __init__(self, law: Law) -> None:
        self.world = new_world(law)
        self.breaches: list[Breach] = []

    def take(self, line: LogLine) -> None:
        for words in self._judged(line):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(line.seq, words))

    def compare(self, stored: Iterable[StoredDigest], report: ChainReport) -> None:
        """Once the log was taken: holds the bodies of its store against it."""
        whole = report.fault is None
        for seq, item, words in bodies.compared(self.world, stored, report.events, whole=whole):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(seq, words, item))

    def _judged(self, line: LogLine) -> Iterator[str]:
        handler = _HANDLERS.get(line.kind)
        if handler is None and line.kind not in NEUTRAL and line.kind not in _RIGHTS:
            yield f"{line.kind} is no kind of event that this release knows"
            return
        try:
            fact = opened(line)
            yield from self._may(fact)
            yield from self._moves(fact)
            yield from once.accepted(self.world, fact)
            yield from once.carried_out(self.world, fact)
            if handler is not None:
                yield from handler(self.world, fact)
        except Incomplete as incomplete:
            yield incomplete.words

    def _may(self, fact: Fact) -> Iterator[str]:
        """The actor's role at that moment, and that he or she is not of the country that it is about."""
        persons, right = self.world.persons, _RIGHTS.get(fact.kind)
        if right is None or (fact.kind in _ALSO_BY_THE_DESK and not persons.is_person(fact.actor)):
            return
        yield from persons.may(fact.actor, right)
        if fact.kind in _ITEM_ACTS or (fact.kind in _LATER_ITEM_ACTS and persons.by_todays_rules):
            item = self.world.items.get(fact.subject)
            country = item.sender if item is not None else self.world.sources_of_hits.get(fact.subject)
            yield from persons.is_foreign_to(fact.actor, country)
            if item is not None and fact.kind in _READING_ACTS and not self.world.reads(fact.actor, item):
                yield f"{fact.actor} acted on {item.name}, which its owner had denied to the country of {fact.actor}"
        elif right is Right.MEASURE:
            yield from persons.is_foreign_to(fact.actor, self.world.measures.country_of(fact))

    def _moves(self, fact: Fact) -> Iterator[str]:
        allowed = MOVES.get(fact.kind)
        if allowed is None:
            return
        item = self.world.item(fact)
        if item.state not in allowed:
            yield f"{fact.kind} does not follow on {item.state}, in which {item.name} was"


def _purged(world: World, fact: Fact) -> Iterator[str]:
    yield from bodies.purged(world.item(fact), fact)
    yield from decisions.purged(world, fact)


def _settings(world: World, fact: Fact) -> Iterator[str]:
    codes = fact.data.get("cleared_for_confidential")
    world.cleared = None if codes is None else world.roll.of(fact.names("cleared_for_confidential"))
    world.denied_is_read = fact.flag("country_officers_read_denied")
    yield from ()


def _restriction(world: World, fact: Fact) -> Iterator[str]:
    yield from world.widenings.stated(fact)
    yield from world.owners.stated(fact, world.items.get(fact.maybe_text("item") or ""))


_HANDLERS: dict[str, Handler] = {
    "store.made": lambda world, fact: world.persons.founded(fact),
    "rules.noted": lambda world, fact: world.persons.ruled(fact),
    "officer.added": lambda world, fact: world.persons.entered(fact),
    "officer.changed": lambda world, fact: world.persons.entered(fact),
    "officer.signed_in": lambda world, fact: world.persons.signed(fact),
    "officer.signed_out": lambda world, fact: world.persons.signed(fact),
    "handover.written": lambda world, fact: world.handovers.written(fact),
    "handover.accepted": lambda world, fact: world.handovers.accepted(fact),
    "intake.accepted": routes.accepted,
    "intake.quarantined": routes.quarantined,
    "intake.conflict": routes.quarantined,
    "item.routed": routes.routed,
    "item.reread": routes.reread,
    "item.corrected": routes.corrected,
    "item.examined_again": routes.examined_again,
    "item.claimed": claims.claimed,
    "item.taken_over": claims.claimed,
    "item.unclaimed": claims.unclaimed,
    "item.ticked": claims.ticked,
    "item.read": claims.read,
    "item.proposed": decisions.proposed,
    "item.released": decisions.released,
    "item.refused": decisions.refused,
    "item.dissented": decisions.dissented,
    "item.proposal_void": decisions.void,
    "item.asked": decisions.asked,
    "item.informed": decisions.moved,
    "item.withdrawn": decisions.moved,
    "item.superseded": decisions.ended,
    "item.purged": _purged,
    "item.legal_hold": decisions.legal_hold,
    "item.body_changed": bodies.changed,
    "item.body_restored": bodies.restored,
    "item.rejected": decisions.ended,
    "item.reinstated": decisions.reinstated,
    "item.undone": decisions.held_again,
    "item.held_again": decisions.held_again,
    "item.blocked": decisions.held_again,
    "item.reopened": decisions.held_again,
    "item.recall_proposed": recalls.recall_proposed,
    "item.recalled": recalls.recalled,
    "item.recall_ratified": recalls.ratified,
    "deliveries.sending": deliveries.sending,
    "deliveries.made": deliveries.made,
    "deliveries.failed": deliveries.failed,
    "deliveries.requeued": deliveries.failed,
    "deliveries.dead": deliveries.failed,
    "deliveries.suppressed": deliveries.suppressed,
    "deliveries.recall_sent": deliveries.recall_sent,
    "deliveries.access_told": deliveries.access_told,
    "delivery.retried": deliveries.retried,
    "measure.proposed": lambda world, fact: world.measures.proposed(fact),
    "measure.ordered": lambda world, fact: world.measures.ordered(fact),
    "measure.effective": lambda world, fact: world.measures.effective(fact),
    "measure.replaced": lambda world, fact: world.measures.replaced(fact),
    "measure.void": lambda world, fact: world.measures.void(fact),
    "measure.lift_proposed": lambda world, fact: world.measures.lift_proposed(fact),
    "measure.lifted": lambda world, fact: world.measures.lifted(fact),
    "measure.dissented": lambda world, fact: world.measures.dissented(fact),
    "restriction.stated": _restriction,
    "restriction.proposed": lambda world, fact: world.widenings.proposed(fact),
    "restriction.dissented": lambda world, fact: world.widenings.ended(fact),
    "restriction.void": lambda world, fact: world.widenings.ended(fact),
    "settings.noted": _settings,
    "bureau.offline": deliveries.went_offline,
    "bureau.online": deliveries.came_online,
    "check.hit": checks.hit,
    "notices.queued": notices.moved,
    "notices.sending": notices.moved,
    "notices.requeued": notices.moved,
    "notices.dead": notices.moved,
    "notices.made": notices.moved,
    "segment.begun": once.segment,
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
