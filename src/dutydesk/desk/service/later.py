"""Files what this process has taken in, where no process dispatches, which else does so."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from dutydesk.domain.errors import DeskError
from dutydesk.store.engine.store import Store


class LaterFiling:
    """Files about a second after a message came, and at the end."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store, self._seconds = store, seconds
        self._task: asyncio.Task[None] | None = None

    def note(self) -> None:
        """Says that a message was taken in."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._file_soon(), name="filing")

    async def close(self) -> None:
        """Files what this process has taken in; before the store is closed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._file()

    async def _file_soon(self) -> None:
        await asyncio.sleep(self._seconds)
        await self._file()

    async def _file(self) -> None:
        if not await self._is_served():
            with suppress(DeskError):
                await self._store.file_waiting()

    async def _is_served(self) -> bool:
        if self._store.engine.is_shared:  # another machine is asked
            return await asyncio.to_thread(self._store.is_served)
        return self._store.is_served()
