"""Fixtures: a desk on a real store in a temporary folder, with a clock that tests move and six officers.

At the end of each test the log must prove that every delivery was permitted, and the tables must be those of the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desks import Bench, officer, prepared_desk
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.domain.limits import Limits
from dutydesk.domain.review.officers import Role

_OFFICERS = (
    officer("Ines", Role.SUPERVISOR),
    officer("Oskar", Role.SUPERVISOR),
    officer("Jonas", Role.OFFICER),
    officer("Mara", Role.OFFICER),
    officer("Ruslana", Role.SUPERVISOR, "RU"),
    officer("Olga", Role.OBSERVER),
)


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def bench(tmp_path: Path, limits: Limits, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    desk, clock = await prepared_desk(tmp_path / "desk.db", _OFFICERS, limits)
    made = Bench(desk, clock, is_edited=hasattr(request.module, "changed_file"))
    yield made
    proof, state = await prove_store(desk.store, desk.context), await compare_state(desk.store, desk.context)
    await desk.close()
    assert proof.holds, proof
    assert state.holds or made.is_edited, "\n".join(each.words for each in state.differences[:20])
