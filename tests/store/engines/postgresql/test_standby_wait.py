"""``init`` on a cluster whose commits wait for a standby says so, and gives up; a second one finishes it.

One that carries a desk over says so too, and an upgrade gives up: the store is then complete.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import AT

from dutydesk.desk.base.key_files import desk_key_file
from dutydesk.desk.service.carry import carry_desk
from dutydesk.desk.supervision.desk_key import write_new_key
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.copies import no_progress
from dutydesk.store.engine.location import locate
from dutydesk.store.engine.opening import create_store, open_engine
from dutydesk.store.engines.postgresql import schema
from postgres_cluster import PostgresCluster, need_postgres

SOON = replace(DEFAULT_LIMITS.store, standby_notice_seconds=0.0)
IMPATIENT = replace(DEFAULT_LIMITS, store=replace(SOON, standby_seconds=0.0))
NOBODY = "ANY 1 (nobody)"


@pytest.fixture
def lonely() -> Iterator[PostgresCluster]:
    """A cluster of its own, whose commits wait for a standby that is not there."""
    need_postgres()
    cluster = PostgresCluster()
    try:
        cluster.database(name="desk")
        cluster.set(synchronous_standby_names=NOBODY)
        yield cluster
    finally:
        cluster.remove()


def test_it_says_what_it_waits_for_and_goes_on_once_that_has_come(lonely: PostgresCluster) -> None:
    told: list[str] = []
    has_told = threading.Event()

    def report(words: str) -> None:
        told.append(words)
        has_told.set()

    making = threading.Thread(
        target=schema.create_store, args=(lonely.url("desk"), "exercise", AT), kwargs={"report": report, "limits": SOON}
    )
    making.start()
    assert has_told.wait(60)
    assert making.is_alive()
    lonely.set(synchronous_standby_names="")
    making.join(60)
    assert not making.is_alive()
    assert len(told) == 1
    assert NOBODY in told[0]
    assert schema.store_exists(lonely.url("desk"))


def test_it_gives_up_and_a_second_one_finishes_it(lonely: PostgresCluster) -> None:
    url = lonely.url("desk")
    with pytest.raises(StoreUnusable) as refused:
        schema.create_store(url, "exercise", AT, limits=replace(SOON, standby_seconds=0.0))
    assert refused.value.code is StoreCode.STANDBY_SILENT
    assert NOBODY in refused.value.words
    lonely.set(synchronous_standby_names="")
    schema.create_store(url, "exercise", AT)
    with pytest.raises(StoreUnusable) as made:
        schema.create_store(url, "demo", AT)
    assert made.value.code is StoreCode.STORE_EXISTS


def test_one_that_carries_a_desk_over_says_it_and_gives_up_with_the_store_and_its_keys_made(
    lonely: PostgresCluster, tmp_path: Path
) -> None:
    old, told = tmp_path / "desk.db", list[str]()
    create_store(old, "exercise", AT)
    key = write_new_key(old)
    target = locate(lonely.url("desk"), tmp_path / "home")
    with pytest.raises(StoreUnusable) as refused:
        carry_desk(old, target, no_progress, IMPATIENT, told.append)
    assert refused.value.code is StoreCode.STANDBY_SILENT
    assert len(told) == 1
    lonely.set(synchronous_standby_names="")
    open_engine(target, DEFAULT_LIMITS.store).close()
    assert desk_key_file(target, key.public).exists()


def test_an_upgrade_gives_up_and_is_done(lonely: PostgresCluster) -> None:
    url = lonely.url("desk")
    lonely.set(synchronous_standby_names="")
    schema.create_store(url, "exercise", AT)
    lonely.set(synchronous_standby_names=NOBODY)
    with pytest.raises(StoreUnusable) as refused:
        schema.upgrade_store(url, schema.latest_schema_version() - 1, replace(SOON, standby_seconds=0.0))
    assert refused.value.code is StoreCode.STANDBY_SILENT
