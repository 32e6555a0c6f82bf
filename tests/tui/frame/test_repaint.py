"""A key paints the whole screen again, wherever the officer is: another program or the line may have disturbed it."""

from __future__ import annotations

import pytest
from test_bytes import beside as beside
from test_bytes import filled as filled
from test_bytes import screen as screen

from ptys import Terminal

REPAINT = "\x0c"


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("", "1 FEED"), ("2n", "Note on D-"), ("?", "Keys"), (":", "your saved filters"), ("!", "Commands run as you")],
    ids=["panes", "dialog", "page", "palette", "commands"],
)
def test_what_was_disturbed_is_whole_again(screen: Terminal, keys: str, shown: str) -> None:
    screen.press(keys)
    screen.shows(shown)
    screen.quiet()
    before = screen.text
    screen.screen.reset()
    assert shown not in screen.text
    screen.press(REPAINT)
    screen.shows(shown)
    screen.quiet()
    lines = zip(before.splitlines(), screen.text.splitlines(), strict=True)
    assert [pair for pair in list(lines)[1:] if pair[0] != pair[1]] == [], "not all was painted"
