"""Officers at consoles: arrivals and departures are events, and a returning officer is shown what changed.

An officer who did anything on this desk within the last hour counts as present and is shown nothing, like an officer
who was never here before. Changes are counted from the last event that the officer signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dutydesk.desk.base.event_text import actor_name, event_summary
from dutydesk.desk.base.rows import AlarmRow
from dutydesk.desk.shift.handover import SignedHandover, last_signed
from dutydesk.desk.shift.note import MAX_LINES, Lines, NoteLine, summarise_events, time_words
from dutydesk.desk.views.alarms import alarms
from dutydesk.domain.errors import DeskError
from dutydesk.domain.events.log import Event, EventKind
from dutydesk.domain.events.people import OfficerSignedIn, OfficerSignedOut, PresenceEvent
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import joined
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import handovers, log

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, Context
    from dutydesk.desk.service.desk import Desk
    from dutydesk.language.sentences import joined
from dutydesk.store.engine.transaction import Transaction

MIN_ABSENCE: timedelta = timedelta(hours=1)
_ORDERS = frozenset(
    {
        EventKind.MEASURE_ORDERED,
        EventKind.MEASURE_LIFTED,
        EventKind.MEASURE_ENDORSED,
        EventKind.MEASURE_DECLINED,
    }
)
_DECISIONS = frozenset({EventKind.ITEM_RELEASED, EventKind.ITEM_REFUSED, EventKind.ITEM_RECALLED})


@value(frozen=True, slots=True)
class AbsenceSummary:
    """What happened while an officer was away. ``alarms`` are those that began since, out of ``alarm_count`` in all."""

    officer: str
    since: datetime
    counts: Mapping[str, int]
    decisions: Lines
    orders: Lines
    alarms: tuple[AlarmRow, ...]
    alarm_count: int
    handover: SignedHandover | None


async def changes_while_away(desk: Desk, actor: Actor) -> AbsenceSummary | None:
    """What changed while ``actor.officer`` was away, or ``None`` if there is nothing to show.

    Call it before :func:`record_arrival`. Raises what reading the store raises.
    """
    before = await desk.store.read(lambda handle: handovers.last_of_person(handle, actor.officer))
    if before is None or desk.clock.now() - before.at < MIN_ABSENCE:
        return None
    return await desk.store.read(lambda handle: changes_since(handle, desk.context, actor.officer, before))


async def record_arrival(desk: Desk, actor: Actor) -> None:
    """Record that ``actor.officer`` opened a console. A store that can't be written keeps nobody from opening it."""
    await _record(desk, actor, OfficerSignedIn)


async def record_departure(desk: Desk, actor: Actor) -> None:
    """Record that the console was left, if the store can be written."""
    await _record(desk, actor, OfficerSignedOut)


async def _record(desk: Desk, actor: Actor, kind: type[PresenceEvent]) -> None:
    try:
        await desk.store.write(partial(_write, context=desk.context, actor=actor, kind=kind), officer=False)
    except DeskError:
        return


def _write(transaction: Transaction, context: Context, actor: Actor, kind: type[PresenceEvent]) -> None:
    context.officer(transaction, actor, Right.READ)
    transaction.emit(actor.officer, actor.officer, kind(login=actor.login))


def changes_since(handle: Handle, context: Context, officer: str, before: Event) -> AbsenceSummary | None:
    """What others did since ``before``, or ``None`` if there were only arrivals and departures."""
    reckoning = summarise_events(handle, before.seq + 1, _ORDERS | _DECISIONS)
    standing = alarms(handle, context)
    fresh = tuple(alarm for alarm in standing if alarm.since is not None and alarm.since > before.at)
    others = [event for event in reckoning.incidents if event.actor != officer]
    handover = last_signed(handle)
    if handover is not None and handover.written_at <= before.at and handover.state != "written":
        handover = None
    if not (any(reckoning.counts.values()) or others or fresh or handover):
        return None
    return AbsenceSummary(
        officer,
        before.at,
        reckoning.counts,
        _lines(event for event in others if event.kind in _DECISIONS),
        _lines(event for event in others if event.kind in _ORDERS),
        fresh,
        len(standing),
        handover,
    )


def _lines(events: Iterable[Event]) -> Lines:
    """One line for each event, latest first."""
    found = [NoteLine(event.subject, _event_words(event)) for event in events]
    return tuple(reversed(found[-MAX_LINES:]))


def _event_words(event: Event) -> str:
    return joined((actor_name(event.actor), event_summary(log.parse(event), time_words)), " ")
