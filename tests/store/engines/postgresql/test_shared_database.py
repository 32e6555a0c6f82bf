"""A database in which others have tables too, and the rights of daily work in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from store_kit import AT, open_store_file, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.location import locate
from dutydesk.store.engine.opening import create_store, open_engine
from postgres_cluster import PostgresCluster, name_of

_OWNER, _STRANGER, _DAILY = "house_owner", "house_stranger", "house_daily"


@pytest.fixture(scope="module")
def house(postgres_cluster: PostgresCluster, made_store: str) -> PostgresCluster:
    """A cluster with three logins: who owns databases, who has tables in them, and who does the daily work."""
    assert made_store, "which makes the role of daily work"
    for role in (_OWNER, _STRANGER, _DAILY):
        postgres_cluster.sql(f"CREATE ROLE {role} LOGIN")
    postgres_cluster.sql(f"GRANT dutydesk_app TO {_DAILY}")
    return postgres_cluster


@pytest.fixture
def shared(house: PostgresCluster) -> Iterator[str]:
    """The name of a database in which a stranger has a table."""
    name = name_of(house.database())
    house.sql(f"ALTER DATABASE {name} OWNER TO {_OWNER}")
    house.sql(f"GRANT ALL ON SCHEMA public TO {_STRANGER}", database=name)
    house.sql(f"SET ROLE {_STRANGER}; CREATE TABLE strange (kept bigint)", database=name)
    yield name
    house.drop(name)


def _refusal(place: Path) -> StoreCode:
    with pytest.raises(StoreUnusable) as refused:
        open_engine(place, StoreLimits())
    return refused.value.code


def _refusal_to_make(place: Path) -> StoreCode:
    with pytest.raises(StoreUnusable) as refused:
        create_store(place, "exercise", AT)
    return refused.value.code


@pytest.mark.parametrize("maker", [_OWNER, "postgres"])
async def test_a_store_beside_a_strangers_table_gives_no_rights_on_it(
    maker: str, house: PostgresCluster, shared: str, tmp_path: Path
) -> None:
    create_store(locate(house.url(shared, maker), tmp_path / "maker"), "exercise", AT)
    async with open_store_file(locate(house.url(shared, _DAILY), tmp_path / "daily")) as store:
        await store.write(write_note("by daily work"))
    rights = (
        f"SELECT has_table_privilege('{_DAILY}', 'strange', right_) FROM unnest('{{SELECT,DELETE}}'::text[]) AS right_"
    )
    assert house.sql(rights, database=shared) == [(False,), (False,)]


def test_a_strangers_table_of_the_same_name_is_no_store(house: PostgresCluster, shared: str, tmp_path: Path) -> None:
    place = locate(house.url(shared, _OWNER), tmp_path)
    house.sql("CREATE TABLE store (goods text, version text)", database=shared)
    assert _refusal(place) is StoreCode.STORE_MISSING
    assert _refusal_to_make(place) is StoreCode.STORE_NOT_CREATABLE


async def test_the_owner_gives_the_rights_again_where_the_role_is_newer_than_the_store(
    house: PostgresCluster, shared: str, tmp_path: Path
) -> None:
    owner, daily = (locate(house.url(shared, user), tmp_path / user) for user in (_OWNER, _DAILY))
    create_store(owner, "exercise", AT)
    async with open_store_file(owner) as store:
        await store.write(write_note("somebody works on it"))
    house.sql("DROP OWNED BY dutydesk_app", database=shared)
    assert _refusal(daily) is StoreCode.STORE_NOT_WRITABLE
    assert _refusal_to_make(daily) is StoreCode.STORE_NOT_WRITABLE
    with pytest.raises(StoreUnusable) as told:
        create_store(owner, "exercise", AT)
    assert (told.value.code, "its rights on it again" in told.value.words) == (StoreCode.STORE_EXISTS, True)
    async with open_store_file(daily) as store:
        await store.write(write_note("by daily work"))
    with pytest.raises(psycopg.Error):
        house.sql("SET ROLE dutydesk_app; DELETE FROM event", database=shared)


def test_a_database_whose_order_is_another_providers_is_refused(house: PostgresCluster, tmp_path: Path) -> None:
    if not house.sql("SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1"):
        pytest.skip("this PostgreSQL has no ICU")
    order = "LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    house.sql(f"CREATE DATABASE by_icu TEMPLATE template0 ENCODING 'UTF8' {order}")
    assert _refusal_to_make(locate(house.url("by_icu"), tmp_path)) is StoreCode.CLUSTER_UNSUITABLE
    house.drop("by_icu")
