"""The timeline of a measure: what was done, then what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dutydesk.desk.base.rows import EventRow, MeasureRow
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.supervision.measures import Endorsement, MeasureState
from dutydesk.tui.countries import texts
from dutydesk.tui.frame.text_format import date_and_time, display_text, due_text
from dutydesk.tui.item.body_fields import value_text
from dutydesk.tui.widgets.text_pane import Paragraph, heading

_ORDERS = (EventKind.MEASURE_PROPOSED, EventKind.MEASURE_ORDERED, EventKind.MEASURE_LIFTED)


def timeline(row: MeasureRow, events: Sequence[EventRow], now: datetime) -> Iterator[Paragraph]:
    yield heading(texts.TIMELINE)
    for event in events:
        yield Paragraph(_event_text(event), date_and_time(event.at), indent=2)
    for at, what in _future_dates(row, now):
        yield Paragraph(f"{what}: {due_text(at, now)}", date_and_time(at), "warn" if at <= now else "dim", indent=2)


def _event_text(event: EventRow) -> str:
    """What was done, by whom, on whose order, and why."""
    data = {name: value_text(value) for name, value in event.data.items()}
    text = texts.TIMELINE_WORDS.get(event.kind, event.kind)
    if event.kind == EventKind.MEASURE_EFFECTIVE:
        return text
    if event.kind in (EventKind.MEASURE_REPLACED, EventKind.MEASURE_VOID):
        return f"{text} {data.get('by', '')}".strip()
    text += texts.of_order(data.get("order", ""), data.get("by", ""))
    if event.kind in _ORDERS and data.get("confirms"):
        text += texts.entered_and_confirmed(display_text(data["confirms"]), display_text(event.actor))
    else:
        text += texts.entered_by(display_text(event.actor))
    return f"{text}: {data['reason']}" if data.get("reason") else text


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
