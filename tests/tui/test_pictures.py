"""The screens at a frozen time: their text, and two of them in colour. ``--snapshot-update`` takes them again."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from textual.pilot import Pilot

import desks
from consoles import Console, fill_desk, make_bench, patient_limits
from desks import AT, Bench, MovedClock, act_message, diffusion, notice_request
from dutydesk.cli.console_commands import ConsoleCommands
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.app import DutyDeskApp
from persons import fill_person

SIZES = [(80, 24), (150, 45)]
#: The stores of pictures that need another one than most, by a word of their ids.
_STORES = {"difference": "corrected", "person": "person"}
_ISOLATES = re.compile("[\u2066-\u2069]")


class Pictured(DutyDeskApp):
    """Opens its desk in the loop in which the picture is taken."""

    def __init__(self, path: Path, bench: Bench, officer: str = "Ines") -> None:
        actor = bench.actor(officer)
        super().__init__(bench.desk, actor, commands=ConsoleCommands(bench.desk, actor, path))
        self._path = path
        self._clock = MovedClock(bench.clock.at)

    async def on_load(self) -> None:
        self.desk_console.desk = await open_desk(self._path, self._clock)
        self.desk_console.limits = patient_limits().console

    async def on_unmount(self) -> None:
        await self.desk_console.desk.close()


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


async def _corrected(made: Path, path: Path) -> Bench:
    """A copy of the store with one item more, of which art_2 was ticked before its sender corrected it."""
    for file in made.parent.glob("desk.db*"):
        shutil.copy(file, path.parent / file.name)
    clock = MovedClock(AT + timedelta(minutes=20))
    bench = Bench(await open_desk(path, clock), clock)
    message = diffusion("RU", text="Seen in Lyon on Monday.", recipients=["PL", "FR"])
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.desk.review.tick(bench.actor("Ines"), item, "art_2")
    body = {name: value for name, value in message.items() if name not in ("type", "reference")}
    changes = {"text": "Seen in Paris on Monday; he led the opposition party.", "recipients": ["PL", "IT"]}
    await bench.sent(body | act_message("correction", "RU", of=message["reference"]) | changes)
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


async def _with_person(path: Path) -> Bench:
    """A store in which one person is in several items and in the registers."""
    bench = await make_bench(path)
    await fill_person(bench)
    await bench.desk.close()
    return bench


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bench]:
    """One store, of which each picture gets a copy."""
    path = tmp_path_factory.mktemp("prepared") / "desk.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "_serial", count(1))
        return path, asyncio.run(_prepared(path))


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory, prepared: tuple[Path, Bench]) -> tuple[Path, Bench]:
    path = tmp_path_factory.mktemp("corrected") / "desk.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "_serial", count(101))
        return path, asyncio.run(_corrected(prepared[0], path))


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bench]:
    path = tmp_path_factory.mktemp("person") / "desk.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "_serial", count(201))
        return path, asyncio.run(_with_person(path))


@pytest.fixture
def picture(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Pictured]:
    picture_id = request.node.callspec.id
    name = next((store for word, store in _STORES.items() if word in picture_id), "prepared")
    made, bench = request.getfixturevalue(name)
    for file in made.parent.glob("desk.db*"):
        shutil.copy(file, tmp_path / file.name)
    officer = "root" if "import" in picture_id else "Ines"  # registers are imported by an administrator
    return lambda: Pictured(tmp_path / "desk.db", bench, officer)


def steps(*keys: str, shows: str) -> Callable[[Pilot[None]], Awaitable[None]]:
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
    pytest.param(("2", "j", "d"), "Cannot be released yet", id="decision"),
    pytest.param(("question_mark",), "Here", id="help"),
    pytest.param(("k", "f5"), "What changed|Lyon|Paris", id="difference"),
    pytest.param(("k", "enter", "full_stop"), "finding 1 of|1 Text", id="finding-difference"),
    pytest.param(("k", "enter", "5"), "schema dutydesk/1", id="fields"),
    pytest.param(("3", "enter"), "NCB Moscow|ordered", id="country"),
    pytest.param(("3", "m"), "Dry run", id="measure"),
    pytest.param(("k", "k", "k", "k", "v"), "recipients have a copy", id="after-release"),
    pytest.param(("a",), "unratified", id="alarms"),
    pytest.param(("2", "j", "j", "j", "y"), "JUD-02 is overridden", id="confirm"),
    pytest.param(("k", "k", "enter", "3"), "Recall, ", id="recall-board"),
    pytest.param(("k", "enter", "2"), "D-000007|held", id="why"),
    pytest.param(("k", "enter", "4"), "D-000007|Deliveries", id="history"),
    pytest.param(("2", "j", "t"), "art_2", id="ticks"),
    pytest.param(("k", "n"), "Note", id="note"),
    pytest.param(("slash", *"held", "enter"), "of ", id="filter"),
    pytest.param(("colon", *"meas"), "order a measure", id="palette"),
    pytest.param(("slash", *"state:re"), "tab completes:|refused", id="filter-words"),
    pytest.param(("slash", *"re:("), "can't be used", id="filter-problem"),
    pytest.param(("2", "g", "v", "j"), "RANGE", id="range"),
    pytest.param(("exclamation_mark",), "Commands run as you", id="commands"),
    pytest.param(("f1",), "Everything that comes in", id="explained"),
    pytest.param(("T",), "high contrast", id="themes"),
    pytest.param(("f9",), "claim the item", id="keys"),
    pytest.param(("w",), "RECEIVED, BY KIND", id="wall"),
    pytest.param(("at",), "Waiting for your signature", id="own-work"),
    pytest.param(("2", "s"), "most urgent first", id="list-look"),
    pytest.param(("3", "enter", "e"), "Endorse", id="endorse"),
    pytest.param(("3", "enter", "l"), "Propose to lift", id="lift"),
    pytest.param(("I",), "Import", id="import"),
    pytest.param(("k", "n", "tab", *"seen", "escape", "q"), "unsent", id="quit"),
]


#: Screens with a third size, at which their columns differ.
THREE_SIZES = [
    pytest.param(("k", "F"), "A person's file|opened from here", id="person"),
    pytest.param(("k", "F", "o", "G", "space"), "Judged apart|Another father.", id="person-why"),
]
PICTURES = [
    pytest.param(*screen.values, (width, height), id=f"{screen.id}-{width}x{height}")
    for screens, sizes in ((SCREENS, SIZES), (THREE_SIZES, [*SIZES, (100, 30)]))
    for screen in screens
    for width, height in sizes
]

TEXTS = Path(__file__).with_name("__snapshots__") / "text"
#: The screens of which a picture in colour is kept: a list, and a dialog over a text.
IN_COLOUR = [screen for screen in SCREENS if screen.id in ("review", "decision")]


def each_in_colour_or_grey() -> Iterator[object]:
    """Every picture of the smallest terminal once, every other screen in grey; all else is an exhaustive test."""
    for place, picture in enumerate(PICTURES):
        for colour in (True, False):
            is_variant = colour == bool((place + place // len(SIZES)) % 2) or not str(picture.id).endswith("-80x24")
            marks = [pytest.mark.exhaustive("dozens of pictures, each by a console of its own")] if is_variant else []
            yield pytest.param(
                *picture.values, colour, id=f"{picture.id}-{'colour' if colour else 'grey'}", marks=marks
            )


@pytest.mark.parametrize(("keys", "shows", "size", "colour"), each_in_colour_or_grey())
async def test_text(
    picture: Callable[[], Pictured],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    keys: tuple[str, ...],
    shows: str,
    colour: bool,
) -> None:
    """The text of the screen is that of the file, with colours and without."""
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    name = request.node.callspec.id.removesuffix("-colour").removesuffix("-grey")
    file = TEXTS / f"{name}.txt"
    app = picture()
    async with app.run_test(size=size) as pilot:
        await steps(*keys, shows=shows)(pilot)
        desk = Console(app, pilot)
        if request.config.getoption("update_snapshots"):
            await pilot.pause(1.0)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_text(desk), "utf-8")
        expected = file.read_text("utf-8")
        with contextlib.suppress(AssertionError):
            await desk.until(lambda: _text(desk) == expected, name)
        assert _text(desk).splitlines() == expected.splitlines()


def _text(desk: Console) -> str:
    """Without the marks of direction, and without blanks at the end of a line."""
    lines = _ISOLATES.sub("", desk.screen_text()).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_no_text_is_left_over() -> None:
    names = {f"{picture.id}.txt" for picture in PICTURES}
    assert {file.name for file in TEXTS.iterdir()} == names


@pytest.mark.parametrize("look", ["dark", "light", "sixteen", "light-sixteen", "grey"])
@pytest.mark.parametrize(("keys", "shows"), IN_COLOUR)
def test_colours(
    snap_compare: Callable[..., bool],
    picture: Callable[[], Pictured],
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    shows: str,
    look: str,
) -> None:
    if look == "grey":
        monkeypatch.setenv("NO_COLOR", "1")
    if "sixteen" in look:
        monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    before = steps(*keys, shows=shows)
    assert snap_compare(picture(), terminal_size=SIZES[0], run_before=_in_light(before) if "light" in look else before)


def _in_light(then: Callable[[Pilot[None]], Awaitable[None]]) -> Callable[[Pilot[None]], Awaitable[None]]:
    """The message about the theme is taken away first: else it depends on the time whether it is in the picture."""

    async def before(pilot: Pilot[None]) -> None:
        await steps("T", "j", "enter", shows="The theme is light")(pilot)
        assert isinstance(pilot.app, DutyDeskApp)
        pilot.app.desk_console.notify("")
        await then(pilot)

    return before
