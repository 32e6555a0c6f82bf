"""One key opens the person's file: from lists, from an item or a hit, from a file, and from the dialogs on an item."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.domain.delivery.items import item_name, item_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.records.records import hit_number
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.person.texts import texts
from dutydesk.tui.selection import Selection


class PersonActions:
    """The file of the person behind what is selected; ``no_subject`` is said of a row that is no item and no hit."""

    def __init__(self, console: Console, selection: Selection, no_subject: str = "") -> None:
        self._console, self._selection, self._no_subject = console, selection, no_subject

    def actions(self) -> Actions:
        return {"person_file": self.open}

    async def open(self) -> None:
        subject = self._subject()
        if subject is None:
            words = self._no_subject or frame_texts.nothing_selected(key_hint("list.down"), key_hint("list.up"))
            self._console.notify(words, "warn")
            return
        await self._console.open_person(subject)

    def _subject(self) -> str | None:
        if (row := self._selection.item()) is not None:
            return row.item
        hit = self._selection.hit()
        return hit.hit if hit is not None else None


class ListedPerson:
    """The same in a list of names of items, hits, measures and bureaus; ``subject`` is the one at the cursor."""

    def __init__(self, console: Console, subject: Callable[[], str]) -> None:
        self._console, self._subject = console, subject

    def actions(self) -> Actions:
        return {"person_file": self.open}

    async def open(self) -> None:
        subject = self._subject()
        if item_number(subject) is None and hit_number(subject) is None:
            self._console.notify(texts.NO_FILE_OF_ROW, "warn")
            return
        await self._console.open_person(subject)


class DialogPerson:
    """The same over a dialog on an item; ``refuse`` shows in the dialog why there is none."""

    def __init__(self, console: Console, number: int, refuse: Callable[[DeskError], None]) -> None:
        self._console, self._number, self._refuse = console, number, refuse

    def actions(self) -> Actions:
        return {"person_file": self.open}

    async def open(self) -> None:
        await self._console.open_person(item_name(self._number), self._refuse)
