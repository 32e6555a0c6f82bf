"""Searches the blocks of a text. Case, accents and the variants of Arabic letters make no difference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from dutydesk.domain.rules.folded_text import fold
from dutydesk.tui.widgets.text_layout import Block, Paragraph

#: A word that is found more often is no help.
MOST_MATCHES: Final = 500


class Match(NamedTuple):
    """``part`` is 1 in the later text of a pair, else 0."""

    block: int
    part: int
    start: int
    end: int


def find_matches(blocks: Sequence[Block], query: str) -> list[Match]:
    """The first places of the words, in the order of the text; none for a query without letters or digits."""
    wanted = fold(query.strip())
    if not wanted:
        return []
    found = (
        Match(place, part, start, end)
        for place, block in enumerate(blocks)
        for part, text in enumerate(_texts(block))
        for start, end in find_places(text, wanted)
    )
    return list(islice(found, MOST_MATCHES))


def _texts(block: Block) -> tuple[str, ...]:
    return (block.text,) if isinstance(block, Paragraph) else (block.before.text, block.after.text)


def find_places(text: str, folded: str) -> list[tuple[int, int]]:
    """Where a folded text stands in another one, as places in the text as written."""
    shown, places = _folded(text)
    found: list[tuple[int, int]] = []
    at = shown.find(folded) if folded else -1
    while at >= 0:
        end = at + len(folded)
        found.append((places[at], places[end - 1] + 1))
        at = shown.find(folded, end)
    return found


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its letters the place in ``text``."""
    if text.isascii():
        return fold(text), range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in fold(letter):
            letters.append(part)
            places.append(place)
    return "".join(letters), places
