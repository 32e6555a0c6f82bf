"""The timeline of a measure: what was done, then what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dutydesk.desk.base.rows import EventRow, MeasureRow
from dutydesk.domain.events.event import IncompleteEvent, Logged, fitting
from dutydesk.domain.events.measures import (
    EndorsementEvent,
    MeasureDissented,
    MeasureEffective,
    MeasureLifted,
    MeasureLiftProposed,
    MeasureReplaced,
    MeasureVoid,
    OrderEvent,
)
from dutydesk.domain.supervision.measures import Endorsement, MeasureState
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.frame.text_format import date_and_time, display_text, due_text
from dutydesk.tui.widgets.text_pane import Paragraph, heading


def timeline(row: MeasureRow, events: Sequence[EventRow], now: datetime) -> Iterator[Paragraph]:
    yield heading(texts.TIMELINE)
    for event in events:
        yield Paragraph(_event_text(event), date_and_time(event.at), indent=2)
    for at, what in _future_dates(row, now):
        yield Paragraph(f"{what}: {due_text(at, now)}", date_and_time(at), "warn" if at <= now else "dim", indent=2)


def _event_text(row: EventRow) -> str:
    """What was done, by whom, on whose order, and why."""
    text = texts.TIMELINE_WORDS.get(row.kind, row.kind)
    try:
        event = row.event
    except IncompleteEvent:
        return text
    match event:
        case MeasureEffective():
            return text
        case MeasureReplaced() | MeasureVoid():
            return f"{text} {_shown(event.by)}".strip()
        case OrderEvent() | MeasureLifted():
            confirms, order, reason = _shown(event.confirms), event.order, _shown(event.reason)
        case MeasureLiftProposed():
            confirms, order, reason = "", event.order, _shown(event.reason)
        case MeasureDissented():
            return _with_reason(text + texts.entered_by(display_text(row.actor)), _shown(event.reason))
        case EndorsementEvent():
            confirms, order, reason = "", event.order, ""
        case _:
            return text + texts.entered_by(display_text(row.actor))
    text += texts.of_order(_shown(order), _shown(event.by))
    officer = display_text(row.actor)
    text += texts.entered_and_confirmed(confirms, officer) if confirms else texts.entered_by(officer)
    return _with_reason(text, reason)


def _with_reason(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


def _shown(value: Logged[str | None]) -> str:
    """A text of an event as safe text, empty if absent."""
    return display_text(fitting(value) or "")


def _future_dates(row: MeasureRow, now: datetime) -> list[tuple[datetime, str]]:
    """Future and overdue dates."""
    if row.state in (MeasureState.LIFTED, MeasureState.REPLACED):
        return []
    dates = [(row.review_by, texts.REVIEW_OF_MEASURE)]
    if row.endorsement == Endorsement.AWAITING:
        dates.append((row.endorsement_due, texts.ENDORSEMENT_DUE))
    if row.effective_at > now:
        dates.append((row.effective_at, texts.IN_FORCE))
    return sorted(dates)
