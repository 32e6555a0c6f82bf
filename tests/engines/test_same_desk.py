"""The exact script of the sample shift leaves the same log on both engines, byte for byte, and shows the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from filled import Filled
from runs import RUNS, Outcome

from dutydesk.store.engine.location import locate
from postgres_cluster import PostgresCluster

pytestmark = pytest.mark.xdist_group("engines")


@pytest.fixture
async def on_cluster(tmp_path: Path, postgres_cluster: PostgresCluster) -> Outcome:
    return await RUNS["shift"](locate(postgres_cluster.database(), tmp_path))


async def test_the_shift_is_the_same_on_both_engines(on_cluster: Outcome, filled: dict[str, Filled]) -> None:
    on_file = filled["shift"].outcome
    assert len(on_cluster.log) == len(on_file.log)
    for first, second in zip(on_file.log, on_cluster.log, strict=True):
        assert first == second
    assert {name for name, shown in on_file.reads.items() if on_cluster.reads[name] != shown} == set()
