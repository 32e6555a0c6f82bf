"""What the log knows of a past time: bureaus off the network, settings, and an item's state."""

from __future__ import annotations

import json
from datetime import datetime

from dutydesk.domain.events.log import Event, EventKind
from dutydesk.domain.events.store import SettingsNoted
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.tables import log


def offline_at(handle: Handle, at: datetime) -> frozenset[str]:
    gone: set[str] = set()
    for row in handle.all("past_network", at=to_us(at)):
        (gone.add if row["kind"] == EventKind.BUREAU_OFFLINE else gone.discard)(row["subject"])
    return frozenset(gone)


def settings_at(handle: Handle, at: datetime) -> SettingsNoted | None:
    """The settings as last recorded by then; ``None`` if none were."""
    return _settings(handle.value("past_settings", at=to_us(at)))


def last_settings(handle: Handle) -> SettingsNoted | None:
    return _settings(handle.value("last_settings"))


def _settings(text: str | None) -> SettingsNoted | None:
    return None if text is None else SettingsNoted.from_data(json.loads(text))


def table_in_force(handle: Handle) -> str | None:
    """The digest of the table of rules that the log named last; ``None`` where it never named one."""
    digest = handle.value("table_in_force")
    return digest if isinstance(digest, str) else None


def events_until(handle: Handle, subject: str, at: datetime) -> list[Event]:
    return [log.event_of(row) for row in handle.all("events_of_until", subject=subject, at=to_us(at))]
