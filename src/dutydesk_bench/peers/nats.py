"""NATS JetStream, every publish synced to the disk before it is confirmed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.peers.work import PeerWork
from dutydesk_bench.processes import accepts_connections, free_port, give_folder, run_server, unprivileged_user
from dutydesk_bench.report import Figure, find_program, missing_figure, missing_packages, peer_figure, version_line

#: Title, publishes at once, whether the deliveries are published too, and the goal.
MODES = (
    ("a publish for the message and one for each delivery, 32 at once", 32, True, None),
    ("accepting alone: one publish a message, 64 at once", 64, False, 1.3),
)
_CONFIGURATION = 'jetstream {{ store_dir: "{folder}", sync_interval: always }}\nhost: 127.0.0.1\nport: {port}\n'


async def figures(folder: Path, work: PeerWork, ours: float) -> tuple[list[Figure], dict[str, str]]:
    where = find_program("nats-server")
    why = missing_packages("nats") if where else "nats-server is not on this box"
    if where is None or why is not None:
        return _missing_figures(why or "")
    data, user, port = folder / "nats", unprivileged_user(), free_port()
    data.mkdir(mode=0o755)
    configuration = data / "nats.conf"
    configuration.write_text(_CONFIGURATION.format(folder=data, port=port), "utf-8")
    give_folder(data, user)
    try:
        async with run_server([where, "-c", str(configuration)], lambda: accepts_connections(port), user):
            measured = [
                peer_figure(
                    f"NATS, sync always, {words}", await _rate(port, work, most, spread), "messages/s", ours, goal
                )
                for words, most, spread, goal in MODES
            ]
    except Refused as refused:
        return _missing_figures(refused.words)
    return measured, {"NATS": (await version_line(where, "--version")).split()[-1].removeprefix("v")}


def _missing_figures(why: str) -> tuple[list[Figure], dict[str, str]]:
    return [missing_figure(f"NATS, sync always, {words}", "messages/s", why) for words, *_ in MODES], {}


async def _rate(port: int, work: PeerWork, most: int, spread: bool) -> float:
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
        raise Refused(RefusedCode.PEER_FAILED, "NATS did not keep every publish")
    return done / seconds
