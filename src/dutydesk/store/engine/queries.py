"""The named queries, as each engine reads them.

The files of ``queries`` are what all engines read; a folder beside them, named for an engine, holds the queries that
this engine needs another text for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import aiosql
from aiosql.queries import Queries

_FOLDER = Path(__file__).parent.with_name("queries")


@cache
def query_texts(engine: str) -> Mapping[str, str]:
    """The SQL of each named query. aiosql's own layers would cost as much as most of the queries."""
    files = [*sorted(_FOLDER.glob("*.sql")), *sorted((_FOLDER / engine).glob("*.sql"))]
    texts: dict[str, str] = {}
    for file in files:
        queries: Queries = aiosql.from_path(file, "sqlite3", mandatory_parameters=False)
        names = [name for name in queries.available_queries if not name.endswith("_cursor")]
        texts |= {name: getattr(queries, name).sql for name in names}
    return texts


@cache
def numbered_inserts() -> frozenset[str]:
    """The queries that insert one row and give its number."""
    written = "".join(file.read_text("utf-8") for file in sorted(_FOLDER.glob("*.sql")))
    return frozenset(re.findall(r"^-- name: (\w+)<!", written, re.MULTILINE))
