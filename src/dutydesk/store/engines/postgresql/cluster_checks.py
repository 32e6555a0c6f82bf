"""What ``doctor`` says of a cluster: how safe its commits are, who works on it, and what may stop it soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.diagnosis import Diagnosis
from dutydesk.store.engines.postgresql import demands, distance, schema
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.refused_lines import refused_line
from dutydesk.store.engines.postgresql.session import APPLICATION_ROLE, require_readable

#: Transactions since the oldest frozen one: PostgreSQL stops all writing at 2,147 million.
MOST_TRANSACTION_AGE: Final = 1_000_000_000

#: Options that may be given for each server, with commas between them.
_OF_A_HOST: Final = ("host", "port", "hostaddr")
_STANDBYS: Final = (
    "SELECT application_name, state, sync_state, "
    "CAST(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0) AS bigint), "
    "CAST(coalesce(extract(epoch FROM replay_lag) * 1000, 0) AS bigint) FROM pg_stat_replication ORDER BY 1"
)
_OLDEST: Final = (
    "SELECT pid, CAST(extract(epoch FROM clock_timestamp() - xact_start) AS bigint), application_name "
    "FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid() "
    "ORDER BY xact_start LIMIT 1"
)
_SLOTS: Final = (
    "SELECT slot_name, active, coalesce(wal_status, ''), "
    "CAST(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) AS bigint) FROM pg_replication_slots"
)
_RIGHTS: Final = (
    "SELECT current_user, rolsuper, has_table_privilege('event', 'UPDATE') OR has_table_privilege('event', 'DELETE') "
    "OR has_table_privilege('event', 'TRUNCATE'), pg_has_role(current_user, "
    "(SELECT relowner FROM pg_class WHERE oid = CAST('event' AS regclass)), 'MEMBER') "
    "FROM pg_roles WHERE rolname = current_user"
)


def examine_cluster(line: PostgresConnection, limits: StoreLimits) -> Iterator[Diagnosis]:
    """Its statistics are read as the user of the session, not in the role of daily work. Raises psycopg.Error."""
    role = str(line.command("SELECT current_user"))
    rights = _examine_rights(line) if schema.is_made(line.session) else None
    line.command("RESET ROLE")
    facts = demands.facts_of(line.session)
    yield Diagnosis(
        "postgresql",
        facts.version_number >= demands.OLDEST_VERSION,
        f"PostgreSQL {facts.version} by psycopg {psycopg.__version__}",
    )
    yield _wrong_or("locale", demands.unsuitable(facts), f"{facts.encoding}, {facts.collation}")
    settings = f"fsync {facts.fsync}, full_page_writes {facts.full_page_writes}, synchronous_commit "
    yield _wrong_or("durability", demands.unsafe(facts), f"{settings}{facts.synchronous_commit}")
    yield _examine_line(line, limits)
    yield _examine_standbys(line)
    yield _examine_clock(line, limits.clock_seconds)
    yield _examine_transactions(line, limits)
    yield _examine_wraparound(line)
    yield _examine_slots(line, limits)
    line.session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    if rights is not None:
        yield rights


def examine_hosts(url: str, limits: StoreLimits) -> Diagnosis:
    """Ask each server that the URL names; two that both write would part the record in two.

    Raises InvalidRequest for a URL that can't be read.
    """
    require_readable(url)
    writing: list[str] = []
    standing_by: list[str] = []
    refusing: list[str] = []
    silent: list[str] = []
    for name, line in _each_host(url):
        try:
            with psycopg.connect(line, connect_timeout=max(2, round(limits.connect_seconds))) as session:
                row = session.execute("SELECT pg_is_in_recovery()").fetchone()
            (standing_by if row is not None and row[0] else writing).append(name)
        except psycopg.Error as error:
            (silent if refused_line(error, "") is None else refusing).append(name)
    words = [
        f"{', '.join(names)} {one if len(names) == 1 else many}"
        for names, one, many in (
            (writing, "writes", "write"),
            (standing_by, "stands by", "stand by"),
            (refusing, "takes no session", "take no session"),
            (silent, "does not answer", "do not answer"),
        )
        if names
    ]
    if len(writing) > 1:
        words.append("only one may write: stop the one that was the primary before, and make a standby of it")
    return Diagnosis("primary", len(writing) == 1, "; ".join(words))


def _each_host(url: str) -> Iterator[tuple[str, str]]:
    parts = conninfo_to_dict(url)
    # psycopg reads a URL of two servers without ports as the port ",".
    hosts, ports, addresses = (str(parts.get(name) or "").split(",") for name in _OF_A_HOST)
    without = make_conninfo(**{name: str(each) for name, each in parts.items() if name not in _OF_A_HOST})
    for number in range(max(len(hosts), len(addresses))):
        host, port, address = (each[number] if number < len(each) else each[0] for each in (hosts, ports, addresses))
        own = {"host": host, "port": port, "hostaddr": address}
        named = host or address
        yield (
            f"{f'[{named}]' if ':' in named else named}:{port}" if port else named or "the local server",
            make_conninfo(without, **{name: each for name, each in own.items() if each}, target_session_attrs="any"),
        )


def _wrong_or(check: str, wrong: Iterator[str], right: str) -> Diagnosis:
    words = "; ".join(wrong)
    return Diagnosis(check, not words, words or right)


def _examine_line(line: PostgresConnection, limits: StoreLimits) -> Diagnosis:
    """How far the primary is, and whether others could read or change what goes there."""
    found = distance.surer_round_trip_ms(line, limits.far_ms)
    if found > limits.far_ms:
        return Diagnosis(
            "line",
            False,
            f"{found:.1f} ms to the primary and back, more than {limits.far_ms:g}: this box is far and must not write; "
            "work by SSH on a box near it",
        )
    return Diagnosis("line", True, f"{found:.1f} ms to the primary and back; {_encryption(line)}")


def _encryption(line: PostgresConnection) -> str:
    open_words = demands.open_line(line.session)
    return "verified, or within this machine" if open_words is None else open_words


def _examine_standbys(line: PostgresConnection) -> Diagnosis:
    names = str(line.command("SHOW synchronous_standby_names") or "")
    rows = line.session.execute(_STANDBYS).fetchall()
    if any(state is None for _, state, *_ in rows):
        return Diagnosis("standbys", True, "not shown to this user; a superuser runs: GRANT pg_read_all_stats TO it")
    known = "; ".join(
        f"{name} {state}, {sync}, {behind:,} bytes and {lag:,} ms behind" for name, state, sync, behind, lag in rows
    )
    if not names:
        return Diagnosis(
            "standbys",
            True,
            f"commits wait for none: what was answered is lost with this server's disk{'; ' * bool(known)}{known}",
        )
    waited_for = any(state == "streaming" and sync in ("sync", "quorum") for _, state, sync, _, _ in rows)
    if not waited_for:
        return Diagnosis(
            "standbys",
            False,
            f"commits wait for {names}, and none of them is there: nothing is answered until one is{'; ' * bool(known)}"
            f"{known}",
        )
    return Diagnosis("standbys", True, known)


def _examine_clock(line: PostgresConnection, most_seconds: float) -> Diagnosis:
    """The primary's clock beside this box's; half a round trip is what can't be told."""
    begun, before = time.monotonic(), datetime.now(UTC)
    there = datetime.fromtimestamp(float(line.command("SELECT extract(epoch FROM clock_timestamp())")), UTC)
    taken = time.monotonic() - begun
    ahead = (there - before).total_seconds() - taken / 2
    ok = abs(ahead) <= most_seconds + taken / 2
    words = f"the primary's is {abs(ahead):.2f} s {'ahead of' if ahead > 0 else 'behind'} this box's"
    return Diagnosis("clock", ok, words if ok else f"{words}, more than {most_seconds:g}: set both by NTP")


