"""The one table of keys. Bindings, footer, help and palette are made from it, so they cannot disagree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from textual.binding import Binding, BindingType


class KeyPlace(StrEnum):
    """The place in which a key acts."""

    EVERYWHERE = "everywhere"
    MAIN = "panes"
    LIST = "lists"
    FEED = "feed"
    REVIEW = "review"
    ITEMS = "items"
    ITEM = "item screen"
    COUNTRIES = "countries"
    COUNTRY = "country screen"
    FIGURES = "figures screen"
    DIALOG = "dialogs"
    TEXT = "texts"
    READER = "what covers the screen"
    FILTER = "filter line"
    PALETTE = "palette"
    CHOICE = "choices"
    TICKS = "checklist"
    MARKS = "marks"
    VIEWS = "saved filters"
    HITS = "hits"


@dataclass(frozen=True, slots=True)
class Key:
    """``keys`` as Textual names them; ``shown`` as an officer reads them. ``brief`` is what the footer says.

    ``rank`` orders the footer; 0 stays out of it.
    """

    id: str
    keys: str
    display: str
    action: str
    description: str
    footer_label: str = ""
    rank: int = 0


_W = KeyPlace

KEYS: Final[dict[KeyPlace, tuple[Key, ...]]] = {
    _W.ITEMS: (
        Key("item.claim", "c", "c", "screen.claim", "claim the item: a lease that lapses by itself", "claim", 2),
        Key("item.unclaim", "u", "u", "screen.unclaim", "give the claim back"),
        Key("item.give", "C", "C", "screen.give_claim", "hand the claim to a colleague, by name"),
        Key("item.tick", "t", "t", "screen.tick", "tick points of the checklist", "tick", 3),
        Key("item.decide", "d", "d", "screen.decide", "decide: release, refuse, ask, escalate", "decide", 4),
        Key("item.note", "n", "n", "screen.note", "write a note beside the item", "note", 6),
        Key("item.undo", "z", "z", "screen.undo", "undo a release of which nothing has left yet", "undo"),
        Key("item.confirm", "y", "y", "screen.confirm_item", "confirm another officer's proposal", "confirm"),
        Key("item.dissent", "x", "x", "screen.dissent_item", "say no to a proposal, or take back your own", "say no"),
        Key("item.after", "v", "v", "screen.after_release", "after a release: it stands, recall it, ratify a recall",
            "after release"),
        Key("item.reopen", "O", "O", "screen.reopen", "reopen a refusal on new ground"),
        Key("item.legal_hold", "L", "L", "screen.legal_hold", "put an item under legal hold, or lift it"),
        Key("item.restrict", "r", "r", "screen.restrict_item", "restrict the item on its owner's behalf"),
        Key("item.retry", "w", "w", "screen.retry", "give a dead delivery its tries back"),
        Key("item.reread", "R", "R", "screen.reread", "read quarantined input again under today's rules"),
        Key("item.reject", "J", "J", "screen.reject", "reject quarantined input, with a reason"),
    ),
    _W.HITS: (
        Key("hit.dismiss", "D", "D", "screen.dismiss_hit", "dismiss the hit as false, with a reason and until when",
            "dismiss", 2),
        Key("hit.item", "i", "i", "screen.open_hit_item", "open the item of the record that was hit", "its item", 3),
    ),
    _W.MARKS: (
        Key("marks.mark", "space", "space", "screen.mark", "mark the row, or no more; on to the next"),
        Key("marks.act", "B", "B", "screen.act_on_marked", "act on all that is marked: claim, refuse, note"),
        Key("marks.none", "M", "M", "screen.unmark", "take all marks away"),
    ),
    _W.FEED: (
        Key("feed.filter", "slash", "/", "screen.filter('feed')", "filter the feed as you type", "filter", 5),
        Key("feed.views", "V", "V", "screen.views", "your saved filters: choose one, or forget it"),
        Key("feed.save", "S", "S", "screen.save_view", "save the filter of the feed under a name"),
    ),
    _W.REVIEW: (
        Key("review.scroll_down", "right_square_bracket,greater_than_sign", "]", "screen.scroll_detail(1)",
            "scroll the selected item's text down", "more", 5),
        Key("review.scroll_up", "left_square_bracket,less_than_sign", "[", "screen.scroll_detail(-1)",
            "scroll the selected item's text up"),
    ),
    _W.ITEM: (
        Key("item.next", "right,l,tab", "tab", "screen.next_tab(1)", "next page of the item", "next page", 1),
        Key("item.previous", "left,h,shift+tab", "shift+tab", "screen.next_tab(-1)", "page of the item before"),
        Key("item.text", "1", "1", "screen.tab(0)", "the item's text, with all its fields"),
        Key("item.why", "2", "2", "screen.tab(1)", "why it went which way"),
        Key("item.deliveries", "3", "3", "screen.tab(2)", "its deliveries, by recipient"),
        Key("item.history", "4", "4", "screen.tab(3)", "its history"),
    ),
    _W.COUNTRIES: (
        Key("country.measure", "m", "m", "screen.measure", "order a measure, after a dry run", "measure", 2),
        Key("country.offline", "o", "o", "screen.offline", "mark the bureau off the network, or back", "offline", 4),
        Key("country.filter", "slash", "/", "screen.filter('countries')", "filter the countries as you type",
            "filter", 5),
    ),
    _W.COUNTRY: (
        Key("measure.order", "m", "m", "screen.measure", "order a measure, after a dry run", "measure", 1),
        Key("measure.endorse", "e", "e", "screen.endorse", "enter an endorsement, given or declined", "endorse", 2),
        Key("measure.lift", "l", "l", "screen.lift", "propose to lift the measure", "lift", 3),
        Key("measure.confirm", "y", "y", "screen.confirm", "confirm another officer's proposal", "confirm", 4),
        Key("measure.dissent", "x", "x", "screen.dissent", "say no to another officer's proposal", "dissent", 5),
        Key("measure.restrict", "r", "r", "screen.restrict", "restrict all the bureau's data on its behalf"),
        Key("measure.worklist", "w", "w", "screen.worklist", "what the measure stopped, for when it was wrong"),
        Key("measure.offline", "o", "o", "screen.offline", "mark the bureau off the network, or back"),
    ),
    _W.FIGURES: (
        Key("figures.period", "s", "s", "screen.period", "figures since another time", "since", 2),
        Key("figures.export", "w", "w", "screen.export", "write the figures into a file, as CSV or JSON", "write", 3),
    ),
    _W.LIST: (
        Key("list.open", "enter", "enter", "open", "open what is selected", "open", 1),
        Key("list.down", "down,j", "j, down", "move(1)", "next row"),
        Key("list.up", "up,k", "k, up", "move(-1)", "row before"),
        Key("list.page_down", "pagedown,ctrl+d", "ctrl+d, pgdn", "page(1)", "a page down"),
        Key("list.page_up", "pageup,ctrl+u", "ctrl+u, pgup", "page(-1)", "a page up"),
        Key("list.top", "home,g", "g, home", "top", "first row"),
        Key("list.end", "end,G", "G, end", "end", "last row; in the feed: follow what comes in"),
    ),
    _W.MAIN: (
        Key("pane.feed", "1", "1", "screen.pane('feed')", "the feed"),
        Key("pane.review", "2", "2", "screen.pane('review')", "the review queue"),
        Key("pane.countries", "3", "3", "screen.pane('countries')", "the countries"),
        Key("pane.next", "tab", "tab", "screen.next_pane(1)", "next pane", "pane", 7),
        Key("pane.previous", "shift+tab", "shift+tab", "screen.next_pane(-1)", "pane before"),
    ),
    _W.EVERYWHERE: (
        Key("desk.back", "escape", "esc", "screen.back", "back; in the panes: clear the filter", "back", 8),
        Key("desk.palette", "colon,ctrl+p", ": or ctrl+p", "app.palette", "every action by its words"),
        Key("desk.jump", "number_sign", "#", "app.jump", "go to an item, or a hit, by its number"),
        Key("desk.copy", "Y", "Y", "app.copy", "copy the selected item's number to your terminal's clipboard"),
        Key("desk.alarms", "a", "a", "app.alarms", "all alarms: what is overdue, dead, or waits for a signature"),
        Key("desk.figures", "f", "f", "app.figures", "the figures of the network, and what is behind each"),
        Key("desk.handover", "H", "H", "app.handover", "hand the shift over: the note, to be edited and signed"),
        Key("desk.accept_handover", "A", "A", "app.accept_handover", "read the last handover, and accept it"),
        Key("desk.import", "I", "I", "app.import_register", "import a register from a file (administrator)"),
        Key("desk.purge", "P", "P", "app.purge", "purge what is past its retention (administrator)"),
        Key("desk.details", "e,E", "e, E", "app.details", "details of the last answer (E where e means endorse)"),
        Key("desk.pause", "p", "p", "app.pause", "pause the replay, or go on (demo)"),
        Key("desk.faster", "plus,equals_sign", "+", "app.faster", "replay faster (demo)"),
        Key("desk.slower", "minus", "-", "app.slower", "replay slower (demo)"),
        Key("tour.skip", "f4", "F4", "app.skip_step", "skip the step of the tour (demo)"),
        Key("tour.end", "X", "X", "app.end_tour", "end the tour (demo)"),
        Key("desk.theme", "T", "T", "app.next_theme", "dark or light"),
        Key("desk.quit", "q", "q", "app.quit", "quit; asks if a text is unsent", "quit", 9),
        Key("desk.help", "question_mark,f1", "?", "app.help", "this help", "help", 10),
    ),
    _W.TEXT: (
        Key("text.down", "down,j", "j, down", "scroll_lines(1)", "a line down"),
        Key("text.up", "up,k", "k, up", "scroll_lines(-1)", "a line up"),
        Key("text.page_down", "pagedown,ctrl+d,space", "space, ctrl+d", "scroll_pages(1)", "a page down"),
        Key("text.page_up", "pageup,ctrl+u", "ctrl+u, pgup", "scroll_pages(-1)", "a page up"),
        Key("text.top", "home,g", "g, home", "scroll_pages(-1000)", "the beginning"),
        Key("text.end", "end,G", "G, end", "scroll_pages(1000)", "the end"),
        Key("text.copy", "ctrl+y", "ctrl+y", "copy_line", "copy the uppermost line that is seen"),
    ),
    _W.READER: (Key("reader.close", "escape,q,question_mark,f1", "esc", "close", "close"),),
    _W.DIALOG: (
        Key("dialog.submit", "f2", "F2", "submit", "do it: the only key that does", "do it", 1),
        Key("dialog.template", "f3", "F3", "template", "the next template for the reason of a decision"),
        Key("dialog.cancel", "escape", "esc", "cancel", "close; a typed text is kept as a draft", "close", 2),
        Key("dialog.page_down", "pagedown", "pgdn", "page(1)", "scroll a dialog that is higher than the screen"),
        Key("dialog.page_up", "pageup", "pgup", "page(-1)", "scroll it back up"),
        Key("dialog.next", "tab", "tab", "app.focus_next", "next field, or button"),
        Key("dialog.previous", "shift+tab", "shift+tab", "app.focus_previous", "field before, or button"),
    ),
    _W.CHOICE: (
        Key("choice.next", "right,l", "right, l", "move(1)",
            "the next of the words; letters are text where a text is asked for"),
        Key("choice.previous", "left,h", "left, h", "move(-1)", "the word before"),
        Key("choice.choose", "space,enter", "space, enter", "choose",
            "choose the word; where several may be chosen, or not"),
    ),
    _W.TICKS: (Key("ticks.tick", "space", "space", "submit", "tick the point, and go on to the next"),),
    _W.FILTER: (
        Key("filter.leave", "enter", "enter", "leave", "keep the filter, and back to the list"),
        Key("filter.before", "up", "up", "before", "the filter used before this one"),
        Key("filter.after", "down", "down", "after", "the filter used after it; then back to the list"),
        Key("filter.clear", "escape", "esc", "clear", "clear the filter, and back to the list"),
    ),
    _W.VIEWS: (Key("views.forget", "x,delete", "x", "forget", "forget the saved filter"),),
    _W.PALETTE: (
        Key("palette.choose", "enter", "enter", "screen.choose", "do what is selected"),
        Key("palette.down", "down,ctrl+n", "down, ctrl+n", "screen.move(1)", "next action"),
        Key("palette.up", "up", "up", "screen.move(-1)", "action before"),
        Key("palette.close", "escape", "esc", "screen.close", "close"),
    ),
}  # fmt: skip

#: The table as the program has it. :data:`KEYS` is the one in force, with what a desk has moved.
DEFAULT_KEYS: Final[Mapping[KeyPlace, tuple[Key, ...]]] = MappingProxyType(dict(KEYS))

#: Places in the order in which the help shows them.
PLACES: Final = tuple(KEYS)

_PANES: Final = (_W.MAIN, _W.ITEMS, _W.HITS, _W.MARKS, _W.FEED, _W.REVIEW, _W.COUNTRIES, _W.EVERYWHERE)

#: The places whose keys act at the same time: a key among them can have one meaning only.
CONCURRENT_PLACES: Final[tuple[tuple[KeyPlace, ...], ...]] = (
    (_W.LIST, *_PANES),
    (_W.FILTER, *_PANES),
    (_W.ITEM, _W.ITEMS, _W.TEXT, _W.EVERYWHERE),
    (_W.HITS, _W.TEXT, _W.EVERYWHERE),
    (_W.COUNTRY, _W.LIST, _W.EVERYWHERE),
    (_W.TEXT, _W.READER),
    (_W.LIST, _W.READER),
    (_W.LIST, _W.VIEWS, _W.READER),
    (_W.PALETTE,),
    (_W.CHOICE, _W.DIALOG),
    (_W.LIST, _W.TICKS, _W.DIALOG),
)

#: Where text is typed: letters are text there, and some other keys are the text field's own.
TEXT_ENTRY_PLACES: Final = frozenset({_W.FILTER, _W.PALETTE, _W.DIALOG})


def bindings(*places: KeyPlace) -> list[BindingType]:
    """Textual's bindings for some places; each has its id, so that a keymap can move it."""
    return [
        Binding(key.keys, key.action, key.description, show=False, id=key.id)
        for place in places
        for key in DEFAULT_KEYS[place]
    ]


def footer(*places: KeyPlace, pending: Collection[str] = ()) -> tuple[Key, ...]:
    """At most eight keys for a place, ``?`` last. ``now`` names those waited for: they come first."""
    here = [key for place in places for key in KEYS[place]]
    waited_for = [key for key in here if key.id in pending]
    found = sorted((key for key in here if key.rank and key.id not in pending), key=lambda key: key.rank)
    room = 7 - len(waited_for)
    return (*waited_for, *found[:room], found[-1]) if len(found) > room else (*waited_for, *found)


def _key(key_id: str) -> Key:
    return next(key for keys in KEYS.values() for key in keys if key.id == key_id)


def key_hint(key_id: str) -> str:
    """The key as a hint names it: the first where there are several."""
    return _key(key_id).display.split(",")[0]


def first_free_key(key_id: str, places: Collection[KeyPlace]) -> str:
    """The first of a key everywhere that no key of these places has taken."""
    key = _key(key_id)
    taken = {name for place in places for other in KEYS[place] if other != key for name in other.keys.split(",")}
    named = zip(key.keys.split(","), key.display.split(", "), strict=False)
    return next((sign for name, sign in named if name not in taken), key.display)
