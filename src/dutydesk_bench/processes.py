"""Programs that run during a suite: the load in a process of its own, and servers on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.report import python_command

TIMEOUT_SECONDS = 30.0
#: Users who may run a server that refuses to run as root; the first that exists is taken.
UNPRIVILEGED_USERS = ("postgres", "nobody")


@dataclass
class LoadProcess:
    """``counts`` is set once the load has ended: its seconds, messages and checks."""

    counts: dict[str, float] = field(default_factory=dict)

    def rate(self, counter: str) -> float:
        """The counter a second."""
        return self.counts.get(counter, 0) / self.counts["seconds"]


@asynccontextmanager
async def load_process(store: Path, *arguments: object) -> AsyncIterator[LoadProcess]:
    """Run :mod:`dutydesk_bench.load` on a store until the block ends. Raises Refused."""
    command = python_command("dutydesk_bench.load", store, *arguments)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    loaded = LoadProcess()
    try:
        if process.stdin is None or process.stdout is None or await process.stdout.readline() != b"ready\n":
            raise Refused(
                RefusedCode.MEASUREMENT_FAILED, "the load that should run during the measurement did not start"
            )
        yield loaded
        process.stdin.close()
        loaded.counts = json.loads(await asyncio.wait_for(process.stdout.readline(), TIMEOUT_SECONDS) or b"{}")
        if not loaded.counts.get("seconds"):
            raise Refused(RefusedCode.MEASUREMENT_FAILED, "the load that ran during the measurement broke off")
    finally:
        await end_process(process)


async def end_process(process: asyncio.subprocess.Process) -> None:
    """End a process: ask it first, then kill it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
    await process.wait()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """Another user if this one is root, because some servers refuse to run as root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


def give_folder(folder: Path, user: str | None) -> None:
    """Give a folder to a user, and make the folders above it in the benchmark's own passable."""
    if user is not None:
        shutil.chown(folder, user)
        folder.parent.chmod(0o711)


@asynccontextmanager
async def run_server(
    command: list[str], is_up: Callable[[], Awaitable[bool]], user: str | None = None
) -> AsyncIterator[None]:
    """Run a server until the block ends. Raises Refused if it does not start."""
    none = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=none, stderr=none, user=user, cwd="/")
    try:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not await is_up():
            if process.returncode is not None or time.monotonic() > deadline:
                raise Refused(RefusedCode.PEER_FAILED, f"{Path(command[0]).name} did not come up")
            await asyncio.sleep(0.05)
        yield
    finally:
        await end_process(process)


async def accepts_connections(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
