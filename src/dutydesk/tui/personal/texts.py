"""What an officer sets in the console: theme, keys, columns, sizes of the panes."""

from __future__ import annotations

from typing import Final

from dutydesk.tui.frame.themes import ThemeName

# Themes
THEMES_TITLE: Final = "Theme"
THEMES_HINT: Final = "enter chooses, esc closes"
THEME_COLUMN: Final = "THEME"
THEME_TEXT_COLUMN: Final = "FOR"
THEME_IN_USE: Final = "in use"
THEME_NAMES: Final = {
    ThemeName.DARK: "dark",
    ThemeName.LIGHT: "light",
    ThemeName.CONTRAST: "high contrast",
    ThemeName.SIXTEEN: "16 colours",
}
THEME_TEXTS: Final = {
    ThemeName.DARK: "a dim room",
    ThemeName.LIGHT: "a bright room, or a light terminal",
    ThemeName.CONTRAST: "tired eyes: white and yellow on black",
    ThemeName.SIXTEEN: "old terminals and slow lines",
}

# Keys
KEYS_TITLE: Final = "Your keys"
KEYS_NONE: Final = "No action matches."
KEYS_ACTION: Final = "ACTION"
KEYS_KEY: Final = "KEY"
KEYS_WAS: Final = "WAS"
KEYS_WHERE: Final = "WHERE"
KEYS_FIND: Final = "type part of an action"
KEY_WAITS: Final = "Press the new key. esc leaves it as it is."
KEY_NOT_FREE: Final = "Press another key, or esc."
KEYS_NOT_YOURS: Final = "Your own keys no longer fit those of the desk and are not used; the editor of keys shows them"
DESK_KEYS_UNCHANGED: Final = "You have moved no key; there is nothing to save for the desk"

# Order and columns of a list
FEED_LIST: Final = "the feed"
QUEUE_LIST: Final = "the review queue"
COUNTRIES_LIST: Final = "the countries"
ORDER: Final = "Order"
COLUMNS: Final = "Columns"
LIST_USE: Final = "Use"
LIST_HINT: Final = "The choice is yours alone and stays for your next console."
QUEUE_ORDERS: Final = {
    "urgency": "most urgent first",
    "age": "oldest first",
    "sender": "by sender",
    "findings": "most blocking findings first",
    "due": "next due first",
}
QUEUE_COLUMNS: Final = {
    "urgency": "urgency",
    "kind": "kind",
    "from": "sender",
    "age": "age",
    "findings": "findings",
    "due": "due",
}
FEED_COLUMNS: Final = {"time": "time", "kind": "kind", "from": "sender", "state": "state", "urgency": "urgency"}
COUNTRY_ORDERS: Final = {
    "attention": "what needs attention first",
    "name": "by name",
    "held": "most held first",
    "received": "most received first",
}
COUNTRY_COLUMNS: Final = {
    "level": "level",
    "measure": "measure",
    "held": "held",
    "received": "received",
    "network": "network",
}

# What waits for the officer
WORK_TITLE: Final = "Yours"
WORK_HINT: Final = "enter opens it, esc closes"
WORK_NONE: Final = "Nothing waits for you: no proposal to sign, no claim, no proposal of yours."
WORK_GROUPS: Final = {
    "sign": "Waiting for your signature",
    "claimed": "Claimed by you",
    "proposed": "Proposed by you, waiting for a second officer",
}
WORK_SUBJECT: Final = "ABOUT"
WORK_WHAT_COLUMN: Final = "WHAT"
WORK_BY: Final = "BY"
WORK_SINCE: Final = "SINCE"
WORK_TEXT: Final = "SUBJECT"
WORK_WHAT: Final = {"ratify": "ratify recall", "information_requested": "asked"}


def work_group(name: str, number: int) -> str:
    return f"{WORK_GROUPS[name]} ({number})"


def work_to_sign(number: int, key: str) -> str:
    return f"Proposals that wait for your signature: {number}; {key} lists them"


def list_title(name: str) -> str:
    return f"Order and columns of {name}"


def list_changed(name: str) -> str:
    return f"Shown as you chose: {name}"


def theme_chosen(name: str) -> str:
    return f"The theme is {name}, also in your next console"


def keys_hint(change: str, reset: str, desk: str) -> str:
    return f"{change} changes, {reset} resets, {desk} saves yours for all, esc closes"


def new_key(action: str) -> str:
    return f"A new key for: {action}"


def key_is_fixed(action: str) -> str:
    return f"This key can't be moved: {action}"


def key_taken(key: str, action: str, place: str) -> str:
    return f"{key} is taken there: {action} ({place})."


def key_unusable(why: str) -> str:
    return f"This key can't be used: {why}."


def key_moved(action: str, key: str) -> str:
    return f"{key} is yours for: {action}"


def key_reset(action: str, key: str) -> str:
    return f"{key} is again for: {action}"


def desk_keys_saved(number: int, file: str) -> str:
    return f"Saved for all consoles of this desk, from their next start: moved keys {number}, in {file}"
