"""Every text of the screens stands in a ``texts`` module of its feature, and what finds the others is no sieve."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoken import spoken

import dutydesk

SCREENS = Path(dutydesk.__file__).parent / "tui"
#: The key table is the other place of words: what each key does.
ELSEWHERE = {SCREENS / "frame" / "keys.py"}


def test_every_text_of_the_screens_stands_in_texts() -> None:
    found = [
        f"{path.relative_to(SCREENS)}:{line}: {text!r}"
        for path in sorted(SCREENS.rglob("*.py"))
        if path not in ELSEWHERE and not path.name.endswith("texts.py")
        for line, text in spoken(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        'Paragraph("It eases: it waits for a second officer.")',
        'self.say(f"{row.item} is {row.state}")',
        'left.append((f"{held} held", "", 0))',
        'Column("BY", 10, cell)',
        'yield "Offence", text',
        'state += f", waits: {recipient}"',
        '" of ".join(parts)',
        'raise BadCall("choose one")',
        'title = f"Note {item}"',
        'label = "not " + what',
        'shown = {"a": "no member"}[cause]',
    ],
)
def test_a_text_put_back_into_a_screen_is_found(code: str) -> None:
    (line, _text) = next(spoken(f"def show():\n    {code}\n"))
    assert line == 2


@pytest.mark.parametrize(
    "code",
    [
        '"""A docstring of a module."""',
        'def show() -> None:\n    """It says what it does."""',
        'AUTO_FOCUS = "TickList"',
        'CSS_PATH: ClassVar = ["dialog.tcss", "palette.tcss"]',
        'self.query_one(f"#row-{name}", Input)',
        'Binding("down,ctrl+n", "move(1)", show=False)',
        'log.exception("the screen could not be brought up to date")',
        'os.environ.get("TEXTUAL_THEME")',
        'cast("DutyDeskApp", self.app)',
        'Paragraph(f"{code}: {text}", "-", "warn")',
        'at.strftime("%d %b %Y %H:%MZ")',
        'if row.state == "dead": pass',
    ],
)
def test_names_keys_and_formats_are_no_texts(code: str) -> None:
    assert not list(spoken(code))
