"""Every statement of a run on SQLite, with its values, to be run again on any engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import pytest

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engine.rows import Values
from dutydesk.store.engines.sqlite.apsw_connection import ApswConnection, ApswRows

#: Of a query that only reads the first calls are kept, and one in twenty of the others.
_ALL_OF, _ONE_IN = 40, 20
_READS = re.compile(r"\s*(?:--.*\n\s*)*(?:SELECT|WITH)\b")
#: What the store writes without a named query: the log, and what it counts.
_WRITTEN_PLAINLY = ("INSERT INTO event ", "INSERT INTO counter ", "INSERT INTO check_")


class Step(Enum):
    """What a call did to the transaction of the connection that writes."""

    NOTHING = auto()
    BEGIN = auto()
    COMMIT = auto()
    ROLL_BACK = auto()


_STEPS = {"BEGIN IMMEDIATE": Step.BEGIN, "COMMIT": Step.COMMIT, "ROLLBACK": Step.ROLL_BACK}


@dataclass(frozen=True)
class Call:
    """``query`` is the name of the statement, or its text if it has none."""

    query: str
    values: tuple[Values, ...]
    is_many: bool = False
    step: Step = Step.NOTHING


@dataclass
class Recording:
    calls: list[Call] = field(default_factory=list)
    _names: Mapping[str, str] = field(
        default_factory=lambda: {text: name for name, text in query_texts("sqlite").items()}
    )
    _writing: set[int] = field(default_factory=set)
    #: What was asked since something was written last: the same again gives the same again.
    _asked: set[str] = field(default_factory=set)
    _times: Counter[str] = field(default_factory=Counter)

    @property
    def queries(self) -> set[str]:
        return {call.query for call in self.calls if call.query in query_texts("sqlite")}

    def add(self, connection: object, sql: str, values: Sequence[Values], *, is_many: bool = False) -> None:
        name = self._names.get(sql)
        if name is not None and _READS.match(sql):
            asked = f"{name} {values}"
            if asked in self._asked:
                return
            self._asked.add(asked)
            self._times[name] += 1
            if self._times[name] > _ALL_OF and self._times[name] % _ONE_IN:
                return
        else:
            self._asked.clear()
        if name is not None or sql.startswith(_WRITTEN_PLAINLY):
            self.calls.append(Call(name or sql, tuple(map(_kept, values)), is_many))
        elif sql == "BEGIN IMMEDIATE":
            self._writing.add(id(connection))
            self.calls.append(Call(sql, (), step=Step.BEGIN))
        elif sql in _STEPS and id(connection) in self._writing:
            self._writing.remove(id(connection))
            self.calls.append(Call(sql, (), step=_STEPS[sql]))


def _names_by_text() -> Mapping[str, str]:
    return {text: name for name, text in query_texts("sqlite").items()}


def _kept(values: Values) -> Values:
    return dict(values) if isinstance(values, Mapping) else tuple(values)


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what all connections of this process do meanwhile."""
    recorded = Recording()
    execute, executemany, tuples = ApswConnection.execute, ApswConnection.executemany, ApswConnection.tuples

    def recorded_execute(self: ApswConnection, sql: str, values: Values = (), /) -> ApswRows:
        recorded.add(self, sql, [values])
        return execute(self, sql, values)

    def recorded_many(self: ApswConnection, sql: str, rows: Iterable[Values], /) -> None:
        kept = list(rows)
        recorded.add(self, sql, kept, is_many=True)
        executemany(self, sql, kept)

    def recorded_tuples(self: ApswConnection, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        recorded.add(self, sql, [values])
        return tuples(self, sql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ApswConnection, "execute", recorded_execute)
        patch.setattr(ApswConnection, "executemany", recorded_many)
        patch.setattr(ApswConnection, "tuples", recorded_tuples)
        yield recorded
