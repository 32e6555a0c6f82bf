"""The desk against the model: fixed walks through every row of the table of states, and random steps.

A longer run with other seeds: ``python tests/model/long_run.py --steps 50000 --seed 7``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from model_owners import Statement
from model_rows import ROWS, TABLE
from model_runs import walk_through
from model_world import World


def test_every_row_of_the_table_is_reached() -> None:
    reached = walk_through()
    missed = {row: names for row in TABLE if (names := [name for name in TABLE[row] if not reached[name]])}
    assert not missed, f"rows of the table that nothing went through: {missed}"


#: Steps, steps that are done at least, and rows of the table that luck goes through at least.
_FEW, _MANY = (600, 400, 25), (3_000, 2_000, 40)


@pytest.mark.parametrize(
    ("steps", "done_steps", "rows"), [_FEW, pytest.param(*_MANY, marks=pytest.mark.long("thousands of steps"))]
)
def test_steps_that_nobody_chose(steps: int, done_steps: int, rows: int) -> None:
    """Runs in a process of its own, because Hypothesis draws depend on the modules that are imported."""
    run = [sys.executable, str(Path(__file__).with_name("long_run.py")), f"--steps={steps}", "--seed=18", "--json"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counted = json.loads(done.stdout)
    assert counted["steps"] >= done_steps
    assert len(ROWS & counted["reached"].keys()) >= rows, "luck alone goes through a good part of the table"
    assert counted["reached"]["delivery: leased by its own intake"] >= steps // 400


@pytest.mark.parametrize("lie", ["state", "recipient", "lost"])
def test_a_desk_that_is_not_as_the_model_says_is_caught(lie: str) -> None:
    """Tests the harness: given a false fact, the model must report a difference at the next step."""
    world = World()
    message = world.catalogue.body("DE", "blue", ["PL", "FR"])
    item = world.send(message)
    assert item is not None
    piece = world.law.pieces[item]
    match lie:
        case "state":
            piece.state = "held"
        case "recipient":
            world.law.statements.append(Statement("DE", None, "PL", denies=True))
        case "lost":
            world.law.pieces[2] = piece
    try:
        with pytest.raises(AssertionError):
            world.lease()
    finally:
        world.runner.run(world.desk.close())
        world.runner.close()
        world.folder.cleanup()
