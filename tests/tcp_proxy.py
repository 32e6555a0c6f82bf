"""A line that a test can cut, hold up or make long: a proxy on the loopback in front of one server."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

_BYTES = 65536


class TcpProxy:
    """Passes bytes to the server at ``target``, a port of the loopback, until it is told otherwise."""

    def __init__(self, target: int, delay: float = 0.0) -> None:
        self.target = target
        #: Seconds for which each piece of data travels, in either direction.
        self.delay = delay
        self._is_cut = False
        self._flows = asyncio.Event()
        self._lines: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port: int = self._call(self._listen())

    def cut(self) -> None:
        """Ends every line that is open, and refuses new ones."""
        self._is_cut = True
        self._call(self._end_lines())

    def stall(self) -> None:
        """Lines stay open and nothing gets through, as when a cable is pulled."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def heal(self) -> None:
        """Lines work again; what a stalled one held up arrives now."""
        self._is_cut = False
        self._loop.call_soon_threadsafe(self._flows.set)

    def lead_to(self, target: int) -> None:
        """New lines lead to another port; those that are open are ended."""
        self.target = target
        self._call(self._end_lines())

    def close(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> TcpProxy:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self) -> int:
        self._flows.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._server.close()
        await self._end_lines()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _end_lines(self) -> None:
        for line in list(self._lines):
            line.transport.abort()

    async def _accept(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        if self._is_cut:
            near_out.transport.abort()
            return
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            near_out.transport.abort()
            return
        self._lines |= {near_out, far_out}
        for source, sink in ((near_in, far_out), (far_in, near_out)):
            task = asyncio.create_task(self._pass_on(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        travelling: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arrival = asyncio.create_task(self._deliver(travelling, sink))
        try:
            while data := await source.read(_BYTES):
                travelling.put_nowait((self._loop.time() + self.delay, data))
        except OSError:
            sink.transport.abort()
        finally:
            travelling.put_nowait((self._loop.time() + self.delay, b""))
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await arrival
            self._lines.discard(sink)

    async def _deliver(self, travelling: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        while True:
            due, data = await travelling.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            await self._flows.wait()
            if not data:
                sink.close()
                return
            sink.write(data)
            await sink.drain()
