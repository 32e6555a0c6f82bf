"""The timeline of a person's file, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dutydesk.desk.base.person_rows import PersonLine
from dutydesk.tui.person.rows import FileRow, name_on, tone_of, what, when, why
from dutydesk.tui.person.texts import texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable

#: From this width a line also shows the person's name as it is written there, and the numbers that lines share.
_WIDE = 110


class PersonTable(LineTable[FileRow]):
    def __init__(self) -> None:
        super().__init__(texts.EMPTY, self._columns, lambda row: row.key, heading_of=_heading, id="person-table")

    def _columns(self) -> Sequence[Column[FileRow]]:
        found = [
            Column(texts.WHEN, 16, _cell(lambda line: Cell(when(line)))),
            Column(texts.LINE, 9, _cell(lambda line: Cell(line.subject, "strong"))),
            Column(texts.WHAT, 18, self._what),
            Column(texts.BUREAU, 4, _cell(lambda line: Cell(line.bureau or ""))),
            Column(texts.POINTS, 4, _cell(lambda line: Cell(str(line.points))), right=True),
        ]
        if self._is_wide:
            found.append(Column(texts.NAME, 24, _cell(lambda line: Cell(name_on(line)))))
        return (
            *found,
            Column(texts.WHY_WIDE if self._is_wide else texts.WHY, 18, self._why, flexible=True, unlit=True),
        )

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= _WIDE

    def _why(self, row: FileRow) -> Cell:
        return Cell(why(row, with_values=self._is_wide), "dim" if row.is_apart else "")

    def _what(self, row: FileRow) -> Cell:
        return Cell(what(row.line, self.signs), tone_of(row.line)) if row.line is not None else Cell("")


def _heading(row: FileRow) -> str | None:
    return row.words if row.line is None else None


def _cell(cell: Callable[[PersonLine], Cell]) -> Callable[[FileRow], Cell]:
    return lambda row: cell(row.line) if row.line is not None else Cell("")
