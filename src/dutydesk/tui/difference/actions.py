"""One key opens the difference, from lists, from the item, and from the dialogs on it."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.domain.errors import DeskError
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.difference.viewer import DifferenceViewer, load_difference
from dutydesk.tui.selection import Selection, selected_item


class DifferenceActions:
    """What changed on the selected item."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {"difference": self.open}

    async def open(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is not None:
            await _open(
                self._console, chosen[1], lambda error: self._console.notify(read_sentence(error.words), "warn")
            )


class DialogDifference:
    """The same over a dialog on an item; ``refuse`` shows in the dialog why there is none."""

    def __init__(self, console: Console, number: int, refuse: Callable[[DeskError], None]) -> None:
        self._console, self._number, self._refuse = console, number, refuse

    def actions(self) -> Actions:
        return {"difference": self.open}

    async def open(self) -> None:
        await _open(self._console, self._number, self._refuse)


async def _open(console: Console, number: int, refuse: Callable[[DeskError], None]) -> None:
    try:
        found = await load_difference(console, number)
    except DeskError as error:
        refuse(error)
    else:
        await console.open_screen(DifferenceViewer(console, found))
