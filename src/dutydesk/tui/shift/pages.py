"""Pages that take any key: the summary after an absence, and the curtain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.desk.shift.note import Lines, counts_words
from dutydesk.desk.shift.presence import AbsenceSummary
from dutydesk.domain.rules.folded_text import fold
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleScreen
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import age, date_and_time, display_text
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.shift.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph, TextPane, heading, labelled

#: Lines of each of the three sorts, so that the page fits on the smallest screen; more on a higher one.
_LEAST_LINES = 4
_MAX_CELLS = 150
#: Keys that close the summary and do nothing else.
_CLOSING = frozenset({"escape", "enter", "space", "q"})


class KeyPage(ConsoleScreen[None]):
    """Gets every key first."""

    CSS_PATH: ClassVar = Path(__file__).with_name("pages.tcss")
    AUTO_FOCUS: ClassVar[str | None] = None

    def any_key(self, key: str) -> bool:  # noqa: ARG002
        """Whether the page has used the key up; by default it leaves every key alone."""
        return False


class AwaySummary(KeyPage):
    """What changed while the officer was away. The first key closes it; it also does what it does in the panes."""

    def __init__(self, console: Console, changed: AbsenceSummary, to_sign: str = "") -> None:
        """``to_sign`` says what waits for the officer's signature, if anything does."""
        super().__init__(console)
        self._changed, self._to_sign = changed, to_sign
        self._left = False

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="away-title")
        yield TextPane(id="away-text")

    def on_mount(self) -> None:
        self.query_one(PaneTitle).show(((texts.AWAY_TITLE, "strong", 0),), ((texts.AWAY_HINT, "dim", 0),))
        ago, most = age(self._changed.since, self.console.now()), max(_LEAST_LINES, (self.app.size.height - 12) // 3)
        counts = self.console.waiting_counts()
        waiting = [Paragraph(text, tone="bad") for text in texts.unclaimed(counts.flash, counts.urgent)]
        waiting += [Paragraph(self._to_sign, tone="warn")] if self._to_sign else []
        self.query_one(TextPane).show([*waiting, *_changed_lines(self._changed, ago, most)])

    def any_key(self, key: str) -> bool:
        if not self._left:
            self._left = True
            self.dismiss()
        return key in _CLOSING

    def on_click(self) -> None:
        self.any_key("")


def _changed_lines(changed: AbsenceSummary, ago: str, most: int) -> Iterator[Paragraph]:
    yield Paragraph(display_text(texts.away_since(changed.officer, date_and_time(changed.since), ago)), tone="strong")
    yield BLANK
    yield labelled(texts.AWAY_TRAFFIC, counts_words(dict(changed.counts)))
    signed = changed.handover
    if signed is not None:
        key = key_hint("desk.accept_handover")
        text = texts.away_handover(signed.handover, signed.written_by, signed.accepted_by, key)
        yield labelled(texts.AWAY_HANDOVER, display_text(text), "" if signed.accepted_by else "warn")
    yield from _list_lines(texts.AWAY_DECISIONS, changed.decisions, most)
    yield from _list_lines(texts.AWAY_ORDERS, changed.orders, most)
    yield labelled(texts.AWAY_ALARMS, texts.away_alarms(len(changed.alarms), changed.alarm_count))
    for alarm in changed.alarms[:most]:
        yield Paragraph(display_text(_alarm_text(alarm), _MAX_CELLS), "-", "bad", indent=2)
    yield from _overflow_line(len(changed.alarms), most)


def _alarm_text(alarm: AlarmRow) -> str:
    return f"{alarm.subject}: {read_sentence(alarm.words).removeprefix(f'{alarm.subject} ')}"


def _list_lines(title: str, lines: Lines, most: int) -> Iterator[Paragraph]:
    if not lines:
        return
    yield heading(title)
    for line in lines[:most]:
        yield Paragraph(display_text(f"{line.about} {read_sentence(line.words)}", _MAX_CELLS), "-", indent=2)
    yield from _overflow_line(len(lines), most)


def _overflow_line(found: int, most: int) -> Iterator[Paragraph]:
    if found > most:
        yield Paragraph(texts.away_more(found - most), "-", "dim", indent=2)


class Curtain(KeyPage):
    """Hides everything but the realm and the number of alarms until the officer's name is typed.

    The curtain is for privacy only and keeps nobody out: a name is no secret. The officer was authenticated when the
    session was opened (over SSH by the key), and everything typed in it counts as that officer's. Only a locked
    terminal keeps a stranger out.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._realm, self._officer = console.desk.realm, console.actor.officer
        self._alarms = len(console.all_alarms())

    def compose(self) -> ComposeResult:
        with Vertical(id="curtain"):
            yield Static(frame_texts.REALMS.get(self._realm, self._realm.upper()), id="curtain-realm", markup=False)
            yield Static(texts.LOCKED, id="curtain-locked", markup=False)
            yield Static(texts.lock_alarms(self._alarms), id="curtain-alarms", markup=False)
            yield Static(texts.LOCK_PROMPT, id="curtain-prompt", markup=False)
            yield Input(id="curtain-name", compact=True)

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.cursor_blink = False
        field.display = False

    def show_alarms(self, number: int) -> None:
        if number != self._alarms and self.is_mounted:
            self._alarms = number
            self.query_one("#curtain-alarms", Static).update(texts.lock_alarms(number))

    def any_key(self, key: str) -> bool:
        field = self.query_one(Input)
        if not field.display:
            self._ask(texts.LOCK_NAME, asking=True)
            return True
        if key == "escape":
            self._ask(texts.LOCK_PROMPT, asking=False)
            return True
        return False

    def on_click(self) -> None:
        self._ask(texts.LOCK_NAME, asking=True)

    def _ask(self, prompt: str, *, asking: bool) -> None:
        field = self.query_one(Input)
        field.value = ""
        field.display = asking
        self.set_focus(field if asking else None)
        self.query_one("#curtain-prompt", Static).update(prompt)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if _is_same_name(event.value, self._officer):
            self.console.unlock()
        else:
            self._ask(texts.LOCK_WRONG_NAME, asking=True)


def _is_same_name(typed: str, name: str) -> bool:
    """Ignores case, accents and extra spaces."""
    return fold(typed).split() == fold(name).split()
