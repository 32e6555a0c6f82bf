"""Several inboxes in one: folders of the spool and streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.sources import InboxSource


class SeveralInboxes:
    """Takes from each in turn, so that a busy one does not keep the others waiting for good."""

    def __init__(self, inboxes: Sequence[InboxSource]) -> None:
        self._inboxes = tuple(inboxes)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for inbox in self._inboxes for problem in inbox.problems)

    @property
    def poll_seconds(self) -> float:
        return min(inbox.poll_seconds for inbox in self._inboxes)

    @property
    def folders(self) -> tuple[Path, ...]:
        return tuple(folder for inbox in self._inboxes for folder in inbox.folders)

    async def is_empty(self) -> bool:
        return all([await inbox.is_empty() for inbox in self._inboxes])

    async def receive_all(self, desk: Desk, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Receive what is in all of them, at the same time. Raises DeskError if the store can't be written."""
        outcomes = await asyncio.gather(
            *(inbox.receive_all(desk, is_stopping) for inbox in self._inboxes), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return sum(outcome for outcome in outcomes if isinstance(outcome, int))

    async def watch(self, ring: Callable[[], None]) -> None:
        await asyncio.gather(*(inbox.watch(ring) for inbox in self._inboxes))
