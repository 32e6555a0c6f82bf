"""Which engine the prepared desks of the tests run on: SQLite, or a private PostgreSQL cluster where
``DUTYDESK_TEST_ENGINE`` is ``postgresql``.
"""

from __future__ import annotations

import os
import shutil
from collections import deque
from functools import cache
from pathlib import Path

from dutydesk.desk.base.clock import Clock
from dutydesk.desk.service import desk as service
from dutydesk.desk.service.carry import carry_desk
from dutydesk.store.engine.location import database_url
from postgres_cluster import PostgresCluster, name_of, need_postgres

IS_ON_CLUSTER = os.environ.get("DUTYDESK_TEST_ENGINE") == "postgresql"
#: Databases that are kept: a test has no more stores open at once.
_KEPT = 16
_databases: deque[str] = deque()


@cache
def cluster() -> PostgresCluster:
    need_postgres()
    return PostgresCluster()


def new_database(
    path: Path, template: str = "template0", *, is_dropped: bool = True, tablespace: str = "pg_default"
) -> str:
    """Makes ``path`` stand for a new database, a copy of another one if that is given; returns its URL.

    ``is_dropped``: it goes once many more were made.
    """
    while len(_databases) >= _KEPT:
        cluster().drop(_databases.popleft())
    url = cluster().database(template, tablespace=tablespace)
    if is_dropped:
        _databases.append(url)
    _write_url(path, url)
    return url


def prepare_place(path: Path, *, is_dropped: bool = True) -> None:
    """Has ``path`` stand for a new database where the desks are on a cluster; the store is still to be made."""
    if IS_ON_CLUSTER:
        new_database(path, is_dropped=is_dropped)


def make_store(path: Path, realm: str, clock: Clock | None = None) -> None:
    """As :func:`dutydesk.desk.service.desk.make_store` does, on the engine under test."""
    prepare_place(path)
    service.make_store(path, realm, clock)


def copy_store(stored: Path, path: Path) -> None:
    """Makes ``path`` a copy of a store that nobody has open."""
    url = database_url(stored)
    if url is None:
        shutil.copy(stored, path)
    else:
        new_database(path, url)


def replace_store(path: Path, made: Path) -> None:
    """Puts the store of the file ``made`` in place of ``path``: the file, or a new database with all that it holds.

    Nobody has either open.
    """
    old = database_url(path)
    if old is None:
        made.replace(path)
        return
    new_database(path)
    carry_desk(made, path, lambda *_: None)
    cluster().drop(old)


def replace_open_store(path: Path, other: Path) -> None:
    """Puts the store ``other`` in place of ``path``, which desks have open; nobody has ``other`` open."""
    url, from_url = database_url(path), database_url(other)
    if url is None or from_url is None:
        other.replace(path)
        return
    cluster().drop(url)
    cluster().database(from_url, name_of(url))


def remove_store(path: Path) -> None:
    """Removes the database that ``path`` stands for, if it stands for one."""
    url = database_url(path)
    if url is not None:
        cluster().drop(url)


def _write_url(path: Path, url: str) -> None:
    path.touch(0o600)
    path.write_text(f"{url}\n")
