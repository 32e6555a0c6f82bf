"""The floors of the house: what may import what, and that nothing but the desk's use cases writes."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import dutydesk
import dutydesk.desk.service.desk  # defines every service
from dutydesk.desk.service.perform import Command, Service

PACKAGE = Path(dutydesk.__file__).parent
FLOORS = ("domain", "wire", "store", "screening", "desk", "dispatch", "tui", "demo", "cli")
HEAVY = (
    "pydantic",
    "aiosql",
    "textual",
    "rich",
    "click",
    "jiter",
    "watchfiles",
    "pycountry",
    "sqlite3",
    "apsw",
    "cryptography",
)


def modules_of(room: str) -> list[str]:
    files = sorted((PACKAGE / room).rglob("*.py"))
    names = (".".join(("dutydesk", *file.relative_to(PACKAGE).with_suffix("").parts)) for file in files)
    return [name.removesuffix(".__init__") for name in names]


def loaded_by(names: list[str]) -> set[str]:
    """The top-level packages in memory once these modules were imported in a process of their own."""
    code = f"import sys\nfor name in {names!r}: __import__(name)\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    return set(done.stdout.split())


def test_the_domain_needs_only_the_standard_library() -> None:
    loaded = loaded_by(modules_of("domain"))
    assert not {name for name in loaded if name.split(".")[0] in HEAVY}
    rooms = {name.split(".")[1] for name in loaded if name.startswith("dutydesk.")}
    assert rooms == {"domain", "language"}


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("wire", {"store", "desk", "dispatch", "tui", "demo", "cli"}),
        ("store", {"wire", "desk", "dispatch", "tui", "demo", "cli"}),
        ("desk", {"dispatch", "tui", "demo", "cli"}),
        ("dispatch", {"tui", "demo", "cli"}),
    ],
)
def test_a_room_loads_only_floors_below_it(room: str, never: set[str]) -> None:
    rooms = {name.split(".")[1] for name in loaded_by(modules_of(room)) if name.startswith("dutydesk.")}
    assert not rooms & never


@pytest.mark.parametrize("room", ["domain", "wire", "store", "desk", "dispatch"])
def test_nothing_below_the_screens_loads_textual(room: str) -> None:
    assert not {name for name in loaded_by(modules_of(room)) if name.split(".")[0] == "textual"}


def calls_in(path: Path) -> set[str]:
    """Names of the attributes that are called or read in a file, such as ``write`` of ``desk.store.write(...)``."""
    tree = ast.parse(path.read_text("utf-8"))
    return {f"{ast.unparse(node.value)}.{node.attr}" for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("room", ["dispatch", "tui", "demo", "cli", "wire", "screening", "domain"])
def test_only_the_desk_writes(room: str) -> None:
    """No file outside the desk reaches a transaction: acts go through the use cases, whoever makes them."""
    for path in (PACKAGE / room).rglob("*.py"):
        for name in calls_in(path):
            assert not name.endswith((".store.write", ".connection.execute", ".connection.executemany")), (
                f"{path}: {name}"
            )
        assert "dutydesk.store.engine.transaction" not in path.read_text("utf-8"), path


def test_only_the_store_speaks_sql() -> None:
    for room in FLOORS:
        if room == "store":
            continue
        for path in (PACKAGE / room).rglob("*.py"):
            text = path.read_text("utf-8")
            assert "import sqlite3" not in text, path
            assert "import apsw" not in text, path
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not node.value.startswith(("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")), path


def test_every_use_case_names_its_actor() -> None:
    """The desk's commands and writing methods take an ``actor`` first, but for those of the machine itself."""
    machine = {
        "receive",
        "apply_deadlines",
        "voiding_if_stale",
        "lease",
        "resume_deliveries",
        "acknowledge",
        "wait_for_transactions",
        "requeue_leased",
    }
    commands, writing = 0, []
    for service in Service.__subclasses__():
        for name, member in vars(service).items():
            if isinstance(member, Command):
                assert list(inspect.signature(member._work).parameters)[:3] == ["transaction", "context", "actor"], name
                commands += 1
            elif inspect.iscoroutinefunction(member) and "store.write" in inspect.getsource(member):
                writing.append(name)
                assert name in machine or list(inspect.signature(member).parameters)[1] == "actor", name
    assert commands > 25
    assert len(writing) > 8


MOST_PARAMETERS = 7


def _is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command of the command line: its options are its parameters."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_no_function_has_too_many_parameters() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_command(node):
                arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                count = sum(argument.arg not in ("self", "cls") for argument in arguments)
                if count > MOST_PARAMETERS:
                    found.append(f"{path.relative_to(PACKAGE)}: {node.name} takes {count}")
    assert not found


def test_no_class_name_stands_twice() -> None:
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(path.name)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_files_stay_readable() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 420, path


def test_only_the_bindings_open_a_file() -> None:
    """Two SQLite libraries on one file in one process drop each other's locks."""
    for package in (PACKAGE, PACKAGE.with_name("dutydesk_bench")):
        for path in package.rglob("*.py"):
            text = path.read_text("utf-8")
            assert ("sqlite3.connect(" in text) is (path.name == "sqlite3_connection.py"), path
            assert ("apsw.Connection(" in text) is (path.name == "apsw_connection.py"), path
