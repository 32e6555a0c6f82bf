"""A text with a line below it in which words are searched for. The line is there only during a search."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.widgets.frame_lines import Line
from dutydesk.tui.widgets.search_texts import texts as search_texts
from dutydesk.tui.widgets.text_pane import TextPane
from dutydesk.wire.text.safe_text import isolate, safe_text


class SearchBar(Input):
    """Takes the focus only while words are typed: otherwise letters are keys of the screen."""

    BINDINGS = bindings(KeyPlace.SEARCH_LINE)

    @dataclass
    class SearchLeft(Message):
        """The search goes on with keys; ``ended``: it does not."""

        ended: bool

    def __init__(self) -> None:
        super().__init__(placeholder=search_texts.HINT, compact=True, select_on_focus=False)
        self.can_focus = self.display = False
        self.cursor_blink = False

    def action_leave(self) -> None:
        self.post_message(self.SearchLeft(ended=not self.value.strip()))

    def action_end_search(self) -> None:
        self.post_message(self.SearchLeft(ended=True))


class FoundLine(Line):
    """How many matches there are, and the keys that go from one to the next."""

    def on_mount(self) -> None:
        self.display = False


class SearchableText(Vertical):
    """While a search is on, the text has the focus, so that its keys come before those of the screen."""

    def __init__(self, *, text_id: str | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text_id = text_id

    def compose(self) -> ComposeResult:
        yield TextPane(id=self._text_id)
        yield SearchBar()
        yield FoundLine()

    @property
    def pane(self) -> TextPane:
        return self.query_one(TextPane)

    @property
    def _bar(self) -> SearchBar:
        return self.query_one(SearchBar)

    def open_search(self) -> None:
        bar = self._bar
        bar.can_focus = bar.display = True
        bar.cursor_position = len(bar.value)
        self.query_one(FoundLine).display = False
        self.screen.set_focus(bar)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._bar.display:
            self.pane.search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()

    def on_search_bar_search_left(self, event: SearchBar.SearchLeft) -> None:
        event.stop()
        bar, pane = self._bar, self.pane
        bar.can_focus = bar.display = False
        if event.ended:
            self._end()
            return
        pane.search(bar.value)
        pane.can_focus = True
        self.screen.set_focus(pane)
        self._show_count()

    def on_text_pane_searched(self, event: TextPane.Searched) -> None:
        event.stop()
        if event.ended:
            self._end()
        else:
            self._show_count()

    def _end(self) -> None:
        self._bar.value = ""
        self.query_one(FoundLine).display = False
        self.pane.search("")
        self.pane.can_focus = False
        self.screen.set_focus(None)

    def _show_count(self) -> None:
        line, (place, count) = self.query_one(FoundLine), self.pane.match_count
        words = isolate(safe_text(self._bar.value))
        found = search_texts.found(place, count) if count else search_texts.NOT_FOUND
        keys = search_texts.keys(key_hint("search.next"), key_hint("search.previous"), key_hint("search.end"))
        line.display = True
        line.show(((words, "strong", 0), (found, "" if count else "warn", 0)), ((keys, "dim", 1),))
