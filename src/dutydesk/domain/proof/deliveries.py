"""Checks that each delivery was permitted at its lease, and was made once under its key."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.bureau_routes import BureauRouted
from dutydesk.domain.events.deliveries import (
    DeliveriesAccessTold,
    DeliveriesMade,
    DeliveriesRecallSent,
    DeliveriesSending,
    DeliveriesStopped,
    DeliveriesSuppressed,
    DeliveryRetried,
    DispatchEvent,
)
from dutydesk.domain.events.event import required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.logged_notices import SENDING, parse_key
from dutydesk.domain.events.measures import BureauOffline, BureauOnline
from dutydesk.domain.proof import bodies
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.supervision.measures import Level, measure_words

_TAKEN_BACK = (ItemState.RECALLED, ItemState.CANCELLED, ItemState.PURGED)


def verify_lease(world: ProofState, fact: Fact[DeliveriesSending]) -> Iterator[str]:
    """Level, restrictions, membership and the network are those of the commit of the lease."""
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    yield from _key(item, fact)
    yield from bodies.verify_dispatch(item)
    yield from world.measures.overdue_orders(fact.at)
    if item.state is not ItemState.RELEASED:
        yield f"{item.name} was handed over while it was {item.state}"
    if item.recall_proposed_by is not None:
        yield f"{item.name} was handed over while {item.recall_proposed_by}'s recall of it waited for a second person"
    yield from _level(world, item)
    yield from _rows(world, item, recipients)
    offline = recipients & world.offline
    if offline:
        yield f"{item.name} was handed over to {world.named(offline)}, which was off the network"
    yield from world.bureau_routes.verify_recipients(fact.at, item.name, required(fact.event.recipients))
    yield from world.delivery_breaches(item, recipients, fact.at)
    item.queued &= ~recipients
    item.sending |= recipients


def _key(item: ReplayedItem, fact: Fact[DispatchEvent]) -> Iterator[str]:
    version, cycle = required(fact.event.version), required(fact.event.cycle)
    if (version, cycle) != (item.version, item.cycle):
        yield (
            f"{item.name} was handled under version {version} and cycle {cycle}, "
            f"but stood at version {item.version} and cycle {item.cycle}"
        )


def _level(world: ProofState, item: ReplayedItem) -> Iterator[str]:
    supervised = world.sender_level(item)
    if supervised.measure is None:
        return
    if supervised.level is Level.SUSPENDED or (supervised.level is Level.HELD and not item.held_before):
        yield (
            f"{item.name} was handed over while {item.sender} was {supervised.level} "
            f"under {measure_words(supervised.measure)}"
        )


def _rows(world: ProofState, item: ReplayedItem, recipients: int) -> Iterator[str]:
    beyond = recipients & ~item.audience
    if beyond:
        yield f"{item.name} was handed over to {world.named(beyond)}, for whom it was not put out"
    twice = recipients & item.made
    if twice:
        yield f"{item.name} was handed over to {world.named(twice)} a second time under one key"
    under_way = recipients & item.sending
    if under_way:
        yield f"{item.name} was handed over to {world.named(under_way)} while that copy was under way already"
    stopped = recipients & item.audience & ~(item.queued | item.sending | item.made)
    if stopped:
        yield f"{item.name} was handed over to {world.named(stopped)}, whose delivery had been stopped"


def verify_delivery(world: ProofState, fact: Fact[DeliveriesMade]) -> Iterator[str]:
    """Only a leased delivery can be made; the item may have ended in the meantime."""
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    world.deliveries += len(required(fact.event.recipients))
    yield from _key(item, fact)
    twice = recipients & item.made
    if twice:
        yield f"{item.name} was delivered to {world.named(twice)} twice under one key"
    never = recipients & ~(item.sending | item.made)
    if never:
        yield f"{item.name} was delivered to {world.named(never)}, to whom it was not being sent"
    item.sending &= ~recipients
    item.queued &= ~recipients
    item.made |= recipients


def verify_failure(world: ProofState, fact: Fact[DispatchEvent]) -> Iterator[str]:
    """Back to the queue, or dead, which an officer sees; also where it could not be sent at all."""
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    dead = fact.kind == "deliveries.dead"
    never = recipients & ~(item.sending | item.queued if dead else item.sending)
    if never:
        yield f"the hand-over of {item.name} to {world.named(never)} came back, but was not under way"
    item.sending &= ~recipients
    if dead:
        item.queued &= ~recipients
        item.dead |= recipients
    else:
        item.queued |= recipients & ~item.made


def verify_stop(world: ProofState, fact: Fact[DeliveriesStopped]) -> Iterator[str]:
    """What came back after its item had ended is not queued again."""
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    never = recipients & ~item.sending
    if never:
        yield f"the hand-over of {item.name} to {world.named(never)} came back, but was not under way"
    if item.state is ItemState.RELEASED:
        yield f"the delivery of {item.name} to {world.named(recipients)} was stopped, though it stood released"
    item.sending &= ~recipients


def verify_retry(world: ProofState, fact: Fact[DeliveryRetried]) -> Iterator[str]:
    item, recipient = world.item(fact), world.roll.of((required(fact.event.recipient),))
    if not recipient & item.dead:
        yield f"the delivery of {item.name} to {required(fact.event.recipient)} was not dead, and was tried again"
    else:
        item.queued |= recipient
    item.dead &= ~recipient


def verify_suppression(world: ProofState, fact: Fact[DeliveriesSuppressed]) -> Iterator[str]:
    item = world.item(fact)
    for codes in required(fact.event.suppress).values():
        stopped = world.roll.of(codes)
        gone = stopped & (item.sending | item.made)
        if gone:
            yield f"the delivery of {item.name} to {world.named(gone)} is stopped, but had left"
        item.queued &= ~stopped
        item.dead &= ~stopped


def verify_recall_sent(world: ProofState, fact: Fact[DeliveriesRecallSent]) -> Iterator[str]:
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    if not _is_taken_back(world, item):
        yield f"a recall of {item.name} was sent, but it is {item.state}"
    never = recipients & ~item.made
    if never:
        yield f"a recall of {item.name} was sent to {world.named(never)}, to whom it was not delivered"


def _is_taken_back(world: ProofState, item: ReplayedItem) -> bool:
    """Also where its correction was recalled: the holders of this item alone are told."""
    if item.state is not ItemState.SUPERSEDED:
        return item.state in _TAKEN_BACK
    return any(member.state in _TAKEN_BACK for member in world.members(item))


def verify_access_notice(world: ProofState, fact: Fact[DeliveriesAccessTold]) -> Iterator[str]:
    item, recipients = world.item(fact), world.roll.of(required(fact.event.recipients))
    never = recipients & ~item.made
    if never:
        yield f"access to {item.name} was withdrawn from {world.named(never)}, to whom it was not delivered"


def apply_offline(world: ProofState, fact: Fact[BureauOffline]) -> Iterator[str]:
    world.offline |= world.roll.of((fact.subject,))
    yield from ()


def apply_online(world: ProofState, fact: Fact[BureauOnline]) -> Iterator[str]:
    world.offline &= ~world.roll.of((fact.subject,))
    yield from ()


def verify_route(world: ProofState, fact: Fact[BureauRouted]) -> Iterator[str]:
    """A bureau's route is changed only while nothing is on its way to it."""
    bureau = required(fact.event.bureau)
    bits = world.roll.of((bureau,))
    sent = any(item.sending & bits for item in world.items.values())
    told = any(place == SENDING and parse_key(key).recipient == bureau for key, place in world.notices.values())
    yield from world.bureau_routes.verify_route(fact, is_under_way=sent or told)
