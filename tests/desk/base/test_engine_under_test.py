"""The prepared desks of the tests are on the engine that the run asks for."""

from __future__ import annotations

from pathlib import Path

from desks import Bench
from dutydesk.desk.service.desk import open_desk
from dutydesk.store.engine.location import database_url
from engine_under_test import IS_ON_CLUSTER, cluster, make_store
from postgres_cluster import name_of


async def test_a_prepared_desk_is_on_it(bench: Bench) -> None:
    assert bench.desk.store.engine.is_shared is IS_ON_CLUSTER
    url = database_url(bench.desk.store.path)
    assert (url is not None) is IS_ON_CLUSTER
    if url is not None:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = 'dutydesk'"
        ((sessions,),) = cluster().sql(asked, (name_of(url),))
        assert sessions >= 2, "one that writes, and at least one that reads"


async def test_a_store_that_a_test_makes_is_on_it(tmp_path: Path) -> None:
    make_store(tmp_path / "desk.db", "exercise")
    desk = await open_desk(tmp_path / "desk.db", founder="root")
    assert desk.store.engine.is_shared is IS_ON_CLUSTER
    await desk.close()
