"""A cluster that takes no session: each reason has a code and a sentence of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest
from store_kit import AT

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import InvalidRequest, StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.diagnosis import examine_store
from dutydesk.store.engine.location import locate
from dutydesk.store.engine.opening import create_store, open_engine
from dutydesk.store.engines.postgresql import demands
from dutydesk.store.engines.postgresql.faults import unreachable
from dutydesk.store.engines.postgresql.session import Session
from postgres_cluster import PostgresCluster, name_of, wait_for

_ROLES = {
    "asked_for_a_password": "LOGIN PASSWORD 'known'",
    "shut_out": "LOGIN",
    "no_login": "NOLOGIN",
    "crowded": "LOGIN CONNECTION LIMIT 0",
}


def _refusal(place: Path) -> StoreUnusable:
    with pytest.raises(StoreUnusable) as refused:
        open_engine(place, StoreLimits())
    return refused.value


@pytest.fixture(scope="module")
def refusing(postgres_cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """The cluster with roles that it lets in in part only."""
    rules = postgres_cluster.data / "pg_hba.conf"
    before = rules.read_text()
    for role, attributes in _ROLES.items():
        postgres_cluster.sql(f"CREATE ROLE {role} {attributes}")
    rules.write_text(f"host all asked_for_a_password all scram-sha-256\nhost all shut_out all reject\n{before}")
    postgres_cluster.sql("SELECT pg_reload_conf()")
    wait_for(lambda: not _lets_in(postgres_cluster, "shut_out"))
    yield postgres_cluster
    rules.write_text(before)
    postgres_cluster.sql("SELECT pg_reload_conf()")
    for role in _ROLES:
        postgres_cluster.sql(f"DROP ROLE {role}")


def _lets_in(cluster: PostgresCluster, role: str) -> bool:
    try:
        psycopg.connect(cluster.url("postgres", role)).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def place_of(refusing: PostgresCluster, database: str, tmp_path: Path) -> Callable[[str], Path]:
    """Stands for the store, reached by the role of that name."""
    return lambda role: locate(refusing.url(name_of(database), role), tmp_path / role)


def test_a_database_that_is_missing(postgres_cluster: PostgresCluster, tmp_path: Path) -> None:
    place = locate(postgres_cluster.url("not_there"), tmp_path)
    refused = _refusal(place)
    assert refused.code is StoreCode.DATABASE_MISSING
    assert refused.exit_code == 4
    for part in ("not_there", "createdb", "dutydesk init"):
        assert part in refused.words
    with pytest.raises(StoreUnusable) as not_made:
        create_store(place, "exercise", AT)
    assert not_made.value.code is StoreCode.DATABASE_MISSING


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("nobody_at_all", StoreCode.ROLE_MISSING),
        ("shut_out", StoreCode.LOGIN_REFUSED),
        ("no_login", StoreCode.LOGIN_REFUSED),
        ("crowded", StoreCode.CLUSTER_FULL),
    ],
)
def test_a_role_that_is_not_let_in(role: str, code: StoreCode, place_of: Callable[[str], Path]) -> None:
    refused = _refusal(place_of(role))
    assert refused.code is code
    assert role in refused.words


@pytest.mark.parametrize("known", [False, True], ids=["none", "wrong"])
def test_a_password_that_is_wrong_or_missing(
    known: bool, place_of: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:*:*:wrong\n" if known else "")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    refused = _refusal(place_of("asked_for_a_password"))
    assert refused.code is StoreCode.PASSWORD_REFUSED
    assert ("gets none" in refused.words) is not known
    assert "wrong" not in refused.words


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("FATAL:  the database system is starting up", StoreCode.CLUSTER_NOT_READY),
        ("FATAL:  the database system is shutting down", StoreCode.CLUSTER_NOT_READY),
        ("FATAL:  the database system is in recovery mode", StoreCode.CLUSTER_NOT_READY),
        ("FATAL:  the database system is not yet accepting connections", StoreCode.CLUSTER_NOT_READY),
        ("FATAL:  sorry, too many clients already", StoreCode.CLUSTER_FULL),
        ("FATAL:  remaining connection slots are reserved for roles with privileges", StoreCode.CLUSTER_FULL),
        ('FATAL:  Peer authentication failed for user "desk"', StoreCode.LOGIN_REFUSED),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "desk", no encryption', StoreCode.LOGIN_REFUSED),
        ("session is read-only", StoreCode.PRIMARY_MISSING),
        ("Connection refused", StoreCode.CLUSTER_UNREACHABLE),
        ('FATAL:  Datenbank "desk" existiert nicht', StoreCode.CLUSTER_UNREACHABLE),
    ],
)
def test_what_a_server_says(said: str, code: StoreCode) -> None:
    error = psycopg.OperationalError(f'connection failed: connection to server at "10.0.0.7" failed: {said}')
    assert unreachable(error).code is code


def test_a_line_that_was_lost_later_is_no_refusal() -> None:
    assert unreachable(psycopg.errors.AdminShutdown("too many clients already")).code is StoreCode.CLUSTER_UNREACHABLE


@pytest.mark.parametrize("option", ["foo=bar", "options=-cwork_mem=4MB"])
def test_an_option_that_the_driver_does_not_know_is_a_wrong_call(option: str, tmp_path: Path) -> None:
    place = locate(f"postgresql://desk@127.0.0.1:1/north?{option}", tmp_path)
    for ask in (lambda: open_engine(place, StoreLimits()), lambda: list(examine_store(place, [tmp_path]))):
        with pytest.raises(InvalidRequest) as refused:
            ask()
        assert refused.value.code is InvalidRequestCode.BAD_DATABASE_URL


@pytest.mark.parametrize(
    ("host", "address", "is_safe"),
    [
        ("/run/postgresql", "", True),
        ("localhost", "127.0.0.1", True),
        ("desk.example", "::1", True),
        ("localhost", "192.0.2.7", False),
        ("127.0.0.1", "192.0.2.7", False),
    ],
)
def test_a_line_that_leaves_the_machine_is_told_by_its_address(host: str, address: str, is_safe: bool) -> None:
    info = SimpleNamespace(host=host, hostaddr=address, get_parameters=dict)
    assert (demands.open_line(cast(Session, SimpleNamespace(info=info))) is None) is is_safe
