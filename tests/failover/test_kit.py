"""The servers and the line that the failover tests rest on."""

from __future__ import annotations

import psycopg
import pytest

from postgres_cluster import Pair, PostgresCluster, postgres_cluster, wait_for
from tcp_proxy import TcpProxy

__all__ = ["postgres_cluster"]

pytestmark = pytest.mark.xdist_group("failover")


def test_a_database_is_a_copy_of_its_template(postgres_cluster: PostgresCluster) -> None:
    first = postgres_cluster.database()
    name = first.rsplit("/", 1)[-1]
    postgres_cluster.sql("CREATE TABLE kept AS SELECT 7 AS number", database=name)
    second = postgres_cluster.database(first).rsplit("/", 1)[-1]
    assert postgres_cluster.sql("SELECT number FROM kept", database=second) == [(7,)]
    assert postgres_cluster.sql("SELECT 'a' < 'B', 'é' < 'z'", database=second) == [(False, False)]


def test_a_promoted_standby_has_what_its_dead_primary_committed(pair: Pair) -> None:
    primary, standby = pair
    primary.sql("CREATE TABLE kept (number integer)")
    primary.sql("INSERT INTO kept VALUES (7)")
    primary.kill()
    standby.promote()
    standby.set(synchronous_standby_names="")
    standby.sql("INSERT INTO kept VALUES (8)")
    primary.rewind_to(standby)
    primary.start()
    assert primary.is_standby()
    wait_for(lambda: primary.sql("SELECT number FROM kept ORDER BY 1") == [(7,), (8,)])


def test_a_cut_line_ends_what_is_open_and_refuses_what_is_new(postgres_cluster: PostgresCluster) -> None:
    with TcpProxy(postgres_cluster.port) as proxy:
        line = f"host=127.0.0.1 port={proxy.port} user=postgres dbname=postgres connect_timeout=5"
        with psycopg.connect(line, autocommit=True) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            proxy.cut()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(line)
        proxy.heal()
        psycopg.connect(line).close()
