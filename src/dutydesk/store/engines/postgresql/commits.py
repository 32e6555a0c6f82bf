"""Commits, and what became of one whose end was not heard: nobody is told of it before that is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced, StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.engine import ChainEnd
from dutydesk.store.engines.postgresql import keys
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.faults import is_line_lost, line_lost

#: What every commit changes, so that others see that there was one: consoles, and transactions that lock late.
COUNT_COMMIT: Final = "UPDATE head SET commits = commits + 1"
_HASH: Final = "SELECT hash FROM event WHERE seq = ?"


def count_commit(line: PostgresConnection) -> bool:
    """Commit; False where the server warns, as when it has given up to wait for a standby. Raises psycopg.Error.

    An error that is no lost line comes before the commit: nothing is written.
    """
    return line.commit(COUNT_COMMIT)


class CommitSettler:
    """Finds out what became of a commit. ``open_again`` opens the line to a primary that is up to date."""

    def __init__(self, open_again: Callable[[PostgresConnection], None], limits: StoreLimits) -> None:
        self._open_again = open_again
        self._limits = limits

    def settle(self, line: PostgresConnection, last: ChainEnd | None) -> None:
        """Return once the commit that ends with the event ``last`` is certain, as is a later one that was confirmed.

        Raises StoreUnusable: with LINE_LOST it was not written and may run again, with WRITE_UNKNOWN that stays
        unknown, as for a commit without events.
        """
        line.close()
        if last is None:
            raise _unknown()
        deadline = time.monotonic() + self._limits.reconnect_seconds
        while True:
            try:
                self._open_again(line)
                if self._is_certain(line, last):
                    return
            except psycopg.Error as error:
                if not is_line_lost(error):
                    raise _unknown() from error
            except StoreReplaced:
                raise
            except StoreUnusable as error:
                if error.code is StoreCode.LINE_LOST:
                    raise
                raise _unknown() from error
            line.close()
            if time.monotonic() > deadline:
                raise _unknown()

    def _is_certain(self, line: PostgresConnection, last: ChainEnd) -> bool:
        """Under the chain's lock: the session that committed has ended by then, whichever way.

        Raises StoreUnusable with LINE_LOST where the event is not there.
        """
        line.command(keys.BEGIN_AS_OFFICER)
        found = line.execute(_HASH, (last.seq,)).fetchone()
        if found is None or found[0] != last.hash:
            line.roll_back()
            raise line_lost()
        return count_commit(line)


def _unknown() -> StoreUnusable:
    return StoreUnusable(
        StoreCode.WRITE_UNKNOWN,
        sentence(
            "the line to the database was lost while this was written, and it is not known whether it was; "
            "look whether it is there"
        ),
    )
