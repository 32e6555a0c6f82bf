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
ALARMS_NONE: Final = "No alarms, and no proposal waits for a signature."
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

#: What each key does that needs a role, as the beginning of a sentence; by the ids of the keys.
ROLE_DEEDS: Final = {
    "item.claim": "To claim an item",
    "item.unclaim": "To end a claim",
    "item.give": "To transfer a claim",
    "item.tick": "To tick the checklist",
    "item.decide": "To decide on an item",
    "item.note": "To add a note",
    "item.undo": "To undo a release",
    "item.confirm": "To confirm a proposal",
    "item.dissent": "To dissent from a proposal",
    "item.after": "To review or recall a release",
    "item.reopen": "To reopen a refusal",
    "item.legal_hold": "To put an item under legal hold, or lift it",
    "item.restrict": "To restrict an item",
    "item.retry": "To retry a delivery",
    "item.reread": "To read quarantined input again",
    "item.reject": "To reject quarantined input",
    "item.export": "To export an item",
    "hit.dismiss": "To dismiss a hit",
    "country.measure": "To order a measure",
    "country.offline": "To mark a bureau off the network, or back on it",
    "measure.order": "To order a measure",
    "measure.endorse": "To record an endorsement",
    "measure.lift": "To propose a lift",
    "measure.confirm": "To confirm a lift or an easing",
    "measure.dissent": "To dissent from a lift or an easing",
    "measure.restrict": "To restrict a bureau's data",
    "measure.offline": "To mark a bureau off the network, or back on it",
    "desk.handover": "To hand the shift over",
    "desk.import": "To import a register",
    "desk.purge": "To purge items",
    "desk.check": "To check the databases",
    "desk.submit_message": "To submit a message",
}

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
#: Other words by which the palette finds an action; by the ids of the keys.
OTHER_WORDS: Final = {
    "item.difference": "diff difference compare versions",
    "dialog.difference": "diff difference compare versions",
    "item.after": "recall post-review ratify",
    "item.retry": "resend dead",
    "item.confirm": "sign second officer",
    "person.file": "earlier refusals same person",
    "desk.own_work": "mine sign proposals",
    "feed.filter": "search find",
    "country.filter": "search find",
    "text.search": "find",
    "desk.theme": "colours dark light",
    "desk.details": "messages history",
}
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


def held(number: int) -> str:
    return f"{number:,} held"


def unclaimed_flash(number: int) -> str:
    """Held items of this urgency that nobody has claimed."""
    return f"{number:,} FLASH" if number else ""


def unclaimed_urgent(number: int) -> str:
    return f"{number:,} URGENT" if number else ""


def oldest_held(age: str) -> str:
    """The age of the item that has waited longest."""
    return f"oldest {age}"


def quarantined(number: int) -> str:
    return f"{number:,} quarantined" if number else ""


def dead_deliveries(number: int) -> str:
    return f"{number:,} dead deliveries" if number else ""


def queued(number: int) -> str:
    return f"{number:,} queued" if number else ""


def wait_offline(number: int) -> str:
    return f"{number:,} waiting offline" if number else ""


# Alarms


def no_alarms_but_proposals(number: int, key: str) -> str:
    """``key`` lists the officer's own."""
    if number == 1:
        return f"No alarms. 1 proposal waits for a signature: {key}"
    return f"No alarms. {number:,} proposals wait for a signature: {key}"


# The panes' titles


def count_of_total(seen: int, all_of_them: int, *, more: bool = False) -> str:
    return f"{seen:,}{'+' if more else ''} of {all_of_them:,}"


# Messages


def new_state(subject: str, state: str) -> str:
    return f"{subject} is {state}"


def nothing_selected(down: str, up: str) -> str:
    return f"No item is selected; choose one with {down} or {up}"


def role_needed(deed: str, role: str, own: str) -> str:
    """``deed`` is one of ``ROLE_DEEDS``."""
    return f"{deed}, you need the role {role}; yours is {own}"


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
