"""Serves two short pages over HTTP to a monitor, and gives a client that is slow, large or numerous nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from dutydesk.dispatch.health.metrics_address import MetricsAddress
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, HealthLimits
from dutydesk.language.sentences import sentence

log = logging.getLogger(__name__)
_END = b"\r\n\r\n"
PLAIN = "text/plain; charset=utf-8"


@value(frozen=True, slots=True)
class Page:
    """``status`` is a status line of HTTP without the version."""

    status: str
    content_type: str
    body: bytes


class MetricsServer:
    """``pages`` makes each page by its path. One request is one connection; what it may cost stands in ``limits``."""

    def __init__(
        self, pages: dict[str, Callable[[], Awaitable[Page]]], limits: HealthLimits = DEFAULT_LIMITS.health
    ) -> None:
        self._pages = pages
        self._limits = limits
        self._open = 0
        self._server: asyncio.Server | None = None

    async def start(self, address: MetricsAddress) -> MetricsAddress:
        """Return the address that is served. Raises Refused if it can't be, as when another program has the port."""
        try:
            self._server = await asyncio.start_server(
                self._serve, address.host, address.port, limit=self._limits.metrics_request_bytes
            )
        except OSError as error:
            raise Refused(
                RefusedCode.METRICS_PORT_TAKEN,
                sentence(
                    "metrics can't be served at {address}: {fault}; name another address with --metrics",
                    address=address,
                    fault=_fault(error),
                ),
            ) from error
        return MetricsAddress(address.host, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= self._limits.metrics_connections:
            writer.transport.abort()
            return
        self._open += 1
        try:
            async with asyncio.timeout(self._limits.metrics_seconds):
                await self._answer(reader, writer)
        except (TimeoutError, OSError, EOFError):
            writer.transport.abort()
        except Exception:
            log.exception("metrics could not be served")
            writer.transport.abort()
        finally:
            self._open -= 1

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(_END)
        except asyncio.LimitOverrunError:
            page, with_body = Page("431 Request Header Fields Too Large", PLAIN, b"the request is too long\n"), True
        else:
            page, with_body = await self._page(head)
        lines = (
            f"HTTP/1.1 {page.status}",
            f"Content-Type: {page.content_type}",
            f"Content-Length: {len(page.body)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        )
        writer.write("\r\n".join(lines).encode("ascii") + _END + (page.body if with_body else b""))
        await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _page(self, head: bytes) -> tuple[Page, bool]:
        """The page of a request, and whether its body is asked for."""
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return Page("400 Bad Request", PLAIN, b"this is no request of HTTP/1.1\n"), True
        method, path = words[0], words[1].partition("?")[0]
        if method not in ("GET", "HEAD"):
            return Page("405 Method Not Allowed", PLAIN, b"only GET is served\n"), True
        make = self._pages.get(path)
        page = Page("404 Not Found", PLAIN, b"there are /metrics and /health\n") if make is None else await make()
        return page, method == "GET"


def _fault(error: OSError) -> str:
    """The system's own words, without the address that asyncio puts before them."""
    return (error.strerror or str(error)).rpartition(": ")[2]
