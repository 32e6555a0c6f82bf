"""The frame of the console: header, panes, alarms, messages, help, and what all dialogs share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

REALMS: Final = {"live": "LIVE", "exercise": "EXERCISE", "demo": "DEMO"}
TITLE: Final = "dutydesk"

# Panes
FEED: Final = "FEED"
REVIEW: Final = "REVIEW"
COUNTRIES: Final = "COUNTRIES"
NOT_HERE: Final = "Not available here"

# Columns of the feed and the queue
TIME: Final = "TIME"
ITEM: Final = "ITEM"
KIND: Final = "KIND"
FROM: Final = "FROM"
STATE: Final = "STATE"
URGENCY: Final = "URGENCY"
SUBJECT: Final = "SUBJECT"
AGE: Final = "AGE"
CLAIM_STATUS: Final = "STATUS"
DUE: Final = "DUE"

# Alarms
ALARMS: Final = "ALARMS"
ALARMS_TITLE: Final = "Alarms"
ALARMS_NONE: Final = "No alarms: nothing is overdue, dead, or waiting for a signature."
ALARMS_HINT: Final = "enter opens it, esc closes"
ALARM: Final = "ALARM"
ALARM_ABOUT: Final = "ABOUT"
ALARM_SINCE: Final = "SINCE"
ALARM_TEXT: Final = "MESSAGE"

# Messages
CONFLICT: Final = "Somebody was faster"
REFUSED: Final = "Not done"
NO_MESSAGES: Final = "There was no message yet"
EARLIER_MESSAGES: Final = "Messages before"
REPLAY_PAUSED: Final = "PAUSED"
NO_REPLAY: Final = "Only the replay of a demo can be paused or sped up"
STORE_UNREADABLE: Final = "The store can't be read"
SCREEN_OUTDATED: Final = "The screen shows an earlier state. It updates by itself once the store can be read."
TROUBLE: Final = "trouble"
DISPATCHER: Final = "dispatch"
STORE_READABLE: Final = "The store can be read again"
QUIT_KEY_HINT: Final = "q quits"

# Dialogs
CANCEL: Final = "Close"
CANCEL_KEY: Final = "esc"
SUBMIT_KEY: Final = "F2"
DRAFT: Final = "Draft:"
DRAFT_DISCARDED: Final = "The fields are empty and no draft is kept."
DRAFTS_TITLE: Final = "Unsent texts"
DRAFTS_NONE: Final = "No text is unsent."
DRAFT_OF: Final = "FORM"
DRAFT_TEXT: Final = "TEXT"
QUIT_TITLE: Final = "Quit with unsent text?"
QUIT_LINE: Final = "These texts were typed and not sent. They are lost when you quit:"
QUIT_KEPT: Final = "These texts were typed and not sent. They are kept for your next console:"
QUIT: Final = "Quit"

# Palette, help and other texts to read
PALETTE_HINT: Final = "type part of an action, enter runs it"
PALETTE_NONE: Final = "No action matches."
ACTION_COLUMN: Final = "ACTION"
KEY_COLUMN: Final = "KEY"
WHERE_COLUMN: Final = "WHERE"
HELP_TITLE: Final = "Keys"
HELP_HERE: Final = "Here"
HELP_NOTHING_SELECTED: Final = "Once an item is selected"
DETAILS_TITLE: Final = "Messages"

REASON: Final = "Reason"
INPUT_HIDDEN: Final = "This action takes no text. What you type is kept for an action that does."
FILE: Final = "File"
NO_FILE: Final = "enter the name of a file"
SHARED_ACCOUNT: Final = "This account is shared by officers, so no file of it can be named; ask an administrator."
JUMP_HINT: Final = "item (12) or hit (H-12), then enter"
#: By default tmux silently drops what a program sends to the clipboard.
TMUX_CLIPBOARD: Final = "set -s set-clipboard on"


def needs_size(width: int, height: int) -> str:
    return f"needs 80x24, is {width}x{height}"


# The header


def messages_a_minute(number: int) -> str:
    return f"{number:,} msg/min"


def checks_a_minute(number: int) -> str:
    return f"{number:,} checks/min" if number else ""


def held(number: int, oldest: str) -> str:
    """``oldest``: the age of the item that has waited longest."""
    return f"{number:,} held, oldest {oldest}" if oldest else f"{number:,} held"


def quarantined(number: int) -> str:
    return f"{number:,} quarantined" if number else ""


def dead_deliveries(number: int) -> str:
    return f"{number:,} dead deliveries" if number else ""


def queued(number: int) -> str:
    return f"{number:,} queued" if number else ""


def wait_offline(number: int) -> str:
    return f"{number:,} waiting offline" if number else ""


# The panes' titles


def count_of_total(seen: int, all_of_them: int, *, more: bool = False) -> str:
    return f"{seen:,}{'+' if more else ''} of {all_of_them:,}"


# Messages


def new_state(subject: str, state: str) -> str:
    return f"{subject} is {state}"


def nothing_selected(down: str, up: str) -> str:
    return f"No item is selected; choose one with {down} or {up}"


def suspend_ignored(quits: str) -> str:
    return f"ctrl+z does not suspend the console; keys work again in a second, {quits} quits"


def alarms_key(key: str) -> str:
    return f"{key}: all"


def reader_hint(down: str, up: str, search: str) -> str:
    return f"{down} {up} scroll, {search} searches, esc closes"


def details_key(key: str) -> str:
    return f"{key}: details"


def more_alarms(number: int) -> str:
    return f"and {number:,} more" if number else ""


def more_details(number: int) -> str:
    return f"and {number} more"


def drafts_left(titles: Sequence[str], key: str) -> str:
    return f"Drafts not sent ({key} lists them): {', '.join(titles)}"


def draft_shown(key: str) -> str:
    return f"typed earlier, not sent yet; {key} empties the fields"


def draft_kept(key: str) -> str:
    return f"The text is kept as a draft; {key} lists all drafts"


def drafts_hint(forget: str) -> str:
    return f"enter opens what it is about, {forget} deletes it, esc closes"


def help_now(subject: str) -> str:
    return f"Now, on {subject}"


def more_help(explains: str, palette: str) -> str:
    return f"{explains} explains what has the focus; {palette} finds every action by name, also those of other places."


def no_item_number(typed: str) -> str:
    return f"{typed!r} is not an item number; type 12 or D-000012, or H-000012 for a hit"


def sent_to_clipboard(text: str) -> str:
    return f"Sent to your terminal's clipboard: {text}"


def sent_through_tmux(text: str) -> str:
    return f"Sent; tmux passes it on only with {TMUX_CLIPBOARD}: {text}"
