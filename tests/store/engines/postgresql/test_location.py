"""The file that stands for a database on this box."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.store.engine.location import database_url, default_home, is_cluster_url, locate


def test_a_home_holds_the_url_of_its_database(tmp_path: Path) -> None:
    url = "postgresql://desk@one,two/north?sslmode=verify-full"
    place = locate(url, tmp_path / "home")
    assert database_url(place) == url
    assert place.parent == tmp_path / "home"
    assert place.parent.stat().st_mode & 0o077 == 0
    assert place.stat().st_mode & 0o077 == 0


def test_a_home_follows_a_url_that_has_changed(tmp_path: Path) -> None:
    first = locate("postgresql://desk@one/north", tmp_path)
    assert locate("postgresql://desk@two/north", tmp_path) == first
    assert database_url(first) == "postgresql://desk@two/north"
    assert [file.name for file in tmp_path.iterdir()] == [first.name]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:hunter2@host/north",
        "postgresql://host/north?user=desk&password=hunter2",
        "postgresql://host/north?SSLPassword=hunter2",
        "postgresql://host/north?oauth_client_secret=hunter2",
        "postgresql://desk:hunter2/17@host/north",
        "postgresql://desk:17/hunter2@host/north",
        "postgresql://desk:17/x#hunter2@host/north",
        "postgresql://desk:17#hunter2@host/north",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        locate(url, tmp_path / "home")
    assert refused.value.code is InvalidRequestCode.PASSWORD_IN_URL
    assert refused.value.exit_code == 2
    assert "hunter2" not in refused.value.words
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host",
        "postgresql://host/",
        "postgresql://[::1/north",
        "postgresql://desk:hunter2/north",
        "postgresql://desk:hun?ter2@host/north",
        "postgresql://one,two:hunter2/north",
        "postgresql://host/no%rth",
        "postgresql://host/north%00",
        "postgresql://host/north?sslmode=%zz",
        "postgresql://host/nor\nth",
        "postgresql://host/nor\x1bth",
        "postgresql://host/nor\udcffth",
        f"postgresql://host/{'n' * 4_096}",
    ],
)
def test_a_url_that_names_no_database_or_can_not_be_read_is_refused_and_kept_nowhere(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        locate(url, tmp_path / "home")
    assert refused.value.code is InvalidRequestCode.BAD_DATABASE_URL
    assert "ter2" not in refused.value.words
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql:///desk?host=/run/north", "postgresql:///desk?host=/run/south"),
        ("postgresql:///desk?service=north", "postgresql:///desk?service=south"),
        ("postgresql://desk@host/d%C3%A9", "postgresql://desk@host/d%c3%a9_"),
        ("postgresql://desk@host/d\u00e9", "postgresql://desk@host/d\u00e8"),
        ("postgresql://desk@host/north%20desk", "postgresql://desk@host/north_20desk"),
        ("postgresql://desk@host-a/b", "postgresql://desk@host/a-b"),
    ],
)
def test_databases_that_are_written_alike_share_no_home(one: str, other: str, tmp_path: Path) -> None:
    first = locate(one, default_home(one, tmp_path))
    second = locate(other, default_home(other, tmp_path))
    assert first.parent != second.parent
    assert (database_url(first), database_url(second)) == (one, other)
    for url, place in ((one, first), (other, second)):
        assert default_home(f"{url}{'&' if '?' in url else '?'}sslmode=verify-full", tmp_path) == place.parent


def test_each_database_has_a_home_of_its_own(tmp_path: Path) -> None:
    homes = {
        default_home(f"postgresql://desk@{host}/{name}", tmp_path)
        for host in ("one", "two:5433", "one,two")
        for name in ("a", "b")
    }
    assert len(homes) == 6
    assert all(home.is_relative_to(tmp_path) for home in homes)
    assert default_home("postgresql://desk@../..%2Fetc", tmp_path).is_relative_to(tmp_path / "clusters")


def test_a_path_is_no_url(tmp_path: Path) -> None:
    assert not is_cluster_url(str(tmp_path / "desk.db"))
    assert not is_cluster_url("mysql://host/name")
    assert database_url(tmp_path / "nothing") is None
    (tmp_path / "desk.db").write_bytes(b"SQLite format 3\0")
    assert database_url(tmp_path / "desk.db") is None
