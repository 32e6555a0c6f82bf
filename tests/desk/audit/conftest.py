"""What the tests of forged logs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from forged_logs import made_log


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that is forged, of which each test takes a copy."""
    return made_log(tmp_path_factory.mktemp("forged"))