def _examine_transactions(line: PostgresConnection, limits: StoreLimits) -> Diagnosis:
    row = line.session.execute(_OLDEST).fetchone()
    if row is None:
        return Diagnosis("transactions", True, "nobody else has one open")
    pid, seconds, name = row
    words = f"the oldest is {seconds} s old, of backend {pid} ({name or 'unnamed'})"
    ok = seconds <= limits.open_transaction_seconds
    return Diagnosis("transactions", ok, words if ok else f"{words}: it keeps old rows from being cleared; end it")


def _examine_wraparound(line: PostgresConnection) -> Diagnosis:
    age = int(line.command("SELECT max(age(datfrozenxid)) FROM pg_database"))
    has_vacuum = line.command("SHOW autovacuum") == "on"
    if not has_vacuum:
        return Diagnosis("vacuum", False, "autovacuum is off: set it to on, or the cluster stops writing one day")
    ok = age <= MOST_TRANSACTION_AGE
    words = f"autovacuum is on; the oldest row is {age:,} transactions old, and writing stops at 2,147,483,648"
    return Diagnosis("vacuum", ok, words if ok else f"{words}: run VACUUM FREEZE")


def _examine_slots(line: PostgresConnection, limits: StoreLimits) -> Diagnosis:
    rows = line.session.execute(_SLOTS).fetchall()
    wrong = [
        f"{name} keeps {kept / 2**30:.1f} GiB of the log of changes ({status or 'unknown'}"
        f"{'' if active else ', nobody reads it'})"
        for name, active, status, kept in rows
        if kept > limits.slot_bytes or status in ("lost", "unreserved")
    ]
    if wrong:
        return Diagnosis("slots", False, f"{'; '.join(wrong)}: the disk may fill; drop slots that nobody needs")
    return Diagnosis("slots", True, f"{len(rows)}, and none keeps much" if rows else "none")


def _examine_rights(line: PostgresConnection) -> Diagnosis:
    row = line.session.execute(_RIGHTS).fetchone()
    assert row is not None, "the role of the session"  # noqa: S101
    user, is_superuser, may_change, is_owner = row
    if is_superuser or may_change or is_owner:
        return Diagnosis(
            "rights",
            False,
            f"{user} may change the log or alter tables; work as a user that is {APPLICATION_ROLE}: "
            "dutydesk ops-box postgresql prints the roles, and init, run again by the owner, gives them their rights",
        )
    return Diagnosis("rights", True, f"{user} can neither change the log nor alter a table")
