"""A terminal that takes nothing but ASCII: each other sign becomes as many cells, so that all stays in its place.

Of a name only the Latin letters can be read there; ``show`` prints the item's own text whole, with its escapes.
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
    """Where ``DUTYDESK_ASCII`` is set, or what the locale writes with is not UTF-8."""
    written = locale.getpreferredencoding(False).upper().replace("UTF8", "UTF-8")
    return bool(os.environ.get("DUTYDESK_ASCII")) or "UTF-8" not in written


class AsciiDriver(ConsoleDriver):
    """What goes to the terminal goes as ASCII."""

    def write(self, data: str) -> None:
        super().write(data if data.isascii() else "".join(map(to_ascii, data)))


@cache
def to_ascii(sign: str) -> str:
    """As many signs of ASCII as the sign has cells; none for a mark that stands on another or is not seen."""
    if sign.isascii():
        return sign
    cells = cell_len(sign)
    found = _REPLACEMENTS.get(sign, "")
    if not found and unicodedata.name(sign, "").partition(" ")[0] == "LATIN":
        found = anyascii(sign)
    return found if len(found) == cells else _UNKNOWN * cells
