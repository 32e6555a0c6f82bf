"""Intake on every box of a desk that several share: an inbox is taken in also while another box dispatches."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from dutydesk.dispatch.sources import InboxSource


class InboxLock:
    """Held by the one process that takes in the folders, while it lives. The folders are locked, no file in them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._descriptors: dict[Path, int] = {}

    def take(self) -> bool:
        """Whether this process may take in all of the folders. True also where the file system has no locks."""
        return all(folder in self._descriptors or self._take(folder) for folder in self._folders)

    def _take(self, folder: Path) -> bool:
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
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
        self._descriptors[folder] = descriptor
        return True

    def free(self) -> None:
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()


@asynccontextmanager
async def intake_of_this_box(
    inbox: InboxSource | None,
    receive: Callable[[InboxSource, Callable[[], bool]], Awaitable[None]],
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
    lock = InboxLock(inbox.folders)
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
