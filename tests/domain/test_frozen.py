"""Values are frozen for the type checker and in the tests, and plain where the program runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, field
from pathlib import Path

import pytest

from dutydesk.domain import frozen
from dutydesk.domain.frozen import FREEZE_VARIABLE
from dutydesk.domain.messages.subjects import PersonName

PLAIN = """
import copy, pickle
from dataclasses import replace
from dutydesk.domain.messages.subjects import Person, PersonName
name = PersonName("a", "b")
person = Person(name=name, aliases=(name,))
assert replace(person) == person and hash(replace(person)) == hash(person) and {person: 1}[replace(person)] == 1
assert pickle.loads(pickle.dumps(person)) == person == copy.deepcopy(person) and repr(name) in repr(person)
assert not hasattr(name, "__dict__") and "__setattr__" not in vars(PersonName)
"""


CHANGE = """
from dutydesk.domain.frozen import value
@value(frozen=True, slots=True)
class Part:
    name: str
Part("a").name = "b"
"""


def test_the_type_checker_refuses_a_change(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", "-c", CHANGE]
    environment = {**os.environ, "MYPYPATH": str(Path(frozen.__file__).parents[2])}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert 'Property "name" defined in "Part" is read-only' in run.stdout, run
    assert "Found 1 error" in run.stdout, run


def test_a_value_refuses_a_change() -> None:
    name = PersonName("a")
    with pytest.raises(FrozenInstanceError):
        name.family = "b"  # type: ignore[misc]


def run_with_values(*command: str, freeze: bool) -> None:
    environment = os.environ | {FREEZE_VARIABLE: "1" if freeze else ""}
    run = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_a_plain_value_is_compared_hashed_and_copied_as_a_frozen_one() -> None:
    run_with_values("-c", PLAIN, freeze=False)


@pytest.mark.parametrize("freeze", [False, True])
def test_a_value_does_what_a_dataclass_does(freeze: bool) -> None:
    run_with_values(str(Path(__file__).with_name("values_by_calls.py")), freeze=freeze)


def test_a_value_shows_its_fields_as_a_dataclass_does() -> None:
    @frozen.value(frozen=True, slots=True)
    class Shown:
        name: str
        hidden: int = field(default=1, repr=False)

    @frozen.value(frozen=True, slots=True)
    class Own:
        def __repr__(self) -> str:
            return "own"

    name = Shown.__qualname__
    assert repr((Shown("a"), Own())) == f"({name}(name='a'), own)"
