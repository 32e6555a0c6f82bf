"""What lies at the top of the repository: nothing that a run left there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOWN = {"LICENSE", "README.md", "pyproject.toml", "sample_data", "src", "tests"}


def test_the_top_level_holds_what_belongs_there() -> None:
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    if said.returncode:
        pytest.skip("git can't be asked here: this is no checkout, or another user's")
    tops = {name.split("/")[0] for name in said.stdout.split("\0") if name}
    assert {name for name in tops if not name.startswith(".")} == KNOWN
