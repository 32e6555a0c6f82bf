"""A run of a few seconds; run minutes with ``python tests/crash/company.py --seconds 180``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COMMAND = Path(__file__).with_name("company.py")


def test_at_full_intake_nobody_meets_an_error_and_the_store_is_whole() -> None:
    """Runs a dispatcher, a console, two officers, a reader and commands, in a process of their own because it forks."""
    command = [sys.executable, str(COMMAND), "--seconds", "3", "--consoles", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["faults"] == [], done.stderr
    assert outcome["taken_in"] > 0
    assert min(outcome["reads"], outcome["calls"]) > 0
    assert len(outcome["acts"]) > outcome["refused"] > -1
