"""Every screen of the pictures at 80x24 in each language: nothing is cut that is not cut in English."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from rich.cells import cell_len
from test_pictures import _STORES, SCREENS, THREE_SIZES, Pictured, _corrected, _prepared, _text, _with_person
from textual.pilot import Pilot

import desks
from consoles import DEADLINE_SECONDS, Console
from desks import Bench
from dutydesk.language.catalogues import speak
from dutydesk.language.languages import Language
from dutydesk.language.phrases import PhraseList
from dutydesk.tui.tour.texts import TourTexts
from dutydesk.tui.tour.texts import texts as tour_texts
from dutydesk.tui.widgets.frame_lines import FooterLine, Line
from dutydesk.tui.widgets.line_table import LineTable

SIZE = (80, 24)
#: Looks of the screen that are the same, one after the other, before it counts as painted.
STILL = 5
TRANSLATED = [language for language in Language if language is not Language.ENGLISH]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak(Language.ENGLISH)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Bench]]:
    """The stores of the pictures: most of them have that of ``prepared``."""
    folders = {name: tmp_path_factory.mktemp(name) / "desk.db" for name in ("prepared", *_STORES.values())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "_serial", count(1))
        made = {"prepared": asyncio.run(_prepared(folders["prepared"]))}
        patch.setattr(desks, "_serial", count(101))
        made["corrected"] = asyncio.run(_corrected(folders["prepared"], folders["corrected"]))
        patch.setattr(desks, "_serial", count(201))
        made["person"] = asyncio.run(_with_person(folders["person"]))
    return {name: (folders[name], bench) for name, bench in made.items()}


def _app(store: tuple[Path, Bench], folder: Path) -> Pictured:
    made, bench = store
    folder.mkdir()
    for file in made.parent.glob("desk.db*"):
        shutil.copy(file, folder / file.name)
    return Pictured(folder / "desk.db", bench)


async def _still(desk: Console, pilot: Pilot[None]) -> None:
    """Waits until nothing is painted any more; what a screen shows has another text in each language."""
    end, seen, same = time.monotonic() + DEADLINE_SECONDS, "", 0
    while same < STILL and time.monotonic() < end:
        await pilot.pause()
        await asyncio.sleep(0.02)
        now = desk.screen_text()
        same, seen = (same + 1 if now == seen else 0), now


async def _opened(app: Pictured, keys: tuple[str, ...], then: Callable[[Console], None]) -> None:
    async with app.run_test(size=SIZE) as pilot:
        desk = Console(app, pilot)
        await _still(desk, pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await _still(desk, pilot)
        then(desk)


def faults(desk: Console) -> list[str]:
    """Texts without room: pieces of a line beyond its end, cut heads and cells of columns, a footer of two rows.

    The column that takes the rest of a table's width may cut its text, which stands in full below the table.
    """
    found: list[str] = []
    for line in desk.app.screen.query(Line):
        if line.region.height and _cells_needed(line) > line.size.width:
            found.append(f"{line!r}: {line.text}")
        if isinstance(line, FooterLine) and line.size.height > 1:
            found.append(f"footer: {line.text}")
    for table in desk.app.screen.query(LineTable):
        width = table.scrollable_content_region.width
        for column, size in table._fitted(width) if width else ():
            cells = [] if column.flexible else [column.cell(row).text for row in table.rows]
            found += [text for text in (column.title, *cells) if cell_len(text) > size]
    return found


def _cells_needed(line: Line) -> int:
    left, right = line._fit_pieces(line.size.width)
    gap = len(line.GAP)
    return (
        1
        + sum(cell_len(text) + gap for text, _, _ in left)
        - (0 if right else gap)
        + sum(cell_len(text) + gap for text, _, _ in right)
    )


@pytest.mark.parametrize("language", Language)
def test_the_tour_fits_its_lines(language: Language) -> None:
    speak(language)
    filled = {"country": "RU", "item": "D-000230", "number": 230, "deliveries": "3", "history": "4"}
    steps = [each for each in vars(TourTexts).values() if isinstance(each, PhraseList)]
    assert len(steps) > 5
    for step in steps:
        for text in step.__get__(tour_texts, TourTexts):
            assert cell_len(text.format(**filled)) <= SIZE[0] - 2, text


def each_in_turn() -> Iterator[object]:
    """Every screen in one language, and in all others as an exhaustive test."""
    for place, screen in enumerate((*SCREENS, *THREE_SIZES)):
        in_turn = place % len(TRANSLATED)
        yield pytest.param(*screen.values, [TRANSLATED[in_turn]], id=screen.id)
        others = [*TRANSLATED[:in_turn], *TRANSLATED[in_turn + 1 :]]
        mark = pytest.mark.exhaustive("dozens of screens, each by a console of its own in each language")
        yield pytest.param(*screen.values, others, id=f"{screen.id}-others", marks=mark)


@pytest.mark.parametrize(("keys", "shows", "languages"), each_in_turn())
async def test_nothing_is_cut(
    stores: dict[str, tuple[Path, Bench]],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    keys: tuple[str, ...],
    shows: str,
    languages: list[Language],
) -> None:
    names = (store for word, store in _STORES.items() if word in request.node.callspec.id)
    store = stores[next(names, "prepared")]
    without_room: dict[Language, list[str]] = {}

    async def look_in(language: Language) -> list[str]:
        def look(desk: Console) -> None:
            assert all(cell_len(line) <= SIZE[0] for line in _text(desk).splitlines())
            without_room[language] = faults(desk)

        speak(language)
        await _opened(_app(store, tmp_path / language), keys, look)
        return without_room[language]

    for language in languages:
        if found := await look_in(language):
            already = without_room.get(Language.ENGLISH) or await look_in(Language.ENGLISH)
            assert len(found) <= len(already), f"{language}: {found}, in English {already}"
