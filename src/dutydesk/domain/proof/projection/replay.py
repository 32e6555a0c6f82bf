"""Replays a log: from its events to the rows that the tables must have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.checks import ChecksCounted
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.facts import ByType, Fact, is_of
from dutydesk.domain.events.measures import BureauOffline, BureauOnline
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.projection.check_rows import CheckCounts
from dutydesk.domain.proof.projection.desk_rows import DESK_EVENTS, DeskState
from dutydesk.domain.proof.projection.figures import FIGURE_EVENTS, Figures
from dutydesk.domain.proof.projection.item_rows import ProjectedItem
from dutydesk.domain.proof.projection.items import PROJECTED_ITEM_KINDS, ItemProjection, MessageReader
from dutydesk.domain.proof.projection.measure_rows import MEASURE_EVENTS, MeasureLedger
from dutydesk.domain.proof.projection.network import Network
from dutydesk.domain.proof.projection.notice_rows import NOTICE_KINDS, NoticeColumns, apply_notices
from dutydesk.domain.proof.projection.people import PEOPLE_EVENTS, People
from dutydesk.domain.proof.projection.record_rows import RECORD_EVENTS, RecordRows
from dutydesk.domain.proof.projection.restriction_rows import RESTRICTION_EVENTS, Restrictions

S = TypeVar("S")

#: The kinds of events of which :class:`Ledger` follows the state.
LEDGER_KINDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *PEOPLE_EVENTS.kinds,
            *DESK_EVENTS.kinds,
            *MEASURE_EVENTS.kinds,
            *RESTRICTION_EVENTS.kinds,
            *RECORD_EVENTS.kinds,
            *FIGURE_EVENTS.kinds,
            ChecksCounted.kind.value,
            BureauOffline.kind.value,
            BureauOnline.kind.value,
        )
    )
)


@dataclass(slots=True)
class Ledger:
    """The state that is about no single item; it stays small however long the log is."""

    people: People = field(default_factory=People)
    desk: DeskState = field(default_factory=DeskState)
    measures: MeasureLedger = field(default_factory=MeasureLedger)
    restrictions: Restrictions = field(default_factory=Restrictions)
    network: Network = field(default_factory=Network)
    records: RecordRows = field(default_factory=RecordRows)
    checks: CheckCounts = field(default_factory=CheckCounts)
    figures: Figures = field(default_factory=Figures)

    def apply(self, fact: Fact[LogEvent]) -> None:
        """Applies the next event of the log. Raises IncompleteEvent for one that lacks what it must have."""
        self.network.apply(fact)
        _act(PEOPLE_EVENTS, self.people, fact)
        _act(DESK_EVENTS, self.desk, fact)
        _act(MEASURE_EVENTS, self.measures, fact)
        _act(RESTRICTION_EVENTS, self.restrictions, fact)
        _act(RECORD_EVENTS, self.records, fact)
        _act(FIGURE_EVENTS, self.figures, fact)
        if is_of(fact, ChecksCounted):
            self.checks.apply(fact)


def _act(events: ByType[S, None], state: S, fact: Fact[LogEvent]) -> None:
    act = events.find(fact.kind)
    if act is not None:
        act(state, fact)


@value(frozen=True, slots=True)
class LogState:
    """The rows that a whole log gives: the ledger's, the items by number, the notices by number."""

    ledger: Ledger
    items: dict[int, ProjectedItem]
    notices: dict[int, NoticeColumns]


def replay(log: Iterable[Fact[LogEvent]], bodies: MessageReader) -> LogState:
    """The state after the last event of a log. ``bodies`` reads the messages that the log only has hashes of.

    Raises IncompleteEvent for an event that lacks what it must have.
    """
    ledger, followed, notices, last = Ledger(), dict[int, ItemProjection](), dict[int, NoticeColumns](), 0
    for fact in log:
        last = fact.seq
        ledger.apply(fact)
        if fact.kind in NOTICE_KINDS:
            apply_notices(notices, fact, ledger.desk.complete_from)
        number = item_number(fact.subject) if fact.kind in PROJECTED_ITEM_KINDS else None
        if number is not None:
            if number not in followed:
                followed[number] = ItemProjection(ledger.network, ledger.desk.complete_from)
            followed[number].apply(fact)
    finished = {number: each.finish(last, bodies) for number, each in followed.items()}
    return LogState(ledger, {number: item for number, item in finished.items() if item is not None}, notices)
