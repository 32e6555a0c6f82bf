"""The NATS client with what its library leaves open; the only module that relies on private names of that library.

The library goes on without TLS where a server does not ask for it, follows servers that another one names before TLS
is there, and sends on closing what was not sent yet.
"""

from __future__ import annotations

from typing import Any

from nats.aio.client import Client
from nats.errors import Error


class TlsMissing(Error):
    """The server does not speak TLS, and TLS is demanded."""


class DeskClient(Client):
    """A client that knows only the servers that it was given, and says nothing without TLS where that is demanded."""

    def __init__(self, *, demands_tls: bool) -> None:
        super().__init__()
        self._demands_tls = demands_tls

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
        """Runs before anything is sent to a server. Raises TlsMissing."""
        if initial_connection and self._demands_tls and info.get("tls_required") is not True:
            raise TlsMissing
        named = {name: value for name, value in info.items() if name != "connect_urls"}
        await super()._process_info(named, initial_connection)

    def cut(self) -> None:
        """End the connection at once. What the system has not been given yet is never sent."""
        self._pending.clear()
        self._pending_data_size = 0
        writer = getattr(self._transport, "_io_writer", None)
        if writer is not None:
            writer.transport.abort()
