"""What a dispatching process does beside its deliveries: it folds, files, and grows the tree of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.domain.limits import DispatchLimits

#: Runs a task by its name until it succeeds; see the dispatcher's.
RunWithBackoff: TypeAlias = Callable[[str, Callable[[], Awaitable[None]]], Awaitable[None]]


async def trim_log(
    delivery: DeliveryService, limits: DispatchLimits, run: RunWithBackoff, is_stopping: Callable[[], bool]
) -> None:
    """Checkpoint when the write-ahead log is long; a task of its own, so that it runs while a transport hangs."""

    async def once() -> None:
        await delivery.trim_log(limits.wal_bytes)

    delivery.own_log(owned=True)
    try:
        while not is_stopping():
            await run("log", once)
            await asyncio.sleep(limits.wal_check_seconds)
    finally:
        delivery.own_log(owned=False)


async def file_waiting(
    delivery: DeliveryService, limits: DispatchLimits, run: RunWithBackoff, is_stopping: Callable[[], bool]
) -> None:
    """File what was taken in; intake does so itself only where much waits."""
    while not is_stopping():
        await run("filing", delivery.file_waiting)
        await asyncio.sleep(limits.filing_seconds)


async def grow_tree(
    delivery: DeliveryService, limits: DispatchLimits, run: RunWithBackoff, is_stopping: Callable[[], bool]
) -> None:
    """Add what was logged to the log's tree, and sign a checkpoint where one is due."""
    while not is_stopping():
        await run("tree", delivery.keep_tree)
        await asyncio.sleep(limits.tree_seconds)
