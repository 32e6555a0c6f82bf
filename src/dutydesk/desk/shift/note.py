"""The note of a shift, prepared from the log and the current state, to be read, edited and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.event_text import actor_name, event_summary
from dutydesk.desk.base.redaction import Visibility, common_visibility, redact_log_event
from dutydesk.desk.base.rows import AlarmRow
from dutydesk.desk.views.alarms import alarms
from dutydesk.domain.delivery.items import Item, item_name, measure_name, restriction_name
from dutydesk.domain.delivery.states import OPEN_STATES, DeliveryState, ItemState
from dutydesk.domain.events.log import Event, EventKind
from dutydesk.domain.frozen import value
from dutydesk.domain.review.shifts import shift_to_hand_over
from dutydesk.domain.supervision.measures import Endorsement, Measure, MeasureState
from dutydesk.domain.supervision.restrictions import EVERYONE
from dutydesk.store.engine.reader import Handle, optional_from_us
from dutydesk.store.tables import bureaus, deliveries, handovers, items, log, measures, restriction_proposals
from dutydesk.store.tables.items import PageFilter

#: At most this many lines of one sort are listed; the rest is counted.
MAX_LINES = 15
#: At most this many waiting items are read for one sort of line.
MAX_EXAMINED = 200
REVIEW_SOON: Final = timedelta(hours=72)

#: Events that the note names one by one, besides the counts.
INCIDENTS: Final = frozenset(
    {
        EventKind.CLOCK_STEPPED_BACK,
        EventKind.STORE_RESTORED,
        EventKind.ITEM_ESCALATED,
        EventKind.ITEM_TAKEN_OVER,
        EventKind.ITEM_RECALLED,
        EventKind.ITEM_BLOCKED,
        EventKind.DELIVERIES_DEAD,
        EventKind.MEASURE_ORDERED,
        EventKind.MEASURE_LIFTED,
        EventKind.BUREAU_OFFLINE,
        EventKind.BUREAU_ONLINE,
    }
)
_COUNTED: Final = {
    EventKind.INTAKE_ACCEPTED: "taken_in",
    EventKind.INTAKE_QUARANTINED: "quarantined",
    EventKind.INTAKE_CONFLICT: "quarantined",
    EventKind.INTAKE_REJECTED: "rejected",
    EventKind.ITEM_ROUTED: "straight_out",
    EventKind.ITEM_RELEASED: "released",
    EventKind.ITEM_REFUSED: "refused",
    EventKind.ITEM_RECALLED: "recalled",
    EventKind.DELIVERIES_MADE: "deliveries",
}


@value(frozen=True, slots=True)
class NoteLine:
    """One line. ``about`` is an item, a measure or a bureau; ``words`` say how it stands."""

    about: str
    words: str


Lines = tuple[NoteLine, ...]


@value(frozen=True, slots=True)
class ShiftNote:
    """``counts`` are those of the shift up to ``at``; all other fields are the current state. ``text`` is the whole
    note.
    """

    shift_from: datetime
    shift_until: datetime
    at: datetime
    held: int
    oldest_held: datetime | None
    counts: dict[str, int]
    in_review: Lines
    second_officer: Lines
    questions: Lines
    recalls: Lines
    measures: Lines
    awaiting_endorsement: Lines
    review_due: Lines
    offline: Lines
    dead: Lines
    alarms: Lines
    incidents: Lines
    text: str = ""


@value(frozen=True, slots=True)
class EventSummary:
    """Events from one sequence number on: counts by name, and the incidents among them, oldest first."""

    counts: dict[str, int]
    incidents: tuple[Event, ...]


def summarise_events(handle: Handle, seq: int, incident_kinds: frozenset[EventKind] = INCIDENTS) -> EventSummary:
    counts: Counter[str] = Counter(dict.fromkeys(_COUNTED.values(), 0))
    numbers: list[int] = []
    for number, kind, counts_for in handovers.counted_events(handle, seq):
        name = _COUNTED.get(EventKind(kind))
        if name is not None:
            counts[name] += counts_for
        if kind in incident_kinds:
            numbers.append(number)
    found = (handovers.find_event(handle, number) for number in numbers[-MAX_LINES * 2 :])
    return EventSummary(dict(counts), tuple(event for event in found if event is not None))


def prepare_note(handle: Handle, context: Context) -> ShiftNote:
    """Everything but the text."""
    shift = shift_to_hand_over(handle.at, context.settings.shifts)
    work = items.review_queue(handle, MAX_EXAMINED)
    orders = measures.all_measures(handle)
    standing = [order for order in orders if order.state in (MeasureState.EFFECTIVE, MeasureState.ORDERED)]
    reckoning = summarise_events(handle, handovers.first_seq_since(handle, shift.begin))
    figures, everyone = log.counters(handle), common_visibility(handle, context)
    return ShiftNote(
        shift_from=shift.begin,
        shift_until=shift.end,
        at=handle.at,
        held=sum(figures.get(f"state:{state}", 0) for state in OPEN_STATES),
        oldest_held=optional_from_us(handle.value("item_oldest_held")),
        counts=reckoning.counts,
        in_review=tuple(_in_review(handle, item) for item in work if item.state is ItemState.HELD),
        second_officer=tuple(_second_officer(handle, work, orders)),
        questions=tuple(_question(item) for item in work if item.state is ItemState.INFORMATION_REQUESTED),
        recalls=tuple(_recalls(handle)),
        measures=tuple(_order(order) for order in standing),
        awaiting_endorsement=tuple(_endorsement(o) for o in standing if o.endorsement is Endorsement.AWAITING),
        review_due=tuple(_review(o) for o in standing if o.review_by <= handle.at + REVIEW_SOON),
        offline=tuple(_offline(handle)),
        dead=tuple(
            NoteLine(item_name(row.item), f"to {row.recipient}: {row.error or 'no reason known'}")
            for row in deliveries.dead(handle, MAX_EXAMINED)
        ),
        alarms=tuple(
            NoteLine(alarm.subject, alarm.words.removeprefix(f"{alarm.subject} ")) for alarm in alarms(handle, context)
        ),
        incidents=tuple(NoteLine(event.subject, _event_words(event, everyone)) for event in reckoning.incidents),
    )


def time_words(at: datetime) -> str:
    return at.strftime("%d %b %H:%MZ")


def _item_words(item: Item) -> str:
    """The sender and kind of an item; never its title, which holds a name."""
    words = [item.kind or (item.type or "input").replace("_", " "), f"from {item.sender}"]
    if item.urgency != "routine":
        words.insert(0, item.urgency.upper())
    return " ".join(words)


def _in_review(handle: Handle, item: Item) -> NoteLine:
    holder = item.claimed_by(handle.at)
    parts = [_item_words(item), f"since {time_words(item.received_at)}"]
    if holder is not None:
        parts.append(f"claimed by {holder}")
    if item.escalated:
        parts.append("escalated")
    return NoteLine(item.name, ", ".join(parts))


def _second_officer(handle: Handle, work: Iterable[Item], orders: Iterable[Measure]) -> Iterator[NoteLine]:
    for item in work:
        if item.state is ItemState.PROPOSED:
            yield NoteLine(item.name, f"{_item_words(item)}, a decision of {item.proposed_by}")
    for item in items.recalls_proposed(handle):
        yield NoteLine(item.name, f"{_item_words(item)}, its recall, proposed by {item.recall_proposed_by}")
    for item in items.unratified(handle):
        yield NoteLine(item.name, f"{_item_words(item)}, recalled by {item.decided_by} alone, a supervisor ratifies it")
    for order in orders:
        if order.state is MeasureState.PROPOSED:
            yield NoteLine(measure_name(order.number), f"{order.country} {order.level}, proposed by {order.officer}")
        elif order.lift is not None and order.state is MeasureState.EFFECTIVE:
            yield NoteLine(measure_name(order.number), f"{order.country}, its lift, proposed by {order.lift.officer}")
    for found in restriction_proposals.waiting(handle):
        name, whom = restriction_name(found.number), "everyone" if EVERYONE in found.allow else ", ".join(found.allow)
        what = item_name(found.item) if found.item is not None else f"all data of {found.owner}"
        yield NoteLine(name, f"{whom} allowed {what}, proposed by {found.officer}")


def _question(item: Item) -> NoteLine:
    due = f", answer due {time_words(item.information_due)}" if item.information_due else ""
    return NoteLine(item.name, f"{_item_words(item)}{due}")


def _recalls(handle: Handle) -> Iterator[NoteLine]:
    if not log.counter(handle, f"delivery:{DeliveryState.RECALL_SENT}"):
        return
    for item in items.page(handle, PageFilter(state=ItemState.RECALLED), MAX_EXAMINED):
        told_of = [row.recipient for row in deliveries.of_item(handle, item.number) if _is_silent(row.state)]
        if told_of:
            more = f" and {len(told_of) - MAX_LINES} more" if len(told_of) > MAX_LINES else ""
            yield NoteLine(item.name, f"not confirmed by {', '.join(told_of[:MAX_LINES])}{more}")


def _is_silent(state: DeliveryState) -> bool:
    return state is DeliveryState.RECALL_SENT


def _order(order: Measure) -> NoteLine:
    since = "in effect since" if order.state is MeasureState.EFFECTIVE else "comes into effect"
    return NoteLine(
        measure_name(order.number), f"{order.country} {order.level}, {since} {time_words(order.effective_at)}"
    )


def _endorsement(order: Measure) -> NoteLine:
    return NoteLine(
        measure_name(order.number), f"{order.country} {order.level}, due {time_words(order.endorsement_due)}"
    )


def _review(order: Measure) -> NoteLine:
    return NoteLine(measure_name(order.number), f"{order.country} {order.level}, by {time_words(order.review_by)}")


def _offline(handle: Handle) -> Iterator[NoteLine]:
    for bureau in bureaus.rows(handle).values():
        if bureau.offline_since is not None:
            yield NoteLine(bureau.code, f"since {time_words(bureau.offline_since)}")


def _alarm(alarm: AlarmRow) -> NoteLine:
    return NoteLine(alarm.subject, alarm.words.removeprefix(f"{alarm.subject} "))


def _event_words(event: Event, everyone: Visibility) -> str:
    """Events for a note that every officer reads: the words on an item that is denied to any country are left out."""
    data = log.parse(event)
    shown = redact_log_event(data) if everyone.hides_subject(event.subject) else data
    said = event_summary(shown, time_words)
    return f"{time_words(event.at)} {actor_name(event.actor)} {said}"


_COUNT_LABELS = (
    ("taken_in", "taken in"),
    ("straight_out", "straight out"),
    ("released", "released"),
    ("refused", "refused"),
    ("recalled", "recalled"),
    ("quarantined", "quarantined"),
    ("rejected", "turned away"),
    ("deliveries", "deliveries made"),
)


def text_of(note: ShiftNote, realm: str) -> str:
    """Plain lines, a few items each. Text from outside is not yet made safe for a terminal."""
    return "\n".join(_lines(note, realm))


def _lines(note: ShiftNote, realm: str) -> Iterator[str]:
    yield f"HANDOVER NOTE ({realm.upper()})"
    yield f"Shift {time_words(note.shift_from)} to {time_words(note.shift_until)}, drawn up at {time_words(note.at)}"
    yield ""
    yield f"In and out: {counts_words(note.counts)}"
    oldest = f", the oldest for {_duration_words(note.oldest_held, note.at)}" if note.oldest_held else ""
    yield f"Held: {note.held}{oldest}"
    for title, lines in (
        ("In review", note.in_review),
        ("Waits for a second officer", note.second_officer),
        ("Open questions to bureaus", note.questions),
        ("Recalls without acknowledgement", note.recalls),
        ("Measures", note.measures),
        ("Measures that await endorsement", note.awaiting_endorsement),
        ("Measures to be reviewed within 72 hours", note.review_due),
        ("Bureaus off the network", note.offline),
        ("Dead deliveries", note.dead),
        ("Alarms", note.alarms),
        ("Incidents of the shift", note.incidents),
    ):
        yield from _section(title, lines)
    yield ""
    yield "Remarks:"


def counts_words(counts: dict[str, int]) -> str:
    """``12 taken in, 3 released``: counts of zero are left out, except the first."""
    said = [
        f"{counts.get(name, 0):,} {words}" for name, words in _COUNT_LABELS if counts.get(name) or name == "taken_in"
    ]
    return ", ".join(said)


def _section(title: str, lines: Lines) -> Iterator[str]:
    if not lines:
        yield f"{title}: none"
        return
    yield f"{title}: {len(lines)}"
    for line in lines[:MAX_LINES]:
        yield f"  {line.about} {' '.join(line.words.split())}"
    if len(lines) > MAX_LINES:
        yield f"  and {len(lines) - MAX_LINES} more"


def _duration_words(since: datetime, at: datetime) -> str:
    minutes = max(at - since, timedelta()) // timedelta(minutes=1)
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)} d {minutes // 60 % 24} h"
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"
