"""A short run of every target; run a million inputs with ``python tests/fuzz/fuzz.py --inputs 1000000``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_kit import Bounded, Escape, Target, require_fit_for_terminal
from fuzz_mutator import Mutator
from fuzz_one import plain
from fuzz_targets import CORPUS, TARGETS, corpus

INPUTS = 500
FUZZ = Path(__file__).with_name("fuzz.py")


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_escapes(name: str) -> None:
    run = plain(name, INPUTS, seed=1, found=None)
    assert run.bounded.inputs == INPUTS
    assert not run.kinds, list(run.kinds.values())
    assert run.bounded.most_steps > 0, "what an input costs was never counted"


def test_every_target_begins_with_a_corpus() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert all(corpus(name) for name in TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 200_000


def test_the_same_seed_makes_the_same_inputs() -> None:
    def made(seed: int) -> list[bytes]:
        return list(Mutator(corpus("wire"), TARGETS["wire"].words, seed, may_be_long=True).inputs(200))

    assert made(3) == made(3)
    assert made(3) != made(4)


def test_an_exception_an_unfit_text_and_a_dear_input_are_escapes() -> None:
    def steep(raw: bytes) -> None:
        for _ in range(100_000):
            len(raw)

    with pytest.raises(Escape, match="steps"):
        _counted(steep)
    with pytest.raises(Escape, match="of memory"):
        _counted(lambda raw: bytearray(50_000_000).clear())
    with pytest.raises(ZeroDivisionError):
        _counted(lambda raw: 1 // len(raw))  # type: ignore[arg-type, return-value]
    for text in ("a\x1bb", "a\x9bb", "a\u202eb", "a\nb", "\ud800", "\x7f"):
        with pytest.raises(Escape, match="would reach a terminal"):
            require_fit_for_terminal(text)
    require_fit_for_terminal("Варело\nعمر", multiline=True)


def _counted(check) -> None:  # type: ignore[no-untyped-def]
    bounded = Bounded(Target("x", check, ()))
    bounded.inputs = 63
    bounded(b"")


def test_the_command_says_how_many_and_ends_with_1_where_one_escapes(tmp_path: Path) -> None:
    command = [sys.executable, str(FUZZ), "--plain", "--inputs", "60", "--target", "names", "--found", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "60 inputs, 0 escapes, seeded"
    assert json.loads(_one("names", 40)[-1])["inputs"] == 40
    assert list(tmp_path.iterdir()) == []


def _one(name: str, inputs: int) -> list[str]:
    one = FUZZ.with_name("fuzz_one.py")
    command = [sys.executable, str(one), name, "--plain", "--inputs", str(inputs)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout.splitlines()
