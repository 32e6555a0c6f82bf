"""The command line inside the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TITLE: Final = "Commands"
PROMPT_HINT: Final = "a command, such as: items --state held"
RUNNING: Final = "running"
STILL_RUNNING: Final = "The command before is still running."
NOT_HERE: Final = "This console runs no commands."
NO_OUTPUT: Final = "Done. The command printed nothing."
HELP_WORD: Final = "help"


def introduction(complete: str, before: str) -> str:
    return (
        "Commands run as you, on this desk, as on the command line but without the word dutydesk. help lists them, "
        f"and COMMAND --help explains one. {complete} completes a word, {before} brings back an earlier line."
    )


def keys_hint(page_up: str, page_down: str) -> str:
    return f"{page_up} {page_down} scroll, esc closes"


def can_follow(words: Sequence[str], more: int) -> str:
    """``more``: how many words can follow beside these."""
    return f"{'  '.join(words)}  and {more} more" if more else "  ".join(words)


def failed(code: int) -> str:
    return f"exit code {code}"


def output_cut(lines: int) -> str:
    return f"The output is longer: only its first {lines:,} lines are shown."


def finished_elsewhere(line: str) -> str:
    return f"The command has ended: {line}"
