"""The feed: its title, filter, marks and saved filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VIEWS_TITLE: Final = "Your saved filters"
VIEW_NAME: Final = "NAME"
VIEW_FILTER: Final = "FILTER"
VIEW_LABEL: Final = "Name"
VIEW_HINT: Final = "such as: Russian flash"
VIEW_SAVE: Final = "Save"
VIEW_SAVE_TITLE: Final = "Save the filter of the feed"
VIEW_FILTER_LABEL: Final = "Filter:"
NO_VIEW_NAME: Final = "the filter needs a name"
NO_FILTER: Final = "No filter stands in the feed; there is nothing to save"
BULK_DRAFT: Final = "On what is marked"
NO_BULK_SELECTION: Final = "No row is marked"
OUTCOME: Final = "OUTCOME"
OUTCOME_TEXT: Final = "WHAT THE DESK SAYS"
OUTCOME_DONE: Final = "done"
OUTCOME_REFUSED: Final = "refused"
BULK_NEEDS_TEXT: Final = "one text for all of them is needed"
BULK_NEEDS_CODE: Final = "one code for all of the refusals is needed"
BULK_HINTS: Final = {
    "claim": "You take a claim on each. Ticks and releases are made one by one, never so.",
    "refuse": "Each is refused for this one reason and code; it takes your claim on each.",
    "note": "The same note is written beside each.",
}
FOLLOWING: Final = "following"
PAUSED: Final = "PAUSED"
EMPTY_FEED: Final = "No item has come in yet."
EMPTY_FILTERED: Final = "Nothing matches the filter; esc clears it."
FILTER_HINT: Final = "state:held from:RU kind:red words -not"


def no_views(key: str) -> str:
    return f"No filter is saved yet; {key} saves the one that stands in the feed."


def views_hint(key: str) -> str:
    return f"enter filters, {key} forgets, esc closes"


def view_saved(name: str, key: str) -> str:
    return f"Saved as {name}; {key} lists the saved filters"


def bulk_count(number: int) -> str:
    return f"{number} marked" if number else ""


def no_bulk_selection(key: str) -> str:
    return f"{NO_BULK_SELECTION}; {key} marks the selected one"


def bulk_title(number: int) -> str:
    return f"On the {number} that are marked" if number != 1 else "On the one that is marked"


def bulk_hidden(number: int) -> str:
    return f"{number} of them {'is' if number == 1 else 'are'} not in the list that you see."


def bulk_done(number: int, all_of_them: int) -> str:
    return f"{number} of {all_of_them} done"


def paused(fresh: int) -> str:
    """``fresh``: what came in since."""
    return f"{PAUSED}, {fresh:,} new" if fresh else PAUSED


def no_such_value(field: str, value: str, known: Sequence[str]) -> str:
    return f"there is no {field} {value!r}; known are {', '.join(known)}"


def filter_too_long(most: int) -> str:
    return f"a filter has at most {most} characters; the rest is left out"
