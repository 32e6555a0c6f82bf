"""NATS JetStream, every publish synced to the disk before it is confirmed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from dutydesk.domain.errors import Refused
from dutydesk_bench.peers.work import Work
from dutydesk_bench.processes import accepts, free_port, give, server, unprivileged
from dutydesk_bench.report import Figure, beside, first_line_of, importable, missing, program

#: Words, publishes at once, whether the deliveries are published too, and the goal.
WAYS = (
    ("a publish for the message and one for each delivery, 32 at once", 32, True, None),
    ("accepting alone: one publish a message, 64 at once", 64, False, 1.3),
)
_CONFIGURATION = 'jetstream {{ store_dir: "{folder}", sync_interval: always }}\nhost: 127.0.0.1\nport: {port}\n'


async def figures(folder: Path, work: Work, ours: float) -> tuple[list[Figure], dict[str, str]]:
    where = program("nats-server")
    why = importable("nats") if where else "nats-server is not on this box"
    if where is None or why is not None:
        return _missing(why or "")
    data, user, port = folder / "nats", unprivileged(), free_port()
    data.mkdir(mode=0o755)
    configuration = data / "nats.conf"
    configuration.write_text(_CONFIGURATION.format(folder=data, port=port), "utf-8")
    give(data, user)
    try:
        async with server([where, "-c", str(configuration)], lambda: accepts(port), user):
            measured = [
                beside(f"NATS, sync always, {words}", await _rate(port, work, most, spread), "messages/s", ours, goal)
                for words, most, spread, goal in WAYS
            ]
    except Refused as refused:
        return _missing(refused.words)
    return measured, {"NATS": (await first_line_of(where, "--version")).split()[-1].removeprefix("v")}


def _missing(why: str) -> tuple[list[Figure], dict[str, str]]:
    return [missing(f"NATS, sync always, {words}", "messages/s", why) for words, *_ in WAYS], {}


async def _rate(port: int, work: Work, most: int, spread: bool) -> float:
    import nats

    client = await nats.connect(f"nats://127.0.0.1:{port}")
    stream = client.jetstream()
    name = f"desk{int(spread)}"
    await stream.add_stream(name=name, subjects=[f"{name}.>"])
    subjects = [f"{name}.in", *(f"{name}.out.{code}" for code in work.recipients if spread)]
    waiting, done, until = iter(work.bodies), 0, time.monotonic() + work.seconds

    async def publish() -> None:
        nonlocal done
        for body in waiting:
            for subject in subjects:
                await stream.publish(subject, body if subject.endswith(".in") else b"", timeout=30)
            done += 1
            if time.monotonic() > until:
                return

    began = time.perf_counter()
    try:
        await asyncio.gather(*(publish() for _ in range(most)))
        seconds = time.perf_counter() - began
        kept = (await stream.stream_info(name)).state.messages
    finally:
        await client.close()
    if kept != done * len(subjects):
        raise Refused("NATS did not keep every publish")
    return done / seconds
