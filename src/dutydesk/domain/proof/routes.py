"""Whether each item that went straight out did so under a level that allows it, and to whom it was addressed."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.keeping import retention_end
from dutydesk.domain.proof.facts import Fact, Incomplete
from dutydesk.domain.proof.held_items import HeldItem, read_body, read_findings, state_of
from dutydesk.domain.proof.world import World
from dutydesk.domain.routing import HOLDING_RULES, RoutingFacts, Way, route
from dutydesk.domain.states import ItemState

_WAY_OF = {ItemState.RELEASED: Way.OUT, ItemState.HELD: Way.REVIEW, ItemState.BLOCKED: Way.BLOCKED}
_STRICTNESS = {Way.OUT: 0, Way.REVIEW: 1, Way.BLOCKED: 2}


def accepted(world: World, fact: Fact) -> Iterator[str]:
    """The item exists from here; its route is the next event."""
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    world.items[fact.subject] = HeldItem(fact.subject, fact.text("sender"), ItemState.REJECTED)


def quarantined(world: World, fact: Fact) -> Iterator[str]:
    if fact.subject in world.items:
        yield f"{fact.subject} came in twice"
    item = HeldItem(fact.subject, fact.maybe_text("sender"), ItemState.QUARANTINED)
    item.retention_until = retention_end(None, fact.at)
    world.items[fact.subject] = item


def routed(world: World, fact: Fact) -> Iterator[str]:
    item = world.item(fact)
    if item.routed:
        yield f"{item.name} was routed before"
    yield from _route(world, fact, item)


def reread(world: World, fact: Fact) -> Iterator[str]:
    item = world.item(fact)
    item.sender = fact.text("sender")
    item.version = fact.number("version")
    yield from _route(world, fact, item)


def corrected(world: World, fact: Fact) -> Iterator[str]:
    """A new version of an item on which nothing is decided; a released one has a child, which has its own events."""
    item = world.item(fact)
    if fact.maybe_text("child") is not None:
        return
    version = fact.number("version")
    if version != item.version + 1:
        yield f"version {version} of {item.name} does not follow version {item.version}"
    item.version, item.proposal = version, None
    if state_of(fact) is ItemState.RELEASED:
        yield f"{item.name} was in review, and its correction went out without finishing it"
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
