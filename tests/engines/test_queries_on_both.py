"""Each query gives the same values, types and order on each engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import Bench
from pairs import Pair, pair
from postgres_cluster import PostgresCluster, postgres_cluster
from recorded import Call, Recording, recording
from sample_shift import opened_desk, play

__all__ = ["postgres_cluster"]


async def play_at(place: Path) -> None:
    desk, clock = await opened_desk(place)
    try:
        await play(Bench(desk, clock))
    finally:
        await desk.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    with recording() as found:
        asyncio.run(play_at(tmp_path_factory.mktemp("recorded") / "desk.db"))
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster) -> Iterator[Pair]:
    with pair(tmp_path_factory.mktemp("pair"), postgres_cluster.database()) as made:
        yield made


def test_every_statement_of_the_shift(recorded: Recording, both: Pair) -> None:
    from collections import Counter
    import time
    t=time.time()
    bad: Counter[str] = Counter(); shown={}
    for call in recorded.calls:
        a, b = both.run(call)
        if a != b:
            bad[call.query]+=1
            shown.setdefault(call.query,(call,a,b))
    print(len(recorded.calls), len(recorded.queries), time.time()-t)
    for q,n in bad.items():
        print("==",q,n); c,a,b=shown[q]; print(str(c.values)[:300]); print(str(a)[:600]); print(str(b)[:600])
    print(both.differing_tables())
    assert 0
