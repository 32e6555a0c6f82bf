"""A few kills; run fifty with ``python tests/crash/nats_kills.py --deliveries 10000 --kills 50``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nats_server import nats_program

COMMAND = Path(__file__).with_name("nats_kills.py")


@pytest.mark.parametrize(
    ("kills", "deliveries"),
    [(2, 80), pytest.param(6, 240, marks=pytest.mark.long("each kill waits for the line"))],
)
def test_killed_at_random_instants_each_line_is_there_once_and_acted_on_once(kills: int, deliveries: int) -> None:
    """Runs in a process of its own, because it forks."""
    nats_program()
    options = ["--deliveries", str(deliveries), "--kills", str(kills), "--seed", "3", "--json"]
    done = subprocess.run(
        [sys.executable, str(COMMAND), *options], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["words"] == [], done.stderr
    assert (found["faults"], sum(found["kills"].values())) == (0, kills)
    assert found["deliveries"] >= deliveries
