"""Arabic on the screen: as many cells as a line has, and no run of it that could reorder what stands beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.language.catalogues import speak
from dutydesk.language.languages import Language

WIDTH = 80
_ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")


@pytest.fixture(autouse=True)
def _arabic() -> Iterator[None]:
    speak(Language.ARABIC)
    yield
    speak(Language.ENGLISH)


def _lines(desk: Console) -> list[str]:
    return desk.screen_text().splitlines()


def _bare_arabic(line: str) -> str:
    """The right-to-left letters of a line that are in no isolate; isolates may stand in one another."""
    while (left := _ISOLATED.sub("", line)) != line:
        line = left
    return "".join(letter for letter in line if unicodedata.bidirectional(letter) in ("R", "AL"))


@pytest.mark.parametrize(
    "keys", [(), ("2", "j"), ("3",), ("k", "enter"), ("w",)], ids=["feed", "review", "countries", "item", "wall"]
)
async def test_lines_have_their_cells_and_isolate_their_arabic(bench: Bench, keys: tuple[str, ...]) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.shows("EXERCISE", "D-000003")
        for key in keys:
            await desk.press(key)
            await desk.pilot.pause()
        await desk.shows("محجوز" if keys != ("k", "enter") else "D-00000")
        assert [cell_len(line) for line in _lines(desk)] == [WIDTH] * len(_lines(desk))
        assert not [line for line in _lines(desk) if _bare_arabic(line)]


async def test_columns_begin_at_the_same_cells_in_each_language(bench: Bench) -> None:
    await fill_desk(bench)
    places = set()
    for language in Language:
        speak(language)
        async with console(bench) as desk:
            await desk.shows("D-000003")
            line = next(line for line in _lines(desk) if "D-000003" in line)
            places.add(tuple(cell_len(line[: line.index(text)]) for text in ("D-000003", " BR ", "QUILLABRAND")))
    assert len(places) == 1


def test_no_catalogue_holds_a_letter_that_takes_two_cells_or_a_mark_that_takes_none() -> None:
    for word in ("محجوز", "مُجاز", "لا"):
        assert cell_len(word) == sum(not unicodedata.combining(letter) for letter in word)
