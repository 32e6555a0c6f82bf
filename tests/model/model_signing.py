"""The model's law of signatures: which keys a bureau has, whose messages must be signed, and what is then taken.

Written from the page for bureaus and the issue's words alone; it shares no code with the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MESSAGES = ("message", "withdrawal", "information", "response", "recall_confirmation")


def channel_of(type_: str) -> str:
    if type_ in MESSAGES:
        return "message"
    return {"check": "check", "restriction": "record"}.get(type_, "diffusion")


@dataclass
class BureauKeys:
    """``owners`` is the bureau of each key by its name, ``ended`` those that were retired or revoked."""

    owners: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    levels: dict[tuple[str, str], str] = field(default_factory=dict)
    signed_by: dict[int, str | None] = field(default_factory=dict)

    def live(self, bureau: str) -> list[str]:
        return [name for name, owner in self.owners.items() if owner == bureau and name not in self.ended]

    def level(self, bureau: str, type_: str) -> str:
        return self.levels.get((bureau, channel_of(type_)), "unsigned")

    def takes(self, message: dict[str, Any], by: str | None) -> bool:
        """A wrong signature is never taken, a missing one not where it is required."""
        if by is None:
            return self.level(message["sender"], message["type"]) != "required"
        return by in self.live(message["sender"])
