"""A few rounds, and a dozen of them; run two hundred with ``python tests/failover/failovers.py --rounds 200``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from postgres_cluster import need_postgres

COMMAND = Path(__file__).with_name("failovers.py")

pytestmark = pytest.mark.xdist_group("failover")


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.long("each round waits for a cluster"))])
def test_three_boxes_lose_nothing_and_tell_nothing_twice_whatever_fails(rounds: int) -> None:
    """Runs in a process of its own, because it forks."""
    need_postgres()
    command = [sys.executable, str(COMMAND), "--rounds", str(rounds), "--seed", "7", "--rate", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
    assert done.stdout, done.stderr
    summary = json.loads(done.stdout)
    assert summary["faults"] == [], done.stderr
    assert (summary["rounds"], len(summary["kinds"])) == (rounds, rounds)
    assert min(summary["messages"], summary["acts"], summary["deliveries"]) >= rounds, "there was something to lose"
