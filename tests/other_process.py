"""Work on a store from another process than the console's: what a colleague does, and what comes in meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from desks import Bench
from dutydesk.desk.base.clock import SystemClock
from dutydesk.desk.service.desk import open_desk


class Beside:
    """Another process's work on the same store, one desk for each piece of it."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def __call__(self, work: Callable[[Bench], Awaitable[object]], founder: str | None = None) -> None:
        async def once() -> None:
            desk = await open_desk(self.store, founder=founder)
            try:
                await work(Bench(desk, SystemClock()))  # type: ignore[arg-type]
            finally:
                await desk.close()

        asyncio.run(once())


def now_sent(message: dict[str, object]) -> dict[str, object]:
    """Sent at the clock of this machine, kept for no stated time."""
    message["sent_at"] = SystemClock().now().isoformat(timespec="seconds")
    message.pop("retention_until", None)
    return message
