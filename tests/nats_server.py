"""A NATS server of the tests' own: on the loopback, in a temporary folder, configured as ``ops-box`` prints it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.access import NatsAccess, make_seed, public_key
from dutydesk.dispatch.nats.link import NatsLink
from dutydesk.dispatch.nats.server_text import PublicKeys, ServerOptions, server_configuration
from dutydesk.domain.delivery.places import ServerAddress
from dutydesk.domain.limits import DispatchLimits, Limits, NatsLimits
from free_ports import free_port
from stopped_process import stop_process

#: Set where a test must not be skipped for want of a server.
REQUIRED = "DUTYDESK_REQUIRE_SERVERS"
SECONDS = 120.0
#: Waits that suit a server on the same machine.
QUICK = NatsLimits(connect_seconds=60.0, retry_seconds=0.02, answer_seconds=60.0, settle_seconds=0.1, poll_seconds=0.02)
SOON = Limits(
    nats=QUICK,
    dispatch=DispatchLimits(first_backoff_seconds=0.01, max_backoff_seconds=0.05, reachability_seconds=0.05),
)
ROOM = 64 * 1024**2


def nats_program() -> str:
    """The server's program; the test is skipped where there is none."""
    found = shutil.which("nats-server")
    if found is None:
        if os.environ.get(REQUIRED):
            pytest.fail("nats-server is not installed here, and is required")
        pytest.skip("no nats-server on this machine: install nats-server")
    return found


def is_old(program: str) -> bool:
    """Whether the server is of before 2.10, and so can't sync each message."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = said.rsplit("v", 1)[1].split(".")[:2]
    return (int(major), int(minor)) < (2, 10)


class PatientClient(Client):
    """A connection that waits for the server's answers however long a slow machine takes."""

    def jetstream(self, **options: Any) -> JetStreamContext:
        return super().jetstream(**{"timeout": SECONDS, **options})


class NatsServer:
    """One server with a key for the desk and for each bureau."""

    def __init__(
        self,
        folder: Path,
        bureaus: Sequence[str],
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        more: str = "",
    ) -> None:
        self.program = nats_program()
        self.folder = folder
        self.port = free_port()
        self.bureaus = tuple(bureaus)
        self.seeds = {name: make_seed().decode() for name in ("desk", *bureaus)}
        self.process: subprocess.Popen[bytes] | None = None
        self.tls = certificate is not None
        folder.mkdir(parents=True, exist_ok=True)
        options = ServerOptions(
            "127.0.0.1", self.port, folder / "streams", certificate, key, syncs=not is_old(self.program)
        )
        text = server_configuration(self.public_keys, options)
        self.configuration.write_text(text + more, "utf-8")
        for name, seed in self.seeds.items():
            self.key_file(name).touch(0o600)
            self.key_file(name).write_text(seed + "\n", "ascii")

    @property
    def configuration(self) -> Path:
        return self.folder / "nats.conf"

    @property
    def public_keys(self) -> PublicKeys:
        public = {name: public_key(seed.encode()) or "" for name, seed in self.seeds.items()}
        return PublicKeys(public.pop("desk"), public)

    @property
    def address(self) -> ServerAddress:
        return ServerAddress((f"127.0.0.1:{self.port}",), self.tls)

    def key_file(self, name: str) -> Path:
        return self.folder / f"{name}.nk"

    def write_public_keys(self) -> Path:
        """The list that ``ops-box nats`` reads."""
        keys = self.public_keys
        lines = [f"desk {keys.desk}", *(f"{code} {key}" for code, key in keys.bureaus.items())]
        file = self.folder / "keys.txt"
        file.write_text("\n".join(lines) + "\n", "ascii")
        return file

    def start(self) -> None:
        """Return once it takes connections."""
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen([self.program, "-c", str(self.configuration)], stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the server takes no connections")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        assert self.process is not None
        stop_process(self.process.pid)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def link(self, name: str | None = "desk", limits: NatsLimits = QUICK, ca: Path | None = None) -> NatsLink:
        return NatsLink(self.address, NatsAccess(None if name is None else self.key_file(name), ca), limits)

    async def make_streams(self, limits: NatsLimits = QUICK, room: int = ROOM, ca: Path | None = None) -> None:
        link = self.link(limits=limits, ca=ca)
        try:
            options = streams.StreamOptions(outbox_bytes=room)
            await streams.make_streams(link, options, self.bureaus, 256)
        finally:
            await link.close()

    async def remove_streams(self) -> None:
        client = await self.client("desk")
        for stream in await client.jetstream().streams_info():
            await client.jetstream().delete_stream(str(stream.config.name))
        await client.close()

    async def client(self, name: str, errors: list[str] | None = None) -> Client:
        """A bureau's own connection, by the library alone."""

        async def note(error: Exception) -> None:
            if errors is not None:
                errors.append(str(error))

        client = PatientClient()
        await client.connect(
            f"nats://127.0.0.1:{self.port}",
            nkeys_seed_str=self.seeds[name],
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            error_cb=note,
            connect_timeout=SECONDS,  # type: ignore[arg-type]
        )
        return client


def make_streams_apart(server: NatsServer, limits: NatsLimits) -> None:
    """Make the streams in a process of its own, for a harness that forks and so has no loop itself."""
    made = os.fork()
    if made == 0:
        code = 1
        try:
            asyncio.run(server.make_streams(limits))
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(made, 0)[1]) == 0, "the streams could not be made"


async def read_outbox(server: NatsServer, bureau: str) -> list[Any]:
    """Everything that waits for a bureau, read and acknowledged as the bureau does."""
    client, desk = await server.client(bureau), await server.client("desk")
    found: list[Any] = []
    try:
        reading = await client.jetstream().pull_subscribe_bind(consumer=bureau, stream=streams.OUTBOX)
        while (await desk.jetstream().consumer_info(streams.OUTBOX, bureau)).num_pending:
            messages = await reading.fetch(500, timeout=SECONDS)
            for message in messages:
                await message.ack_sync(timeout=SECONDS)
            found += messages
        return found
    finally:
        await client.close()
        await desk.close()


async def stored_subjects(server: NatsServer, stream: str = streams.OUTBOX) -> dict[str, int]:
    """How many messages each subject of a stream has, as the server counts them."""
    link = server.link()
    try:
        connection = await link.ready()
        info = await connection.jetstream.stream_info(stream, subjects_filter=">")
        return dict(info.state.subjects or {})
    finally:
        await link.close()
