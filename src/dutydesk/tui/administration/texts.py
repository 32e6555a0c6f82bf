"""Purge and import."""

from __future__ import annotations

from typing import Final

PURGE: Final = "Purge"
PURGE_HINT: Final = "Closed items past their retention lose their text for ever. Hashes, events and the chain remain."
IMPORT: Final = "Import"
IMPORT_HINT: Final = (
    "Entries of a register hold matching requests at every level. Valid rows are imported, others are skipped."
)
REGISTER: Final = "Register"
FILE_HINT: Final = "a CSV or JSON file on this machine"


def purged(number: int, kept: int) -> str:
    """``kept``: how many items past their retention were not purged."""
    stay = f"; {_items(kept)} past their retention kept: under legal hold, or not closed" if kept else ""
    return f"{_items(number)} purged{stay}"


def imported(number: int, left_out: int) -> str:
    rows = f"{left_out:,} row{'' if left_out == 1 else 's'}"
    left = f"; {rows} skipped; dutydesk import lists them" if left_out else ""
    return f"{number:,} {'entry' if number == 1 else 'entries'} imported{left}"


def _items(number: int) -> str:
    return f"{number:,} item{'' if number == 1 else 's'}"
