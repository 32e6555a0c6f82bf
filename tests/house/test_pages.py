"""Pages beside the code that are written from it say what it says."""

from __future__ import annotations

from dutydesk.tui.frame import keys_page
from dutydesk.tui.frame.keys import DEFAULT_KEYS
from dutydesk.tui.frame.moved_keys import FIXED_KEYS


def test_the_page_of_keys_is_the_key_table() -> None:
    written = keys_page.page_file().read_text("utf-8")
    assert written == keys_page.keys_page(), "stale; write it again: python -m dutydesk.tui.frame.keys_page"


def test_every_key_has_a_row_with_its_id() -> None:
    rows = keys_page.keys_page().splitlines()
    for key in (key for keys in DEFAULT_KEYS.values() for key in keys):
        key_id = f"{key.id} *" if key.id in FIXED_KEYS else key.id
        (row,) = [row for row in rows if row.endswith(f" | {key_id} |")]
        assert f"`{key.display}`" in row
        assert key.description in row
