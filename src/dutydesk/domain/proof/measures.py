"""The measures in force at each moment by the log alone, with a check of how each was made (RPD 131).

One person may tighten; easing needs two. No measure is backdated. A measure counts from its exact time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dutydesk.domain.delivery.items import measure_name, measure_number
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, instant, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.measures import (
    MeasureDissented,
    MeasureEffective,
    MeasureLifted,
    MeasureLiftProposed,
    MeasureOrdered,
    MeasureProposed,
    MeasureReplaced,
    MeasureVoid,
    OrderEvent,
)
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.proof.persons import Persons
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.measures import Channel, Coverage, Endorsement, Level, Measure, MeasureState, is_weaker


@dataclass(slots=True)
class _Order:
    """``lift`` is who proposed to lift it; ``two_persons``: another person than its proposer confirmed it."""

    measure: Measure
    two_persons: bool = False
    lift: str | None = None

    @property
    def name(self) -> str:
        return measure_name(self.measure.number)


class Measures:
    """``in_force`` has the measures by country, for the domain's policy."""

    def __init__(self, persons: Persons) -> None:
        self._persons = persons
        self.in_force: dict[str, Measure] = {}
        self.suspends = False
        self._orders: dict[str, _Order] = {}
        self._coming: datetime | None = None

    def country_of(self, fact: Fact[LogEvent]) -> str | None:
        known = self._orders.get(fact.subject)
        return (
            known.measure.country
            if known is not None
            else optional(fact.event.country)
            if isinstance(fact.event, OrderEvent | MeasureLifted)
            else None
        )

    def overdue_orders(self, at: datetime) -> Iterator[str]:
        """Orders that are due, and that the log has not put in force yet."""
        if self._coming is None or at < self._coming:
            return
        for order in self._orders.values():
            measure = order.measure
            if measure.state is MeasureState.ORDERED and measure.effective_at <= at:
                yield f"{order.name} should have been in force since {measure.effective_at.isoformat()}"

    def verify_proposal(self, fact: Fact[MeasureProposed]) -> Iterator[str]:
        measure = _measure(fact, MeasureState.PROPOSED)
        yield from self._new(fact, measure)
        self._orders[fact.subject] = _Order(measure)

    def verify_order(self, fact: Fact[MeasureOrdered]) -> Iterator[str]:
        measure = _measure(fact, MeasureState.ORDERED)
        confirms, known = optional(fact.event.confirms), self._orders.get(fact.subject)
        if confirms is None:
            yield from self._new(fact, measure)
            in_force = self.in_force.get(measure.country)
            if is_weaker(measure, in_force):
                yield f"{fact.subject} eases {measure.country}, which needs two officers; {fact.actor} ordered it alone"
        else:
            yield from self._confirmed(fact, measure, known, confirms)
        two = confirms is not None and confirms != fact.actor
        self._orders[fact.subject] = _Order(measure, two_persons=two)
        self._find_coming()

    def _new(self, fact: Fact[OrderEvent], measure: Measure) -> Iterator[str]:
        if fact.subject in self._orders:
            yield f"{fact.subject} was ordered before"
        if measure.effective_at < fact.at:
            past = measure.effective_at.isoformat()
            yield f"{fact.subject} is backdated: ordered at {fact.at.isoformat()} for {past}"

    def _confirmed(
        self, fact: Fact[MeasureOrdered], measure: Measure, known: _Order | None, confirms: str
    ) -> Iterator[str]:
        if known is None or known.measure.state is not MeasureState.PROPOSED:
            yield f"{fact.subject} is confirmed, but no proposal of it stood"
            return
        if known.measure.officer != confirms:
            yield f"{fact.subject} was proposed by {known.measure.officer}, not by {confirms}"
        if fact.actor in (confirms, known.measure.officer):
            yield f"{fact.subject} was proposed and confirmed by one person, {fact.actor}"
        yield from self._persons.verify_proposer(known.measure.officer, Right.MEASURE, known.measure.country)
        if not _same(known.measure, measure):
            yield f"{fact.subject} was confirmed as something else than was proposed"
        if measure.effective_at < fact.at:
            yield f"{fact.subject} is backdated: confirmed at {fact.at.isoformat()}"

    def verify_entry_into_force(self, fact: Fact[MeasureEffective]) -> Iterator[str]:
        measure, known = _measure(fact, MeasureState.EFFECTIVE), self._orders.get(fact.subject)
        if known is None or known.measure.state is not MeasureState.ORDERED:
            yield f"{fact.subject} comes into force, but was not ordered, or had ended"
            known = _Order(measure)
        elif not _same(known.measure, measure) or known.measure.effective_at != measure.effective_at:
            yield f"{fact.subject} comes into force as something else than was ordered"
        if fact.at < measure.effective_at:
            yield f"{fact.subject} comes into force before its time, {measure.effective_at.isoformat()}"
        before = self.in_force.get(measure.country)
        if is_weaker(measure, before) and not known.two_persons:
            yield f"{fact.subject} eases {measure.country} without a second person"
        if before is not None:
            self._end(measure_name(before.number))
        self._orders[fact.subject] = replace(known, measure=measure)
        self._put(measure.country, measure)

    def verify_replacement(self, fact: Fact[MeasureReplaced]) -> Iterator[str]:
        """A measure counts until the one that replaces it is in force, by the next event."""
        by, known = self._orders.get(required(fact.event.by)), self._orders.get(fact.subject)
        if by is None or known is None or by.measure.country != known.measure.country:
            yield f"{fact.subject} is replaced by {required(fact.event.by)}, which is no order for that country"

    def verify_void(self, fact: Fact[MeasureVoid]) -> Iterator[str]:
        """A newer order ends proposals, and weaker orders that are not yet in force.

        A proposal also ends where it can no longer be confirmed; an order does not.
        """
        known = self._orders.get(fact.subject)
        if known is None:
            yield f"{fact.subject} is void, but was never ordered"
        elif fact.event.lift is True:
            known.lift = None
        elif optional(fact.event.by) is None and known.measure.state is MeasureState.PROPOSED:
            self._end(fact.subject)
        else:
            by = self._orders.get(required(fact.event.by))
            stood = known.measure.state is MeasureState.ORDERED
            elsewhere = by is None or by.measure.country != known.measure.country
            if elsewhere or (stood and by is not None and is_weaker(by.measure, known.measure)):
                yield f"{fact.subject} was ordered, and nothing that is as strict took its place"
            self._end(fact.subject)

    def verify_lift_proposal(self, fact: Fact[MeasureLiftProposed]) -> Iterator[str]:
        known = self._orders.get(fact.subject)
        if known is None or known.measure.state not in (MeasureState.EFFECTIVE, MeasureState.ORDERED):
            yield f"{fact.subject} was not in force, nor ordered; there was nothing to lift"
            return
        known.lift = fact.actor

    def verify_lift(self, fact: Fact[MeasureLifted]) -> Iterator[str]:
        known = self._orders.get(fact.subject)
        if known is None or known.lift is None:
            yield f"{fact.subject} is lifted by {fact.actor} alone: no proposal to lift it stood"
        elif known.lift != optional(fact.event.confirms):
            yield f"the lift of {fact.subject} was proposed by {known.lift}, not by {optional(fact.event.confirms)}"
        elif known.lift == fact.actor:
            yield f"the lift of {fact.subject} was proposed and confirmed by one person, {fact.actor}"
        else:
            yield from self._persons.verify_proposer(known.lift, Right.MEASURE, known.measure.country)
        self._end(fact.subject)

    def verify_dissent(self, fact: Fact[MeasureDissented]) -> Iterator[str]:
        known = self._orders.get(fact.subject)
        if known is None:
            yield f"{fact.subject} was never proposed"
        elif known.lift is not None:
            known.lift = None
        elif known.measure.state is MeasureState.PROPOSED:
            self._end(fact.subject)
        else:
            yield f"{fact.subject} waited for no second person"

    def _end(self, name: str) -> None:
        known = self._orders.get(name)
        if known is None:
            return
        known.measure = replace(known.measure, state=MeasureState.LIFTED)
        known.lift = None
        in_force = self.in_force.get(known.measure.country)
        if in_force is not None and in_force.number == known.measure.number:
            self._put(known.measure.country, None)
        self._find_coming()

    def _put(self, country: str, measure: Measure | None) -> None:
        if measure is None:
            self.in_force.pop(country, None)
        else:
            self.in_force[country] = measure
        self.suspends = any(each.level is Level.SUSPENDED for each in self.in_force.values())
        self._find_coming()

    def _find_coming(self) -> None:
        ordered = (order.measure for order in self._orders.values())
        times = [each.effective_at for each in ordered if each.state is MeasureState.ORDERED]
        self._coming = min(times, default=None)


def _measure(fact: Fact[OrderEvent], state: MeasureState) -> Measure:
    number = measure_number(fact.subject)
    if number is None:
        raise IncompleteEvent(f"{fact.kind} names no measure")
    try:
        level = Level(required(fact.event.level))
        channels = frozenset(Channel(name) for name in required(fact.event.channels))
        kinds = frozenset(Kind(name) for name in required(fact.event.kinds))
    except ValueError as error:
        raise IncompleteEvent(f"{fact.kind} names an unknown level, channel or kind") from error
    return Measure(
        number=number,
        country=required(fact.event.country),
        level=level,
        coverage=Coverage(channels, kinds),
        order=required(fact.event.order),
        by=required(fact.event.by),
        reason=required(fact.event.reason),
        officer=fact.actor,
        ordered_at=fact.at,
        effective_at=instant(fact.event.in_force_from),
        review_by=instant(fact.event.review_by),
        state=state,
        endorsement=Endorsement.AWAITING,
        endorsement_due=fact.at,
    )


def _same(one: Measure, other: Measure) -> bool:
    return (one.country, one.level, one.coverage) == (other.country, other.level, other.coverage)
