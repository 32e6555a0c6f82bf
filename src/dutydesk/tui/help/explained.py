"""Help in prose for the widget that has the focus, or the page it is on, with the keys that act there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from dutydesk.domain.frozen import value
from dutydesk.tui.commands.screen import CommandScreen
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.countries.order import OrderForm
from dutydesk.tui.countries.table import Countries
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.difference.viewer import DifferenceViewer
from dutydesk.tui.feed.bulk_form import BulkActionForm
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.figures.screen import FiguresScreen
from dutydesk.tui.frame.keys import KEYS, KeyPlace, key_hint
from dutydesk.tui.frame.palette import Palette
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.help.texts import Prose, texts
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.person.screen import PersonScreen
from dutydesk.tui.personal.key_editor import KeyEditor
from dutydesk.tui.review.after_release import PostReleaseForm
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.review.queue import Queue
from dutydesk.tui.shift.handover import HandoverForm
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.searchable_text import SearchBar
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph, TextPane, heading

_KEY_CELLS: Final = 16


@value(frozen=True, slots=True)
class Explanation:
    """``places`` are those whose keys belong to it; without any, the screen's own are listed."""

    text: Prose
    places: tuple[KeyPlace, ...] = ()


_W = KeyPlace
_DIALOG = (_W.DIALOG,)

#: From the most special to the most general: the first that fits a widget explains it.
_EXPLANATIONS: Final[Sequence[tuple[type[DOMNode], Explanation]]] = (
    (DifferenceViewer, Explanation(texts.DIFFERENCE, (_W.DIFFERENCE, _W.TEXT, _W.READER))),
    (KeyEditor, Explanation(texts.KEY_EDITOR, (_W.KEY_EDITOR, _W.PALETTE))),
    (Palette, Explanation(texts.FINDER, (_W.PALETTE,))),
    (FilterBar, Explanation(texts.FILTER, (_W.FILTER,))),
    (Feed, Explanation(texts.FEED)),
    (Queue, Explanation(texts.QUEUE)),
    (Countries, Explanation(texts.COUNTRIES)),
    (Choice, Explanation(texts.CHOICE, (_W.CHOICE, *_DIALOG))),
    (TextArea, Explanation(texts.TEXT_FIELD, _DIALOG)),
    (SearchBar, Explanation(texts.SEARCH, (_W.SEARCH_LINE,))),
    (TextPane, Explanation(texts.SEARCH, (_W.SEARCH,))),
    (ItemScreen, Explanation(texts.ITEM)),
    (HitScreen, Explanation(texts.HIT)),
    (PersonScreen, Explanation(texts.PERSON)),
    (CountryScreen, Explanation(texts.COUNTRY)),
    (FiguresScreen, Explanation(texts.FIGURES)),
    (CommandScreen, Explanation(texts.COMMANDS, (_W.COMMAND,))),
    (DecisionForm, Explanation(texts.DECISION, _DIALOG)),
    (ChecklistDialog, Explanation(texts.CHECKLIST, (_W.TICKS, _W.LIST, *_DIALOG))),
    (OrderForm, Explanation(texts.ORDER, _DIALOG)),
    (PostReleaseForm, Explanation(texts.AFTER_RELEASE, _DIALOG)),
    (BulkActionForm, Explanation(texts.MARKED, _DIALOG)),
    (HandoverForm, Explanation(texts.HANDOVER, _DIALOG)),
    (Input, Explanation(texts.LINE_FIELD, _DIALOG)),
    (Dialog, Explanation(texts.DIALOG, _DIALOG)),
)
_GENERAL: Final = Explanation(texts.SCREEN, (_W.READER,))
_LIST: Final = Explanation(texts.LIST_OVER, (_W.LIST, _W.READER))
#: Pages of which each part is explained as the whole.
_WHOLE: Final = (DifferenceViewer, KeyEditor, Palette)


def explanations_of(node: DOMNode) -> Iterator[Explanation]:
    """What explains a widget, then what explains the screens and dialogs around it; the nearest first."""
    for part in node.ancestors_with_self:
        found = next((explanation for kind, explanation in _EXPLANATIONS if isinstance(part, kind)), None)
        if found is not None:
            yield found


class ExplainActions:
    """Explain what has the focus."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"explain": self.explain}

    def explain(self) -> None:
        screen = self._console.screens[-1]
        if isinstance(screen, Viewer):
            screen.action_close()
            return
        title, paragraphs = explain(self._console, screen, screen.focused)
        self._console.open_screen(Viewer(self._console, title, paragraphs))


def explain(console: Console, screen: Screen[object], focused: Widget | None) -> tuple[str, list[Paragraph]]:
    """The title and the text of the help."""
    shown = screen if isinstance(screen, _WHOLE) or focused is None else focused
    found = list(explanations_of(shown)) or [_LIST if isinstance(focused, LineTable) else _GENERAL]
    paragraphs: list[Paragraph] = []
    for number, explanation in enumerate(found):
        prose = explanation.text
        paragraphs += [heading(prose.title)] if number else []
        paragraphs += [part for line in prose.paragraphs for part in (Paragraph(line), BLANK)]
    if isinstance(focused, Feed | FilterBar) and getattr(focused, "id", "") in ("feed", "feed-filter"):
        paragraphs += _grammar()
    unavailable = console.unavailable_keys() | (
        screen.unavailable_keys() if isinstance(screen, DeskScreen) else frozenset()
    )
    paragraphs.append(heading(texts.KEYS_HERE))
    for place in _own_places(found[0], screen):
        for key in KEYS[place]:
            if key.id not in unavailable:
                paragraphs.append(Paragraph(key.description, f"{key.display:<{_KEY_CELLS}}", indent=2))
    paragraphs += [BLANK, Paragraph(texts.more_help(key_hint("desk.help"), key_hint("desk.palette")), tone="dim")]
    return found[0].text.title, paragraphs


def _own_places(explanation: Explanation, screen: Screen[object]) -> tuple[KeyPlace, ...]:
    """The places whose keys are listed; a dialog on an item also shows what changed on it."""
    if isinstance(screen, DeskScreen):
        return explanation.places or screen.places()
    on_item = isinstance(screen, Dialog) and "difference" in screen.actions
    return (*explanation.places, KeyPlace.ON_ITEM) if on_item else explanation.places


def _grammar() -> Iterator[Paragraph]:
    yield heading(texts.GRAMMAR_TITLE)
    for example, words in texts.GRAMMAR.items():
        yield Paragraph(words, f"{example:<24}", indent=2)
    yield BLANK
