"""PostgreSQL, started on loopback with its own defaults: every commit durable."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import resources
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.peers.work import Batches, HashChain, PeerWork, rate
from dutydesk_bench.processes import accepts_connections, free_port, give_folder, run_server, unprivileged_user
from dutydesk_bench.report import Figure, find_program, missing_figure, missing_packages, peer_figure, version_line

#: Title, messages a transaction, connections, and how many times as fast the desk is to be.
MODES = (
    ("64 messages a transaction, 4 connections", 64, 4, 2.5),
    ("a transaction for each message, 16 connections", 1, 16, 5.0),
    ("a transaction for each message, 1 connection", 1, 1, 5.0),
)


@cache
def _statements() -> dict[str, str]:
    text = resources.files(__package__).joinpath("postgres.sql").read_text("utf-8")
    parts = (part.split("\n", 1) for part in text.split("-- name: ")[1:])
    return {name.strip(): statement.strip() for name, statement in parts}


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
        *(initdb, "-D", str(data), "-A", "trust", "-U", "desk"), stdout=none, stderr=none, user=user, cwd="/"
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

    ask = _statements()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(ask["empty"])
        connection.execute(ask["tables"])
    chain, recipients = HashChain(), list(work.recipients)

    def run(batches: Batches) -> None:
        with psycopg.connect(dsn) as connection:
            for batch in batches:
                kept = [(number, body, chain.next(body)) for number, body in batch]
                numbers = [number for number, _ in batch]
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(ask["keep"], kept)
                    cursor.executemany(ask["chain"], [(number, hash_) for number, _, hash_ in kept])
                    cursor.execute(ask["spread"], (numbers, recipients))
                with connection.transaction():
                    connection.execute(ask["acknowledge"], (numbers,))

    reached = await rate(work, size, connections, run)
    with psycopg.connect(dsn) as connection:
        row = connection.execute(ask["count"]).fetchone()
    if row is None or not row[0] or row[0] != row[1] or row[0] % len(recipients):
        raise Refused(RefusedCode.PEER_FAILED, "PostgreSQL did not keep every delivery")
    return reached
