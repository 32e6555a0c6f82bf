"""The README says what is so: its keys are those of the key table, its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

from dutydesk.tui.frame.keys import KEYS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def keys_table() -> str:
    """The key table as the README shows it."""
    rows = ["| where | key | does |", "|---|---|---|"]
    for where, keys in KEYS.items():
        rows += [f"| {where} | `{key.display}` | {key.description} |" for key in keys]
    return "\n".join(rows)


def test_the_keys_are_those_of_the_console() -> None:
    assert keys_table() in README


def test_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file(), picture


def test_two_commands_set_it_up() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", README, flags=re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("dutydesk demo")
    assert commands[1].endswith("pytest")
