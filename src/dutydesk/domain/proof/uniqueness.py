"""What may happen once only: a reference of a sender is accepted, a command is carried out, a segment is begun."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.proof.facts import Fact
from dutydesk.domain.proof.state import ProofState
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


def verify_reference(world: ProofState, fact: Fact) -> Iterator[str]:
    sender, reference = fact.optional_text("sender"), fact.optional_text("reference")
    if fact.kind not in ACCEPTED or sender is None or reference is None:
        return
    if (sender, reference) in world.references:
        yield f"the reference {reference} of {sender} was accepted a second time"
    world.references.add((sender, reference))


def verify_command(world: ProofState, fact: Fact) -> Iterator[str]:
    command = fact.optional_text("command") if fact.actor not in RESERVED_ACTORS else None
    if command is None:
        return
    if command in world.commands:
        yield f"the command {command} was carried out a second time"
    world.commands.add(command)


def verify_segment(world: ProofState, fact: Fact) -> Iterator[str]:
    number = fact.number("segment")
    if number <= world.segment:
        yield f"segment {number} of the outbox was begun after segment {world.segment}"
    world.segment = max(world.segment, number)
