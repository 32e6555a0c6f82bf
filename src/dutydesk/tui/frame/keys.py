"""The table of all keys. Bindings, footer, help and palette are made from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from textual.binding import Binding, BindingType

from dutydesk.domain.frozen import value
from dutydesk.language.phrases import translate, translate_in


class KeyPlace(StrEnum):
    """A part of the console in which keys act."""

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
    WALL = "wall of a second terminal"
    DIALOG = "dialogs"
    TEXT = "texts"
    SEARCH = "search in a text"
    SEARCH_LINE = "search line"
    DIFFERENCE = "difference"
    ON_ITEM = "dialogs on an item"
    READER = "pages over the screen"
    FILTER = "filter line"
    PALETTE = "palette"
    CHOICE = "choices"
    TICKS = "checklist"
    MARKS = "marks"
    VIEWS = "saved filters"
    HITS = "hits"
    PERSON = "persons"
    PERSON_FILE = "person's file"
    COMMAND = "command line"
    KEY_EDITOR = "editor of keys"

    @property
    def label(self) -> str:
        """Its name on the screen."""
        return translate_in("place", self.value)


@value(frozen=True, slots=True)
class Key:
    """``keys`` are Textual's names, ``display`` is what an officer reads. ``english`` says what the key does.

    ``rank`` orders the footer, which shows the label; keys of rank 0 are not in it.
    """

    id: str
    keys: str
    display: str
    action: str
    english: str
    english_label: str = ""
    rank: int = 0

    @property
    def description(self) -> str:
        return translate(self.english)

    @property
    def footer_label(self) -> str:
        return translate_in("footer", self.english_label)


_W = KeyPlace

KEYS: Final[dict[KeyPlace, tuple[Key, ...]]] = {
    _W.ITEMS: (
        Key("item.claim", "c", "c", "screen.claim", "claim the item (a claim expires by itself)", "claim", 2),
        Key("item.unclaim", "u", "u", "screen.unclaim", "end your claim", "end claim"),
        Key("item.give", "C", "C", "screen.give_claim", "transfer the claim to a colleague"),
        Key("item.tick", "t", "t", "screen.tick",
            "tick points of the item's checklist; a free item is claimed first", "tick", 3),
        Key("item.decide", "d", "d", "screen.decide",
            "decide on the item: release, refuse, ask, escalate; a free item is claimed first", "decide", 4),
        Key("item.difference", "f5", "F5", "screen.difference",
            "what changed: the text beside its earlier version, or beside the item that it corrects or repeats",
            "changes"),
        Key("item.note", "n", "n", "screen.note", "add a note to the item", "note", 6),
        Key("item.undo", "z", "z", "screen.undo", "undo a release while nothing has been delivered", "undo"),
        Key("item.confirm", "y", "y", "screen.confirm_item", "confirm another officer's proposal", "confirm"),
        Key("item.dissent", "x", "x", "screen.dissent_item", "dissent from a proposal, or retract your own", "dissent"),
        Key("item.after", "v", "v", "screen.after_release", "after a release: keep it, recall it, or ratify a recall",
            "after release", 4),
        Key("item.reopen", "O", "O", "screen.reopen", "reopen a refusal", "reopen", 4),
        Key("item.legal_hold", "L", "L", "screen.legal_hold", "put an item under legal hold, or lift it"),
        Key("item.restrict", "r", "r", "screen.restrict_item", "restrict the item on its owner's behalf", "restrict"),
        Key("item.retry", "W", "W", "screen.retry", "retry a dead delivery", "retry"),
        Key("item.reread", "R", "R", "screen.reread", "decode quarantined input again with today's rules",
            "read again", 2),
        Key("item.reject", "J", "J", "screen.reject", "reject quarantined input, with a reason", "reject", 3),
        Key("item.export", "ctrl+e", "ctrl+e", "screen.export_item", "export the item to a file or the clipboard",
            "export"),
    ),
    _W.HITS: (
        Key("hit.dismiss", "D", "D", "screen.dismiss_hit", "dismiss the hit as false, with a reason and an end date",
            "dismiss", 2),
        Key("hit.item", "i", "i", "screen.open_hit_item", "open the item of the matched record", "its item", 3),
    ),
    _W.PERSON: (
        Key("person.file", "F", "F", "screen.person_file",
            "the file of the person: items of any bureau, refusals, hits, records and registers", "person"),
    ),
    _W.PERSON_FILE: (
        Key("person.why", "space", "space", "screen.why", "why the line stands there, and what it shares", "why", 2),
        Key("person.fold", "o", "o", "screen.fold", "show or hide what was judged to be another person", "others", 4),
    ),
    _W.MARKS: (
        Key("marks.mark", "space", "space", "screen.mark", "mark or unmark the row, and move down"),
        Key("marks.range", "v,asterisk", "v, *", "screen.mark_range",
            "begin or end a range of marks (* where v is after release)"),
        Key("marks.down", "shift+down", "shift+down", "screen.mark_and_move(1)", "mark the row and the next one"),
        Key("marks.up", "shift+up", "shift+up", "screen.mark_and_move(-1)", "mark the row and the one above"),
        Key("marks.act", "B", "B", "screen.act_on_marked", "act on all marked items: claim, refuse, note"),
        Key("marks.none", "M", "M", "screen.unmark", "remove all marks"),
    ),
    _W.FEED: (
        Key("feed.filter", "slash", "/", "screen.filter('feed')", "filter the feed as you type", "filter", 5),
        Key("feed.views", "V", "V", "screen.views", "your saved filters: apply or delete one"),
        Key("feed.save", "S", "S", "screen.save_view", "save the feed's filter under a name"),
    ),
    _W.REVIEW: (
        Key("review.scroll_down", "right_square_bracket,greater_than_sign", "]", "screen.scroll_detail(1)",
            "scroll the selected item's text down", "more", 5),
        Key("review.scroll_up", "left_square_bracket,less_than_sign", "[", "screen.scroll_detail(-1)",
            "scroll the selected item's text up"),
    ),
    _W.ITEM: (
        Key("item.next", "right,l,tab", "tab", "screen.next_tab(1)", "next page of the item", "page", 1),
        Key("item.previous", "left,h,shift+tab", "shift+tab", "screen.next_tab(-1)", "previous page of the item"),
        Key("item.text", "1", "1", "screen.tab(0)", "the case: what matters for its kind first"),
        Key("item.why", "2", "2", "screen.tab(1)", "why it was routed as it was"),
        Key("item.deliveries", "3", "3", "screen.tab(2)", "its deliveries, by state"),
        Key("item.history", "4", "4", "screen.tab(3)", "its history"),
        Key("item.fields", "5", "5", "screen.tab(4)", "all fields of the message, as they were sent"),
        Key("item.next_finding", "full_stop", ".", "screen.next_finding(1)",
            "next finding, and the words that triggered it", "finding", 5),
        Key("item.previous_finding", "comma", ",", "screen.next_finding(-1)", "previous finding"),
        Key("item.scroll_down", "right_square_bracket,greater_than_sign", "]", "screen.scroll_side(1)",
            "scroll the right column down"),
        Key("item.scroll_up", "left_square_bracket,less_than_sign", "[", "screen.scroll_side(-1)",
            "scroll the right column up"),
    ),
    _W.COUNTRIES: (
        Key("country.measure", "m", "m", "screen.measure", "order a measure, after a dry run", "measure", 2),
        Key("country.offline", "o", "o", "screen.offline", "mark the bureau off the network, or back on it",
            "offline", 4),
        Key("country.filter", "slash", "/", "screen.filter('countries')", "filter the countries as you type",
            "filter", 5),
    ),
    _W.COUNTRY: (
        Key("measure.order", "m", "m", "screen.measure", "order a measure, after a dry run", "measure", 1),
        Key("measure.endorse", "e", "e", "screen.endorse", "record an endorsement, given or declined", "endorse", 2),
        Key("measure.lift", "l", "l", "screen.lift", "propose to lift the measure", "lift", 3),
        Key("measure.confirm", "y", "y", "screen.confirm", "confirm another officer's proposal", "confirm", 4),
        Key("measure.dissent", "x", "x", "screen.dissent", "dissent from another officer's proposal", "dissent", 5),
        Key("measure.items", "i", "i", "screen.items", "the bureau's items, in the feed", "its items", 6),
        Key("measure.worklist", "w", "w", "screen.worklist", "what the measure stopped, in case it was wrong",
            "stopped", 7),
        Key("measure.restrict", "r", "r", "screen.restrict", "restrict all the bureau's data on its behalf",
            "restrict", 8),
        Key("measure.offline", "o", "o", "screen.offline", "mark the bureau off the network, or back on it"),
    ),
    _W.FIGURES: (
        Key("figures.period", "s", "s", "screen.period", "figures of another period", "period", 2),
        Key("figures.country", "c", "c", "screen.country", "figures of one country, or of all", "country", 4),
        Key("figures.export", "w", "w", "screen.export", "export the figures to a file, as CSV or JSON", "export", 3),
    ),
    _W.WALL: (
        Key("wall.theme", "T", "T", "app.next_theme", "dark or light theme", "theme", 1),
        Key("wall.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
        Key("wall.quit", "q", "q", "app.quit", "quit", "quit", 9),
        Key("wall.help", "question_mark,f1", "?", "app.help", "this help", "help", 10),
    ),
    _W.LIST: (
        Key("list.open", "enter", "enter", "open", "open what is selected", "open", 1),
        Key("list.down", "down,j", "j, down", "move(1)", "next row"),
        Key("list.up", "up,k", "k, up", "move(-1)", "previous row"),
        Key("list.page_down", "pagedown,ctrl+d", "ctrl+d, pgdn", "page(1)", "page down"),
        Key("list.page_up", "pageup,ctrl+u", "ctrl+u, pgup", "page(-1)", "page up"),
        Key("list.top", "home,g", "g, home", "top", "first row"),
        Key("list.end", "end,G", "G, end", "end", "last row; in the feed: follow new rows"),
    ),
    _W.MAIN: (
        Key("pane.feed", "1", "1", "screen.pane('feed')", "the feed"),
        Key("pane.review", "2", "2", "screen.pane('review')", "the review queue"),
        Key("pane.countries", "3", "3", "screen.pane('countries')", "the countries"),
        Key("pane.look", "s", "s", "screen.list_look", "choose the order and the columns of the list"),
        Key("pane.larger", "right_curly_bracket", "}", "screen.resize_pane(1)", "make the pane larger"),
        Key("pane.smaller", "left_curly_bracket", "{", "screen.resize_pane(-1)", "make the pane smaller"),
        Key("pane.usual", "backslash", "\\", "screen.usual_sizes", "the usual sizes of the panes"),
        Key("pane.next", "tab", "tab", "screen.next_pane(1)", "next pane", "pane", 7),
        Key("pane.previous", "shift+tab", "shift+tab", "screen.next_pane(-1)", "previous pane"),
    ),
    _W.EVERYWHERE: (
        Key("desk.back", "escape", "esc", "screen.back", "back; in the panes: clear the filter", "back", 8),
        Key("desk.home", "0", "0", "app.home", "back to the panes from wherever you are"),
        Key("desk.palette", "colon,ctrl+p", ": or ctrl+p", "app.palette", "all actions, by name"),
        Key("desk.commands", "exclamation_mark", "!", "app.commands", "run a command of the command line, as you"),
        Key("desk.jump", "number_sign", "#", "app.jump", "go to an item or a hit by its number"),
        Key("desk.copy", "Y", "Y", "app.copy", "copy the selected item's number to your terminal's clipboard"),
        Key("desk.own_work", "at", "@", "app.own_work", "what waits for you: to sign, claimed, or proposed by you"),
        Key("desk.alarms", "a", "a", "app.alarms", "all alarms, the gravest first"),
        Key("desk.figures", "f", "f", "app.figures", "the figures of the network, and the rows of each"),
        Key("desk.wall", "w,f12", "w, F12", "app.wall", "the desk at a glance (F12 where w is another key)"),
        Key("desk.handover", "H", "H", "app.handover", "hand the shift over: edit and sign the note"),
        Key("desk.accept_handover", "A", "A", "app.accept_handover", "read the last handover and accept it"),
        Key("desk.import", "I", "I", "app.import_register", "import a register from a file (administrator)"),
        Key("desk.purge", "P", "P", "app.purge", "purge items past their retention (administrator)"),
        Key("desk.check", "K", "K", "app.check", "check the databases for a bureau"),
        Key("desk.submit_message", "ctrl+n", "ctrl+n", "app.submit_message", "submit a message to the desk"),
        Key("desk.drafts", "U", "U", "app.drafts", "your unsent texts: read or delete one"),
        Key("desk.details", "e,E", "e, E", "app.details", "the last messages, with details (E where e is endorse)"),
        Key("desk.pause", "p", "p", "app.pause", "pause or continue the replay (demo)"),
        Key("desk.faster", "plus,equals_sign", "+", "app.faster", "faster replay (demo)"),
        Key("desk.slower", "minus", "-", "app.slower", "slower replay (demo)"),
        Key("tour.skip", "f4", "F4", "app.skip_step", "skip the step of the tour (demo)"),
        Key("tour.end", "X", "X", "app.end_tour", "end the tour (demo)"),
        Key("desk.theme", "T", "T", "app.themes", "choose a theme, or your language"),
        Key("desk.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
        Key("desk.keys", "f9", "F9", "app.edit_keys", "change keys; a clash is shown"),
        Key("desk.quit", "q", "q", "app.quit", "quit; asks first if text is unsent", "quit", 9),
        Key("desk.explain", "f1", "F1", "app.explain", "help in prose for what has the focus"),
        Key("desk.help", "question_mark", "?", "app.help", "what can be done now, with its keys", "help", 10),
    ),
    _W.TEXT: (
        Key("text.down", "down,j", "j, down", "scroll_lines(1)", "line down"),
        Key("text.up", "up,k", "k, up", "scroll_lines(-1)", "line up"),
        Key("text.page_down", "pagedown,ctrl+d,space", "space, ctrl+d", "scroll_pages(1)", "page down"),
        Key("text.page_up", "pageup,ctrl+u", "ctrl+u, pgup", "scroll_pages(-1)", "page up"),
        Key("text.top", "home,g", "g, home", "scroll_pages(-1000)", "beginning"),
        Key("text.end", "end,G", "G, end", "scroll_pages(1000)", "end"),
        Key("text.search", "slash", "/", "find", "search in the text as you type"),
        Key("text.copy", "ctrl+y", "ctrl+y", "copy_line", "copy the top visible line"),
    ),
    _W.SEARCH: (
        Key("search.next", "n", "n", "next_match(1)", "next match, while a search is shown"),
        Key("search.previous", "N", "N", "next_match(-1)", "previous match"),
        Key("search.end", "escape", "esc", "end_search", "end the search"),
    ),
    _W.SEARCH_LINE: (
        Key("search.keep", "enter", "enter", "leave", "keep the search and go back to the text"),
        Key("search.cancel", "escape", "esc", "end_search", "end the search"),
    ),
    _W.DIFFERENCE: (
        Key("difference.next", "tab,right", "tab", "next_basis(1)", "compare with the next version or item"),
        Key("difference.previous", "shift+tab,left", "shift+tab", "next_basis(-1)",
            "compare with the previous version or item"),
        Key("difference.close", "f5", "F5", "close", "close"),
    ),
    _W.ON_ITEM: (
        Key("dialog.difference", "f5", "F5", "difference", "what changed on the item, over the dialog"),
        Key("dialog.person", "f6", "F6", "person_file", "the file of the item's person, over the dialog"),
    ),
    _W.READER: (
        Key("reader.close", "escape,q", "esc", "close", "close"),
        Key("reader.explain", "question_mark,f1", "F1", "app.explain", "help in prose for the page; closes the help"),
        Key("reader.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
    ),
    _W.DIALOG: (
        Key("dialog.submit", "f2", "F2", "submit", "submit; no other key does", "submit", 1),
        Key("dialog.template", "f3", "F3", "template", "next template for the reason of a decision"),
        Key("dialog.discard", "f8", "F8", "discard", "empty the fields and delete the draft"),
        Key("dialog.cancel", "escape", "esc", "cancel", "close; typed text is kept as a draft", "close", 2),
        Key("dialog.explain", "f1", "F1", "app.explain", "help in prose for what has the focus"),
        Key("dialog.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
        Key("dialog.page_down", "pagedown", "pgdn", "page(1)", "scroll down a dialog that is higher than the screen"),
        Key("dialog.page_up", "pageup", "pgup", "page(-1)", "scroll it up"),
        Key("dialog.next", "tab", "tab", "app.focus_next", "next field or button"),
        Key("dialog.previous", "shift+tab", "shift+tab", "app.focus_previous", "previous field or button"),
    ),
    _W.CHOICE: (
        Key("choice.next", "right,l", "right, l", "move(1)",
            "next option; in a dialog with a text, letters are text"),
        Key("choice.previous", "left,h", "left, h", "move(-1)", "previous option"),
        Key("choice.choose", "space,enter", "space, enter", "choose",
            "choose the option, or unchoose it where several can be chosen"),
    ),
    _W.TICKS: (Key("ticks.tick", "space", "space", "submit", "tick the point and move on"),
               Key("ticks.decide", "d", "d", "decide", "decide, once every point is ticked")),
    _W.FILTER: (
        Key("filter.leave", "enter", "enter", "leave", "keep the filter and go back to the list"),
        Key("filter.before", "up", "up", "before", "previous filter in the history"),
        Key("filter.after", "down", "down", "after", "next filter in the history; then back to the list"),
        Key("filter.complete", "tab", "tab", "complete", "complete the word of the filter that is begun"),
        Key("filter.clear", "escape", "esc", "clear", "clear the filter and go back to the list"),
    ),
    _W.VIEWS: (Key("views.forget", "x,delete", "x", "forget", "delete the saved filter or the unsent text"),),
    _W.KEY_EDITOR: (
        Key("editor.reset", "f8", "F8", "reset", "reset the selected action's key to the desk's"),
        Key("editor.desk", "f2", "F2", "save_for_desk", "save your keys for all consoles of the desk (administrator)"),
    ),
    _W.COMMAND: (
        Key("command.run", "enter", "enter", "screen.run", "run the command"),
        Key("command.complete", "tab", "tab", "screen.complete", "complete the word, or list what can follow"),
        Key("command.before", "up", "up", "screen.before", "previous line in the history"),
        Key("command.after", "down", "down", "screen.after", "next line in the history"),
        Key("command.explain", "f1", "F1", "app.explain", "help in prose for the command line"),
        Key("command.page_up", "pageup", "pgup", "screen.scroll(-1)", "scroll the output up"),
        Key("command.page_down", "pagedown", "pgdn", "screen.scroll(1)", "scroll the output down"),
        Key("command.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
        Key("command.close", "escape", "esc", "screen.close", "close; the output stays until you quit"),
    ),
    _W.PALETTE: (
        Key("palette.choose", "enter", "enter", "screen.choose", "run the selected action"),
        Key("palette.down", "down,ctrl+n", "down, ctrl+n", "screen.move(1)", "next action"),
        Key("palette.up", "up", "up", "screen.move(-1)", "previous action"),
        Key("palette.explain", "f1", "F1", "app.explain", "help in prose for the list of actions"),
        Key("palette.repaint", "ctrl+l", "ctrl+l", "app.repaint", "paint the whole screen again"),
        Key("palette.close", "escape", "esc", "screen.close", "close"),
    ),
}  # fmt: skip

#: Keys that act only in a demo, and only during its tour.
REPLAY_KEYS: Final = frozenset({"desk.pause", "desk.faster", "desk.slower"})
TOUR_KEYS: Final = frozenset({"tour.skip", "tour.end"})

#: The table without the keys that a desk has moved; :data:`KEYS` is the one in use.
DEFAULT_KEYS: Final[Mapping[KeyPlace, tuple[Key, ...]]] = MappingProxyType(dict(KEYS))

#: The order of the places in the help.
PLACES: Final = tuple(KEYS)

_PANES: Final = (_W.MAIN, _W.ITEMS, _W.HITS, _W.PERSON, _W.MARKS, _W.FEED, _W.REVIEW, _W.COUNTRIES, _W.EVERYWHERE)

#: Places whose keys act at the same time, so that a key can have only one meaning among them.
CONCURRENT_PLACES: Final[tuple[tuple[KeyPlace, ...], ...]] = (
    (_W.LIST, *_PANES),
    (_W.FILTER, *_PANES),
    (_W.ITEM, _W.ITEMS, _W.PERSON, _W.TEXT, _W.EVERYWHERE),
    (_W.HITS, _W.PERSON, _W.TEXT, _W.EVERYWHERE),
    (_W.PERSON_FILE, _W.PERSON, _W.LIST, _W.EVERYWHERE),
    (_W.COUNTRY, _W.LIST, _W.EVERYWHERE),
    (_W.WALL,),
    (_W.TEXT, _W.READER),
    (_W.TEXT, _W.READER, _W.DIFFERENCE),
    # What has the focus comes first: during a search ``n`` goes to the next match, and writes no note.
    (_W.SEARCH, _W.ITEM, _W.ITEMS, _W.PERSON, _W.TEXT, _W.EVERYWHERE),
    (_W.SEARCH_LINE, _W.ITEM, _W.ITEMS, _W.PERSON, _W.TEXT, _W.EVERYWHERE),
    (_W.LIST, _W.READER, _W.PERSON),
    (_W.LIST, _W.VIEWS, _W.READER),
    (_W.PALETTE,),
    (_W.COMMAND,),
    (_W.PALETTE, _W.KEY_EDITOR),
    (_W.CHOICE, _W.DIALOG, _W.ON_ITEM),
    (_W.LIST, _W.TICKS, _W.DIALOG, _W.ON_ITEM),
)

#: Places where text is typed: letters, and some keys of the text field, can have no other meaning there.
TEXT_ENTRY_PLACES: Final = frozenset({_W.FILTER, _W.PALETTE, _W.DIALOG, _W.COMMAND, _W.ON_ITEM, _W.SEARCH_LINE})


#: Keys of a dialog that the field with the cursor would else take for itself.
_BEFORE_FIELDS: Final = frozenset({"dialog.page_down", "dialog.page_up", "dialog.person"})


def bindings(*places: KeyPlace) -> list[BindingType]:
    """Textual's bindings for some places; each has an id, by which a keymap can move it."""
    return [
        Binding(key.keys, key.action, key.english, show=False, id=key.id, priority=key.id in _BEFORE_FIELDS)
        for place in places
        for key in DEFAULT_KEYS[place]
    ]


def footer(*places: KeyPlace, pending: Collection[str] = (), unavailable: Collection[str] = ()) -> tuple[Key, ...]:
    """At most eight keys for a place, ``?`` last. Keys whose ids are in ``pending`` come first."""
    here = [key for place in places for key in KEYS[place] if key.id not in unavailable]
    waited_for = [key for key in here if key.id in pending]
    found = sorted((key for key in here if key.rank and key.id not in pending), key=lambda key: key.rank)
    room = 7 - len(waited_for)
    return (*waited_for, *found[:room], found[-1]) if len(found) > room else (*waited_for, *found)


def _key(key_id: str) -> Key:
    return next(key for keys in KEYS.values() for key in keys if key.id == key_id)


def key_hint(key_id: str) -> str:
    """The key as a hint shows it: the first if there are several."""
    return _key(key_id).display.split(",")[0]


def first_free_key(key_id: str, places: Collection[KeyPlace]) -> str:
    """The first name of a key that no other key of these places uses."""
    key = _key(key_id)
    taken = {name for place in places for other in KEYS[place] if other != key for name in other.keys.split(",")}
    named = zip(key.keys.split(","), key.display.split(", "), strict=False)
    return next((sign for name, sign in named if name not in taken), key.display)
