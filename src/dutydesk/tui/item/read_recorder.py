"""Records in the background which items the officer was shown."""

from __future__ import annotations

import asyncio

from dutydesk.desk.base.rows import ItemRow
from dutydesk.tui.console import Console


class ReadRecorder:
    """If reads can't be recorded the officer is told once, and again only after a read was recorded."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._recording: set[asyncio.Task[None]] = set()
        self._missed = False

    def record(self, seen: ItemRow) -> None:
        task = asyncio.create_task(self._record(seen))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    async def _record(self, seen: ItemRow) -> None:
        missed = await self._console.desk.record_read(self._console.actor, seen)
        if missed is not None and not self._missed and self._console.is_running:
            self._console.notify(missed, "warn")
        self._missed = missed is not None

    async def flush(self) -> None:
        """Wait until every read is recorded or has failed."""
        await asyncio.gather(*self._recording, return_exceptions=True)
