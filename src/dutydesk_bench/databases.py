"""Databases that the benchmark makes on a cluster, each gone with its block."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The URL of a new database beside the one that ``url`` names. Raises Refused if the cluster does not let it."""
    import psycopg
    from psycopg import sql

    name = f"dutydesk_bench_{secrets.token_hex(4)}"
    made = sql.Identifier(name)
    try:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'").format(made)
            )
            try:
                yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
            finally:
                session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))
    except psycopg.Error as error:
        detail = str(error).splitlines()[0]
        raise Refused(RefusedCode.MEASUREMENT_FAILED, f"the cluster can't be measured ({detail})") from error
