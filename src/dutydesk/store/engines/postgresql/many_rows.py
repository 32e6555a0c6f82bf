"""Changes of many rows in few statements: each costs a message, a plan to look up and a trigger of the log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from dutydesk.domain.frozen import value
from dutydesk.store.engines.postgresql.statements import Statement, compile_statement, statement_texts

#: Rows of one statement: few sizes, so that few statements are prepared.
SIZES: Final = (128, 32, 8, 2)
#: PostgreSQL takes so many values in one statement.
_MOST_VALUES: Final = 65_535
#: An insert of one row of values.
_INSERT: Final = re.compile(
    r"(?P<head>\s*INSERT INTO \w+(?:\s*\((?P<columns>[^()]*)\))?\s+VALUES\s*)"
    r"(?P<row>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))"
    r"(?P<tail>\s*(?:ON CONFLICT(?: \((?P<key>[^()]*)\))? DO (?:NOTHING|UPDATE\b(?:(?!RETURNING).)*))?\s*)"
    r"(?:RETURNING \w+)?;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_UPDATES: Final = "DO UPDATE"
_PLACE: Final = re.compile(r"\$(\d+)")
_KEPT_STATEMENTS: Final = 512

#: What a query is for several rows at once: each of its parameters is a JSON array of the values of all rows.
_OF_ARRAYS: Final[Mapping[str, str]] = {
    "delivery_add": """
        INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, attempts, due_at)
        SELECT added.item, recipient, added.version, added.cycle, added.state, added.cause, added.waiting,
          added.attempts, added.due_at
        FROM unnest(
          numbers_in(:item), texts_in(:recipients), numbers_in(:version), numbers_in(:cycle), texts_in(:state),
          texts_in(:cause), numbers_in(:waiting), numbers_in(:attempts), numbers_in(:due_at)
        ) AS added (item, recipients, version, cycle, state, cause, waiting, attempts, due_at)
        CROSS JOIN LATERAL unnest(numbers_in(added.recipients)) AS recipient
    """,
    "delivery_arrived": """
        UPDATE delivery SET state = 'delivered' WHERE item = ANY (numbers_in(:item)) AND state = 'sending'
    """,
    "item_add_open": """
        UPDATE item SET
          open_deliveries = open_deliveries + moved.opened,
          waiting_deliveries = waiting_deliveries + moved.waiting,
          due_at = coalesce(
            (
              SELECT min(due_at) FROM delivery
              WHERE item = moved.number AND state IN ('queued', 'failed') AND waiting = 0
            ),
            4611686018427387904
          )
        FROM unnest(numbers_in(:number), numbers_in(:opened), numbers_in(:waiting)) AS moved (number, opened, waiting)
        WHERE item.number = moved.number
    """,
    "notice_set": """
        UPDATE notice SET state = changed.state, attempts = changed.attempts, due_at = changed.due_at,
          error = changed.error
        FROM unnest(
          numbers_in(:id), texts_in(:state), numbers_in(:attempts), numbers_in(:due_at), texts_in(:error)
        ) AS changed (id, state, attempts, due_at, error)
        WHERE notice.id = changed.id AND notice.state <> 'recall_confirmed'
    """,
}
#: The parameter by which such a statement finds the row that it changes: it can change none twice.
_CHANGED_BY: Final[Mapping[str, str]] = {"item_add_open": "number", "notice_set": "id"}


@value(frozen=True, slots=True)
class ArrayForm:
    """A statement for any number of rows. ``columns`` are the places of its values in a row, ``key`` of its key."""

    sql: str
    columns: tuple[int, ...]
    key: int | None

    def fits(self, rows: Sequence[Sequence[Any]]) -> bool:
        return self.key is None or len({row[self.key] for row in rows}) == len(rows)

    def values(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [json.dumps([row[column] for row in rows]) for column in self.columns]


@cache
def _array_forms() -> Mapping[str, ArrayForm]:
    """By the text for one row."""
    forms: dict[str, ArrayForm] = {}
    for name, text in _OF_ARRAYS.items():
        one, many = compile_statement(statement_texts()[name]), compile_statement(text)
        key = one.names.index(_CHANGED_BY[name]) if name in _CHANGED_BY else None
        forms[one.sql] = ArrayForm(many.sql, tuple(one.names.index(each) for each in many.names), key)
    return forms


@value(frozen=True, slots=True)
class ManyRows:
    """A statement for ``rows`` rows."""

    rows: int
    sql: str


@lru_cache(maxsize=_KEPT_STATEMENTS)
def sizes_of(statement: Statement, columns: int) -> tuple[ManyRows, ...]:
    """The statement for several rows at once, the largest first; none if it must run for each row by itself."""
    found = _INSERT.fullmatch(statement.sql)
    if found is None or not columns:
        return ()
    if _UPDATES in found["tail"] and not _key_places(found):
        return ()
    return tuple(
        ManyRows(rows, found["head"] + ", ".join(_rows(found["row"], columns, rows)) + found["tail"])
        for rows in SIZES
        if rows * columns <= _MOST_VALUES
    )


def _key_places(found: re.Match[str]) -> tuple[int, ...]:
    """Where the values of the key that rows may be in conflict by are; empty where that is not seen from the text."""
    columns = [name.strip() for name in (found["columns"] or "").split(",")]
    values = [value.strip() for value in found["row"][1:-1].split(",")]
    if len(columns) != len(values):
        return ()
    of_column = dict(zip(columns, values, strict=True))
    places = [_PLACE.fullmatch(of_column.get(name.strip(), "")) for name in (found["key"] or "").split(",")]
    return tuple(int(place[1]) - 1 for place in places if place is not None) if all(places) else ()


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _key_of(statement: Statement) -> tuple[int, ...]:
    found = _INSERT.fullmatch(statement.sql)
    return () if found is None or _UPDATES not in found["tail"] else _key_places(found)


def _may_share(statement: Statement, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether no two of the rows update the same row, which one statement can't do."""
    places = _key_of(statement)
    return len(rows) > 1 and (not places or len({tuple(row[place] for place in places) for row in rows}) == len(rows))


def _rows(row: str, columns: int, rows: int) -> Iterator[str]:
    for number in range(rows):
        offset = number * columns
        yield _PLACE.sub(lambda place, offset=offset: f"${int(place[1]) + offset}", row)  # type: ignore[misc]


def grouped(statement: Statement, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Sequence[Any]]]]:
    """What is sent for these rows: texts, each with the values of the times that it runs."""
    form = _array_forms().get(statement.sql)
    if form is not None and len(rows) > 1 and form.fits(rows):
        yield form.sql, [form.values(rows)]
        return
    begun = 0
    for many in sizes_of(statement, len(rows[0])) if _may_share(statement, rows) else ():
        parts = (len(rows) - begun) // many.rows
        if parts:
            ends = range(begun, begun + parts * many.rows, many.rows)
            yield many.sql, [[each for row in rows[end : end + many.rows] for each in row] for end in ends]
            begun += parts * many.rows
    if begun < len(rows):
        yield statement.sql, list(rows[begun:])
