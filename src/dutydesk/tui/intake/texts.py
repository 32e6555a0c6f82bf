"""The form that submits a message, and what became of it."""

from __future__ import annotations

from typing import Final

SUBMIT_MESSAGE: Final = "Submit"
SUBMIT_TITLE: Final = "Submit a message"
SUBMIT_HINT: Final = (
    "One message as JSON, or one in each line; paste it here. It is taken in as if its bureau had sent it, and the "
    "receipt says what became of it."
)
MESSAGE: Final = "Message"
NO_MESSAGE: Final = "enter a message"
RECEIPTS: Final = "Receipts"


def receipt(line: int, outcome: str, became: str) -> str:
    return f"Message {line}: {outcome} {became}".strip()


def submitted(number: int) -> str:
    return f"Messages submitted: {number:,}"
