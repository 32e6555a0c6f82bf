"""Events of measures on a country's messages, and of a bureau's place on the network."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


class OrderFields(TypedDict):
    """The fields of ``OrderEvent``."""

    country: str
    level: str
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    order: str
    by: str
    reason: str
    effective_at: str
    in_force_from: str
    review_by: str


@event
class OrderEvent(LogEvent):
    """A measure as it is ordered. ``order`` is the order's reference, ``by`` who decided it.

    ``effective_at`` and ``review_by`` are to the second, ``in_force_from`` and ``review_at`` exact. ``endorsement_due``
    and ``over``, the measure that was in force, are those of the first order or proposal.
    """

    country: Logged[str]
    level: Logged[str]
    channels: Logged[tuple[str, ...]]
    kinds: Logged[tuple[str, ...]]
    order: Logged[str]
    by: Logged[str]
    reason: Logged[str]
    effective_at: Logged[str]
    in_force_from: Logged[str]
    review_by: Logged[str]
    login: Logged[str] = ABSENT
    confirms: Logged[str] = ABSENT
    review_at: Logged[str] = ABSENT
    endorsement_due: Logged[str] = ABSENT
    over: Logged[str | None] = ABSENT


@event
class MeasureProposed(OrderEvent):
    """An easing that a second officer has to confirm."""

    kind: ClassVar = EventKind.MEASURE_PROPOSED


@event
class MeasureOrdered(OrderEvent):
    """``confirms`` names the officer who had proposed it."""

    kind: ClassVar = EventKind.MEASURE_ORDERED


@event
class MeasureEffective(OrderEvent):
    kind: ClassVar = EventKind.MEASURE_EFFECTIVE


@event
class EndorsementEvent(LogEvent):
    login: Logged[str]
    by: Logged[str]
    order: Logged[str]


@event
class MeasureEndorsed(EndorsementEvent):
    kind: ClassVar = EventKind.MEASURE_ENDORSED


@event
class MeasureDeclined(EndorsementEvent):
    kind: ClassVar = EventKind.MEASURE_DECLINED


@event
class MeasureLiftProposed(LogEvent):
    kind: ClassVar = EventKind.MEASURE_LIFT_PROPOSED

    login: Logged[str]
    order: Logged[str]
    by: Logged[str]
    reason: Logged[str]


@event
class MeasureLifted(LogEvent):
    """``confirms`` names the officer who had proposed the lift."""

    kind: ClassVar = EventKind.MEASURE_LIFTED

    login: Logged[str]
    country: Logged[str]
    confirms: Logged[str | None]
    order: Logged[str | None]
    by: Logged[str | None]
    reason: Logged[str | None]


@event
class MeasureReplaced(LogEvent):
    kind: ClassVar = EventKind.MEASURE_REPLACED

    by: Logged[str]


@event
class MeasureDissented(LogEvent):
    kind: ClassVar = EventKind.MEASURE_DISSENTED

    login: Logged[str]
    proposer: Logged[str]
    reason: Logged[str]


@event
class MeasureVoid(LogEvent):
    """A proposal falls: of a measure, or, with ``lift``, of its end. ``by`` is the measure that makes it fall."""

    kind: ClassVar = EventKind.MEASURE_VOID

    proposer: Logged[str | None]
    by: Logged[str] = ABSENT
    lift: Logged[bool] = ABSENT
    differences: Logged[tuple[str, ...]] = ABSENT


@event
class NetworkEvent(LogEvent):
    """``deliveries`` is the number of those that wait now, or are due again."""

    login: Logged[str]
    deliveries: Logged[int]


@event
class BureauOffline(NetworkEvent):
    kind: ClassVar = EventKind.BUREAU_OFFLINE


@event
class BureauOnline(NetworkEvent):
    kind: ClassVar = EventKind.BUREAU_ONLINE
