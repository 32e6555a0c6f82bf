"""What holds for all tests: where they keep their files, and that values refuse a change."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

os.environ["DUTYDESK_FREEZE"] = "1"

#: Bytes that must be free in memory before the tests' stores are kept there: some dozen times what they ever need.
_ENOUGH = 4 * 1024**3
_IN_MEMORY = Path("/dev/shm")


def pytest_configure() -> None:
    """Keeps the stores in memory: no test cuts the power, and thousands of syncs wait for nothing else."""
    is_usable = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free >= _ENOUGH
    if is_usable and "PYTEST_DEBUG_TEMPROOT" not in os.environ:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_IN_MEMORY)
