"""A shift: its handover, what changed while an officer was away, and the curtain of an idle console."""

from __future__ import annotations

from typing import Final

# Handover
HANDOVER: Final = "Hand over the shift"
HANDOVER_HINT: Final = "Drafted from the log; edit as needed. Once signed it carries your name and cannot be changed."
HANDOVER_TEXT: Final = "Note"
HANDOVER_SIGN: Final = "Sign"
HANDOVER_DRAFT: Final = "typed earlier; to start from the log again, empty it and close"
HANDOVER_LAST: Final = "The last handover"
HANDOVER_NONE: Final = "No handover has been signed yet"
HANDOVER_WAITS: Final = "It is waiting for another officer to accept it."
HANDOVER_OWN: Final = "It is yours, and is waiting for another officer to accept it."
HANDOVER_CHANGED: Final = "This text is NOT the one that was signed. It was changed since, and cannot be accepted."
HANDOVER_CLOSES: Final = "esc closes"

# What changed
AWAY_TITLE: Final = "SINCE YOU WERE LAST HERE"
AWAY_HINT: Final = "any key goes on"
AWAY_TRAFFIC: Final = "Traffic"
AWAY_DECISIONS: Final = "Decisions"
AWAY_ORDERS: Final = "Measures"
AWAY_ALARMS: Final = "New alarms"
AWAY_HANDOVER: Final = "Handover"

# The curtain
LOCKED: Final = "LOCKED"
LOCK_PROMPT: Final = "Press any key."
LOCK_NAME: Final = "Type your name as the desk knows it, then enter; esc leaves it locked:"
LOCK_WRONG_NAME: Final = "This console was not opened under that name."
LOCK_NO_ALARM: Final = "no alarm"


def handover_signed(name: str, officer: str, at: str) -> str:
    return f"{name}, signed by {officer} at {at}"


def handover_accepted(officer: str, at: str) -> str:
    return f"It was accepted by {officer} at {at}."


def handover_hint(submit: str, down: str, up: str) -> str:
    return f"{submit} accepts it, {down} {up} scroll, {HANDOVER_CLOSES}"


def away_since(officer: str, at: str, ago: str) -> str:
    return f"{officer}, you were last here at {at}, {ago} ago."


def unclaimed(flash: int, urgent: int) -> list[str]:
    """Held items that nobody has claimed."""
    found = [f"FLASH items that nobody has claimed: {flash:,}"] if flash else []
    return [*found, f"URGENT items that nobody has claimed: {urgent:,}"] if urgent else found


def away_more(number: int) -> str:
    return f"and {number} more"


def away_alarms(fresh: int, standing: int) -> str:
    return f"{fresh} of {standing} active" if fresh else f"none; {standing} active" if standing else "none"


def away_handover(name: str, officer: str, accepted_by: str | None, key: str) -> str:
    if accepted_by is not None:
        return f"{name} of {officer}, accepted by {accepted_by}; {key} shows it"
    return f"{name} of {officer} is not accepted yet; {key} shows it"


def lock_alarms(number: int) -> str:
    return LOCK_NO_ALARM if not number else f"{number:,} alarm{'s' if number != 1 else ''}"
