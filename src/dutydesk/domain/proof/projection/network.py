"""When each bureau was off the network, by the numbers of events."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.measures import BureauOffline, BureauOnline


@dataclass(slots=True)
class Network:
    """Each change of a bureau's connection: the event's number, the bureau, whether it is off from then on."""

    changes: list[tuple[int, str, bool]] = field(default_factory=list)
    _seqs: list[int] = field(default_factory=list)
    _of: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)

    def apply(self, fact: Fact[LogEvent]) -> None:
        """Notes the events of a bureau's connection; they come in the log's order."""
        if isinstance(fact.event, BureauOffline | BureauOnline):
            off = isinstance(fact.event, BureauOffline)
            self.changes.append((fact.seq, fact.subject, off))
            self._seqs.append(fact.seq)
            self._of.setdefault(fact.subject, []).append((fact.seq, off))

    def is_offline(self, code: str, seq: int) -> bool:
        """Whether the bureau was off the network just before event ``seq``."""
        found = self._of.get(code)
        if found is None:
            return False
        place = bisect_right(found, (seq, False)) - 1
        return place >= 0 and found[place][1]

    def between(self, after: int, before: int) -> Iterator[tuple[int, str, bool]]:
        """The changes above event ``after`` and below event ``before``."""
        for place in range(bisect_right(self._seqs, after), len(self._seqs)):
            if self._seqs[place] >= before:
                return
            yield self.changes[place]
