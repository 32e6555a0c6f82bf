"""Checks who has the claim on an item, who reads it, and who ticks which point of its checklist."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.events.event import LogEvent, instant, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.reviews import ClaimEvent, ItemRead, ItemTicked, ItemUnclaimed
from dutydesk.domain.proof import bodies
from dutydesk.domain.proof.replayed_items import ReplayedClaim, ReplayedItem
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.review.officers import Right


def verify_claim(world: ProofState, fact: Fact[ClaimEvent]) -> Iterator[str]:
    """A valid claim passes to another officer only by a take-over, or by its holder."""
    item, claimant = world.item(fact), required(fact.event.claimant)
    held = item.claim
    taken = held is not None and held.is_certainly_valid(fact.at) and held.officer != fact.actor
    if taken and held is not None and fact.kind != "item.taken_over":
        yield f"{item.name} was claimed by {fact.actor} while {held.officer} had it"
    yield from world.persons.verify_right(claimant, Right.REVIEW)
    yield from world.persons.verify_foreign(claimant, item.sender)
    if not world.reads(claimant, item):
        yield f"{claimant} got the claim on {item.name}, which its owner had denied to the country of {claimant}"
    item.claim = ReplayedClaim(claimant, instant(fact.event.until))


def verify_unclaim(world: ProofState, fact: Fact[ItemUnclaimed]) -> Iterator[str]:
    item = world.item(fact)
    if item.claim is None or item.claim.officer != fact.actor:
        yield f"{fact.actor} gave back a claim on {item.name} that another had, or nobody"
    item.claim = None


def verify_read(world: ProofState, fact: Fact[ItemRead]) -> Iterator[str]:
    """Everybody may read, also items of the own country; nobody can read a version that has not come in."""
    item, version = world.item(fact), required(fact.event.version)
    required(fact.event.revision)
    if version > item.version:
        yield f"{fact.actor} read version {version} of {item.name}, which is at {item.version}"


def verify_tick(world: ProofState, fact: Fact[ItemTicked]) -> Iterator[str]:
    """A tick belongs to one version of the body."""
    item = world.item(fact)
    yield from verify_claim_held(item, fact)
    yield from bodies.verify_intact(item, "ticked")
    if required(fact.event.version) != item.version:
        yield f"a point is ticked for version {required(fact.event.version)} of {item.name}, which is at {item.version}"
    else:
        item.ticked.add(required(fact.event.check))


def verify_claim_held(item: ReplayedItem, fact: Fact[LogEvent]) -> Iterator[str]:
    if item.claim is None:
        yield f"{fact.actor} acted on {item.name} without having its claim"
    elif item.claim.officer != fact.actor:
        yield f"{fact.actor} acted on {item.name}, whose claim {item.claim.officer} had"
    elif not item.claim.may_be_valid(fact.at):
        yield f"{fact.actor} acted on {item.name} after the claim on it had lapsed"
