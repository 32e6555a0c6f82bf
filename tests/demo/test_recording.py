"""The recorded tour: a cast that plays to its end, the same each time, and the picture that is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyte
import pytest

from boxes import Box
from dutydesk.demo.recording_script import SCRIPT
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode

sys.path.insert(0, str(Path(__file__).parents[1] / "tui"))

from make_recording import animated_svg, frames, read_cast

PICTURE = Path(__file__).parents[2] / ".pictures" / "tour.svg"
LARGEST_PICTURE = 400_000
A_MINUTE = (40, 75)
SECONDS = 300
pytestmark = pytest.mark.xdist_group("recording")  # the tour is recorded once
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> str:
    box = Box(tmp_path_factory.mktemp("record"))
    command = box.command("demo", "--record", str(box.folder / "tour.cast"))
    done = subprocess.run(command, env=box.environment(), capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return (box.folder / "tour.cast").read_text("utf-8")


@pytest.mark.exhaustive("a console plays the whole tour")
def test_it_plays_to_its_end(cast: str) -> None:
    size, events = read_cast(cast)
    assert size == (80, 24)
    times = [at for at, _ in events]
    assert times == sorted(times)
    assert len(events) == len(SCRIPT) + 1
    assert A_MINUTE[0] < times[-1] < A_MINUTE[1], times[-1]
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    seen = ""
    for _, text in events:
        stream.feed(text)
        seen += "\n".join(screen.display)
    for words in (
        "1 FEED",
        "1 Text",
        "Order a measure on",
        "Checklist of D-",
        "is released",
        "ON DUTY",
        "FIGURES",
        "Keys",
    ):
        assert words in seen, words
    assert "3 COUNTRIES" in "\n".join(screen.display), "the tour does not end where it began"


@pytest.mark.exhaustive("a console plays the whole tour")
def test_the_picture_of_a_cast(cast: str) -> None:
    size, events = read_cast(cast)
    shown = list(frames(size, events))
    assert len(shown) > 20
    check_picture(animated_svg(size, shown))


def test_the_picture_of_the_readme() -> None:
    check_picture(PICTURE.read_text("utf-8"))
    assert ".pictures/tour.svg" in (PICTURE.parents[1] / "README.md").read_text("utf-8")


def check_picture(drawn: str) -> None:
    assert len(drawn.encode()) < LARGEST_PICTURE, len(drawn)
    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}script"))
    assert "@keyframes" in drawn
    ids = {each.get("id") for each in root.iter(f"{SVG}g")}
    assert all(each.get("href", "").removeprefix("#") in ids for each in root.iter(f"{SVG}use"))


def test_a_file_is_not_replaced_without_force(tmp_path: Path) -> None:
    box = Box(tmp_path)
    file = tmp_path / "tour.cast"
    file.write_text("mine")
    box.refused(RefusedCode.FILE_EXISTS, "demo", "--record", str(file))
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "options",
    [("--force",), ("--size", "100x30"), ("--record", "x", "--speed", "5"), ("--record", "x", "--headless")],
)
def test_options_that_do_not_go_together(tmp_path: Path, options: tuple[str, ...]) -> None:
    Box(tmp_path).refused(InvalidRequestCode.CONFLICTING_OPTIONS, "demo", *options)


def test_a_size_that_is_none(tmp_path: Path) -> None:
    Box(tmp_path).refused(InvalidRequestCode.BAD_ARGUMENT, "demo", "--record", "x", "--size", "40x10")


def test_each_line_is_json(cast: str) -> None:
    assert all(json.loads(line) for line in cast.splitlines())
