"""A desk with bureaus behind a loopback transport; ``settings`` is the text of its desk.toml."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dispatch_kit import Bureaus, Works

from desks import AT, Bench, MovedClock
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.limits import Limits
from dutydesk.domain.review.officers import Officer, Role


@pytest.fixture
def settings() -> str:
    return ""


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def works(tmp_path: Path, settings: str, limits: Limits) -> AsyncIterator[Works]:
    path, clock = tmp_path / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    (tmp_path / "desk.toml").write_text(settings, "utf-8")
    desk = await open_desk(path, clock, founder="root", limits=limits)
    made = Works(Bench(desk, clock), tmp_path, Bureaus())
    for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER)):
        await desk.people.add_officer(made.bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
    yield made
    await desk.close()
