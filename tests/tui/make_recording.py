"""Make the README's moving picture from a cast, by hand: an SVG with an animation in CSS, which code hosts show.

dutydesk demo --record tour.cast
python tests/tui/make_recording.py tour.cast .pictures/tour.svg
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pyte
from rich.cells import cell_len

CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 12
INK, GROUND = "#e4e4e4", "#121212"
NAMED = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
}  # fmt: skip
#: Frames that are shown for less than this are left out; a change so short is not seen.
SHORTEST = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cells of one look."""

    column: int
    text: str
    cells: int
    ink: str
    ground: str
    bold: bool
    underline: bool


Line = tuple[Run, ...]
#: Words with single blanks between them; more blanks are left out, for viewers that do not keep them.
_WORDS = re.compile(r"\S+(?: \S+)*")


def read_cast(text: str) -> tuple[tuple[int, int], list[tuple[float, str]]]:
    """The size and the output of a cast, version 2."""
    header, *lines = map(json.loads, text.splitlines())
    if header["version"] != 2:
        raise SystemExit("only casts of version 2 are known")
    return (header["width"], header["height"]), [(at, data) for at, kind, data in lines if kind == "o"]


def frames(size: tuple[int, int], events: Sequence[tuple[float, str]]) -> Iterator[tuple[float, tuple[Line, ...]]]:
    """When each screen appears, and its lines; the last one only says when the end is."""
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for place, (at, data) in enumerate(events):
        stream.feed(data)
        following = events[place + 1][0] if place + 1 < len(events) else at
        if following - at >= SHORTEST or place + 1 == len(events):
            yield at, tuple(_line(screen, y) for y in range(size[1]))


def _line(screen: pyte.Screen, y: int) -> Line:
    runs: list[Run] = []
    for x in range(screen.columns):
        cell = screen.buffer[y][x]
        ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
        if cell.reverse:
            ink, ground = ground, ink
        text = "".join(sign for sign in cell.data if sign not in "\u2066\u2067\u2068\u2069")
        look = (ink if text.strip() else "", ground, cell.bold and bool(text.strip()), cell.underscore)
        last = runs[-1] if runs else None
        if last and (last.ground, last.underline) == look[1::2] and _same_ink(last, look):
            ink = last.ink or look[0]
            runs[-1] = Run(
                last.column, last.text + text, last.cells + 1, ink, ground, last.bold or look[2], last.underline
            )
        else:
            runs.append(Run(x, text, 1, *look))
    return tuple(runs)


def _same_ink(run: Run, look: tuple[str, str, bool, bool]) -> bool:
    """A blank goes with any ink."""
    return not run.ink or not look[0] or (run.ink, run.bold) == (look[0], look[2])


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return NAMED.get(name.removeprefix("bright"), f"#{name}")


def animated_svg(size: tuple[int, int], shown: Sequence[tuple[float, tuple[Line, ...]]]) -> str:
    """All screens on one strip behind a window; an equal line of text is drawn once and used again."""
    width, height = size[0] * CELL_WIDTH + 2 * MARGIN, size[1] * CELL_HEIGHT + 2 * MARGIN
    seconds = shown[-1][0]
    looks: dict[tuple[str, bool, bool], str] = {}
    drawn: dict[Line, str] = {}
    film: list[str] = []
    for place, (_, lines) in enumerate(shown[:-1]):
        uses = []
        for y, line in enumerate(lines):
            if line not in drawn:
                drawn[line] = f"l{len(drawn)}"
            uses.append(f'<use href="#{drawn[line]}" y="{y * CELL_HEIGHT}"/>')
        film.append(f'<svg x="{place * width:g}">{"".join(uses)}</svg>')
    defs = "".join(f'<g id="{name}">{"".join(_drawn(line, looks))}</g>' for line, name in drawn.items())
    styles = "".join(
        f".{name}{{fill:{ink}{';font-weight:bold' if bold else ''}{';text-decoration:underline' if line else ''}}}"
        for (ink, bold, line), name in looks.items()
    )
    steps = "".join(
        f"{at / seconds * 100:.3f}%{{transform:translateX({-place * width:g}px)}}"
        for place, (at, _) in enumerate(shown[:-1])
    )
    last = f"100%{{transform:translateX({-(len(shown) - 2) * width:g}px)}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="A tour of the dutydesk console">'
        f"<style>text{{font:14px 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;white-space:pre}}"
        f"{styles}.film{{animation:film {seconds:g}s step-end infinite}}@keyframes film{{{steps}{last}}}"
        f"@media (prefers-reduced-motion:reduce){{.film{{animation:none}}}}</style><defs>{defs}</defs>"
        f'<rect width="100%" height="100%" rx="6" fill="{GROUND}"/>'
        f'<svg x="{MARGIN}" y="{MARGIN}" width="{width - 2 * MARGIN:g}" height="{height - 2 * MARGIN:g}">'
        f'<g class="film">{"".join(film)}</g></svg></svg>\n'
    )


def _drawn(line: Line, looks: dict[tuple[str, bool, bool], str]) -> Iterator[str]:
    for run in line:
        x, wide = f"{run.column * CELL_WIDTH:g}", f"{run.cells * CELL_WIDTH:g}"
        if run.ground != GROUND:
            yield f'<rect x="{x}" width="{wide}" height="{CELL_HEIGHT}" fill="{run.ground}"/>'
    for run in line:
        look = (run.ink, run.bold, run.underline)
        for words in _WORDS.finditer(run.text):
            name = looks.setdefault(look, f"c{len(looks)}")
            x = (run.column + cell_len(run.text[: words.start()])) * CELL_WIDTH
            cells = cell_len(words[0])
            length = f' textLength="{cells * CELL_WIDTH:g}" lengthAdjust="spacingAndGlyphs"' if cells > 1 else ""
            yield f'<text class="{name}" x="{x:g}" y="13.5"{length}>{escape(words[0])}</text>'


def main(cast: Path, svg: Path) -> None:
    size, events = read_cast(cast.read_text("utf-8"))
    svg.write_text(animated_svg(size, list(frames(size, events))), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
