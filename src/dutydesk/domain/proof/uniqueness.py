"""Checks what may happen only once: accepting a reference of a sender, carrying out a command, beginning a segment."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.events.accepted import reference_of
from dutydesk.domain.events.event import LogEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.store import SegmentBegun
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.review.officers import RESERVED_ACTORS


def verify_reference(world: ProofState, fact: Fact[LogEvent]) -> Iterator[str]:
    sender, reference = reference_of(fact.event)
    if sender is None or reference is None:
        return
    if (sender, reference) in world.references:
        yield f"the reference {reference} of {sender} was accepted a second time"
    world.references.add((sender, reference))


def verify_command(world: ProofState, fact: Fact[LogEvent]) -> Iterator[str]:
    command = optional(fact.event.command) if fact.actor not in RESERVED_ACTORS else None
    if command is None:
        return
    if command in world.commands:
        yield f"the command {command} was carried out a second time"
    world.commands.add(command)


def verify_segment(world: ProofState, fact: Fact[SegmentBegun]) -> Iterator[str]:
    number = required(fact.event.segment)
    if number <= world.segment:
        yield f"segment {number} of the outbox was begun after segment {world.segment}"
    world.segment = max(world.segment, number)
