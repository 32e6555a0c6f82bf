"""Every refusal has a stable code: given where it is raised, used, unique, and explained on the page of faults."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

import dutydesk
import dutydesk.domain.codes
from dutydesk.dispatch.transport import OutcomeUnknown, TransportDown
from dutydesk.domain.codes.base import Code
from dutydesk.domain.errors import BodyChanged, DeskError, StaleProposal
from dutydesk.wire.reference.faults_page import FAMILIES, faults_page, page_file

SRC = Path(dutydesk.__file__).parents[1]
CODES = tuple(code for _title, family, _exit in FAMILIES for code in family)
#: Their constructors give the one code that they have.
ONE_CODE = {BodyChanged, StaleProposal, TransportDown, OutcomeUnknown}


def subclasses(of: type[DeskError]) -> Iterator[type[DeskError]]:
    for found in of.__subclasses__():
        yield found
        yield from subclasses(found)


REFUSALS = {found.__name__: found for found in subclasses(DeskError)}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in ("dutydesk", "dutydesk_bench"):
        for path in sorted((SRC / room).rglob("*.py")):
            yield path.relative_to(SRC), ast.parse(path.read_text("utf-8"))


def uncoded(tree: ast.Module) -> Iterator[int]:
    """Lines that make a refusal without a code: its first argument is a text, or there is none."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS):
            continue
        if REFUSALS[node.func.id] in ONE_CODE:
            continue
        if not node.args or not _is_code(node.args[0]):
            yield node.lineno


def _is_code(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=family)) if family.endswith("Code"):
            return True
        case ast.Name(id="code") | ast.Attribute(attr="code"):
            return True
        case ast.IfExp(body=one, orelse=other):
            return _is_code(one) and _is_code(other)
        case _:
            return False


def test_no_refusal_is_made_without_a_code() -> None:
    found = [f"{path}:{line}" for path, tree in trees() for line in uncoded(tree)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("code", ['Refused("no")', 'NotAllowed(f"{who} may not")', "Conflict()", "NotFound(words)"])
def test_a_refusal_without_a_code_is_found(code: str) -> None:
    assert list(uncoded(ast.parse(f"raise {code}"))) == [1]


def test_the_base_class_is_never_raised() -> None:
    raised = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "DeskError"
    ]
    assert not raised


def test_every_code_is_used() -> None:
    used = {
        (node.value.id, node.attr)
        for _path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    unused = [code.value for code in CODES if (type(code).__name__, code.name) not in used]
    assert not unused


def test_codes_are_unique_across_families() -> None:
    assert [value for value, n in Counter(code.value for code in CODES).items() if n > 1] == []


def test_a_code_is_a_name_with_two_sentences() -> None:
    for code in CODES:
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code.value)
        assert code.name == code.value.upper()
        for sentence in (code.meaning, code.remedy):
            assert re.fullmatch(r"(--)?[A-Za-z].*\.", sentence), sentence


def test_every_family_is_on_the_page() -> None:
    modules = [
        importlib.import_module(f"{dutydesk.domain.codes.__name__}.{found.name}")
        for found in pkgutil.iter_modules(dutydesk.domain.codes.__path__)
    ]
    assert modules
    assert set(Code.__subclasses__()) == {family for _title, family, _exit in FAMILIES}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda refusal: refusal.__name__)
def test_the_page_has_the_exit_code_of_the_class(refusal: type[DeskError]) -> None:
    (exit_code,) = [exit_code for _title, family, exit_code in FAMILIES if family is get_type_hints(refusal)["code"]]
    assert exit_code == refusal.exit_code


def test_the_page_of_faults_is_up_to_date() -> None:
    assert page_file().read_text("utf-8") == faults_page(), "run: python -m dutydesk.wire.reference.faults_page"
