"""Checks that two persons signed each recall, or one where it is marked as urgent."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.event import optional
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.reviews import ItemRecalled, ItemRecallProposed, ItemRecallRatified
from dutydesk.domain.proof.decisions import verify_proposer
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.review.officers import Right


def verify_recall_proposal(world: ProofState, fact: Fact[ItemRecallProposed]) -> Iterator[str]:
    item = world.item(fact)
    item.recall_proposed_by = fact.actor
    yield from ()


def verify_recall(world: ProofState, fact: Fact[ItemRecalled]) -> Iterator[str]:
    item, first = world.item(fact), optional(fact.event.proposed_by)
    if fact.event.urgent is True:
        item.urgent_recall_by = fact.actor
    elif first is None:
        yield f"{item.name} was recalled by {fact.actor} alone, and not as urgent"
    elif item.recall_proposed_by != first:
        yield f"{fact.actor} confirmed a recall of {item.name} by {first} that was not proposed, or no longer stood"
    elif fact.actor == first:
        yield f"the recall of {item.name} was proposed and confirmed by one person, {first}"
    else:
        yield from verify_proposer(world, item, first, Right.REVIEW)
    item.state, item.recall_proposed_by = ItemState.RECALLED, None
    item.end_review()


def verify_ratification(world: ProofState, fact: Fact[ItemRecallRatified]) -> Iterator[str]:
    item = world.item(fact)
    if item.urgent_recall_by is None:
        yield f"no urgent recall of {item.name} waited to be ratified"
    elif item.urgent_recall_by == fact.actor:
        yield f"{fact.actor} ratified the own urgent recall of {item.name}"
    item.urgent_recall_by = None
