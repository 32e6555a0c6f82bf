"""Inserts of many rows in few statements.

SQLite makes the lists that the conditions of partial indexes compare with, such as kinds of events, anew for each
statement: that is half of what an event costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from dutydesk.domain.frozen import value
from dutydesk.store.engine.rows import Values

#: Rows of one statement: few sizes, so that few statements are prepared.
SIZES: Final = (32, 4)
#: An insert of one row of parameters and numbers.
_INSERT: Final = re.compile(
    r"(?P<head>\s*INSERT INTO \w+(?:\s*\([^()]*\))?\s+VALUES\s*)(?P<row>\([\s:?\w,]*\))(?P<tail>[^:?]*)", re.IGNORECASE
)
_NAME: Final = re.compile(r":(\w+)")
_KEPT_STATEMENTS: Final = 128


@value(frozen=True, slots=True)
class _Insert:
    """``names`` are those of its parameters in their order; empty where they have none."""

    names: tuple[str, ...]
    texts: tuple[tuple[int, str], ...]

    def values(self, rows: Sequence[Values]) -> list[Any]:
        """The values of the rows, one after the other."""
        if not self.names:
            return [*chain.from_iterable(rows)]
        if len(self.names) == 1:
            return [*map(itemgetter(*self.names), rows)]
        return [*chain.from_iterable(map(itemgetter(*self.names), rows))]


def in_parts(sql: str, rows: Iterable[Values]) -> Iterator[tuple[str, list[Values]]]:
    """The rows in parts, each with the statement that is to be run for each element of the part.

    An insert takes several rows as one element; what is left over, and what is no insert, stays as it was.
    """
    left, insert = [*rows], _read(sql)
    for size, text in insert.texts if insert is not None else ():
        end = len(left) - len(left) % size
        if end and insert is not None:
            yield text, [insert.values(left[begin : begin + size]) for begin in range(0, end, size)]
            del left[:end]
    if left:
        yield sql, left


@lru_cache(_KEPT_STATEMENTS)
def _read(sql: str) -> _Insert | None:
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    row = _NAME.sub("?", found["row"])
    texts = tuple((size, f"{found['head']}{', '.join([row] * size)}{found['tail']}") for size in SIZES)
    return _Insert(tuple(_NAME.findall(found["row"])), texts)
