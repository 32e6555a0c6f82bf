"""Purge and import."""

from __future__ import annotations

from typing import Final

PURGE: Final = "Purge"
PURGE_HINT: Final = "What has ended and is past its retention loses its text, for ever; hashes, events and chain stay."
IMPORT: Final = "Import"
IMPORT_HINT: Final = "A register that holds a request at any level; sound rows are taken, the others left out."
REGISTER: Final = "Register"
FILE_HINT: Final = "a CSV or JSON file on this box"


def purged(number: int, kept: int) -> str:
    """``kept``: how many past their retention stay."""
    stay = f"; {_items(kept)} past their retention stay: under legal hold, or not ended" if kept else ""
    return f"{_items(number)} purged{stay}"


def imported(number: int, left_out: int) -> str:
    rows = f"{left_out:,} row{'' if left_out == 1 else 's'}"
    left = f"; {rows} left out; dutydesk import names them" if left_out else ""
    return f"{number:,} {'entry' if number == 1 else 'entries'} taken{left}"


def _items(number: int) -> str:
    return f"{number:,} item{'' if number == 1 else 's'}"
