"""What is tuned is a field of ``Limits`` with its unit and reason; tests hand limits in and patch no constant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import dutydesk
from dutydesk.domain import limits
from dutydesk.domain.limits import DEFAULT_LIMITS

PACKAGE = Path(dutydesk.__file__).parent
TESTS = Path(__file__).parents[1]


def is_constant(name: str) -> bool:
    return name.isupper() and len(name.strip("_")) > 1


def patched_names(file: Path) -> Iterator[str]:
    """Names that a test file sets on another module: by ``setattr`` or by an assignment."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("setattr", "setitem")
        ):
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
                elif node.func.attr == "setitem" and isinstance(argument, ast.Attribute):
                    yield argument.attr
        targets = node.targets if isinstance(node, ast.Assign) else ()
        yield from (target.attr for target in targets if isinstance(target, ast.Attribute))


def test_no_test_patches_a_constant_of_the_product() -> None:
    patched = {
        f"{file.relative_to(TESTS)}: {name}"
        for file in TESTS.rglob("*.py")
        for name in patched_names(file)
        if is_constant(name.rpartition(".")[2]) and not name.startswith("textual.")
    }
    assert patched == set()


def test_each_limit_says_its_unit_and_its_reason() -> None:
    """A comment stands above each field, or above the fields that it explains together."""
    lines = Path(limits.__file__).read_text("utf-8").splitlines()
    tree = ast.parse("\n".join(lines))
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name != "Limits"):
        assert ast.get_docstring(group)
        explained = False
        for field in (node for node in group.body if isinstance(node, ast.AnnAssign)):
            above = lines[field.lineno - 2].strip()
            explained = above.startswith("#:") or (explained and above != "")
            assert explained, f"{group.name}, line {field.lineno} has no comment"


def test_the_limits_are_frozen_and_each_is_used() -> None:
    code = "".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py") if file != Path(limits.__file__))
    for group in fields(DEFAULT_LIMITS):
        values = getattr(DEFAULT_LIMITS, group.name)
        assert is_dataclass(values)
        assert type(values).__dataclass_params__.frozen
        unused = [field.name for field in fields(values) if f".{field.name}" not in code]
        assert unused == [], group.name
