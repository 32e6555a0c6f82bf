"""Whether each item that went straight out did so under a level that allows it, and to whom it was addressed."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.items import item_name, item_number
from dutydesk.domain.delivery.routing import HOLDING_RULES, RoutingFacts, Way, route
from dutydesk.domain.delivery.states import UNDECIDED_STATES, ItemState
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof import bodies
from dutydesk.domain.proof.facts import Fact, Incomplete
from dutydesk.domain.proof.held_items import HeldItem, read_body, read_findings, state_of
from dutydesk.domain.proof.world import World
from dutydesk.domain.records.retention import retention_end

_WAY_OF = {ItemState.RELEASED: Way.OUT, ItemState.HELD: Way.REVIEW, ItemState.BLOCKED: Way.BLOCKED}
_STRICTNESS = {Way.OUT: 0, Way.REVIEW: 1, Way.BLOCKED: 2}


def accepted(world: World, fact: Fact) -> Iterator[str]:
    """The item exists from here; its route is the next event."""
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    item = HeldItem(fact.subject, fact.text("sender"), ItemState.REJECTED, item_number(fact.subject))
    item.is_correction = fact.maybe_text("type") == MessageType.CORRECTION
    world.items[fact.subject] = item
    bodies.received(item, fact, 1)


def quarantined(world: World, fact: Fact) -> Iterator[str]:
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    sender, number = fact.maybe_text("sender"), item_number(fact.subject)
    item = world.items[fact.subject] = HeldItem(fact.subject, sender, ItemState.QUARANTINED, number)
    item.retention_until = retention_end(None, fact.at)
    bodies.received(item, fact, 1)


def routed(world: World, fact: Fact) -> Iterator[str]:
    item = world.item(fact)
    if item.routed:
        yield f"{item.name} was routed before"
    yield from _joins(world, fact, item)
    yield from _route(world, fact, item)
    corrects = world.items.get(fact.maybe_text("parent") or "")
    if corrects is not None and corrects.state in UNDECIDED_STATES and item.state is ItemState.RELEASED:
        yield f"{item.name} corrects {corrects.name}, which was in review, and went out without a review"


def _joins(world: World, fact: Fact, item: HeldItem) -> Iterator[str]:
    """A correction of what had gone out belongs to the family of that; what was stated there holds for it."""
    name = fact.maybe_text("parent")
    if name is None:
        if item.is_correction:
            yield f"{item.name} is a correction, and its routing does not say of what"
        return
    parent = world.items.get(name)
    if parent is None:
        raise Incomplete(f"{fact.kind} makes {item.name} a correction of {name}, which never came in")
    if parent.sender != item.sender:
        yield f"{item.name} of {item.sender} corrects {name}, which is of {parent.sender}"
    item.root = parent.root
    if parent.root is not None:
        world.families.setdefault(parent.root, [parent]).append(item)
    yield from _says_family(world, fact, item)
    if fact.maybe_text("family") is not None and item.root is not None:
        world.owners.corrected(item.root, parent.restricted_from, fact.names("restricted_from"))


def _says_family(world: World, fact: Fact, item: HeldItem) -> Iterator[str]:
    """Logs from before statements held for families don't say it; once one event does, each correction's must."""
    said = fact.maybe_text("family")
    root = None if item.root is None else item_name(item.root)
    if said is None and world.owners.hold_for_families:
        yield f"the correction of {item.name} does not say to which family it belongs"
    elif said is not None and said != root:
        yield f"{item.name} belongs to the family of {root}, and its correction says {said}"


def reread(world: World, fact: Fact) -> Iterator[str]:
    item = world.item(fact)
    item.sender = fact.text("sender")
    if world.persons.by_todays_rules:
        yield from world.persons.is_foreign_to(fact.actor, item.sender)
    item.version = fact.number("version")
    yield from bodies.rests_on(item, "read again")
    yield from bodies.read_again(item, fact, item.version)
    yield from _route(world, fact, item)


def corrected(world: World, fact: Fact) -> Iterator[str]:
    """A new version of an item on which nothing is decided; a child has its own events.

    Whether a correction describes another person the log can't show, because it holds no names. It shows that an item
    whose correction became an item of its own is not decided on any more.
    """
    item = world.item(fact)
    child = fact.maybe_text("child")
    if child is not None:
        if item.state in UNDECIDED_STATES:
            yield f"{item.name} stayed in review, though its correction {child} had taken its place"
        return
    version = fact.number("version")
    if version != item.version + 1:
        yield f"version {version} of {item.name} does not follow version {item.version}"
    item.version, item.proposal = version, None
    bodies.received(item, fact, version)
    if state_of(fact) is ItemState.RELEASED:
        yield f"{item.name} was in review, and its correction went out without finishing it"
    yield from _says_family(world, fact, item)
    if fact.maybe_text("family") is not None and item.root is not None:
        world.owners.corrected(item.root, item.restricted_from, fact.names("restricted_from"))
    yield from _route(world, fact, item)


def examined_again(world: World, fact: Fact) -> Iterator[str]:
    """What fired on the body is known better now: it stands against a release as if it had at the routing."""
    read_findings(world.item(fact), fact)
    yield from ()


def _route(world: World, fact: Fact, item: HeldItem) -> Iterator[str]:
    read_body(item, fact)
    item.state = state_of(fact)
    way = _WAY_OF.get(item.state)
    if way is None:
        raise Incomplete(f"{fact.kind} leads to {item.state}, which no route does")
    deliver = world.roll.of(fact.names("deliver"))
    yield from world.measures.late(fact.at)
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
    if _STRICTNESS[way] < _STRICTNESS[right.way]:
        went = "went straight out" if way is Way.OUT else f"was {item.state}"
        yield f"{item.name} {went}, against its route: {'; '.join(right.causes)}"
    if way is Way.OUT:
        if right.way is Way.OUT and fact.text("level") != right.level:
            yield f"{item.name} says that it went out as {fact.text('level')}, but its sender was {right.level}"
        if right.post_review and fact.kind != "item.corrected" and fact.maybe_text("post_review") is None:
            yield f"{item.name} went straight out without the review afterwards that its route demands"
        yield from put_out(world, fact, item, deliver)


def put_out(world: World, fact: Fact, item: HeldItem, deliver: int) -> Iterator[str]:
    """The audience is fixed here: who is not in it gets nothing under this version and cycle."""
    item.addressed = world.addressed(item, fact.at)
    beyond = deliver & ~item.addressed
    if beyond:
        yield f"{item.name} is put out to {world.named(beyond)}, to whom it was not addressed"
    yield from world.barred(item, deliver, fact.at)
    again = deliver & (item.made | item.sending)
    if again:
        yield f"{item.name} is put out again to {world.named(again)}, who was sent it before"
    item.audience = item.queued = deliver
    item.made = item.sending = item.dead = 0
