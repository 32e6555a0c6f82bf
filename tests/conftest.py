"""Where the tests keep their files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

#: Bytes that must be free in memory before the tests' stores are kept there: some dozen times what they ever need.
_ENOUGH = 4 * 1024**3
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 — pytest makes folders of its own in it


def pytest_configure() -> None:
    """Keeps the stores in memory: no test cuts the power, and thousands of syncs wait for nothing else."""
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and os.access(_IN_MEMORY, os.W_OK):
        if shutil.disk_usage(_IN_MEMORY).free >= _ENOUGH:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_IN_MEMORY)
