"""The settings by which the desk decides who gets what, noted in the log as they change: the past is judged by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dutydesk.desk.ground import Ground
from dutydesk.desk.settings import Settings
from dutydesk.domain.events import EventKind, Json
from dutydesk.store import past
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction

#: What counts where nothing was ever noted: the program's own settings.
_DEFAULTS: Mapping[str, Json] = {"cleared_for_confidential": None, "hold_on_block": False}


@dataclass(frozen=True, slots=True)
class SettingsThen:
    """``cleared``: who may receive what is confidential; ``None`` for everybody."""

    cleared: frozenset[str] | None
    hold_on_block: bool


def note_settings(transaction: Transaction, ground: Ground) -> None:
    """In every transaction, because another process may have been started with others. The store's making comes first.

    The log says what counted at each commit: where two processes differ, whichever writes is noted.
    """
    if not transaction.head.seq:
        return
    now, noted = _of(ground.settings), past.last_settings(transaction)
    if now != (noted or _DEFAULTS):
        transaction.emit("system", EventKind.SETTINGS_NOTED, "settings", **now)


def _of(settings: Settings) -> dict[str, Json]:
    cleared = settings.cleared_for_confidential
    return {
        "cleared_for_confidential": None if cleared is None else sorted(cleared),
        "hold_on_block": settings.hold_on_block,
    }


def settings_then(handle: Handle, at: datetime) -> SettingsThen:
    """What the log says of a past time. What was never noted by then had the program's own defaults."""
    noted = past.settings_at(handle, at) or _DEFAULTS
    cleared = noted["cleared_for_confidential"]
    codes = frozenset(map(str, cleared)) if isinstance(cleared, list) else None
    return SettingsThen(codes, noted["hold_on_block"] is True)
