"""Sets of bureaus as numbers with a bit for each bureau; the proof keeps several for each item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dutydesk.domain.countries import Directory


class BureauBits:
    """Gives each code a bit when it first meets it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._bits: dict[str, int] = {}
        self._known: dict[date, int] = {}
        self._members: dict[date, int] = {}

    def of(self, codes: Iterable[str]) -> int:
        bits, found = self._bits, 0
        for code in codes:
            bit = bits.get(code)
            if bit is None:
                bit = bits[code] = 1 << len(bits)
            found |= bit
        return found

    def codes(self, found: int) -> list[str]:
        return [code for code, bit in self._bits.items() if found & bit]

    def known_on(self, on: date) -> int:
        """All bureaus of the network on that day."""
        found = self._known.get(on)
        if found is None:
            found = self._known[on] = self.of(bureau.code for bureau in self._directory.all_bureaus(on))
        return found

    def members_on(self, on: date) -> int:
        """The recipients of ``all`` on that day, the sender included."""
        found = self._members.get(on)
        if found is None:
            found = self._members[on] = self.of(self._directory.members(on))
        return found
