"""Works on a store from another process than the console's, such as a colleague's act or an incoming message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from desks import Bench
from dutydesk.desk.base.clock import SystemClock
from dutydesk.desk.service.desk import open_desk


class OtherProcess:
    """Runs work on the store in another thread, with a new desk for each call, as another process would."""

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


def dated_now(message: dict[str, object]) -> dict[str, object]:
    """Dates the message with this machine's clock and drops its end of retention."""
    message["sent_at"] = SystemClock().now().isoformat(timespec="seconds")
    message.pop("retention_until", None)
    return message
