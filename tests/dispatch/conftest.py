"""A desk with bureaus behind a loopback transport; ``settings`` is the text of its desk.toml."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dispatch_kit import Bureaus, Works

from desks import Bench, officer, prepared_desk
from dutydesk.domain.limits import Limits
from dutydesk.domain.review.officers import Role


@pytest.fixture
def settings() -> str:
    return ""


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def works(tmp_path: Path, settings: str, limits: Limits) -> AsyncIterator[Works]:
    (tmp_path / "desk.toml").write_text(settings, "utf-8")
    officers = officer("Ines", Role.SUPERVISOR), officer("Jonas", Role.OFFICER)
    desk, clock = await prepared_desk(tmp_path / "desk.db", officers, limits)
    yield Works(Bench(desk, clock), tmp_path, Bureaus())
    await desk.close()
