"""Rows of keys in memory, laid out so that the search for a key reads few places of it.

Reading memory that is not in the processor's cache costs more than all else of a search. So the rows of a slot lie
side by side, and each slot has eight marks that tell nearly all absent keys.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

_MARKS = 8
_SLOTS_PER_ROW = 3
#: New rows are laid out with the others once they are more than one in so many of those.
_LAID_OUT_PER_NEW = 8


class KeyTable:
    """Numbers by key, of up to 63 bits each. Rows can be added while another thread searches.

    Up to ``new_rows`` of them wait to be laid out; they take ten times the memory meanwhile.
    """

    def __init__(self, new_rows: int = 512) -> None:
        self._new_rows = new_rows
        self._laid_out = _LaidOut([], [])
        self._new: dict[int, list[int]] = {}
        self._new_count = 0

    def add(self, key: int, row: int) -> None:
        self._new.setdefault(key, []).append(row)
        self._new_count += 1

    @property
    def waiting(self) -> int:
        """How many rows are not laid out yet."""
        return self._new_count

    def settle(self) -> None:
        """Lay out the new rows with the others, if they are many."""
        if self._new_count <= max(self._new_rows, len(self._laid_out.keys) // _LAID_OUT_PER_NEW):
            return
        keys = [*self._laid_out.keys, *(key for key, rows in self._new.items() for _ in rows)]
        rows = [*self._laid_out.rows, *(row for rows in self._new.values() for row in rows)]
        self._laid_out = _LaidOut(keys, rows)
        self._new, self._new_count = {}, 0

    def find(self, keys: list[int]) -> list[int]:
        """The rows of these keys."""
        new = self._new  # read first, because settling lays them out before it takes them away
        found = self._laid_out.find(keys)
        for key in keys if new else ():
            found += new.get(key, ())
        return found


class _LaidOut:
    """Rows in the order of their slots; ``starts`` leads from a slot to its first row, and to the end of its rows."""

    def __init__(self, keys: list[int], rows: list[int]) -> None:
        slots = len(keys) * _SLOTS_PER_ROW | 1
        self._places = slots * _MARKS
        places = [key % self._places for key in keys]
        order = sorted(range(len(keys)), key=places.__getitem__)
        self.keys = array("q", map(keys.__getitem__, order))
        self.rows = array("Q", map(rows.__getitem__, order))
        self._starts = _starts((places[index] // _MARKS for index in order), slots)
        self._marks = bytearray(slots)
        for place in places:
            self._marks[place // _MARKS] |= 1 << place % _MARKS

    def find(self, keys: list[int]) -> list[int]:
        places, marks = self._places, self._marks
        marked = [key for key in keys if marks[(place := key % places) >> 3] >> (place & 7) & 1]
        found: list[int] = []
        for key in marked:
            slot = key % places >> 3
            for index in range(self._starts[slot], self._starts[slot + 1]):
                if self.keys[index] == key:
                    found.append(self.rows[index])
        return found


def _starts(slots_of_rows: Iterator[int], slots: int) -> array[int]:
    """The index of each slot's first row, and one more for the end of the last slot's."""
    starts = array("I", bytes(4 * (slots + 1)))
    reached, count = -1, 0
    for slot in slots_of_rows:
        for passed in range(reached + 1, slot + 1):
            starts[passed] = count
        reached, count = slot, count + 1
    for passed in range(reached + 1, slots + 1):
        starts[passed] = count
    return starts
