"""PostgreSQL, started on loopback with its own defaults: every commit durable.

It writes the rows that the desk has written.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.peers import postgres_rows
from dutydesk_bench.peers.postgres_rows import NOTHING
from dutydesk_bench.peers.work import Batches, PeerWork, rate
from dutydesk_bench.processes import accepts_connections, free_port, give_folder, run_server, unprivileged_user
from dutydesk_bench.report import Figure, find_program, missing_figure, missing_packages, peer_figure, version_line

#: Title, messages a transaction, connections, and how many times as fast the desk is to be.
MODES = (
    ("the same rows, 128 messages a transaction, 1 connection", 128, 1, 1.0),
    ("the same rows, 128 messages a transaction, 4 connections", 128, 4, None),
    ("the same rows, a transaction for each message, 16 connections", 1, 16, 3.0),
    ("the same rows, a transaction for each message, 1 connection", 1, 1, 3.0),
)


_INITDB_OPTIONS = ("-A", "trust", "-U", "desk", "-E", "UTF8", "--locale", "C", "--no-sync")


def find_programs() -> tuple[str, str] | str:
    """The paths of ``initdb`` and ``postgres``, or the reason why they can't be used."""
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    programs = find_program("initdb", *folders), find_program("postgres", *folders)
    if programs[0] is None or programs[1] is None:
        return "PostgreSQL's programs initdb and postgres are not on this box"
    return missing_packages("psycopg") or (programs[0], programs[1])


async def figures(folder: Path, work: PeerWork, ours: float) -> tuple[list[Figure], dict[str, str]]:
    programs = find_programs()
    if isinstance(programs, str):
        return _missing_figures(programs)
    initdb, postgres = programs
    data, user, port = folder / "postgres", unprivileged_user(), free_port()
    data.mkdir(mode=0o700)
    give_folder(data, user)
    none = asyncio.subprocess.DEVNULL
    making = await asyncio.create_subprocess_exec(
        *(initdb, "-D", str(data), *_INITDB_OPTIONS), stdout=none, stderr=none, user=user, cwd="/"
    )
    if await making.wait():
        return _missing_figures("initdb could not make its data folder here")
    serve = [postgres, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data)]
    dsn = f"host=127.0.0.1 port={port} user=desk dbname=postgres"
    try:
        async with run_server(serve, lambda: _is_up(dsn, port), user):
            measured = [
                peer_figure(f"PostgreSQL, {words}", await _rate(dsn, work, size, connections), "messages/s", ours, goal)
                for words, size, connections, goal in MODES
            ]
    except Refused as refused:
        return _missing_figures(refused.words)
    return measured, {"PostgreSQL": (await version_line(postgres, "--version")).split(" ", 2)[-1]}


def _missing_figures(why: str) -> tuple[list[Figure], dict[str, str]]:
    return [missing_figure(f"PostgreSQL, {words}", "messages/s", why) for words, *_ in MODES], {}


async def _is_up(dsn: str, port: int) -> bool:
    import psycopg

    if not await accepts_connections(port):
        return False
    try:
        await asyncio.to_thread(lambda: psycopg.connect(dsn, connect_timeout=2).close())
    except psycopg.OperationalError:
        return False
    return True


async def _rate(dsn: str, work: PeerWork, size: int, connections: int) -> float:
    import psycopg

    tables = postgres_rows.read_tables(work.rows.after)
    with psycopg.connect(dsn) as connection:
        postgres_rows.make_tables(connection, tables, postgres_rows.read_bureaus(work.rows.after))
    commits = postgres_rows.commits(tables, work.rows.batches(size))

    def run(batches: Batches) -> None:
        landed: list[int] = []
        with psycopg.connect(dsn, autocommit=True) as connection:
            for batch in batches:
                commit = commits[batch[0][0] // size]
                postgres_rows.write(connection, commit, landed)
                landed = commit.items
            postgres_rows.write(connection, NOTHING, landed)

    try:
        reached = await rate(work, size, connections, run)
        with psycopg.connect(dsn) as connection:
            made, acknowledged = postgres_rows.count_deliveries(connection)
    except psycopg.Error as error:
        raise Refused(RefusedCode.PEER_FAILED, f"PostgreSQL did not take the rows: {error}") from error
    if not made or made != acknowledged or made % len(work.recipients):
        raise Refused(RefusedCode.PEER_FAILED, "PostgreSQL did not keep every delivery")
    return reached
