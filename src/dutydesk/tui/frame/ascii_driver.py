"""A terminal that takes only ASCII: every other character is replaced by as many cells, so that columns stay in place.

Only the Latin letters of a name can be read there; ``dutydesk show`` prints the whole text, with escapes.
"""

from __future__ import annotations

import locale
import os
import unicodedata
from functools import cache

from anyascii import anyascii
from rich.cells import cell_len

from dutydesk.tui.frame.terminal import ConsoleDriver

_UNKNOWN = "?"
_REPLACEMENTS = {
    **dict.fromkeys("─━═", "-"),
    **dict.fromkeys("│┃║▌▐", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰", "+"),
    **dict.fromkeys("▁▂▃▄▅▆▇█", "#"),
    "…": "~",
    "·": "-",
    "•": "*",
    "→": ">",
    "←": "<",
    "–": "-",
    "’": "'",
}


def is_ascii_only() -> bool:
    """Whether ``DUTYDESK_ASCII`` is set or the encoding of the locale is not UTF-8."""
    written = locale.getpreferredencoding(False).upper().replace("UTF8", "UTF-8")
    return bool(os.environ.get("DUTYDESK_ASCII")) or "UTF-8" not in written


class AsciiDriver(ConsoleDriver):
    """Writes ASCII only."""

    def write(self, data: str) -> None:
        super().write(data if data.isascii() else "".join(map(to_ascii, data)))


@cache
def to_ascii(sign: str) -> str:
    """As many ASCII characters as ``sign`` has cells; none for a combining or invisible character."""
    if sign.isascii():
        return sign
    cells = cell_len(sign)
    found = _REPLACEMENTS.get(sign, "")
    if not found and unicodedata.name(sign, "").partition(" ")[0] == "LATIN":
        found = anyascii(sign)
    return found if len(found) == cells else _UNKNOWN * cells
