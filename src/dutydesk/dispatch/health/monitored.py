"""A dispatcher with everything that reports on it: service manager, journal, metrics and the alarm command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher_state import DispatcherState
from dutydesk.dispatch.health.alarm_command import AlarmCommand
from dutydesk.dispatch.health.alarm_watch import AlarmWatch, watch_alarms
from dutydesk.dispatch.health.heartbeat import Liveness, report_to_manager
from dutydesk.dispatch.health.journal import DispatcherJournal, EventFollower, Journal
from dutydesk.dispatch.health.metrics_address import MetricsAddress, refuse_open_address
from dutydesk.dispatch.health.metrics_pages import MetricsPages, load_metrics_text
from dutydesk.dispatch.health.metrics_server import MetricsServer
from dutydesk.dispatch.health.service_manager import ServiceManager
from dutydesk.dispatch.route_dispatchers import RunningDispatcher
from dutydesk.domain.errors import DeskError
from dutydesk.domain.frozen import value

log = logging.getLogger(__name__)


@value(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Where a dispatcher reports to; each is left out where it is ``None``. The alarm command is a setting."""

    metrics: MetricsAddress | None = None
    journal: Journal | None = None
    manager: ServiceManager | None = None


class MonitoredDispatcher:
    """What others see of a dispatcher: its state, with the troubles of the alarm command among the problems."""

    def __init__(self, dispatcher: RunningDispatcher, command: AlarmCommand | None) -> None:
        self._dispatcher = dispatcher
        self._command = command
        self.metrics: MetricsAddress | None = None
        self.reads_store = True

    @property
    def state(self) -> DispatcherState:
        state = self._dispatcher.state
        failures = self._command.problems if self._command is not None else ()
        return replace(state, problems=(*state.problems, *failures)) if failures else state

    @property
    def trouble_codes(self) -> frozenset[str]:
        """What is wrong now, as names of a closed set: the steps that fail, ``problems``, ``alarm_command``, ``store``.

        A dispatcher that waits for its turn has no step that fails: that it can't read the store shows in ``store``.
        """
        state = self._dispatcher.state
        problems = ("problems",) if state.problems else ()
        failures = ("alarm_command",) if self._command is not None and self._command.problems else ()
        store = () if self.reads_store else ("store",)
        return frozenset((*state.faults, *problems, *failures, *store))

    async def read_by(self, look: Callable[[], Awaitable[None]]) -> None:
        """Note whether the store can be read, as ``look`` does. Raises what that raises."""
        try:
            await look()
        except DeskError:
            self.reads_store = False
            raise
        self.reads_store = True


@asynccontextmanager
async def monitored(
    desk: Desk, dispatcher: RunningDispatcher, reporting: Reporting, *, has_inbox: bool = True
) -> AsyncIterator[MonitoredDispatcher]:
    """Report on ``dispatcher`` while the block runs it.

    Raises InvalidRequest or Refused for metrics that can't be served; then nothing reports.
    """
    settings, limits = desk.context.settings, desk.limits.health
    async with AsyncExitStack() as undo:
        command = AlarmCommand(settings.alarm, limits) if settings.alarm else None
        if command is not None:
            undo.push_async_callback(command.close)
        monitor = MonitoredDispatcher(dispatcher, command)
        watch = AlarmWatch(desk.queries, command, reporting.journal)
        follower = EventFollower(desk.queries, reporting.journal, limits.events_per_read)
        if reporting.metrics is not None:
            refuse_open_address(reporting.metrics, desk.realm, allowed=settings.metrics_off_loopback)
            pages = MetricsPages(
                load_metrics_text(),
                desk.queries,
                lambda: monitor.state,
                lambda: follower.lag_seconds,
                lambda: watch.counts,
                limits,
            )
            undo.callback(pages.close)
            server = MetricsServer(pages.by_path(), limits)
            monitor.metrics = await server.start(reporting.metrics)
            undo.push_async_callback(server.close)
        works: list[Awaitable[None]] = []
        if command or reporting.journal or reporting.metrics:
            # The command's own failure raises no alarm: it would raise itself.
            works.append(watch_alarms(watch, lambda: dispatcher.state, limits.alarm_seconds))
        if reporting.journal or reporting.metrics:
            works.append(_repeat(lambda: monitor.read_by(follower.look), limits.feed_seconds))
        if reporting.journal is not None:
            lines = DispatcherJournal(reporting.journal, limits.summary_seconds)
            undo.callback(lambda: lines.write_last(monitor.state, monitor.trouble_codes))
            works.append(_repeat(lambda: lines.write(monitor.state, monitor.trouble_codes), limits.trouble_seconds))
        if reporting.manager is not None and reporting.manager.is_there:
            first, *others = dispatcher.parts
            liveness = [Liveness(first, has_inbox=has_inbox), *(Liveness(each, has_inbox=False) for each in others)]
            works.append(
                report_to_manager(
                    reporting.manager, liveness, lambda: monitor.state, limits.heartbeats, limits.trouble_seconds
                )
            )
        tasks = [asyncio.ensure_future(work) for work in works]
        undo.push_async_callback(_cancel, tasks)
        yield monitor


async def _repeat(look: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Call ``look`` every ``seconds``, until it is cancelled. A store that can't be read is tried again."""
    while True:
        try:
            await look()
        except DeskError as error:
            log.info("not reported now: %s", error.words)
        await asyncio.sleep(seconds)


async def _cancel(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            log.error("a report failed", exc_info=ended)
