"""Values in the words of the screen: times, ages, counts, and text from outside made safe."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from rich.segment import Segment
from rich.style import Style

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import EarlierItemRow, ItemRow
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import MessageType
from dutydesk.tui.frame import value_texts
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.item import hit_texts
from dutydesk.wire.text.safe_text import clip, isolate, safe_text


def display_text(text: str, cells: int | None = None, *, multiline: bool = False) -> str:
    """Text from outside as it may stand on the screen."""
    shown = safe_text(text, multiline=multiline)
    if cells is not None:
        shown = clip(shown, cells)
    return "\n".join(isolate(line) for line in shown.split("\n")) if multiline else isolate(shown)


_ISOLATES: Final = re.compile("([\u2068\u2069])")


def segments_of(text: str, style: Style) -> list[Segment]:
    """Marks of direction go out by themselves: an emulator that knows none of them then drops no text beside them."""
    if text.isascii():
        return [Segment(text, style)]
    return [Segment(part, style) for part in _ISOLATES.split(text) if part]


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one or two units: ``12 min``, ``3 h 05``, ``2 d 4 h``."""
    return duration_text(now - since)


def duration_text(time: timedelta) -> str:
    return value_texts.duration(_minutes(time))


def short_age(since: datetime, now: datetime) -> str:
    """At most five cells: ``50m``, ``7h01``, ``2d4h``, ``45d``."""
    return value_texts.short_duration(_minutes(now - since))


def _minutes(time: timedelta) -> int:
    return max(int(time.total_seconds()) // 60, 0)


def due_text(due: datetime, now: datetime) -> str:
    """``due in 3 h 05`` or, once it is past, ``overdue 20 min``."""
    return value_texts.due_in(duration_text(due - now)) if due > now else value_texts.overdue(duration_text(now - due))


def time_of_day(at: datetime) -> str:
    return at.strftime("%H:%MZ")


def date_and_time(at: datetime) -> str:
    return at.strftime("%d %b %Y %H:%MZ")


def format_count(number: int) -> str:
    return f"{number:,}"


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def readable_name(name: str) -> str:
    """A name of the wire or of the desk as it is said: ``official use only``."""
    return name.replace("_", " ")


def kind_word(row: ItemRow) -> str:
    """The kind is a name, always printed as a word; N marks a notice request, C a correction."""
    if row.type is None:
        return value_texts.UNREAD
    if row.kind is None:
        return readable_name(row.type)
    return f"{row.kind}{value_texts.KIND_SUFFIXES.get(MessageType(row.type), '')}"


def full_kind(row: ItemRow | EarlierItemRow) -> str:
    if row.type is None:
        return value_texts.UNREAD_INPUT
    what = readable_name(row.type)
    return f"{row.kind} {what}" if row.kind else what


def state_word(state: str, signs: Glyphs) -> str:
    return f"{signs.states.get(state, ' ')} {value_texts.SHORT_STATES.get(ItemState(state), state)}"


def urgency_word(urgency: str) -> str:
    return value_texts.URGENCIES.get(urgency, "")


def title_of(row: ItemRow) -> str:
    """The title, with the name in its own script behind it; not yet isolated, for it may still be cut."""
    if row.original_script:
        return safe_text(f"{row.title}  {row.original_script}")
    return safe_text(row.title)


def hit_summary(row: HitRow) -> str:
    """Whose data was hit, and whom or what it names; not yet isolated."""
    return safe_text(hit_texts.record_summary(row.title, row.source))


def hit_title(row: HitRow) -> str:
    """Whom or what the record names, whose it is, and the item from which it comes; not yet isolated."""
    return safe_text(hit_texts.record_title(row.title, row.source, row.item))
