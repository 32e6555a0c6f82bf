"""The desk against the model: fixed walks that reach every row of the table of states, and steps that nobody chose.

A longer run, with other seeds: ``python tests/model/long_run.py --steps 50000 --seed 7``.
"""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test
from model_machine import DeskMachine
from model_owners import Statement
from model_rows import ROWS, TABLE, TALLY
from model_runs import quiet, walk_through
from model_world import World


def test_every_row_of_the_table_is_reached() -> None:
    reached = walk_through()
    missed = {row: names for row in TABLE if (names := [name for name in TABLE[row] if not reached[name]])}
    assert not missed, f"rows of the table that nothing went through: {missed}"


def test_two_thousand_steps_that_nobody_chose() -> None:
    run_state_machine_as_test(DeskMachine, settings=quiet(machines=45, steps=70, derandomize=True))
    assert TALLY.steps >= 2_000
    assert len(ROWS & TALLY.reached.keys()) >= 40, "luck alone goes through a good part of the table"
    assert TALLY.reached["delivery: leased by its own intake"] >= 25


@pytest.mark.parametrize("lie", ["state", "recipient", "lost"])
def test_a_desk_that_is_not_as_the_model_says_is_caught(lie: str) -> None:
    """What the harness itself is worth: the model is told something false, and the next step must notice."""
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
