"""The last message to the officer: its line, and the details that a key opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dutydesk.domain.errors import DeskError, Obstacle
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame import texts
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.text_format import display_text
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.widgets.text_pane import Paragraph


class StatusMessages:
    """Shown on all ``screens``, so that a message stays in sight when the top screen closes."""

    def __init__(self, console: Console, screens: Callable[[], Sequence[DeskScreen]]) -> None:
        self._console, self._screens = console, screens
        self._details: tuple[str, tuple[Obstacle, ...]] | None = None

    def actions(self) -> Actions:
        return {"details": self.open_details}

    def notify(self, text: str, tone: str = "", detail: Iterable[Obstacle] = ()) -> None:
        kept = tuple(detail)
        self._details = (text, kept) if kept else None
        for screen in self._screens():
            screen.show_status(display_text(text), tone, details=bool(kept))

    def refuse(self, error: DeskError) -> None:
        lead = texts.CONFLICT if error.name == "conflict" else texts.REFUSED
        self.notify(f"{lead}: {error.words}", "bad", error.detail)

    def open_details(self) -> None:
        if self._details is None:
            self.notify(texts.NO_DETAILS)
            return
        text, obstacles = self._details
        paragraphs = [Paragraph(display_text(text), tone="strong")]
        paragraphs += [Paragraph(display_text(obstacle.words), "-", indent=2) for obstacle in obstacles]
        self._console.open_screen(Viewer(self._console, texts.DETAILS_TITLE, paragraphs))
