"""Choose one or several of a few options: arrows move, space or enter chooses.

In a dialog with a text field, letters go to the field and never move a choice; a space before them chooses
(:mod:`dutydesk.tui.frame.type_ahead`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import isolated_segments


class Choice(Widget, can_focus=True):
    """With ``many`` each option is ticked separately; else the option under the cursor is the chosen one."""

    BINDINGS = bindings(KeyPlace.CHOICE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--cursor"}

    @dataclass
    class Changed(Message):
        choice: Choice

    def __init__(
        self,
        names: Sequence[str],
        chosen: Sequence[str] = (),
        *,
        many: bool = False,
        labels: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> None:
        """``labels``: what is shown instead of a name."""
        super().__init__(id=id)
        self._labels = labels or {}
        self.options = tuple(names)
        self.many = many
        self.chosen = frozenset(chosen)
        self._cursor = next((place for place, name in enumerate(self.options) if name in self.chosen), 0)

    @property
    def value(self) -> str | None:
        return next((name for name in self.options if name in self.chosen), None)

    def _label(self, name: str) -> str:
        return self._labels.get(name, name)

    def choose(self, chosen: Sequence[str]) -> None:
        self.chosen = frozenset(chosen)
        self._cursor = next((place for place, name in enumerate(self.options) if name in self.chosen), 0)
        self.refresh()

    def action_move(self, step: int) -> None:
        """While no option of a single choice is chosen, the first step forward chooses the first."""
        starts = not self.many and not self.chosen and step > 0
        self._cursor = self._cursor if starts else (self._cursor + step) % len(self.options)
        if not self.many:
            self.chosen = frozenset((self.options[self._cursor],))
            self.post_message(self.Changed(self))
        self.refresh()

    def action_choose(self) -> None:
        self.chosen = (
            self.chosen ^ {self.options[self._cursor]} if self.many else frozenset((self.options[self._cursor],))
        )
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        for place, (line, start, end) in enumerate(self._spans(self.size.width)):
            if line == event.y and start <= event.x < end:
                self._cursor = place
                self.action_choose()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return max(line for line, _, _ in self._spans(width)) + 1

    def _spans(self, width: int) -> list[tuple[int, int, int]]:
        """The line, first and last cell of each option."""
        spans, line, start = [], 0, 0
        for name in self.options:
            size = cell_len(self._label(name)) + 4
            if start and start + size > width:
                line, start = line + 1, 0
            spans.append((line, start, start + size))
            start += size + 2
        return spans

    def render_line(self, y: int) -> Strip:
        signs, base = glyphs(), self.rich_style
        on, off = (signs.ticked, signs.unticked) if self.many else (signs.chosen, signs.unchosen)
        segments: list[Segment] = []
        for place, (line, _, _) in enumerate(self._spans(self.size.width)):
            if line != y:
                continue
            name = self.options[place]
            style = base
            if name in self.chosen:
                style = style + self.get_component_rich_style("choice--chosen", partial=True)
            if self.has_focus and place == self._cursor:
                style = style + self.get_component_rich_style("choice--cursor", partial=True)
            sign = on if name in self.chosen else off
            segments += [Segment(f"{sign} ", style), *isolated_segments(self._label(name), style), Segment("  ", base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)
