"""Logs the settings that decide who receives what, as they change, so that past decisions can be proved."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.settings import Settings
from dutydesk.domain.events.event import ABSENT, IncompleteEvent, LogEvent, fitting
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import RulesNoted, SettingsNoted, StoreMade
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import PERSON_RULES_EDITION
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log, past

#: The defaults, which count where nothing was ever logged.
_DEFAULTS = SettingsNoted(cleared_for_confidential=None, hold_on_block=False)
_RULES = "rules"


@value(frozen=True, slots=True)
class PastSettings:
    """``cleared``: who may receive what is confidential; ``None`` for everybody."""

    cleared: frozenset[str] | None
    hold_on_block: bool


def note_settings(transaction: Transaction, context: Context) -> None:
    """In every transaction, because another process may have been started with others. The store's making comes first.

    The log says what counted at each commit: where two processes differ, whichever writes is noted.
    """
    if not transaction.head.seq:
        return
    now, noted = _settings_event(context.settings), past.last_settings(transaction)
    if now != (noted or _DEFAULTS):
        transaction.emit("system", "settings", now)


def rules_need_note(handle: Handle) -> bool:
    """Whether the log was begun by an earlier release, and does not yet say that today's rules on persons count."""
    try:
        first = next(iter(log.after(handle, 0, 1)), None)
        if first is None or _names_edition(log.parse(first)):
            return False
    except (ValueError, IncompleteEvent):  # a first event that was changed: the proof names it
        return False
    noted = log.last_of(handle, _RULES, EventKind.RULES_NOTED, "system")
    return noted is None or not _names_edition(log.parse(noted))


def _names_edition(event: LogEvent) -> bool:
    return isinstance(event, StoreMade | RulesNoted) and event.rules == PERSON_RULES_EDITION


def note_rules(transaction: Transaction) -> None:
    """Logs once that what follows is written under today's rules on persons."""
    if transaction.head.seq and rules_need_note(transaction):
        transaction.emit("system", _RULES, RulesNoted(rules=PERSON_RULES_EDITION))


def _settings_event(settings: Settings) -> SettingsNoted:
    cleared = settings.cleared_for_confidential
    return SettingsNoted(
        cleared_for_confidential=None if cleared is None else tuple(sorted(cleared)),
        hold_on_block=settings.hold_on_block,
        country_officers_read_denied=True if settings.country_officers_read_denied else ABSENT,
    )


def past_settings(handle: Handle, at: datetime) -> PastSettings:
    """The settings at a past time, by the log; those never logged by then had their defaults."""
    noted = past.settings_at(handle, at) or _DEFAULTS
    cleared = fitting(noted.cleared_for_confidential)
    return PastSettings(None if cleared is None else frozenset(cleared), noted.hold_on_block is True)
