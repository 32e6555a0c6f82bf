"""Pictures of the screens at a frozen time; ``--snapshot-update`` takes them anew."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from textual.pilot import Pilot

import desks
from consoles import Console, fill_desk, make_bench
from desks import Bench, MovedClock, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.app import DutyDeskApp

SIZES = [(80, 24), (150, 45)]


class Pictured(DutyDeskApp):
    """Opens its desk in the loop in which the picture is taken."""

    def __init__(self, path: Path, bench: Bench) -> None:
        super().__init__(bench.desk, bench.actor("Ines"))
        self._path = path
        self._clock = MovedClock(bench.clock.at)

    async def on_load(self) -> None:
        self.desk: Desk = await open_desk(self._path, self._clock)

    async def on_unmount(self) -> None:
        await self.desk.close()


async def _prepared(path: Path) -> Bench:
    bench = await make_bench(path)
    await fill_desk(bench)
    await bench.desk.supervision.set_offline(bench.actor("Ines"), "UA", offline=True)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    recalled = await bench.sent(diffusion("ES"))
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), recalled, "The person was acquitted.", urgent=True)
    await _proposed(bench)
    await bench.desk.close()
    return bench


async def _proposed(bench: Bench) -> None:
    message = notice_request("GR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Oskar"), item)
    await bench.tick_all(item, "Oskar")
    wanted = Deciding(Decision.RELEASE, "A murder; four months are left.", overrides=("JUD-02",))
    await bench.desk.review.decide(bench.actor("Oskar"), item, wanted)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bench]:
    """One store, of which each picture gets a copy."""
    path = tmp_path_factory.mktemp("prepared") / "desk.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "_serial", count(1))
        return path, asyncio.run(_prepared(path))


@pytest.fixture
def picture(tmp_path: Path, prepared: tuple[Path, Bench]) -> Callable[[], Pictured]:
    made, bench = prepared
    for file in made.parent.glob("desk.db*"):
        shutil.copy(file, tmp_path / file.name)
    return lambda: Pictured(tmp_path / "desk.db", bench)


def steps(*keys: str, shows: str) -> Callable[[Pilot[None]], object]:
    async def before(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DutyDeskApp)
        desk = Console(app, pilot)
        await desk.shows("EXERCISE")
        for key in keys:
            await desk.press(key)
            await pilot.pause()
        await desk.shows(*shows.split("|"))

    return before


SCREENS = [
    pytest.param(("k",), "▌ 08:13Z D-000007", id="feed"),
    pytest.param(("2", "j"), "Jonas|Findings", id="review"),
    pytest.param(("3",), "RU  Russia|OFFLINE", id="countries"),
    pytest.param(("k", "enter"), "1 Text|D-000007|Findings", id="item"),
    pytest.param(("2", "j", "d"), "Against a release stand", id="decision"),
    pytest.param(("question_mark",), "Here", id="help"),
    pytest.param(("3", "enter"), "NCB Moscow|ordered", id="country"),
    pytest.param(("3", "m"), "Dry run", id="measure"),
    pytest.param(("k", "k", "k", "k", "v"), "recipients hold it", id="after-release"),
    pytest.param(("a",), "unratified", id="alarms"),
    pytest.param(("2", "j", "j", "j", "y"), "JUD-02 is overridden", id="confirm"),
    pytest.param(("k", "k", "enter", "3"), "Recall, ", id="recall-board"),
    pytest.param(("k", "enter", "2"), "D-000007|held", id="why"),
    pytest.param(("k", "enter", "4"), "D-000007|Deliveries", id="history"),
    pytest.param(("2", "j", "t"), "art_2", id="ticks"),
    pytest.param(("k", "n"), "Note", id="note"),
    pytest.param(("slash", *"held", "enter"), "of ", id="filter"),
    pytest.param(("colon", *"meas"), "order a measure", id="palette"),
    pytest.param(("3", "enter", "e"), "Endorse", id="endorse"),
    pytest.param(("3", "enter", "l"), "Propose to lift", id="lift"),
    pytest.param(("I",), "Import", id="import"),
    pytest.param(("k", "n", "tab", *"seen", "escape", "q"), "unsent", id="quit"),
]


@pytest.mark.parametrize("colour", [True, False], ids=["colour", "mono"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("keys", "shows"), SCREENS)
def test_picture(
    snap_compare: Callable[..., bool],
    picture: Callable[[], Pictured],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    keys: tuple[str, ...],
    shows: str,
    colour: bool,
) -> None:
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(picture(), terminal_size=size, run_before=steps(*keys, shows=shows))


@pytest.mark.parametrize("look", ["light", "sixteen", "light-sixteen"])
@pytest.mark.parametrize(("keys", "shows"), SCREENS[:8])
def test_picture_in_other_colours(
    snap_compare: Callable[..., bool],
    picture: Callable[[], Pictured],
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    shows: str,
    look: str,
) -> None:
    if "sixteen" in look:
        monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    begin = ("T",) if "light" in look else ()
    assert snap_compare(picture(), terminal_size=SIZES[0], run_before=steps(*begin, *keys, shows=shows))
