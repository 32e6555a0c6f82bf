"""A commit that waits for a synchronous standby: said to whoever waits for it, and given up in the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.session import Session

#: Told in one sentence why it takes so long.
WaitReport = Callable[[str], None]
FINISHED_BY_INIT: Final = marked(
    "no synchronous standby has confirmed what init made (synchronous_standby_names is {names}); start "
    "one, or leave that setting out until one streams, and run init again, which finishes it"
)
USED_AS_IT_IS: Final = marked(
    "the store is complete, but no synchronous standby has confirmed it (synchronous_standby_names is {names}); start "
    "one, or leave that setting out until one streams, and use the store as it is"
)
_LOOK_SECONDS: Final = 0.25
_IS_WAITING: Final = (
    "SELECT current_setting('synchronous_standby_names') FROM pg_stat_activity "
    "WHERE pid = %s AND wait_event = 'SyncRep'"
)
_GIVE_UP: Final = "SELECT pg_cancel_backend(CAST(%s AS integer))"


@contextmanager
def watched_commits(
    session: Session,
    connect: Callable[[], Session],
    limits: StoreLimits,
    report: WaitReport,
    given_up: str = FINISHED_BY_INIT,
) -> Iterator[None]:
    """Say by ``report`` that a commit of ``session`` waits for a standby, and give it up after ``standby_seconds``.

    ``connect`` opens the session that looks for it; ``given_up`` is the sentence for a commit that was. Raises
    StoreUnusable where it was given up: what was to be committed is there, and no standby has it.
    """
    watch = _Watch(session.info.backend_pid, connect, limits, report)
    watch.start()
    try:
        yield
    except psycopg.errors.QueryCanceled:
        if watch.awaited is None:
            raise
    finally:
        watch.end()
    if watch.awaited is not None:
        raise StoreUnusable(StoreCode.STANDBY_SILENT, sentence(given_up, names=watch.awaited))


class _Watch(threading.Thread):
    """Looks now and then whether the commit waits. ``awaited``: the standbys that were waited for in vain."""

    def __init__(self, backend: int, connect: Callable[[], Session], limits: StoreLimits, report: WaitReport) -> None:
        super().__init__(name="dutydesk-standby-wait", daemon=True)
        self.awaited: str | None = None
        self._backend = backend
        self._connect = connect
        self._limits = limits
        self._report = report
        self._has_ended = threading.Event()

    def end(self) -> None:
        self._has_ended.set()
        self.join()

    def run(self) -> None:
        if self._has_ended.wait(self._limits.standby_notice_seconds):
            return
        try:
            with closing(self._connect()) as own:
                self._look(own)
        except psycopg.Error:
            return  # the commit goes on waiting, and is told of as before: not at all

    def _look(self, own: Session) -> None:
        deadline: float | None = None
        while not self._has_ended.wait(_LOOK_SECONDS):
            row = own.execute(_IS_WAITING, (self._backend,)).fetchone()
            if row is None:
                continue
            if deadline is None:
                deadline = time.monotonic() + self._limits.standby_seconds
                self._report(self._words(str(row[0])))
            if time.monotonic() >= deadline:
                self.awaited = str(row[0])
                own.execute(_GIVE_UP, (self._backend,))

    def _words(self, names: str) -> str:
        until = datetime.now(UTC) + timedelta(seconds=self._limits.standby_seconds)
        return sentence(
            "init waits for a synchronous standby to confirm what it has made (synchronous_standby_names is {names}); "
            "it gives up at {until}",
            names=names,
            until=until.strftime("%H:%M:%SZ"),
        )
