"""What holds for all tests: where they keep their files, and that values refuse a change."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from long_modules import EXHAUSTIVE_MODULES, LONG_MODULES

os.environ["DUTYDESK_FREEZE"] = "1"

# A slow machine is no fault of an example. What a test sets by itself comes before this.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

#: Bytes that must be free in memory before the tests' stores are kept there: some dozen times what they ever need.
_ENOUGH = 4 * 1024**3
_IN_MEMORY = Path("/dev/shm")
_TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what only concerns SQLite's file where the prepared desks are on a PostgreSQL cluster.

    Raises UsageError for a long or exhaustive test that doesn't say why it is one.
    """
    for item in items:
        module = item.path.relative_to(_TESTS).as_posix()
        if module in EXHAUSTIVE_MODULES:
            item.add_marker(pytest.mark.exhaustive(EXHAUSTIVE_MODULES[module]))
        elif module in LONG_MODULES and item.get_closest_marker("exhaustive") is None:
            item.add_marker(pytest.mark.long(LONG_MODULES[module]))
        for mark in (item.get_closest_marker("long"), item.get_closest_marker("exhaustive")):
            if mark is not None and not mark.args:
                raise pytest.UsageError(f"{item.nodeid} is {mark.name}; say why, as the mark's argument")
    if os.environ.get("DUTYDESK_TEST_ENGINE") != "postgresql":
        return
    for item in items:
        mark = item.get_closest_marker("sqlite_only")
        if mark is not None:
            item.add_marker(pytest.mark.skip(reason=f"of SQLite alone: {mark.args[0]}"))


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the stores in memory: no test cuts the power, and thousands of syncs wait for nothing else.

    Where the prepared desks are on a cluster it counts how many tests were.
    """
    if os.environ.get("DUTYDESK_TEST_ENGINE") == "postgresql":
        from engine_tally import EngineTally

        config.pluginmanager.register(EngineTally())
    is_usable = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free >= _ENOUGH
    if is_usable and "PYTEST_DEBUG_TEMPROOT" not in os.environ:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_IN_MEMORY)
