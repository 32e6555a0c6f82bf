"""Counts of checks, and the references of checks without a hit, by the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from dutydesk.domain.events.checks import ChecksCounted
from dutydesk.domain.events.event import IncompleteEvent, required
from dutydesk.domain.events.facts import Fact

#: Sums of the digests of references are kept modulo this number.
SUM_MODULUS: Final = 2**128


def reference_weight(reference: str, content_hash: str) -> int:
    """What a reference and the hash of its message add to the sum of a day's references of one sender."""
    return int.from_bytes(sha256(f"{content_hash} {reference}".encode()).digest()[:16])


def _sum(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as error:
        raise IncompleteEvent(f"{text[:40]!r} is no sum of references") from error


@dataclass(slots=True)
class CheckCounts:
    """``hours`` by supplier, hour, requester, database and result; ``minutes`` the latest of each requester.

    ``references`` has the number and the sum of those that are kept, by day and sender; ``accepted`` the number of
    checks that were taken and hit nothing, by sender. Bureaus are the numbers of their rows.
    """

    hours: dict[tuple[int, int, int, str, str], int] = field(default_factory=dict)
    minutes: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    references: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    accepted: dict[int, int] = field(default_factory=dict)

    def apply(self, fact: Fact[ChecksCounted]) -> None:
        event = fact.event
        for supplier, hour, requester, database, result, number in required(event.hours):
            key = supplier, hour, requester, database, result
            self.hours[key] = self.hours.get(key, 0) + number
        for requester, minute, number in required(event.minutes):
            self._count_minute(requester, minute, number)
        for sender, day, number, text in required(event.references):
            known, total = self.references.get((day, sender), (0, 0))
            self.references[day, sender] = known + number, (total + _sum(text)) % SUM_MODULUS
            self.accepted[sender] = self.accepted.get(sender, 0) + number
        for day, sender in required(event.forgotten):
            self.references.pop((day, sender), None)

    def _count_minute(self, requester: int, minute: int, number: int) -> None:
        """The latest minute, its number, and that of the minute before it."""
        latest, count, before = self.minutes.get(requester, (minute, 0, 0))
        if latest != minute:
            before = count if latest == minute - 1 else 0
            count = 0
        self.minutes[requester] = minute, count + number, before
