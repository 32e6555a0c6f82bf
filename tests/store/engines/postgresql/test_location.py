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
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        locate(url, tmp_path / "home")
    assert refused.value.code is InvalidRequestCode.PASSWORD_IN_URL
    assert refused.value.exit_code == 2
    assert "hunter2" not in refused.value.words
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("url", ["postgresql://host", "postgresql://host/", "postgresql://[::1/north"])
def test_a_url_without_a_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        locate(url, tmp_path)
    assert refused.value.code is InvalidRequestCode.BAD_DATABASE_URL


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
