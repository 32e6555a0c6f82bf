"""A box with a long line to its primary reads, writes nothing by SQL, and holds nobody up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.store import StoreCode
from postgres_cluster import PostgresCluster, postgres_cluster
from tcp_proxy import TcpProxy

__all__ = ["postgres_cluster"]

Calls = tuple[str, ...]


@pytest.fixture
def near(tmp_path: Path, postgres_cluster: PostgresCluster) -> tuple[Box, Calls, str]:
    """A box on the primary's own machine, how it calls its store, and the name of the database."""
    box, url = Box(tmp_path), postgres_cluster.database()
    calls = ("--home", str(tmp_path / "near"), "--db", url)
    box.ok(*calls, "init", "--exercise")
    return box, calls, url.rsplit("/", 1)[-1]


@pytest.fixture
def far(tmp_path: Path, postgres_cluster: PostgresCluster, near: tuple[Box, Calls, str]) -> Iterator[Calls]:
    """How a box calls the same store that is 50 ms away; each direction of its line takes half of them."""
    with TcpProxy(postgres_cluster.port, 0.025) as line:
        url = f"postgresql://postgres@127.0.0.1:{line.port}/{near[2]}"
        yield ("--home", str(tmp_path / "far"), "--db", url)


def test_a_far_box_reads_and_is_told_to_work_on_a_near_one(near: tuple[Box, Calls, str], far: Calls) -> None:
    box, calls, _ = near
    message = diffusion()
    file = box.lines("one.jsonl", message)
    box.refused(StoreCode.STORE_TOO_FAR, *far, "submit", file)
    assert box.ok(*calls, "--json", "items").out == ""
    item = box.ok(*calls, "--json", "submit", file).object()["item"]
    assert [row["item"] for row in box.ok(*far, "--json", "items").objects()] == [item]
    box.refused(StoreCode.STORE_TOO_FAR, *far, "note", str(item), "From afar.")
    box.ok(*calls, "note", str(item), "From near.")
