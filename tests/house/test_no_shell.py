"""No shell, and nothing that turns text or bytes into code: what comes from outside is only ever data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dutydesk

PACKAGE = Path(dutydesk.__file__).parent
#: Modules that run other programs by a shell, or make objects out of bytes that somebody could have written.
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "pty", "commands", "code", "codeop"}
#: Calls by their whole name.
CALLS = {
    *("os.system", "os.popen", "os.startfile", "pty.spawn", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("asyncio.create_subprocess_shell", "builtins.eval", "builtins.exec"),
}
#: Names that need no module in front; of a method of the same name nothing is said.
BUILTINS = {"eval", "exec", "compile", "__import__"}


def faults(tree: ast.AST) -> Iterator[str]:
    names = _origins(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MODULES)
            case ast.ImportFrom() if (node.module or "").split(".")[0] in MODULES:
                yield str(node.module)
            case ast.Call():
                yield from _of_call(node, names)
            case ast.Attribute() | ast.Name() if _whole(node, names) in CALLS:
                yield _whole(node, names)


def _origins(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for: ``from os import system as run`` makes ``run`` mean ``os.system``."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _whole(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_whole(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _of_call(node: ast.Call, names: dict[str, str]) -> Iterator[str]:
    if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
        yield node.func.id
    for keyword in node.keywords:
        is_off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg == "shell" and not is_off:
            yield f"{_whole(node.func, names)} with a shell"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_reaches_a_shell_or_makes_code_of_text(path: Path) -> None:
    assert list(faults(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.system('x')",
        "from os import system as run; run('x')",
        "import os as o; o.popen('x')",
        "import subprocess; subprocess.run('x', shell=True)",
        "import subprocess; subprocess.Popen('x', shell=flag)",
        "from subprocess import getoutput; getoutput('x')",
        "import asyncio; asyncio.create_subprocess_shell('x')",
        "import os; run = os.system",
        "eval('x')",
        "exec('x')",
        "compile('x', 'y', 'exec')",
        "__import__('x')",
        "import pickle",
        "from pickle import loads",
        "import shelve as kept",
    ],
)
def test_it_would_be_found(line: str) -> None:
    assert list(faults(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["re.compile('x')", "subprocess.run(['x'], shell=False)", "subprocess.run(['x'])", "queries.execute('x')"]
)
def test_what_is_harmless_is_left_alone(line: str) -> None:
    assert not list(faults(ast.parse(line)))
