"""Checks that each decision on an item was open to its officer, or to both officers, at that moment."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.states import UNDECIDED_STATES, ItemState
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.items import (
    EnforcementEvent,
    FollowUpEvent,
    ItemLegalHold,
    ItemPurged,
    ItemReinstated,
    ItemRejected,
    ItemSuperseded,
)
from dutydesk.domain.events.reviews import (
    ItemAsked,
    ItemDissented,
    ItemProposalVoid,
    ItemProposed,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    ItemUndone,
    RulingEvent,
)
from dutydesk.domain.proof import bodies
from dutydesk.domain.proof.claims import verify_claim_held
from dutydesk.domain.proof.replayed_items import LoggedProposal, ReplayedItem, state_of
from dutydesk.domain.proof.routes import verify_put_out
from dutydesk.domain.proof.state import ProofState, one_of
from dutydesk.domain.review.guards import RECHECKED_AT_RELEASE
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.measures import Level, measure_words


def verify_proposal(world: ProofState, fact: Fact[ItemProposed]) -> Iterator[str]:
    """The first half of a decision by two persons; only a supervisor overrides findings, and only some of them."""
    item = world.item(fact)
    yield from verify_claim_held(item, fact)
    yield from _body(item, fact)
    if required(fact.event.decision) == "release":
        yield from bodies.verify_intact(item, "proposed for release")
    overrides = frozenset(optional(fact.event.overrides) or ())
    if overrides:
        yield from world.persons.verify_right(fact.actor, Right.OVERRIDE)
        fixed = overrides - world.law.overridable
        if fixed:
            yield f"{fact.actor} overrides {one_of(fixed)}, which nobody may"
    item.proposal = LoggedProposal(
        fact.actor, required(fact.event.decision), required(fact.event.digest), item.version, item.cycle, overrides
    )
    item.state = ItemState.PROPOSED


def verify_release(world: ProofState, fact: Fact[ItemReleased]) -> Iterator[str]:
    item = world.item(fact)
    yield from world.measures.overdue_orders(fact.at)
    yield from _body(item, fact)
    yield from bodies.verify_intact(item, "released")
    yield from _level(world, item)
    yield from _decided(world, item, fact, "release")
    unticked = frozenset(required(fact.event.checks)) - item.ticked
    if unticked:
        yield f"{item.name} was released with points of its checklist open: {one_of(unticked)}"
    yield from _findings(world, item, required(fact.event.reason))
    yield from verify_put_out(world, fact, item, world.roll.of(required(fact.event.deliver)))
    item.state, item.held_before = ItemState.RELEASED, True
    item.end_review()


def _body(item: ReplayedItem, fact: Fact[ItemProposed | RulingEvent]) -> Iterator[str]:
    version, cycle = required(fact.event.version), required(fact.event.cycle)
    if (version, cycle) != (item.version, item.cycle):
        yield (
            f"the decision was on version {version} and cycle {cycle} of {item.name}, "
            f"which stood at version {item.version} and cycle {item.cycle}"
        )


def _level(world: ProofState, item: ReplayedItem) -> Iterator[str]:
    supervised = world.sender_level(item)
    if supervised.level is Level.SUSPENDED and supervised.measure is not None:
        yield f"{item.name} was released while {item.sender} was suspended under {measure_words(supervised.measure)}"


def _decided(world: ProofState, item: ReplayedItem, fact: Fact[RulingEvent], decision: str) -> Iterator[str]:
    """One officer with the claim decides, or two persons: the second confirms exactly what the first saw."""
    first, proposal = optional(fact.event.proposed_by), item.proposal
    item.decided_by = frozenset(name for name in (first, fact.actor) if name is not None)
    if first is None:
        yield from verify_claim_held(item, fact)
        judged = item.rules & world.law.four_eyes.get(item.type, frozenset())
        demands = required(fact.event.demands)
        if judged:
            yield f"{fact.actor} decided to {decision} {item.name} alone, though {one_of(judged)} needs two officers"
        elif demands:
            yield f"{fact.actor} decided to {decision} {item.name} alone, though two officers were needed: {demands[0]}"
        if item.state is ItemState.PROPOSED:
            yield f"{item.name} waited for a second person, and {fact.actor} decided on it alone"
        return
    if proposal is None or (proposal.officer, proposal.decision) != (first, decision):
        yield f"{fact.actor} confirmed a {decision} of {item.name} by {first} that was not proposed, or no longer stood"
        return
    if fact.actor == first:
        yield f"the {decision} of {item.name} was proposed and confirmed by one person, {first}"
    yield from verify_proposer(world, item, first, Right.OVERRIDE if proposal.overrides else Right.REVIEW)
    if required(fact.event.digest) != proposal.digest:
        yield f"{fact.actor} confirmed something else of {item.name} than {first} had proposed: the digests differ"
    if (proposal.version, proposal.cycle) != (item.version, item.cycle):
        yield f"{item.name} had changed since {first} proposed its {decision}"


def verify_proposer(world: ProofState, item: ReplayedItem, first: str, right: Right) -> Iterator[str]:
    """At the confirmation the proposer still has the right, and is of another country."""
    yield from world.persons.verify_proposer(first, right, item.sender)
    if not world.reads(first, item):
        yield f"{first} proposed on {item.name}, which its owner has denied to the country of {first}"


def _findings(world: ProofState, item: ReplayedItem, reason: str) -> Iterator[str]:
    """No finding that blocks may stand, and a release despite flags gives its reason."""
    overridden = item.proposal.overrides if item.proposal is not None else frozenset()
    standing = item.blocking - (overridden & world.law.overridable) - RECHECKED_AT_RELEASE
    if standing:
        yield f"{item.name} was released while blocking findings stood: {one_of(standing)}"
    if item.rules and not reason.strip():
        yield f"{item.name} was released without a reason, though rules had fired: {one_of(item.rules)}"


def verify_refusal(world: ProofState, fact: Fact[ItemRefused]) -> Iterator[str]:
    item = world.item(fact)
    yield from _body(item, fact)
    yield from _decided(world, item, fact, "refuse")
    item.state = ItemState.REFUSED
    item.end_review()


def verify_dissent(world: ProofState, fact: Fact[ItemDissented]) -> Iterator[str]:
    """The second person turns a proposal down, or the first takes it back: of a recall, or of a decision."""
    item = world.item(fact)
    if item.state is ItemState.PROPOSED:
        item.state, item.proposal = ItemState.HELD, None
    elif item.recall_proposed_by is not None:
        item.recall_proposed_by = None
    else:
        yield f"nothing of {item.name} waited for a second person"


def verify_void_proposal(world: ProofState, fact: Fact[ItemProposalVoid]) -> Iterator[str]:
    """A proposal is void: what it rests on has changed, or the item is corrected, withdrawn or blocked."""
    item = world.item(fact)
    if required(fact.event.decision) == "recall":
        item.recall_proposed_by = None
    else:
        item.proposal = None
        item.state = ItemState.HELD if item.state is ItemState.PROPOSED else item.state
    yield from ()


def verify_information_request(world: ProofState, fact: Fact[ItemAsked]) -> Iterator[str]:
    item = world.item(fact)
    yield from verify_claim_held(item, fact)
    item.state = ItemState.INFORMATION_REQUESTED


def verify_state_change(world: ProofState, fact: Fact[FollowUpEvent]) -> Iterator[str]:
    """Information and withdrawals name the state that they lead to."""
    item, state = world.item(fact), state_of(fact.event)
    if fact.kind == "item.informed":
        asked = item.state is ItemState.INFORMATION_REQUESTED
        right = ItemState.HELD if asked else item.state
    else:
        right = ItemState.CANCELLED if item.state is ItemState.RELEASED else ItemState.WITHDRAWN
        item.end_review()
    if state is not right:
        yield f"{item.name} was {item.state}, and became {state} by {fact.kind}"
    item.state = state


def legal_hold(world: ProofState, fact: Fact[ItemLegalHold]) -> Iterator[str]:
    world.item(fact).legal_hold = fact.event.held is True
    yield from ()


def verify_purge(world: ProofState, fact: Fact[ItemPurged]) -> Iterator[str]:
    """Items are purged after their retention, and never under legal hold. Logs of earlier releases do not name it."""
    item = world.item(fact)
    if item.legal_hold:
        yield f"{item.name} was purged under legal hold"
    if item.retention_until is not None and fact.at <= item.retention_until:
        yield f"{item.name} was purged before its retention ended at {item.retention_until.isoformat()}"
    if item.recall_proposed_by is not None or item.urgent_recall_by is not None:
        yield f"{item.name} was purged while its recall waited for a second person"
    yield from verify_end(world, fact)


def verify_end(world: ProofState, fact: Fact[ItemPurged | ItemSuperseded | ItemRejected]) -> Iterator[str]:
    item = world.item(fact)
    item.state = {"item.superseded": ItemState.SUPERSEDED, "item.purged": ItemState.PURGED}.get(
        fact.kind, ItemState.REJECTED
    )
    yield from ()


def verify_reinstatement(world: ProofState, fact: Fact[ItemReinstated]) -> Iterator[str]:
    """Released again: its correction goes back to review before any copy of it leaves."""
    item, name = world.item(fact), required(fact.event.instead_of)
    child = world.items.get(name)
    if child is None or child.root != item.root or child.state not in UNDECIDED_STATES:
        yield f"{item.name} stands again in place of {name}, which is no correction of it that went back to review"
    queued = world.roll.of(required(fact.event.queued))
    gone = queued & (item.made | item.sending | ~item.audience)
    if gone:
        yield f"{item.name} is queued again to {world.named(gone)}, for whom nothing of it had been stopped"
    item.queued |= queued & ~gone
    item.state = ItemState.RELEASED


def verify_return_to_review(
    world: ProofState, fact: Fact[EnforcementEvent | ItemUndone | ItemReopened]
) -> Iterator[str]:
    """Back to review, or blocked. A released item goes back only while no copy has left, and in a new cycle."""
    item = world.item(fact)
    cycle = optional(fact.event.cycle)
    if item.state is ItemState.RELEASED and item.made | item.sending:
        yield f"{item.name} went back to review, but {world.named(item.made | item.sending)} was sent it"
    if item.state in (ItemState.RELEASED, ItemState.REFUSED) and cycle != item.cycle + 1:
        yield f"cycle {cycle} of {item.name} does not follow cycle {item.cycle}"
    if fact.kind == "item.reopened" and fact.actor in item.decided_by:
        yield f"{fact.actor} reopened {item.name}, on which he or she had decided"
    item.cycle = item.cycle if cycle is None else cycle
    item.state = ItemState.BLOCKED if fact.kind == "item.blocked" else ItemState.HELD
    item.proposal = None
    if item.state is ItemState.BLOCKED:
        item.claim = None
