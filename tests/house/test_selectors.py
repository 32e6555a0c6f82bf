"""Style sheets and ``AUTO_FOCUS`` name widgets and ids that exist."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from textual import containers, screen, widgets
from textual.widget import Widget

import dutydesk.tui

SCREENS = Path(dutydesk.tui.__file__).parent
SHEETS = sorted(SCREENS.rglob("*.tcss"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TYPE = re.compile(r"(?<![\w.#:$-])[A-Z]\w*")
_ID = re.compile(r"#([a-z][\w-]*)")


def selectors(sheet: str) -> Iterator[str]:
    """What stands in front of each block, nested ones included."""
    for part in re.split(r"[{}]", _COMMENT.sub("", sheet)):
        yield part.rpartition(";")[2].strip()


@cache
def widget_names() -> set[str]:
    """The names of the widgets of the console, of the widgets of Textual, and of what they inherit from."""
    for module in pkgutil.walk_packages([str(SCREENS)], "dutydesk.tui."):
        importlib.import_module(module.name)
    known = {name for room in (containers, screen, widgets) for name in dir(room)}
    todo = [Widget]
    while todo:
        kind = todo.pop()
        known.add(kind.__name__)
        todo += kind.__subclasses__()
    return known


@cache
def ids_set() -> set[str]:
    """Every text in the code that can be an id, or a part of one: ``row-`` of ``id=f"row-{name}"``."""
    found: set[str] = set()
    for path in SCREENS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def auto_focus() -> Iterator[tuple[str, str]]:
    for path in sorted(SCREENS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="AUTO_FOCUS")], value=ast.Constant(value=str(chosen))):
                    yield str(path.relative_to(SCREENS)), chosen
                case ast.AnnAssign(target=ast.Name(id="AUTO_FOCUS"), value=ast.Constant(value=str(chosen))):
                    yield str(path.relative_to(SCREENS)), chosen


def unknown(selector: str) -> list[str]:
    names, ids = widget_names(), ids_set()
    missing = [name for name in _TYPE.findall(selector) if name not in names]
    for name in _ID.findall(selector):
        if name not in ids and not any(_is_made_from(part, name) for part in ids):
            missing.append(f"#{name}")
    return missing


def _is_made_from(part: str, name: str) -> bool:
    """Whether ``part`` is the fixed text of an f-string that can make the id, such as ``row-`` or ``-pane``."""
    return (part.endswith("-") and name.startswith(part)) or (part.startswith("-") and name.endswith(part))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: str(path.relative_to(SCREENS)))
def test_a_style_sheet_names_what_exists(sheet: Path) -> None:
    assert {one: unknown(one) for one in selectors(sheet.read_text("utf-8")) if unknown(one)} == {}


@pytest.mark.parametrize(("file", "selector"), list(auto_focus()))
def test_the_first_focus_names_what_exists(file: str, selector: str) -> None:
    assert not unknown(selector), file


def test_a_renamed_widget_would_be_found() -> None:
    assert unknown("TickList") == ["TickList"]
    assert unknown("#behind BehindTable") == ["BehindTable"]
    assert unknown("LineTable > #no-such-id") == ["#no-such-id"]
    assert not unknown("#panes LineTable.-two > .table--head:focus")
