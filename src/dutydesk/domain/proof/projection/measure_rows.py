"""MeasureLedger by the log."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from dutydesk.domain.delivery.items import measure_number
from dutydesk.domain.events.event import IncompleteEvent, fitting, instant, optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.measures import (
    EndorsementEvent,
    MeasureDeclined,
    MeasureDissented,
    MeasureEffective,
    MeasureEndorsed,
    MeasureLifted,
    MeasureLiftProposed,
    MeasureOrdered,
    MeasureProposed,
    MeasureReplaced,
    MeasureVoid,
    OrderEvent,
)
from dutydesk.domain.proof.projection.said import Column, micros, said, said_time, shared
from dutydesk.domain.supervision.measures import Endorsement, MeasureState


@dataclass(slots=True)
class MeasureColumns:
    """A row of ``measure``."""

    number: int
    country: str
    level: Column
    channels: Column
    kinds: Column
    decision: Column
    decided_by: Column
    reason: Column
    officer: str
    ordered_at: int
    effective_at: int
    review_by: Column
    state: str
    endorsement_due: Column
    over: Column
    endorsement: str = Endorsement.AWAITING.value
    endorsed_by: Column = None
    endorsement_order: Column = None
    lift_order: Column = None
    lift_by: Column = None
    lift_reason: Column = None
    lift_officer: Column = None
    lift_at: Column = None
    ended_at: Column = None
    revision: int = 0


@dataclass(slots=True)
class MeasureLedger:
    """The measures by number, and how often each bureau's measures were written."""

    rows: dict[int, MeasureColumns] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)

    def wrote(self, row: MeasureColumns) -> None:
        row.revision += 1
        self.writes[row.country] = self.writes.get(row.country, 0) + 1


def _number(name: str) -> int:
    number = measure_number(name)
    if number is None:
        raise IncompleteEvent(f"{name[:40]} is no measure")
    return number


def _known(measures: MeasureLedger, name: str) -> MeasureColumns:
    row = measures.rows.get(_number(name))
    if row is None:
        raise IncompleteEvent(f"{name[:40]} was never ordered")
    return row


def _begin(measures: MeasureLedger, fact: Fact[OrderEvent], state: MeasureState) -> MeasureColumns:
    event, over = fact.event, said(fact.event.over)
    row = MeasureColumns(
        number=_number(fact.subject),
        country=sys.intern(required(event.country)),
        level=shared(said(event.level)),
        channels=shared(",".join(sorted(required(event.channels)))),
        kinds=shared(",".join(sorted(required(event.kinds)))),
        decision=said(event.order),
        decided_by=shared(said(event.by)),
        reason=shared(said(event.reason)),
        officer=sys.intern(fact.actor),
        ordered_at=micros(fact.at),
        effective_at=micros(instant(event.in_force_from)),
        review_by=said_time(event.review_at),
        state=state.value,
        endorsement_due=said_time(event.endorsement_due),
        over=_number(over) if isinstance(over, str) else over,
    )
    measures.rows[row.number] = row
    return row


def _proposed(measures: MeasureLedger, fact: Fact[MeasureProposed]) -> None:
    measures.wrote(_begin(measures, fact, MeasureState.PROPOSED))


def _ordered(measures: MeasureLedger, fact: Fact[MeasureOrdered]) -> None:
    """By one officer, or confirmed by a second."""
    if optional(fact.event.confirms) is None:
        measures.wrote(_begin(measures, fact, MeasureState.ORDERED))
        return
    row = _known(measures, fact.subject)
    row.state, row.effective_at = MeasureState.ORDERED.value, micros(instant(fact.event.in_force_from))
    measures.wrote(row)


def _effective(measures: MeasureLedger, fact: Fact[MeasureEffective]) -> None:
    row = _known(measures, fact.subject)
    row.state = MeasureState.EFFECTIVE.value
    measures.wrote(row)


def _endorsed(measures: MeasureLedger, fact: Fact[EndorsementEvent]) -> None:
    row = _known(measures, fact.subject)
    declined = fact.kind == MeasureDeclined.kind
    row.endorsement = Endorsement.DECLINED.value if declined else Endorsement.ENDORSED.value
    row.endorsed_by, row.endorsement_order = said(fact.event.by), said(fact.event.order)
    measures.wrote(row)


def _lift_proposed(measures: MeasureLedger, fact: Fact[MeasureLiftProposed]) -> None:
    row, event = _known(measures, fact.subject), fact.event
    row.lift_order, row.lift_by, row.lift_reason = said(event.order), said(event.by), said(event.reason)
    row.lift_officer, row.lift_at = fact.actor, micros(fact.at)
    measures.wrote(row)


def _end_lift(row: MeasureColumns) -> None:
    row.lift_order = row.lift_by = row.lift_reason = row.lift_officer = row.lift_at = None


def _lifted(measures: MeasureLedger, fact: Fact[MeasureLifted]) -> None:
    row = _known(measures, fact.subject)
    row.state, row.ended_at = MeasureState.LIFTED.value, micros(fact.at)
    _end_lift(row)
    measures.wrote(row)


def _replaced(measures: MeasureLedger, fact: Fact[MeasureReplaced]) -> None:
    row = _known(measures, fact.subject)
    row.state, row.ended_at = MeasureState.REPLACED.value, micros(fact.at)
    _end_lift(row)
    measures.wrote(row)


def _void(measures: MeasureLedger, fact: Fact[MeasureVoid]) -> None:
    """The proposal to lift falls, or the measure itself, which then never came into force."""
    row = _known(measures, fact.subject)
    if fitting(fact.event.lift) is not True:
        row.state, row.ended_at = MeasureState.REPLACED.value, min(row.effective_at, micros(fact.at))
    _end_lift(row)
    measures.wrote(row)


def _dissented(measures: MeasureLedger, fact: Fact[MeasureDissented]) -> None:
    row = _known(measures, fact.subject)
    if row.lift_officer is None:
        row.state, row.ended_at = MeasureState.LIFTED.value, min(row.effective_at, micros(fact.at))
    _end_lift(row)
    measures.wrote(row)


MEASURE_EVENTS = ByType[MeasureLedger, None]()
MEASURE_EVENTS.add(_proposed, MeasureProposed)
MEASURE_EVENTS.add(_ordered, MeasureOrdered)
MEASURE_EVENTS.add(_effective, MeasureEffective)
MEASURE_EVENTS.add(_endorsed, MeasureEndorsed)
MEASURE_EVENTS.add(_endorsed, MeasureDeclined)
MEASURE_EVENTS.add(_lift_proposed, MeasureLiftProposed)
MEASURE_EVENTS.add(_lifted, MeasureLifted)
MEASURE_EVENTS.add(_replaced, MeasureReplaced)
MEASURE_EVENTS.add(_void, MeasureVoid)
MEASURE_EVENTS.add(_dissented, MeasureDissented)
