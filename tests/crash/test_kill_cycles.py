"""A few cycles, and a few dozen of them; run a thousand with ``python tests/crash/kill_cycles.py --cycles 1000``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine_under_test import IS_ON_CLUSTER

COMMAND = Path(__file__).with_name("kill_cycles.py")
#: Cycles, and at least so many points at which the kills fall.
FEW, DOZENS = (6, 3), (30, 10)


@pytest.mark.parametrize(
    ("cycles", "points"),
    [FEW, pytest.param(*DOZENS, marks=pytest.mark.long("each cycle proves the desk"))],
)
def test_killed_at_named_points_and_random_instants_the_desk_keeps_every_promise(cycles: int, points: int) -> None:
    """Runs in a process of its own, because it forks."""
    command = [sys.executable, str(COMMAND), "--cycles", str(cycles), "--seed", "5", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.stdout, done.stderr
    summary = json.loads(done.stdout)
    assert summary["faults"] == [], done.stderr
    assert (summary["lost"], summary["leaked"], summary["broken"]) == (0, 0, 0)
    assert summary["cycles"] == cycles
    assert summary["engine"] == ("postgresql" if IS_ON_CLUSTER else "sqlite")
    assert len(summary["kills"]) >= points, "the kills fell at many different points"
    assert min(summary["messages"], summary["acts"], summary["deliveries"]) >= cycles, "there was something to lose"
