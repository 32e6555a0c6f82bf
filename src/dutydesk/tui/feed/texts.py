"""The feed: its title, filter, marks and saved filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VIEWS_TITLE: Final = "Your saved filters"
VIEW_NAME: Final = "NAME"
VIEW_FILTER: Final = "FILTER"
VIEW_LABEL: Final = "Name"
VIEW_HINT: Final = "e.g. Russian flash"
VIEW_SAVE: Final = "Save"
VIEW_SAVE_TITLE: Final = "Save the filter of the feed"
VIEW_FILTER_LABEL: Final = "Filter:"
NO_VIEW_NAME: Final = "the filter needs a name"
NO_FILTER: Final = "The feed has no filter to save"
BULK_DRAFT: Final = "Marked items"
NO_BULK_SELECTION: Final = "No row is marked"
OUTCOME: Final = "OUTCOME"
OUTCOME_TEXT: Final = "MESSAGE"
OUTCOME_DONE: Final = "done"
OUTCOME_REFUSED: Final = "refused"
BULK_NEEDS_TEXT: Final = "enter one text for all of them"
BULK_NEEDS_CODE: Final = "choose one code for all refusals"
BULK_HINTS: Final = {
    "claim": "Claims each item. Ticking and releasing is possible only one item at a time.",
    "refuse": "Refuses each item for this reason and code. You must hold the claim on each.",
    "note": "Adds the same note to each item.",
}
RANGE: Final = "RANGE"
FOLLOWING: Final = "following"
PAUSED: Final = "PAUSED"
EMPTY_FEED: Final = "No item has arrived yet."
EMPTY_FILTERED: Final = "Nothing matches the filter; esc clears it."
FILTER_HINT: Final = "state:held from:RU kind:red words -not"


def no_views(key: str) -> str:
    return f"No filter is saved yet. {key} saves the filter of the feed."


def views_hint(key: str) -> str:
    return f"enter applies, {key} deletes, esc closes"


def view_saved(name: str, key: str) -> str:
    return f"Saved as {name}; {key} lists the saved filters"


def bulk_count(number: int, *, ranging: bool = False) -> str:
    """``ranging``: a range of marks follows the cursor; its number comes at the end, so that a step costs two rows."""
    if ranging:
        return RANGE
    return f"{number} marked" if number else ""


def range_begins(key: str, acts: str, cancels: str) -> str:
    return f"The marks follow the cursor: {key} ends the range, {acts} acts on it, {cancels} takes it back"


def no_bulk_selection(key: str) -> str:
    return f"{NO_BULK_SELECTION}; {key} marks the selected one"


def bulk_title(number: int) -> str:
    return f"{number} marked items" if number != 1 else "1 marked item"


def bulk_hidden(number: int) -> str:
    return f"{number} of them {'is' if number == 1 else 'are'} not in the list on the screen."


def bulk_done(number: int, all_of_them: int) -> str:
    return f"{number} of {all_of_them} done"


def paused(fresh: int) -> str:
    """``fresh``: how many rows have arrived since."""
    return f"{PAUSED}, {fresh:,} new" if fresh else PAUSED


def no_such_value(field: str, value: str, known: Sequence[str]) -> str:
    return f"unknown {field} {value!r}; known: {', '.join(known)}"


def filter_too_long(most: int) -> str:
    return f"a filter has at most {most} characters; the rest is ignored"


def no_such_field(word: str, known: Sequence[str]) -> str:
    return f"{word}: is no word of the filter and is searched as text; there are {' '.join(known)}"


def pattern_too_long(most: int) -> str:
    return f"a pattern after re: has at most {most} characters"


def bad_pattern(why: str) -> str:
    return f"the pattern after re: can't be used: {why}" if why else "the pattern after re: can't be used"


def nothing_so_far(searched: int, key: str) -> str:
    return f"Nothing in the newest {searched:,} rows matches; {key} searches older ones, esc clears the filter."


def filter_words(words: Sequence[str], key: str) -> str:
    """``words`` can stand here; ``key`` completes the one that is begun."""
    return f"{key} completes:  {'  '.join(words)}"


def filter_keys(leaves: str, earlier: str, explains: str) -> str:
    return f"{leaves} keeps the filter, {earlier} brings back earlier ones, {explains} explains what it can say"
