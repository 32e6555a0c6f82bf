"""Which engine the prepared desks of the tests run on: SQLite, or a private PostgreSQL cluster where
``DUTYDESK_TEST_ENGINE`` is ``postgresql``.
"""

from __future__ import annotations

import os
from collections import deque
from functools import cache
from pathlib import Path

from postgres_cluster import PostgresCluster, need_postgres

IS_ON_CLUSTER = os.environ.get("DUTYDESK_TEST_ENGINE") == "postgresql"
#: Databases that are kept: a test has no more stores open at once.
_KEPT = 16
_databases: deque[str] = deque()


@cache
def _cluster() -> PostgresCluster:
    need_postgres()
    return PostgresCluster()


def new_database(path: Path, template: str = "template0", *, is_dropped: bool = True) -> str:
    """Makes ``path`` stand for a new database, a copy of another one if that is given; returns its URL.

    ``is_dropped``: it goes once many more were made.
    """
    while len(_databases) >= _KEPT:
        _cluster().drop(_databases.popleft())
    url = _cluster().database(template)
    if is_dropped:
        _databases.append(url)
    path.touch(0o600)
    path.write_text(f"{url}\n")
    return url
