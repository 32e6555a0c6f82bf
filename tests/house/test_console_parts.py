"""How the console is put together: by objects that are handed what they need, with Textual's private names in one file.

import-linter sees Textual as one module, so which of its modules is imported is checked here.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import textual
from textual.driver import Driver
from textual.message_pump import MessagePump

import dutydesk
import dutydesk.tui

PACKAGE = Path(dutydesk.__file__).parent
SCREENS = Path(dutydesk.tui.__file__).parent
INTERNALS = SCREENS / "textual_internals.py"
FILES = [path for path in sorted(SCREENS.rglob("*.py")) if path.name != "__init__.py"]


def test_no_hook_is_found_missing_at_run_time() -> None:
    assert not [f"{path}:{node.lineno}" for path, node in nodes_of(FILES) if _is_named(node, "NotImplementedError")]


def test_nothing_is_cast() -> None:
    """Screens are handed a ``Console``; they never declare that ``self.app`` or another object is one."""
    calls = [(path, node) for path, node in nodes_of(FILES) if isinstance(node, ast.Call)]
    assert not [f"{path}:{call.lineno}" for path, call in calls if ast.unparse(call.func).rpartition(".")[2] == "cast"]


def test_only_one_file_imports_private_modules_of_textual() -> None:
    files = [
        path for path in sorted(PACKAGE.rglob("*.py")) if path != INTERNALS and "textual._" in path.read_text("utf-8")
    ]
    assert not [f"{path}:{name}" for path, node in nodes_of(files) for name in _imports(node) if _is_of_textual(name)]


def test_only_one_file_uses_private_names_of_textual() -> None:
    """Neither ``self._name`` that Textual has too, nor ``other._name``, whatever ``other`` is."""
    found = []
    for path in FILES:
        if path != INTERNALS:
            tree = ast.parse(path.read_text("utf-8"))
            found += [f"{path}:{line}: {name}" for line, name in (*_of_others(tree), *_of_textual(path, tree))]
    assert not found


def nodes_of(paths: list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    for path in paths:
        yield from ((path, node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))


def _is_named(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == name


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _is_of_textual(name: str) -> bool:
    return name.startswith("textual.") and "._" in name


def _of_others(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and _is_private(node.attr)
            and ast.unparse(node.value) not in ("self", "cls")
        ):
            yield node.lineno, ast.unparse(node)


def _of_textual(path: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Private names that a class of ours shares with the class of Textual that it inherits from."""
    module = importlib.import_module(".".join(("dutydesk", "tui", *path.relative_to(SCREENS).with_suffix("").parts)))
    for node in ast.walk(tree):
        kind = getattr(module, node.name, None) if isinstance(node, ast.ClassDef) else None
        if (
            not isinstance(node, ast.ClassDef)
            or not isinstance(kind, type)
            or not issubclass(kind, MessagePump | Driver)
        ):
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and part.attr in private_names_of_textual():
                yield part.lineno, part.attr
            elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name in private_names_of_textual():
                yield part.lineno, part.name


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@cache
def private_names_of_textual() -> frozenset[str]:
    """Attributes and methods of the classes of Textual that ours inherit from."""
    room = Path(textual.__file__).parent
    found: set[str] = set()
    files = ("app", "screen", "widget", "dom", "message_pump", "scroll_view", "driver", "drivers/linux_driver")
    for file in files:
        for node in ast.walk(ast.parse((room / f"{file}.py").read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
                found.add(node.attr)
    return frozenset(filter(_is_private, found))


def test_a_private_name_would_be_found() -> None:
    (imported,) = ast.parse("from textual import _context").body
    assert _is_of_textual(_imports(imported)[0])
    assert "_compositor" in private_names_of_textual()
    assert list(_of_others(ast.parse("app._check_bindings('x')")))
    assert not list(_of_others(ast.parse("self._own; cls._own; other.public")))
