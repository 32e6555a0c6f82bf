"""One connection to a NATS server, made again when it is lost; what was meant for the lost one never goes out later."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from dutydesk.dispatch.nats.access import NatsAccess, read_seed
from dutydesk.dispatch.nats.room import StreamRoom
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.delivery.places import ServerAddress
from dutydesk.domain.errors import DeskError
from dutydesk.domain.limits import DEFAULT_LIMITS, NatsLimits
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from nats.js import JetStreamContext

    from dutydesk.dispatch.nats.client import DeskClient

# asyncio objects to how nats-py ends a line by TLS; a command without a log file must not print that on the terminal.
logging.getLogger("asyncio").addHandler(logging.NullHandler())


@dataclass
class NatsConnection:
    """A connection that was made. ``on_loss`` is called once it is lost; ``refusal`` is what the server last refused.

    ``newest_segment`` is the number of the newest batch in the outbox when this connection was made; ``None`` until
    that was read.
    """

    client: DeskClient
    jetstream: JetStreamContext
    room: StreamRoom
    on_loss: set[Callable[[], None]] = field(default_factory=set)
    refusal: str = ""
    newest_segment: int | None = None

    @property
    def is_lost(self) -> bool:
        return not self.client.is_connected

    def cut(self) -> None:
        """Give the connection up at once, with what was not sent yet."""
        self.client.cut()


class NatsLink:
    """Connects when it is first asked, and again after a loss. A server that can't be used keeps nobody waiting."""

    def __init__(
        self,
        address: ServerAddress,
        access: NatsAccess,
        limits: NatsLimits = DEFAULT_LIMITS.nats,
        name: str = "dutydesk",
    ) -> None:
        self.address = address
        self.limits = limits
        self._access = access
        self._name = name
        self._connection: NatsConnection | None = None
        self._attempt: asyncio.Task[None] | None = None
        self._next_try = 0.0
        self._fault: str | None = None

    async def ready(self) -> NatsConnection:
        """The connection. Raises TransportDown, at once while the server is known to be unusable."""
        if self._connection is not None and not self._connection.is_lost:
            return self._connection
        if self._connection is not None:
            lost, self._connection = self._connection, None
            self._fault = lost.refusal or sentence("the connection was lost")
        if self._attempt is None and monotonic() >= self._next_try:
            self._attempt = asyncio.create_task(self._try_to_connect(), name="nats-connect")
        if self._attempt is not None and self._fault is None:
            await asyncio.wait({self._attempt})
        if self._connection is None:
            raise self.down(self._fault or sentence("no connection yet"))
        return self._connection

    def down(self, reason: str) -> TransportDown:
        """The refusal that names this server."""
        return TransportDown(
            sentence(
                "NATS at {server} can't be used ({reason}); what is due waits, and goes out once that is mended",
                server=self.address,
                reason=reason,
            )
        )

    async def close(self) -> None:
        """End the connection in order."""
        if self._attempt is not None:
            self._attempt.cancel()
            await asyncio.gather(self._attempt, return_exceptions=True)
        if self._connection is not None:
            with suppress(Exception):
                async with asyncio.timeout(self.limits.connect_seconds):
                    await self._connection.client.close()

    async def _try_to_connect(self) -> None:
        try:
            self._connection = await self._connect()
            self._fault = None
        except DeskError as error:
            self._fault = error.words
        except Exception as error:
            self._fault = fault_words(error)
        finally:
            self._next_try = monotonic() + self.limits.retry_seconds
            self._attempt = None

    async def _connect(self) -> NatsConnection:
        from dutydesk.dispatch.nats.client import DeskClient

        client = DeskClient(demands_tls=self.address.tls)
        made: list[NatsConnection] = []
        faults: list[Exception] = []

        async def note_error(error: Exception) -> None:
            faults.append(error)
            if made and "ermissions" in str(error):
                made[0].refusal = str(error).removeprefix("nats: ")

        async def note_loss() -> None:
            for tell in tuple(made[0].on_loss) if made else ():
                tell()

        seconds = self.limits.connect_seconds
        scheme = "tls" if self.address.tls else "nats"
        try:
            async with asyncio.timeout(seconds):
                await client.connect(
                    servers=[f"{scheme}://{host}" for host in self.address.hosts],
                    name=self._name,
                    error_cb=note_error,
                    closed_cb=note_loss,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=max(1, int(seconds / (2 * len(self.address.hosts)))),
                    ping_interval=max(1, int(self.limits.ping_seconds)),
                    max_outstanding_pings=2,
                    tls=tls_context(self._access.ca) if self.address.tls else None,
                    nkeys_seed_str=None if self._access.key is None else read_seed(self._access.key),
                )
        except BaseException as error:
            client.cut()
            if faults and not isinstance(error, ssl.SSLError | asyncio.CancelledError):
                raise faults[-1] from error
            raise
        jetstream = client.jetstream(timeout=self.limits.answer_seconds)
        connection = NatsConnection(client, jetstream, StreamRoom(self.limits.room_bytes))
        made.append(connection)
        return connection


def tls_context(ca: Path | None) -> ssl.SSLContext:
    """Demands a valid certificate of the named host: of the authority in ``ca``, else of one that the system trusts."""
    return ssl.create_default_context(cafile=None if ca is None else str(ca))


def fault_words(error: BaseException) -> str:
    """What keeps a server from being used, as one short clause."""
    from dutydesk.dispatch.nats.client import TlsMissing

    said = str(error).removeprefix("nats: ").strip("'\" ")
    match error:
        case TlsMissing():
            return sentence("it speaks no TLS, which is demanded of it")
        case ssl.SSLCertVerificationError():
            return sentence("its certificate is refused: {fault}", fault=error.verify_message)
        case TimeoutError():
            return sentence("it does not answer")
        case OSError():
            system = os.strerror(error.errno) if error.errno else said
            return sentence("it can't be reached: {fault}", fault=system or type(error).__name__)
    if "uthorization" in said:
        return sentence("it knows no such key as this desk's")
    return sentence("it refuses: {fault}", fault=said or type(error).__name__)
