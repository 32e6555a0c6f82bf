"""The key table as a page to read; ``python -m dutydesk.tui.frame.keys_page`` writes it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from dutydesk.tui.frame.key_texts import KEYS_PAGE_INTRODUCTION
from dutydesk.tui.frame.keys import DEFAULT_KEYS, PLACES, Key, KeyPlace
from dutydesk.tui.frame.moved_keys import FIXED_KEYS

FILE_NAME = "KEYS.md"


def keys_page() -> str:
    """The keys as the program has them, place by place, in the order in which the help shows them."""
    rows = [_row(place, key) for place in PLACES for key in DEFAULT_KEYS[place]]
    return KEYS_PAGE_INTRODUCTION + "".join(rows)


def _row(place: KeyPlace, key: Key) -> str:
    key_id = key.id if key.id not in FIXED_KEYS else f"{key.id} *"
    return f"| {place} | `{key.display}` | {key.english} | {key_id} |\n"


def page_file() -> Path:
    return Path(str(files("dutydesk.data") / FILE_NAME))


if __name__ == "__main__":
    page_file().write_text(keys_page(), "utf-8")
