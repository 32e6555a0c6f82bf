"""Tells the officer that a bureau has answered a question on an item."""

from __future__ import annotations

from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.review.texts import texts


class AnswerNotices:
    """One line for each answer, or for several at once; not for an item that a colleague has claimed."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def apply_changes(self, change_set: ChangeSet) -> None:
        if not change_set.informed:
            return
        rows = await self._console.desk.queries.rows(sorted(change_set.informed))
        mine = [row for row in rows if row.claimed_by in (None, self._console.actor.officer)]
        if len(mine) == 1:
            self._console.notify(texts.information_came(mine[0].sender or "?", mine[0].item), "warn")
        elif mine:
            self._console.notify(texts.more_information(len(mine)), "warn")
