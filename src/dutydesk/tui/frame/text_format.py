"""Values as text: times, ages, counts, and text from outside made safe for the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from rich.segment import Segment
from rich.style import Style

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.message import NO_NAME, ORDINARY_MESSAGE
from dutydesk.desk.base.rows import EarlierItemRow, ItemRow
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import MessageType
from dutydesk.language.catalogues import speaks_english
from dutydesk.language.phrases import translate_in
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.hit_texts import texts as hit_texts
from dutydesk.wire.text.safe_text import clip, isolate, safe_text


def display_text(text: str, cells: int | None = None, *, multiline: bool = False) -> str:
    """Text from outside, safe to show; clipped to ``cells`` if given."""
    shown = safe_text(text, multiline=multiline)
    if cells is not None:
        shown = clip(shown, cells)
    return "\n".join(isolate(line) for line in shown.split("\n")) if multiline else isolate(shown)


def desk_text(text: str, cells: int | None = None) -> str:
    """A sentence of the desk in the language that is spoken, safe to show."""
    return display_text(read_sentence(text), cells)


_ISOLATES: Final = re.compile("([\u2068\u2069])")


def segments_of(text: str, style: Style) -> list[Segment]:
    """Put direction isolates into segments of their own: an emulator that does not know them drops no other text."""
    if text.isascii():
        return [Segment(text, style)]
    return [Segment(part, style) for part in _ISOLATES.split(text) if part]


def isolated_segments(text: str, style: Style) -> list[Segment]:
    """The same for a piece of a line: its right-to-left letters do not reorder the pieces beside it."""
    return segments_of(text if _ISOLATES.search(text) else isolate(text), style)


def age(since: datetime, now: datetime) -> str:
    """Time since, in one or two units: ``12 min``, ``3 h 05``, ``2 d 4 h``."""
    return duration_text(now - since)


def duration_text(time: timedelta) -> str:
    return value_texts.duration(_minutes(time))


def short_age(since: datetime, now: datetime) -> str:
    """At most five cells: ``50m``, ``7h01``, ``2d4h``, ``45d``."""
    return value_texts.short_duration(_minutes(now - since))


def _minutes(time: timedelta) -> int:
    return max(int(time.total_seconds()) // 60, 0)


def due_text(due: datetime, now: datetime) -> str:
    """``due in 3 h 05``, or ``overdue 20 min`` once it is past."""
    return value_texts.due_in(duration_text(due - now)) if due > now else value_texts.overdue(duration_text(now - due))


def time_of_day(at: datetime) -> str:
    return at.strftime("%H:%MZ")


def date_and_time(at: datetime) -> str:
    """In English with the month's name, which no date of another order can be mistaken for; else as ISO 8601 has it."""
    return at.strftime("%d %b %Y %H:%MZ" if speaks_english() else "%Y-%m-%d %H:%MZ")


def day_of_year(at: datetime) -> str:
    """Day and month, for dates near today; in six cells, as the time of day."""
    return at.strftime("%d %b" if speaks_english() else "%m-%d")


def format_count(number: int) -> str:
    return f"{number:,}"


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def category_word(name: str) -> str:
    """A name of the wire, or a word of the desk such as ``1 to 4 h``; what is neither stays as it is."""
    found = readable_name(name)
    return found if found != name.replace("_", " ") else read_sentence(found)


def readable_name(name: str) -> str:
    """A name of the wire or the desk in words: ``official use only``."""
    return value_word(name.replace("_", " "))


def value_word(name: str) -> str:
    """A name of the wire or the desk as a word of the language that is spoken; in English the name itself."""
    return translate_in("value", name)


def value_labels(names: Iterable[str]) -> dict[str, str]:
    """Names with the words that are shown for them."""
    return {str(name): value_word(name) for name in names}


def kind_word(row: ItemRow) -> str:
    """The kind, with N for a notice request and C for a correction."""
    if row.type is None:
        return value_texts.UNREAD
    if row.kind is None:
        return readable_name(row.type)
    return f"{value_word(row.kind)}{value_texts.KIND_SUFFIXES.get(MessageType(row.type), '')}"


def full_kind(row: ItemRow | EarlierItemRow) -> str:
    if row.type is None:
        return value_texts.UNREAD_INPUT
    what = readable_name(row.type)
    return value_texts.full_kind(value_word(row.kind), what) if row.kind else what


def state_word(state: str, signs: Glyphs) -> str:
    return f"{signs.states.get(state, ' ')} {value_texts.SHORT_STATES.get(ItemState(state)) or value_word(state)}"


def urgency_word(urgency: str) -> str:
    return value_texts.URGENCIES.get(urgency, "")


def title_of(row: ItemRow) -> str:
    """The title, then the name in its original script; not isolated yet, because it may still be clipped."""
    if row.original_script:
        return safe_text(f"{row.title}  {row.original_script}")
    return safe_text(read_sentence(row.title) if row.title in (ORDINARY_MESSAGE, NO_NAME) else row.title)


def hit_summary(row: HitRow) -> str:
    """Owner and title of the matched record; not isolated yet."""
    return safe_text(hit_texts.record_summary(row.title, row.source))


def hit_title(row: HitRow) -> str:
    """Title, owner and item of the matched record; not isolated yet."""
    return safe_text(hit_texts.record_title(row.title, row.source, row.item))
