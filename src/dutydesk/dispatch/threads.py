"""Daemon threads for file work, so that a file system that hangs does not keep the process from ending."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run ``work`` on a daemon thread of its own; raises what it raises."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_it: Callable[[], None]) -> None:
        if not future.done():
            set_it()

    def run() -> None:
        set_it: Callable[[], None]
        try:
            value = work()
            set_it = lambda: future.set_result(value)  # noqa: E731
        except BaseException as error:
            failure = error
            set_it = lambda: future.set_exception(failure)  # noqa: E731
        with suppress(RuntimeError):  # the loop has ended, so nobody waits any more
            loop.call_soon_threadsafe(settle, set_it)

    threading.Thread(target=run, daemon=True, name="dutydesk-files").start()
    return await future
