"""The pages for a monitor: the metrics, and in one line whether the dispatcher is well."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from dutydesk.desk.base.health_rows import HealthFigures
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.health.heartbeat import status_words
from dutydesk.dispatch.health.metrics_server import PLAIN, Page
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.limits import HealthLimits
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.dispatch.health.metrics import MetricsText


def load_metrics_text() -> MetricsText:
    """Raises InvalidRequest where the library is not installed."""
    try:
        from dutydesk.dispatch.health.metrics import MetricsText
    except ImportError as error:
        raise InvalidRequest(
            InvalidRequestCode.METRICS_NOT_INSTALLED,
            sentence("--metrics needs prometheus-client; install dutydesk with the extra metrics: dutydesk[metrics]"),
        ) from error
    return MetricsText()


class RecentFigures:
    """The figures of the desk, read once for all who ask at the same time.

    A store that hangs is asked once, however many ask; they get nothing after ``figures_wait_seconds``.
    """

    def __init__(self, read: Callable[[], Awaitable[HealthFigures]], limits: HealthLimits) -> None:
        self._read = read
        self._limits = limits
        self._begun = 0.0
        self._reading: asyncio.Future[HealthFigures] | None = None

    async def figures(self) -> HealthFigures | None:
        now = asyncio.get_running_loop().time()
        reading = self._reading
        if reading is None or (reading.done() and now - self._begun >= self._limits.figures_seconds):
            self._begun = now
            reading = self._reading = asyncio.ensure_future(self._read())
        await asyncio.wait({reading}, timeout=self._limits.figures_wait_seconds)
        if not reading.done() or reading.cancelled() or reading.exception() is not None:
            return None
        return reading.result()

    def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()


class MetricsPages:
    """``feed_seconds`` and ``alarms`` say what others have measured at the moment of a request."""

    def __init__(
        self,
        text: MetricsText,
        queries: DeskQueries,
        state: Callable[[], DispatcherState],
        feed_seconds: Callable[[], float],
        alarms: Callable[[], Mapping[str, int]],
        limits: HealthLimits,
    ) -> None:
        self._text = text
        self._queries = queries
        self._state = state
        self._feed_seconds = feed_seconds
        self._alarms = alarms
        self._recent = RecentFigures(queries.health, limits)

    def by_path(self) -> dict[str, Callable[[], Awaitable[Page]]]:
        return {"/metrics": self.metrics, "/health": self.health}

    async def metrics(self) -> Page:
        from dutydesk.dispatch.health.metrics import Measured

        figures = await self._recent.figures()
        commits = self._queries.commit_histogram()
        measured = Measured(self._state(), figures, commits, self._feed_seconds(), self._alarms())
        return Page("200 OK", self._text.content_type, self._text.render(measured))

    async def health(self) -> Page:
        """503 while a step fails or nothing is dispatched; a file or a bureau that is at fault leaves it 200."""
        state = self._state()
        is_well = state.phase is not Phase.STOPPED and not state.faults
        status = "200 OK" if is_well else "503 Service Unavailable"
        return Page(status, PLAIN, f"{status_words(state)}\n".encode())

    def close(self) -> None:
        self._recent.close()
