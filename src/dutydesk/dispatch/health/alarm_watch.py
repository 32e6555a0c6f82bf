"""Looks for new alarms of the desk and new troubles of its dispatcher, and passes them on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.health.alarm_command import AlarmCommand
from dutydesk.dispatch.health.journal import Journal
from dutydesk.domain.errors import DeskError

log = logging.getLogger(__name__)
#: The code of a trouble of the dispatcher, beside those of the desk's alarms.
TROUBLE: Final = "trouble"
#: What tells one alarm from another: one that comes again with other words is a new one.
_AlarmKey: TypeAlias = tuple[str, str, str]


class AlarmWatch:
    """Only the process that dispatches passes alarms on, so that two processes do not say the same: of several boxes
    the one whose state says so.

    An alarm that stands when that begins counts as new: nobody may have been told of it. ``counts`` has the standing
    alarms by their code, as of the latest look.
    """

    def __init__(self, queries: DeskQueries, command: AlarmCommand | None, journal: Journal | None) -> None:
        self._queries = queries
        self._command = command
        self._journal = journal
        self._standing: dict[_AlarmKey, AlarmRow] = {}
        self._passed_on: frozenset[_AlarmKey] = frozenset()
        self._troubles: frozenset[str] = frozenset()
        self.counts: Mapping[str, int] = {}

    async def look(self, state: DispatcherState) -> None:
        """Pass on what is new since the last look. Raises DeskError."""
        if state.phase is not Phase.RUNNING:
            return
        rows = {(row.alarm, row.subject, str(row.words)): row for row in await self._queries.alarms()}
        before, self._standing = self._standing, rows
        self.counts = Counter(row.alarm for row in rows.values())
        for row in (row for key, row in rows.items() if key not in before):
            if self._journal is not None:
                self._journal.write_alarm(row, over=False)
        if self._journal is not None:
            for row in (row for key, row in before.items() if key not in rows):
                self._journal.write_alarm(row, over=True)
        if self._command is not None:
            self._pass_on(self._command, rows if state.passes_alarms_on else {})

    def _pass_on(self, command: AlarmCommand, rows: Mapping[_AlarmKey, AlarmRow]) -> None:
        for row in (row for key, row in rows.items() if key not in self._passed_on):
            command.raise_alarm(row.alarm, f"{row.subject}: {row.words}")
        self._passed_on = frozenset(rows)

    def look_for_troubles(self, state: DispatcherState) -> None:
        """A trouble is passed on while the store can't be read, too."""
        troubles = frozenset(state.troubles)
        if self._command is not None and state.phase is Phase.RUNNING:
            for words in sorted(troubles - self._troubles):
                self._command.raise_alarm(TROUBLE, words)
        self._troubles = troubles


async def watch_alarms(watch: AlarmWatch, state: Callable[[], DispatcherState], seconds: float) -> None:
    """Look every ``seconds``, until it is cancelled. A fault of the store is a trouble of the dispatcher as well."""
    while True:
        watch.look_for_troubles(state())
        try:
            await watch.look(state())
        except DeskError as error:
            log.info("the alarms can't be read: %s", error.words)
        await asyncio.sleep(seconds)
