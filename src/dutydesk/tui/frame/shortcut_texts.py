"""What makes the hand fast: jumps, copies, marks, saved filters, a claim handed on, an undo that runs out."""

from __future__ import annotations

from typing import Final

JUMP_HINT: Final = "12, or H-12 for a hit; enter goes"

#: By default tmux keeps what a program sends to the clipboard, and tells nobody.
TMUX_CLIPBOARD: Final = "set -s set-clipboard on"

# Saved filters
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

# Marks
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

# A claim for a colleague
TRANSFER: Final = "Hand over"
TRANSFER_HINT: Final = "The colleague gets the claim for the desk's usual time."
COLLEAGUE: Final = "Colleague"
NO_COLLEAGUE: Final = "choose the colleague who gets the claim"
NO_COLLEAGUES: Final = "No other officer of this desk may review"


def no_item_number(typed: str) -> str:
    return f"{typed!r} is no number of an item; type one such as 12 or D-000012, or H-000012 for a hit"


def sent_to_clipboard(text: str) -> str:
    return f"Sent to your terminal's clipboard: {text}"


def sent_through_tmux(text: str) -> str:
    return f"Sent; tmux passes it on only after {TMUX_CLIPBOARD}: {text}"


def undo_time_left(key: str, number: int, seconds: int) -> str:
    return f"{key} undoes D-{number:06d}: {seconds:>3} s"


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


def transfer_claim(item: str) -> str:
    return f"{TRANSFER} the claim on {item}"
