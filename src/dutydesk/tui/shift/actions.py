"""Hand the shift over, and accept the last handover."""

from __future__ import annotations

from dutydesk.desk.shift import handover
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.shift.handover import HandoverForm, LastHandover
from dutydesk.tui.shift.texts import texts


class ShiftActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"handover": self.hand_over, "accept_handover": self.accept}

    async def hand_over(self) -> None:
        """Open the note that the log makes of the shift."""
        if (found := await self._draft()) is not None:
            await self._console.open_screen(HandoverForm(self._console, found.note))

    async def accept(self) -> None:
        """Open the last handover, to be read and accepted."""
        if (found := await self._draft()) is None:
            return
        if found.last is None:
            self._console.notify(texts.HANDOVER_NONE)
        else:
            await self._console.open_screen(LastHandover(self._console, found.last))

    async def _draft(self) -> handover.HandoverDraft | None:
        try:
            return await handover.draft_handover(self._console.desk)
        except DeskError as error:
            self._console.refuse(error)
            return None
