"""Tells the officer that a bureau has answered a question on an item."""

from __future__ import annotations

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.log import EventKind
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.review.texts import texts


class AnswerNotices:
    """One line for each answer, or for several at once; not for an item that a colleague has claimed."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def apply_changes(self, change_set: ChangeSet) -> None:
        numbers = {
            item_number(event.subject) or 0 for event in change_set.events if event.kind == EventKind.ITEM_INFORMED
        }
        if not numbers:
            return
        rows = await self._console.desk.queries.rows(sorted(numbers))
        mine = [row for row in rows if row.claimed_by in (None, self._console.actor.officer)]
        if len(mine) == 1:
            self._console.notify(texts.information_came(mine[0].sender or "?", mine[0].item), "warn")
        elif mine:
            self._console.notify(texts.more_information(len(mine)), "warn")
