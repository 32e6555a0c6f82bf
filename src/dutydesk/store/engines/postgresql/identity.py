"""Which store a session has reached, so that an old primary or another store is never written to."""

from __future__ import annotations

import time
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.engine import ChainEnd
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.last_seen import LastSeen, SeenPrimary
from dutydesk.store.engines.postgresql.schema import latest_schema_version

#: A promoted standby counts a higher timeline than the primary that it followed.
_CLUSTER: Final = (
    "SELECT CAST((SELECT system_identifier FROM pg_control_system()) AS text), "
    "CAST(CAST('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS bit(32)) AS bigint)"
)
_STATE: Final = (
    "SELECT CAST(store.id AS text), store.version, head.commits, coalesce(last.seq, 0), coalesce(last.hash, '') "
    "FROM store, head LEFT JOIN (SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1) AS last ON true"
)
_HASH: Final = "SELECT hash FROM event WHERE seq = ?"


@value(frozen=True, slots=True)
class ReachedCluster:
    """``timeline`` rises with each promotion."""

    system: str
    timeline: int


@value(frozen=True, slots=True)
class ReachedStore:
    """``commits`` changes with every commit; ``head`` is the ``seq`` of the last event, ``hash`` its hash."""

    store: str
    version: int
    commits: int
    head: int
    hash: bytes


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
        self.seen = ChainEnd(store.head, store.hash)
        self.note(self.seen)

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
        if reached != self._cluster:
            self._cluster, self._next_keep = reached, 0.0

    def require_same_store(self, reached: ReachedStore, seen: ChainEnd) -> None:
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
        if reached.head < seen.seq:
            raise _replaced(
                sentence(
                    "the store ends at event {head}, and this process has seen event {seen}: the server is an old "
                    "primary or a restored one; nothing was written",
                    head=reached.head,
                    seen=seen.seq,
                )
            )
        if reached.head == seen.seq and reached.hash != seen.hash:
            raise _other_history(seen)
        self.note(ChainEnd(reached.head, reached.hash))

    def require_same_history(self, raw: PostgresConnection, reached: ReachedStore, seen: ChainEnd) -> None:
        """Raises psycopg.Error, StoreReplaced where the event that was ``seen`` last is another one by now.

        Others may have gone on where a new primary lacked it; what this process remembers of it must not count.
        """
        if not seen.seq or reached.store != self._store or reached.head <= seen.seq:
            return  # as the comparison of the stores says
        found = next(raw.tuples(_HASH, (seen.seq,)), None)
        if found is None or found[0] != seen.hash:
            raise _other_history(seen)

    def note(self, end: ChainEnd) -> None:
        """Says that the log has come that far."""
        if end.seq > self.seen.seq:
            self.seen = end
        if time.monotonic() >= self._next_keep:
            self.keep()

    def keep(self) -> None:
        """Write down what was seen, for processes that start later."""
        self._next_keep = time.monotonic() + self._keep_seconds
        self._kept.keep(SeenPrimary(self._cluster.system, self._cluster.timeline, self._store, self.seen.seq))


def _other_history(seen: ChainEnd) -> StoreReplaced:
    return _replaced(
        sentence(
            "event {seen} is another one than this process has seen: the server is a new primary that lacked it, or a "
            "restored one; nothing was written: start dutydesk again",
            seen=seen.seq,
        )
    )


def _replaced(words: str) -> StoreReplaced:
    return StoreReplaced(StoreCode.STORE_REPLACED, words)
