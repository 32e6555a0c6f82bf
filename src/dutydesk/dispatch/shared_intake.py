"""Intake on every box of a desk that several share: an inbox is taken in also while another box dispatches."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from dutydesk.dispatch.inbox import Inbox


class InboxLock:
    """Held by the one process that takes in a folder, while it lives. The folder itself is locked, no file in it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether this process may take the folder in. True also where the file system has no locks."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            return True  # reading the folder says what is wrong with it
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError:
            os.close(descriptor)
            return True
        self._descriptor = descriptor
        return True

    def free(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


@asynccontextmanager
async def intake_of_this_box(
    inbox: Inbox | None,
    receive: Callable[[Inbox, Callable[[], bool]], Awaitable[None]],
    ring: Callable[[], None],
    stop: Callable[[], None],
    is_shared: bool,
) -> AsyncIterator[None]:
    """Where several boxes share the desk, ``receive`` the inbox beside the block, whichever box dispatches.

    It is given whether this process may take the inbox in. ``ring`` is called when a file arrives. At the end of the
    block ``stop`` is called, and ``receive`` finishes. Raises what ``receive`` raises, once the block has ended.
    """
    if inbox is None or not is_shared:
        yield
        return
    lock = InboxLock(inbox.directory)
    receiving = asyncio.create_task(_run(receive(inbox, lock.take)), name="dispatcher-intake")
    watching = asyncio.create_task(_run(inbox.watch(ring)), name="dispatcher-watch")
    try:
        yield
        stop()
        await receiving
    finally:
        for task in (receiving, watching):
            task.cancel()
        await asyncio.gather(receiving, watching, return_exceptions=True)
        lock.free()


async def _run(work: Awaitable[None]) -> None:
    await work
