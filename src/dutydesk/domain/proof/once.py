"""What may happen once only: a reference of a sender is accepted, a command is carried out, a segment is begun."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.proof.facts import Fact
from dutydesk.domain.proof.world import World
from dutydesk.domain.review.officers import RESERVED_ACTORS

#: The events of accepted messages. Logs of before did not name the reference in all of them.
ACCEPTED = frozenset(
    {
        "intake.accepted",
        "item.corrected",
        "item.withdrawn",
        "item.informed",
        "item.reread",
        "delivery.answered",
        "restriction.stated",
        "check.taken",
    }
)


def accepted(world: World, fact: Fact) -> Iterator[str]:
    sender, reference = fact.maybe_text("sender"), fact.maybe_text("reference")
    if fact.kind not in ACCEPTED or sender is None or reference is None:
        return
    if (sender, reference) in world.references:
        yield f"the reference {reference} of {sender} was accepted a second time"
    world.references.add((sender, reference))


def carried_out(world: World, fact: Fact) -> Iterator[str]:
    command = fact.maybe_text("command") if fact.actor not in RESERVED_ACTORS else None
    if command is None:
        return
    if command in world.commands:
        yield f"the command {command} was carried out a second time"
    world.commands.add(command)


def segment(world: World, fact: Fact) -> Iterator[str]:
    number = fact.number("segment")
    if number <= world.segment:
        yield f"segment {number} of the outbox was begun after segment {world.segment}"
    world.segment = max(world.segment, number)
