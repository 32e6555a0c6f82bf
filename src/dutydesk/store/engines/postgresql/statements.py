"""Statements as PostgreSQL reads them: ``$1`` in place of ``:name`` and ``?``, and without the hints of SQLite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from dutydesk.domain.frozen import value
from dutydesk.store.engine.queries import numbered_inserts, query_texts
from dutydesk.store.engine.rows import Values

#: Tables whose numbers have another name than ``id``.
_NUMBERED: Final = frozenset({"handover", "item", "measure", "restriction_proposal"})
_TABLE: Final = re.compile(r"INSERT INTO (\w+)")
_HINT: Final = re.compile(r" (?:INDEXED BY \w+|NOT INDEXED)\b")
#: The order of tables that SQLite is told by it follows from PostgreSQL's statistics.
_CROSS_JOIN: Final = re.compile(r"\bCROSS JOIN (\w+(?: AS \w+)?) ON\b")
#: What PostgreSQL has under another name.
_INSTR: Final = re.compile(r"\binstr\(")
#: A literal, a quoted name, a comment or a cast, which hold no parameter; else a parameter.
_PARAMETER: Final = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|--[^\n]*|::|:(\w+)|\?""")
#: Texts that are kept compiled; the store has some three hundred.
_KEPT_STATEMENTS: Final = 1_024


@value(frozen=True, slots=True)
class Statement:
    """``names`` are those of ``$1``, ``$2``…; empty where the values come one after the other."""

    sql: str
    names: tuple[str, ...]

    def arrange(self, values: Values) -> Sequence[Any]:
        """The values in the order of the statement. Raises KeyError for one that is missing."""
        if isinstance(values, Mapping):
            return [values[name] for name in self.names]
        return values


@cache
def statement_texts() -> Mapping[str, str]:
    """The SQL of each named query, with its parameters still by name. Inserts that number a row return it."""
    texts = dict(query_texts("postgresql"))
    for name in numbered_inserts():
        texts[name] = _returning_number(texts[name])
    return texts


def _returning_number(sql: str) -> str:
    found = _TABLE.search(sql)
    if found is None or "RETURNING" in sql:
        return sql
    return f"{sql.rstrip().rstrip(';')} RETURNING {'number' if found[1] in _NUMBERED else 'id'}"


@lru_cache(maxsize=_KEPT_STATEMENTS)
def compile_statement(sql: str) -> Statement:
    """What the driver sends for a text with ``:name`` or ``?``."""
    places: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        whole, name = found[0], found[1]
        if whole.startswith("--"):
            return ""
        if name is None and whole != "?":
            return whole
        return f"${places.setdefault(name or str(len(places)), len(places) + 1)}"

    plain = _INSTR.sub("strpos(", _CROSS_JOIN.sub(r"JOIN \1 ON", _HINT.sub("", sql)))
    compiled = _PARAMETER.sub(numbered, plain)
    return Statement(compiled.strip(), () if any(name.isdigit() for name in places) else tuple(places))
