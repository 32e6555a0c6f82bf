"""Checks that two persons sign each handover, over the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.people import HandoverAccepted, HandoverWritten

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Handovers:
    """Only the latest note can be accepted, and by another person."""

    def __init__(self) -> None:
        self._writers: dict[str, tuple[str, str]] = {}
        self._waiting: str | None = None

    def verify_written(self, fact: Fact[HandoverWritten]) -> Iterator[str]:
        replaces = optional(fact.event.replaces)
        if fact.subject in self._writers:
            yield f"{fact.subject} was written twice"
        if replaces != self._waiting:
            yield f"{fact.subject} takes the place of {replaces}, but {self._waiting} waited"
        self._writers[fact.subject] = (fact.actor, _digest(fact))
        self._waiting = fact.subject

    def verify_accepted(self, fact: Fact[HandoverAccepted]) -> Iterator[str]:
        written = self._writers.get(fact.subject)
        digest = _digest(fact)
        if written is None or fact.subject != self._waiting:
            yield f"{fact.subject} was accepted, but it was not the handover that waited"
            return
        if written[0] == fact.actor:
            yield f"{fact.actor} accepted {fact.subject}, which is by the same person"
        if written[1] != digest:
            yield f"{fact.subject} was accepted with another text than the one that was signed"
        self._waiting = None


def _digest(fact: Fact[HandoverWritten | HandoverAccepted]) -> str:
    digest = required(fact.event.sha256)
    if not _SHA256.fullmatch(digest):
        raise IncompleteEvent(f"{fact.kind} names no SHA-256")
    return digest
