"""Checks that each hit went to a bureau that could see the record at that moment, and who was told apart from whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.domain.delivery.route import HOLDING_RULES
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.clock_steps import clock_step
from dutydesk.domain.events.event import instant, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.reviews import ItemDistinguished
from dutydesk.domain.events.store import ClockSteppedBack
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof.claims import verify_claim_held
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.records.records import may_get_hits


def verify_hit(world: ProofState, fact: Fact[HitFound]) -> Iterator[str]:
    """An imported record has no item in the log; every member may see it."""
    requester, name = required(fact.event.requester), optional(fact.event.item)
    if not may_get_hits(requester, world.policy):
        yield f"{requester} got a hit, and was not to be answered"
    item = world.items.get(name) if name is not None else None
    if name is None:
        world.sources_of_hits[fact.subject] = required(fact.event.source)
    if item is None:
        if name is not None:
            yield f"{requester} got a hit on {name}, which never came in"
        return
    if item.state is not ItemState.RELEASED or item.recall_proposed_by is not None:
        yield f"{requester} got a hit on {item.name}, which did not stand"
    if item.retention_until is not None and _reached(world, item, fact) > item.retention_until:
        yield f"{requester} got a hit on {item.name}, whose retention had ended at {item.retention_until.isoformat()}"
    if requester == item.sender:
        return
    asking = world.roll.of((requester,))
    published = item.type is MessageType.NOTICE_REQUEST
    audience = item.addressed | (world.roll.members_on(fact.at.date()) if published else 0)
    if not asking & audience:
        yield f"{requester} got a hit on {item.name}, which was not addressed to it"
    yield from world.delivery_breaches(item, asking, fact.at)


def _reached(world: ProofState, item: ReplayedItem, fact: Fact[HitFound]) -> datetime:
    """The latest time that the log has come to since the end of the item's retention was set."""
    return max(fact.at, world.clock_steps.reached_after(item.retained_from) or fact.at)


def apply_clock_step(world: ProofState, fact: Fact[ClockSteppedBack]) -> Iterator[str]:
    """What had ended before the step has ended for good; earlier releases, which name no record, went by the clock."""
    if optional(fact.event.last_record) is not None:
        world.clock_steps = world.clock_steps.with_step(clock_step(fact))
    yield from world.keys.apply(fact)


def verify_distinction(world: ProofState, fact: Fact[ItemDistinguished]) -> Iterator[str]:
    """Persons are told apart where a rule on registers or history had found them alike, and for a limited time."""
    item = world.item(fact)
    yield from verify_claim_held(item, fact)
    if not item.rules & HOLDING_RULES:
        yield f"{fact.actor} judged whom {item.name} is about, though no rule on registers or history had found anybody"
    if instant(fact.event.until) <= fact.at:
        yield f"the judgement on whom {item.name} is about had expired when it was made"
