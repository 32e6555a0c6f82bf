"""Each key and list entry of a TOML file is found on its line."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.wire.reference.toml_lines import find_places

TEXT = """# a comment with [[sense]] in it
edition = "x"

[[sense]]
rule = "EXC-01"  # [[no]] header
en = [
  "one = two", "three",
  "four",  # five
]
kinds = { red = "block",
          blue = "flag" }
note = \"\"\"
rule = "no key"
\"\"\"
after = 1

  [[sense]]
"quoted key" = 'a'
"""


def test_the_places_are_those_of_the_text() -> None:
    tomllib.loads(TEXT.replace('block",\n', 'block",'))
    places = find_places(TEXT)
    assert places.line("", 0, "edition") == 2
    assert [row.line for row in places.rows["sense"]] == [4, 17]
    assert places.line("sense", 0, "rule") == 5
    assert [places.line("sense", 0, "en", entry) for entry in (None, 0, 1, 2)] == [6, 7, 7, 8]
    assert [places.line("sense", 0, key) for key in ("kinds", "note", "after")] == [10, 12, 15]
    assert places.line("sense", 1, "quoted key") == 18


def test_an_unknown_place_is_the_nearest_known_one() -> None:
    places = find_places(TEXT)
    assert places.line("sense", 1, "missing") == 17
    assert places.line("sense", 0, "en", 99) == 6
    assert places.line("sense", 99) == 17
    assert places.line("none", 0) == 1


@settings(deadline=None)
@given(st.text(alphabet="[]{}=#\"'\n\\ a.", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    places = find_places(text)
    last = text.count("\n") + 1
    assert all(1 <= row.line <= last for rows in places.rows.values() for row in rows)
