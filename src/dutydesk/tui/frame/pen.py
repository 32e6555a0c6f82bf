"""The look of a cell, and the shortest sequence that changes a terminal from one look to the next.

Rich sets and resets everything for each piece of text; in true colour that is forty bytes for a word of four letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from dutydesk.domain.frozen import value

#: What ends each attribute; 22 ends both bold and dim.
_OFF: Final = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29",
    "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
#: Attributes that a blank shows too.
_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
_COLOUR_LENGTHS: Final = {"2": 5, "5": 3}


@value(frozen=True, slots=True, eq=False)
class Look:
    """``ink`` and ``ground`` are colour codes, empty for the terminal's own. A blank has any ink: ``None``.

    Equal looks are one object, made by :func:`the_look`, so that thousands of cells are compared at no cost.
    """

    attributes: frozenset[str]
    ink: str | None
    ground: str


@cache
def the_look(attributes: frozenset[str], ink: str | None, ground: str) -> Look:
    return Look(attributes, ink, ground)


PLAIN: Final = the_look(frozenset(), "", "")


@lru_cache(maxsize=16_384)
def look_of(style: Style | None, color_system: ColorSystem) -> Look:
    if style is None:
        return PLAIN
    codes = Strip.render_ansi(style, color_system).split(";")
    attributes: set[str] = set()
    ink = ground = ""
    place = 0
    while place < len(codes):
        code = codes[place]
        length = _COLOUR_LENGTHS[codes[place + 1]] if code in ("38", "48") else 1
        whole = _shortest(codes[place : place + length])
        if code == "38" or (len(code) == 2 and code[0] in "39"):
            ink = "" if code == "39" else whole
        elif code == "48" or (len(code) == 2 and code[0] == "4") or len(code) == 3:
            ground = "" if code == "49" else whole
        elif code:
            attributes.add(code)
        place += length
    return the_look(frozenset(attributes), ink, ground)


def _shortest(codes: Sequence[str]) -> str:
    """The same colour by its number, where the palette of 256 has exactly this one: half the bytes."""
    if codes[1:2] == ["2"]:
        red, green, blue = (int(code) for code in codes[2:5])
        # Textual's own arithmetic loses one step of 255 now and then.
        for r, g, b in product((0, 1, -1), repeat=3):
            if (number := _palette_numbers().get((red + r, green + g, blue + b))) is not None:
                return f"{codes[0]};5;{number}"
    return ";".join(codes)


@cache
def _palette_numbers() -> dict[tuple[int, int, int], int]:
    """Colours from 16 on, which no terminal's settings change: a cube of six levels, and greys."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = {(r, g, b): 16 + place for place, (r, g, b) in enumerate(product(levels, levels, levels))}
    greys = [8 + 10 * step for step in range(24)]
    return cube | {(grey, grey, grey): 232 + step for step, grey in enumerate(greys)}


@lru_cache(maxsize=16_384)
def blank_look(look: Look) -> Look:
    """The look of a blank, which shows no ink unless something is drawn on it."""
    return look if look.attributes & _ON_BLANKS else the_look(frozenset(), None, look.ground)


class Pen:
    """Knows how the terminal writes at this moment."""

    def __init__(self) -> None:
        self._now = PLAIN

    def change_to(self, look: Look) -> str:
        if look == self._now:
            return ""
        codes, self._now = _change(self._now, look)
        return f"\x1b[{codes}m" if codes else ""

    def say_again(self, look: Look) -> str:
        """The same as a sequence in any case, if need be one that changes nothing."""
        return self.change_to(look) or f"\x1b[{look.ground or '49'}m"

    def put_down(self) -> str:
        """Leave the terminal as everything else expects it."""
        before, self._now = self._now, PLAIN
        return "\x1b[0m" if before != PLAIN else ""


@lru_cache(maxsize=16_384)
def _change(now: Look, look: Look) -> tuple[str, Look]:
    """The codes, and the look that the terminal has after them: a blank takes what ink there is."""
    if look.ink is None:
        kept = frozenset() if now.attributes & _ON_BLANKS else now.attributes
        look = the_look(kept, now.ink, look.ground)
    codes = [_OFF[code] for code in sorted(now.attributes - look.attributes)]
    ended_by = set(codes)
    still_on = {code for code in look.attributes & now.attributes if _OFF[code] in ended_by}
    codes = [*dict.fromkeys(codes), *sorted((look.attributes - now.attributes) | still_on)]
    if look.ink != now.ink:
        codes.append(look.ink or "39")
    if look.ground != now.ground:
        codes.append(look.ground or "49")
    return ";".join(codes), look
