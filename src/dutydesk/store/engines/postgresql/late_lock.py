"""The late lock: a transaction works before it holds the chain, and takes it just before its commit.

While it works, others write. Its guard is that nobody did: whatever it has read is then as it read it, which includes
measures, restrictions, revisions of items, free references, the dispatcher's term and the version of the store.
"""

from __future__ import annotations

import time
from typing import Final

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engines.postgresql import keys
from dutydesk.store.engines.postgresql.connection import PostgresConnection

#: Of a row that another transaction has changed since the snapshot, this raises SerializationFailure.
_GUARD: Final = "SELECT commits FROM head FOR UPDATE"


class LateLock:
    """Says when a process may work before its turn: while it alone writes, and not for a while after others came
    between. Where several boxes take in, work before the turn would be done twice.
    """

    def __init__(self, limits: StoreLimits) -> None:
        self._limits = limits
        self._not_before = 0.0
        self._own_commits = 0

    def may_begin(self) -> bool:
        return time.monotonic() >= self._not_before

    def begin(self, line: PostgresConnection) -> bool:
        """Begin a transaction on one snapshot. False where others hold or want the chain. Raises psycopg.Error.

        It hardly waits for rows of others, who may wait for its own while they hold the chain.
        """
        wait = f"SET LOCAL lock_timeout = {_ms(self._limits.late_lock_wait_seconds)}"
        return bool(line.begin(f"{keys.BEGIN_BEFORE_TURN}; {wait}; {keys.CHAIN_IS_FREE}"))

    def is_alone(self, commits: int) -> bool:
        """Whether nobody else has committed since this process has; ``commits`` is how many there are."""
        return commits == self._own_commits

    def note_own(self, commits: int) -> None:
        """Says that this process has committed, which makes so many commits."""
        self._own_commits = commits

    def take(self, line: PostgresConnection) -> bool:
        """Take the chain: False if others hold or want it.

        Raises psycopg.Error where somebody has written meanwhile.
        """
        if not line.command(f"SET LOCAL lock_timeout = {_ms(self._limits.busy_seconds)}; {keys.TRY_BEHIND_OFFICERS}"):
            return False
        line.command(_GUARD)
        return True

    def note_overtaken(self, *, by_officer: bool) -> None:
        """Pause: an officer is soon done, another box goes on."""
        limits = self._limits
        pause = limits.late_lock_pause_seconds if by_officer else limits.late_lock_box_pause_seconds
        self._not_before = time.monotonic() + pause


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1_000))
