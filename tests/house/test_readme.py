"""The README and the pages that it leads to: short, with every link, path and command as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from dutydesk.cli.main import FAMILIES
from dutydesk_bench.command import SUITE_NAMES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "dutydesk"
README = ROOT / "README.md"
ARCHITECTURE = ROOT / "src" / "ARCHITECTURE.md"
DATA_PAGES = sorted((PACKAGE / "data").glob("*.md"))
PAGES = [README, ARCHITECTURE, *DATA_PAGES]
MAX_README_LINES = 180
#: From where a page names its paths: the top, the sources, the product, and for its floors the desk.
BASES = (ROOT, ROOT / "src", PACKAGE, PACKAGE / "desk")
#: A path as a page names it: with a slash, or a file of the kinds that the repository holds.
PATH = re.compile(r"(?<![\w/.:~$-])\.?[\w*-][\w*./-]*(?:/[\w*.-]*|\.(?:py|md|toml|sql|tcss|svg))(?![\w*/-])")
LINK = re.compile(r"\]\(([^)#]+)\)")


def code_parts(text: str) -> Iterator[str]:
    """What a page sets as code: whole blocks, and the words between backticks."""
    for number, part in enumerate(text.split("\n```")):
        if number % 2:
            yield part
        else:
            yield from re.findall(r"`([^`\n]+)`", part)


def named_paths(text: str) -> set[str]:
    return {path.rstrip("/.") for path in chain.from_iterable(map(PATH.findall, code_parts(text)))}


def is_there(path: str) -> bool:
    return any(True for base in BASES for _ in base.glob(path))


def test_paths_are_found_in_blocks_and_between_backticks() -> None:
    text = "`desk/base/` and `cli/main.py`\n```\ntui/*/texts.py   words\n```\nnot/this, `--db PATH`, `a/b.py -k x`"
    assert named_paths(text) == {"desk/base", "cli/main.py", "tui/*/texts.py", "a/b.py"}


def test_every_path_of_the_architecture_page_exists() -> None:
    paths = named_paths(ARCHITECTURE.read_text("utf-8"))
    assert len(paths) > 60
    missing = sorted(path for path in paths - {"desk.toml"} if not is_there(path))
    assert missing == [], f"{ARCHITECTURE.name} names what is not there: {', '.join(missing)}"


def test_every_room_is_on_the_architecture_page() -> None:
    text = ARCHITECTURE.read_text("utf-8")
    rooms = [folder.name for base in (PACKAGE, PACKAGE / "desk") for folder in base.iterdir()]
    for room in sorted(room for room in rooms if "." not in room and not room.startswith("_")):
        assert f"{room}/" in text, room


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).is_file()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_and_script_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"\btests/[\w./-]*\w", page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    text = README.read_text("utf-8")
    for page in (ARCHITECTURE, *DATA_PAGES):
        assert f"]({page.relative_to(ROOT)})" in text, page.name


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= MAX_README_LINES


def test_the_first_screen_is_what_it_is_a_picture_and_two_commands() -> None:
    first = README.read_text("utf-8").splitlines()[:24]
    assert any(line.startswith("![") for line in first)
    assert sum(line.startswith("    python3 -m venv ") for line in first) == 2


def test_two_commands_set_it_up() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", README.read_text("utf-8"), flags=re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("dutydesk demo")
    assert commands[1].endswith("pytest")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    parts = list(code_parts(page.read_text("utf-8")))
    named = {name for part in parts for name in re.findall(r"(?:^|/bin/)dutydesk ([a-z][a-z-]*)", part, re.MULTILINE)}
    suites = {name for part in parts for name in re.findall(r"dutydesk bench ([a-z]+)", part)}
    assert named <= {name for family in FAMILIES.values() for name in family}
    assert suites <= {*SUITE_NAMES, "all"}
