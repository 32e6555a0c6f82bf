"""Values in words: states, kinds, causes, and how long ago."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import MessageType, Urgency

YES: Final = "yes"
NO: Final = "no"
NOBODY: Final = "nobody"
NONE: Final = "none"
UNREAD: Final = "unread"
UNREAD_INPUT: Final = "unread input"
KIND_SUFFIXES: Final = {MessageType.NOTICE_REQUEST: " N", MessageType.CORRECTION: " C"}
SHORT_STATES: Final = {ItemState.INFORMATION_REQUESTED: "asked"}
URGENCIES: Final = {Urgency.FLASH.value: "!! FLASH", Urgency.URGENT.value: "! URGENT"}
SEVERITY: Final = {"block": "BLOCKS", "flag": "FLAG"}
CAUSES: Final = {
    "restricted": "restricted by the data's owner",
    "suspended": "suspended",
    "measure": "stopped by a measure",
    "recalled": "recalled",
    "withdrawn": "withdrawn",
    "not_member": "not a member at this date",
    "uncleared": "not cleared for this confidentiality",
}


def duration(minutes: int) -> str:
    """``12 min``, ``3 h 05``, ``2 d 4 h``."""
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d}"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days < 100 else f"{days} d"


def short_duration(minutes: int) -> str:
    """At most five cells: ``50m``, ``7h01``, ``2d4h``, ``45d``."""
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h{minutes:02d}"
    days, hours = divmod(hours, 24)
    return f"{days}d{hours}h" if days < 10 else f"{days}d"


def due_in(left: str) -> str:
    return f"due in {left}"


def overdue(since: str) -> str:
    return f"overdue {since}"


def ago(age: str) -> str:
    return f"{age} ago"
