"""Fixtures: a desk on a real store in a temporary folder, with a clock that tests move and six officers.

At the end of each test the log must prove that every delivery was permitted, and the tables must be those of the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desks import AT, Bench, MovedClock
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.limits import Limits
from dutydesk.domain.review.officers import Officer, Role


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def bench(tmp_path: Path, limits: Limits, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    path, clock = tmp_path / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root", limits=limits)
    made = Bench(desk, clock, is_edited=hasattr(request.module, "changed_file"))
    for name, role, country in (
        ("Ines", Role.SUPERVISOR, "-"),
        ("Oskar", Role.SUPERVISOR, "-"),
        ("Jonas", Role.OFFICER, "-"),
        ("Mara", Role.OFFICER, "-"),
        ("Ruslana", Role.SUPERVISOR, "RU"),
        ("Olga", Role.OBSERVER, "-"),
    ):
        await desk.people.add_officer(made.actor("root"), Officer(name, role, country, (name.lower(),)))
    yield made
    proof, state = await prove_store(desk.store, desk.context), await compare_state(desk.store, desk.context)
    await desk.close()
    assert proof.holds, proof
    assert state.holds or made.is_edited, "\n".join(each.words for each in state.differences[:20])
