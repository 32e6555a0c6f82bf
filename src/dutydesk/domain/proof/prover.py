"""The proof itself: takes the log's events one by one, and names each that says something that was not permitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dutydesk.domain.officers import Right
from dutydesk.domain.proof import checks, claims, decisions, deliveries, notices, once, recalls, routes
from dutydesk.domain.proof.chain import ChainReport, Checkpoint, Line, Walk
from dutydesk.domain.proof.facts import Fact, Incomplete, opened
from dutydesk.domain.proof.held_items import MOVES
from dutydesk.domain.proof.world import Law, World, new_world

MOST_BREACHES = 1000

Handler = Callable[[World, Fact], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Breach:
    """An event that shows something that was not permitted, and what, in one sentence."""

    seq: int
    words: str


@dataclass(frozen=True, slots=True)
class Proof:
    """``deliveries`` were checked; ``breaches`` are the first of them, in the order of the log."""

    chain: ChainReport
    deliveries: int
    breaches: tuple[Breach, ...]

    @property
    def holds(self) -> bool:
        return self.chain.fault is None and not self.breaches


def prove(lines: Iterable[Line], law: Law, checkpoint: Checkpoint | None = None) -> Proof:
    """Reads a log from its first event. Where its chain breaks it stops: what follows proves nothing."""
    walk, prover = Walk(lines, checkpoint), Prover(law)
    for line in walk.good():
        prover.take(line)
    return Proof(walk.report, prover.world.deliveries, tuple(prover.breaches))


class Prover:
    def __init__(self, law: Law) -> None:
        self.world = new_world(law)
        self.breaches: list[Breach] = []

    def take(self, line: Line) -> None:
        for words in self._judged(line):
            if len(self.breaches) < MOST_BREACHES:
                self.breaches.append(Breach(line.seq, words))

    def _judged(self, line: Line) -> Iterator[str]:
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
        if fact.kind in _ITEM_ACTS:
            item = self.world.items.get(fact.subject)
            yield from persons.is_foreign_to(fact.actor, item.sender if item is not None else None)
        elif right is Right.MEASURE:
            yield from persons.is_foreign_to(fact.actor, self.world.measures.country_of(fact))

    def _moves(self, fact: Fact) -> Iterator[str]:
        allowed = MOVES.get(fact.kind)
        if allowed is None:
            return
        item = self.world.item(fact)
        if item.state not in allowed:
            yield f"{fact.kind} does not follow on {item.state}, in which {item.name} was"


def _settings(world: World, fact: Fact) -> Iterator[str]:
    codes = fact.data.get("cleared_for_confidential")
    world.cleared = None if codes is None else world.roll.of(fact.names("cleared_for_confidential"))
    yield from ()


def _restriction(world: World, fact: Fact) -> Iterator[str]:
    item = world.items.get(fact.maybe_text("item") or "")
    return world.owners.stated(fact, item.sender if item is not None else None)


_HANDLERS: dict[str, Handler] = {
    "store.made": lambda world, fact: world.persons.founded(fact),
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
    "item.purged": decisions.purged,
    "item.legal_hold": decisions.legal_hold,
    "item.rejected": decisions.ended,
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
    "bureau.offline": Right.NETWORK,
    "bureau.online": Right.NETWORK,
    "store.backed_up": Right.BACK_UP,
    "store.restored": Right.DISPATCH,
    "log.exported": Right.EXPORT,
    "log.checkpointed": Right.EXPORT,
}

#: The desk signs these too: an owner's own message, or what falls due without anybody acting.
_ALSO_BY_THE_DESK = frozenset({"restriction.stated", "item.escalated", "item.post_review", "item.examined_again"})

#: Acts on an item that nobody does on one of the own country.
_ITEM_ACTS = frozenset(
    kind
    for kind, right in _RIGHTS.items()
    if kind.startswith("item.") and right in (Right.REVIEW, Right.REOPEN, Right.RATIFY, Right.TAKE_OVER)
) - {"item.unclaimed"}
