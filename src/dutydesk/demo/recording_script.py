"""The tour that a recording shows: which keys, and how long the screen after them is read."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.frozen import value

_ESC, _F2, _F3, _ENTER = "\x1b", "\x1bOQ", "\x1bOR", "\r"


@value(frozen=True, slots=True)
class Step:
    """``seconds``: how long what the keys bring stays on the screen."""

    keys: str
    seconds: float


def _typed(text: str) -> tuple[Step, ...]:
    return tuple(Step(letter, 0.15) for letter in text)


SCRIPT: Final = (
    Step("", 3.0),
    # The feed, and one item with the reasons for its route
    Step("k", 0.4),
    Step("k", 0.4),
    Step("k", 1.0),
    Step(_ENTER, 3.5),
    Step("2", 3.0),
    Step(_ESC, 1.0),
    # A country, and the form of a measure on it
    Step("3", 1.5),
    Step("/", 0.4),
    *_typed("ukr"),
    Step(_ENTER, 1.0),
    Step("m", 3.0),
    Step(_ESC, 1.0),
    # The review queue: claim an item, tick its checklist, decide
    Step("2", 1.5),
    Step("j", 0.6),
    Step("j", 0.6),
    Step("j", 2.5),
    Step("c", 1.5),
    Step("t", 1.5),
    *(Step(" ", 0.4),) * 4,
    Step(" ", 1.5),
    Step("d", 2.5),
    Step(_F3, 2.5),
    Step(_F2, 3.5),
    # Should the desk have refused, the dialog is still open
    Step(_ESC, 0.3),
    # The desk at a glance, the figures, the keys
    Step("w", 5.0),
    Step(_ESC, 0.8),
    Step("f", 3.5),
    Step(_ESC, 0.8),
    Step("?", 3.0),
    Step(_ESC, 2.5),
)
