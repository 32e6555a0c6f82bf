"""Which store a session has reached, so that an old primary or another store is never written to."""

from __future__ import annotations

import time
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.last_seen import LastSeen, SeenPrimary
from dutydesk.store.engines.postgresql.schema import latest_schema_version

#: A promoted standby counts a higher timeline than the primary that it followed.
_CLUSTER: Final = (
    "SELECT CAST((SELECT system_identifier FROM pg_control_system()) AS text), "
    "CAST(CAST('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS bit(32)) AS bigint)"
)
_STATE: Final = (
    "SELECT CAST(store.id AS text), store.version, head.commits, coalesce((SELECT max(seq) FROM event), 0) "
    "FROM store, head"
)


@value(frozen=True, slots=True)
class ReachedCluster:
    """``timeline`` rises with each promotion."""

    system: str
    timeline: int


@value(frozen=True, slots=True)
class ReachedStore:
    """``commits`` changes with every commit; ``head`` is the ``seq`` of the last event."""

    store: str
    version: int
    commits: int
    head: int


def reached_cluster(raw: PostgresConnection) -> ReachedCluster:
    """Raises psycopg.Error."""
    return ReachedCluster(*next(raw.tuples(_CLUSTER, ())))


def reached_store(raw: PostgresConnection) -> ReachedStore:
    """Raises psycopg.Error."""
    return ReachedStore(*next(raw.tuples(_STATE, ())))


def require_no_older(raw: PostgresConnection, kept: LastSeen) -> None:
    """Raises psycopg.Error, StoreUnusable for an older primary or state than this box has seen."""
    cluster, store = reached_cluster(raw), reached_store(raw)
    kept.require_no_older(SeenPrimary(cluster.system, cluster.timeline, store.store, store.head))


class StoreIdentity:
    """What this process has seen of its store; used by the threads of all its connections.

    It is ``kept`` for processes that start later: at once, each ``keep_seconds`` and when this one ends.
    """

    def __init__(self, cluster: ReachedCluster, store: ReachedStore, kept: LastSeen, keep_seconds: float) -> None:
        self._cluster = cluster
        self._store = store.store
        self._kept = kept
        self._keep_seconds = keep_seconds
        self._next_keep = 0.0
        self.seen = store.head
        self.note(store.head)

    def require_same_cluster(self, reached: ReachedCluster) -> None:
        """Raises StoreReplaced for another cluster, or for a primary that another one has taken the place of."""
        if reached.system != self._cluster.system:
            raise _replaced(
                sentence("the database is on another cluster now; nothing was written: start dutydesk again")
            )
        if reached.timeline < self._cluster.timeline:
            raise _replaced(
                sentence("the server is an old primary, whose place another has taken; nothing was written: stop it")
            )
        self._cluster = reached
        self._next_keep = 0.0

    def require_same_store(self, reached: ReachedStore, seen: int) -> None:
        """``seen`` is the head that was known before it was asked: another thread may have seen a later one since.

        Raises StoreReplaced for another store, an older state of this one, or one that was upgraded.
        """
        if reached.store != self._store:
            raise _replaced(
                sentence("the store was replaced while it was open; nothing was written: start dutydesk again")
            )
        if reached.version != latest_schema_version():
            raise StoreReplaced(
                StoreCode.STORE_UPGRADED,
                sentence(
                    "the store was brought to version {version} while it was open, and this release "
                    "knows {latest_schema_version}; update dutydesk and start it again",
                    version=reached.version,
                    latest_schema_version=latest_schema_version(),
                ),
            )
        if reached.head < seen:
            raise _replaced(
                sentence(
                    "the store ends at event {head}, and this process has seen event {seen}: the server is an old "
                    "primary or a restored one; nothing was written",
                    head=reached.head,
                    seen=seen,
                )
            )
        self.note(reached.head)

    def note(self, head: int) -> None:
        """Says that the log has come that far."""
        self.seen = max(self.seen, head)
        if time.monotonic() >= self._next_keep:
            self.keep()

    def keep(self) -> None:
        """Write down what was seen, for processes that start later."""
        self._next_keep = time.monotonic() + self._keep_seconds
        self._kept.keep(SeenPrimary(self._cluster.system, self._cluster.timeline, self._store, self.seen))


def _replaced(words: str) -> StoreReplaced:
    return StoreReplaced(StoreCode.STORE_REPLACED, words)
