"""The last message to the officer: its line, and the details that a key opens."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from textual import events
from textual.timer import Timer

from dutydesk.domain.errors import DeskError, Obstacle
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.desk_words import desk_words
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph, heading

_MAX_EARLIER: Final = 100


class StatusMessages:
    """Shown on all ``screens``, so that a message stays in sight when the top screen closes.

    A message leaves at the next key or after some seconds, because by then it may no longer be true.
    """

    def __init__(self, console: Console, screens: Callable[[], Sequence[DeskScreen]]) -> None:
        self._console, self._screens = console, screens
        self._earlier: deque[tuple[datetime, str, str]] = deque(maxlen=_MAX_EARLIER)
        self._details: tuple[str, tuple[Obstacle, ...]] | None = None
        self._shown_at: float | None = None
        self._timer: Timer | None = None
        self._lasting = ("", "")

    def actions(self) -> Actions:
        return {"details": self.open_details}

    def notify(self, text: str, tone: str = "", detail: Iterable[Obstacle] = (), *, lasts: bool = False) -> None:
        if lasts and not text and self._shown_at is not None:
            self._lasting = ("", "")
            return  # what was said since stays its time
        kept = tuple(detail)
        self._details = (text, kept) if kept else None
        if text:
            self._earlier.append((self._console.now(), text, tone))
        self._show(desk_words(text), tone, details=bool(kept))
        self._shown_at = None if lasts else monotonic()
        if lasts:
            self._lasting = (text, tone)
        else:
            self._timer = self._console.set_interval(self._console.limits.message_seconds, self.clear)

    def _show(self, text: str, tone: str, *, details: bool) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        for screen in self._screens():
            screen.show_status(text, tone, details=details)

    def clear(self) -> None:
        """Take the message away; its details stay until the next one. A message that lasts comes back."""
        if self._shown_at is not None:
            self._shown_at = None
            text, tone = self._lasting
            self._show(desk_words(text), tone, details=False)

    def record_use(self, event: events.Event) -> None:
        """The officer goes on: a message that could be read has had its time."""
        if not isinstance(event, events.Key | events.MouseDown) or self._shown_at is None:
            return
        if monotonic() - self._shown_at >= self._console.limits.message_least_seconds:
            self.clear()

    def refuse(self, error: DeskError) -> None:
        lead = texts.CONFLICT if error.name == "conflict" else texts.REFUSED
        self.notify(f"{lead}: {read_sentence(error.words)}", "bad", error.detail)

    def open_details(self) -> None:
        """The details of the last message, if it has any, and below them the messages before it, the latest first."""
        if not self._earlier:
            self.notify(texts.NO_MESSAGES)
            return
        paragraphs: list[Paragraph] = []
        if self._details is not None:
            text, obstacles = self._details
            paragraphs = [Paragraph(desk_words(text), tone="strong")]
            paragraphs += [Paragraph(desk_words(obstacle.words), "-", indent=2) for obstacle in obstacles]
            paragraphs += [BLANK, heading(texts.EARLIER_MESSAGES)]
        paragraphs += [
            Paragraph(desk_words(text), f"{at:%H:%MZ}", tone, columns=False)
            for at, text, tone in reversed(self._earlier)
        ]
        self._console.open_screen(Viewer(self._console, texts.DETAILS_TITLE, paragraphs))
