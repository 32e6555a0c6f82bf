"""What an officer has chosen for the console and typed into it before. It is no act, so the log does not have it."""

from __future__ import annotations

from typing import Final

from dutydesk.tui.frame.drafts import Drafts

#: The suffix of the file, in the folder of the drafts.
PREFERENCES: Final = "preferences"
#: How many typed lines a history keeps.
MAX_HISTORY: Final = 50


class Preferences:
    """One officer's choices on one store, by section and name; kept where the drafts are."""

    def __init__(self, kept: Drafts) -> None:
        self._kept = kept

    def get(self, section: str, name: str, default: str = "") -> str:
        return self._kept.get(section, {}).get(name, default)

    def section(self, section: str) -> dict[str, str]:
        return dict(self._kept.get(section, {}))

    def put(self, section: str, name: str, value: str) -> None:
        """An empty ``value`` forgets the choice."""
        values = {**self._kept.get(section, {}), name: value}
        if not value:
            del values[name]
        self._kept[section] = values

    def forget(self, section: str) -> None:
        self._kept.pop(section, None)

    def history(self, name: str) -> list[str]:
        """The lines typed into the field ``name``, the latest last."""
        return list(self._kept.get(f"history-{name}", {}).values())

    def remember(self, name: str, text: str) -> None:
        """Add a line to the history; one that is in it already becomes the latest."""
        lines = [*(line for line in self.history(name) if line != text), text][-MAX_HISTORY:]
        self._kept[f"history-{name}"] = {str(place): line for place, line in enumerate(lines)}
