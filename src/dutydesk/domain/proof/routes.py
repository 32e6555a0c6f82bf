"""Checks that each item that went out without a review did so under a level that allows it, and as addressed."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.items import item_name, item_number
from dutydesk.domain.delivery.route import HOLDING_RULES, RouteOutcome, RoutingFacts, route
from dutydesk.domain.delivery.states import UNDECIDED_STATES, ItemState
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted, QuarantineEvent
from dutydesk.domain.events.routes import ItemCorrected, ItemExaminedAgain, ItemReread, ItemRouted, RouteEvent
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof import bodies, tables
from dutydesk.domain.proof.replayed_items import ReplayedItem, apply_findings, apply_routing, state_of
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.records.retention import retention_end

_WAY_OF = {
    ItemState.RELEASED: RouteOutcome.RELEASE,
    ItemState.HELD: RouteOutcome.REVIEW,
    ItemState.BLOCKED: RouteOutcome.BLOCKED,
}
_STRICTNESS = {RouteOutcome.RELEASE: 0, RouteOutcome.REVIEW: 1, RouteOutcome.BLOCKED: 2}


def verify_intake(world: ProofState, fact: Fact[IntakeAccepted]) -> Iterator[str]:
    """The item exists from here on; its route is the next event."""
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    item = ReplayedItem(fact.subject, required(fact.event.sender), ItemState.REJECTED, item_number(fact.subject))
    item.is_correction = optional(fact.event.type) == MessageType.CORRECTION
    world.items[fact.subject] = item
    bodies.add_body(item, fact, 1)


def verify_quarantine(world: ProofState, fact: Fact[QuarantineEvent]) -> Iterator[str]:
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    sender, number = optional(fact.event.sender), item_number(fact.subject)
    item = world.items[fact.subject] = ReplayedItem(fact.subject, sender, ItemState.QUARANTINED, number)
    item.retention_until = retention_end(None, fact.at)
    bodies.add_body(item, fact, 1)


def verify_route(world: ProofState, fact: Fact[ItemRouted]) -> Iterator[str]:
    item = world.item(fact)
    if item.routed:
        yield f"{item.name} was routed before"
    yield from _joins(world, fact, item)
    yield from _route(world, fact, item)
    corrects = world.items.get(optional(fact.event.parent) or "")
    if corrects is not None and corrects.state in UNDECIDED_STATES and item.state is ItemState.RELEASED:
        yield f"{item.name} corrects {corrects.name}, which was in review, and went out without a review"


def _joins(world: ProofState, fact: Fact[ItemRouted], item: ReplayedItem) -> Iterator[str]:
    """A correction of a released item belongs to its family; the restrictions on the family cover it."""
    name = optional(fact.event.parent)
    if name is None:
        if item.is_correction:
            yield f"{item.name} is a correction, and its routing does not say of what"
        return
    parent = world.items.get(name)
    if parent is None:
        raise IncompleteEvent(f"{fact.kind} makes {item.name} a correction of {name}, which never came in")
    if parent.sender != item.sender:
        yield f"{item.name} of {item.sender} corrects {name}, which is of {parent.sender}"
    item.root = parent.root
    if parent.root is not None:
        world.families.setdefault(parent.root, [parent]).append(item)
    yield from _verify_family_name(world, fact, item)
    if optional(fact.event.family) is not None and item.root is not None:
        world.owners.extend_denials(item.root, parent.restricted_from, required(fact.event.restricted_from))


def _verify_family_name(world: ProofState, fact: Fact[RouteEvent], item: ReplayedItem) -> Iterator[str]:
    """Logs of earlier releases do not name families; once one event does, each correction must."""
    said = optional(fact.event.family)
    root = None if item.root is None else item_name(item.root)
    if said is None and world.owners.covers_families:
        yield f"the correction of {item.name} does not say to which family it belongs"
    elif said is not None and said != root:
        yield f"{item.name} belongs to the family of {root}, and its correction says {said}"


def verify_reread(world: ProofState, fact: Fact[ItemReread]) -> Iterator[str]:
    item = world.item(fact)
    item.sender = required(fact.event.sender)
    if world.persons.by_todays_rules:
        yield from world.persons.verify_foreign(fact.actor, item.sender)
    item.version = required(fact.event.version)
    yield from bodies.verify_intact(item, "read again")
    yield from bodies.verify_reread(item, fact, item.version)
    yield from _route(world, fact, item)


def verify_correction(world: ProofState, fact: Fact[ItemCorrected]) -> Iterator[str]:
    """A new version of an undecided item; a child has events of its own.

    The log holds no names, and can't show whether a correction describes another person. It shows that nobody decides
    on an item after its correction has become an item of its own.
    """
    item = world.item(fact)
    child = optional(fact.event.child)
    if child is not None:
        if item.state in UNDECIDED_STATES:
            yield f"{item.name} stayed in review, though its correction {child} had taken its place"
        return
    version = required(fact.event.version)
    if version != item.version + 1:
        yield f"version {version} of {item.name} does not follow version {item.version}"
    item.version, item.proposal = version, None
    bodies.add_body(item, fact, version)
    if state_of(fact.event) is ItemState.RELEASED:
        yield f"{item.name} was in review, and its correction went out without finishing it"
    yield from _verify_family_name(world, fact, item)
    if optional(fact.event.family) is not None and item.root is not None:
        world.owners.extend_denials(item.root, item.restricted_from, required(fact.event.restricted_from))
    yield from _route(world, fact, item)


def verify_recheck(world: ProofState, fact: Fact[ItemExaminedAgain]) -> Iterator[str]:
    """The new findings count against a release as if they were from the routing."""
    apply_findings(world.item(fact), fact.event)
    yield from ()


def _route(world: ProofState, fact: Fact[RouteEvent], item: ReplayedItem) -> Iterator[str]:
    apply_routing(item, fact.event)
    item.retained_from = fact.seq
    item.state = state_of(fact.event)
    yield from tables.verify_findings(world, item)
    way = _WAY_OF.get(item.state)
    if way is None:
        raise IncompleteEvent(f"{fact.kind} leads to {item.state}, which no route does")
    deliver = world.roll.of(required(fact.event.deliver))
    yield from world.measures.overdue_orders(fact.at)
    right = route(
        RoutingFacts(
            type=item.type,
            kind=item.kind,
            sender=item.sender or "",
            has_audience=bool(deliver),
            blocking=tuple(sorted(item.blocking)),
            holding=tuple(sorted(item.rules & HOLDING_RULES)),
            extra=item.extra,
        ),
        world.policy,
    )
    if _STRICTNESS[way] < _STRICTNESS[right.outcome]:
        went = "went straight out" if way is RouteOutcome.RELEASE else f"was {item.state}"
        yield f"{item.name} {went}, against its route: {'; '.join(right.causes)}"
    if way is RouteOutcome.RELEASE:
        if right.outcome is RouteOutcome.RELEASE and required(fact.event.level) != right.level:
            yield f"{item.name} says that it went out as {required(fact.event.level)}, but its sender was {right.level}"
        if right.post_review and fact.kind != "item.corrected" and optional(fact.event.post_review) is None:
            yield f"{item.name} went straight out without the review afterwards that its route demands"
        yield from verify_put_out(world, fact, item, deliver)


def verify_put_out(world: ProofState, fact: Fact[LogEvent], item: ReplayedItem, deliver: int) -> Iterator[str]:
    """The audience is fixed here: nobody else gets this version and cycle."""
    item.addressed = world.addressed(item, fact.at)
    beyond = deliver & ~item.addressed
    if beyond:
        yield f"{item.name} is put out to {world.named(beyond)}, to whom it was not addressed"
    yield from world.delivery_breaches(item, deliver, fact.at)
    again = deliver & (item.made | item.sending)
    if again:
        yield f"{item.name} is put out again to {world.named(again)}, who was sent it before"
    item.audience = item.queued = deliver
    item.made = item.sending = item.dead = 0
