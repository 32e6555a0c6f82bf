"""The lines that an officer types at a plain terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from threading import Thread


def read_typed_lines(loop: asyncio.AbstractEventLoop) -> asyncio.Queue[str | None]:
    """A queue of the typed lines, with ``None`` at the end; a thread of its own reads the terminal."""
    typed: asyncio.Queue[str | None] = asyncio.Queue()
    descriptor = sys.stdin.fileno()

    def put(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(typed.put_nowait, line)

    def read() -> None:
        left = b""
        while True:
            try:
                found = os.read(descriptor, 4096)
            except OSError:
                found = b""
            *lines, left = (left + found).split(b"\n")
            for line in lines:
                put(line.decode(errors="replace"))
            if not found:
                if left:
                    put(left.decode(errors="replace"))
                put(None)
                return

    Thread(target=read, daemon=True, name="typed").start()
    return typed
