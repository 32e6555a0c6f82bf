"""The console on a real desk: exercise store, a clock that stands still, and helpers that wait for what must come."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ.pop("NO_COLOR", None)
os.environ.pop("TEXTUAL_THEME", None)
os.environ["TERM"] = "xterm-256color"
os.environ["PYTHONUTF8"] = "1"

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consoles import make_bench, patient_limits
from desks import Bench
from dutydesk.domain.limits import Limits


@pytest.fixture
def limits() -> Limits:
    """Nothing comes about by time alone."""
    return patient_limits()


@pytest.fixture
async def bench(tmp_path: Path, limits: Limits) -> AsyncIterator[Bench]:
    made = await make_bench(tmp_path / "desk.db", limits)
    yield made
    await made.desk.close()
