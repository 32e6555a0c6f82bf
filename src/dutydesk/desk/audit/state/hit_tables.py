"""Compares hits, dismissals and judgements on persons with the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.state.record_tables import compare_kept_row
from dutydesk.desk.audit.state.report import StateFindings
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.proof.projection.compare import ColumnReader, missing_row, surplus_row
from dutydesk.domain.proof.projection.record_rows import (
    DismissalColumns,
    DistinctionColumns,
    HitColumns,
    hit_columns,
)
from dutydesk.store.tables import kept_rows, state_rows

if TYPE_CHECKING:
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.domain.proof.projection.said import Column
    from dutydesk.store.engine.reader import Handle

_HIT: Final = ColumnReader(HitColumns)
_DISMISSAL: Final = ColumnReader(DismissalColumns)
_DISTINCTION: Final = ColumnReader(DistinctionColumns)


class HitTables:
    """Looks up the row of each hit that the log names, as the log is walked."""

    def __init__(self, handle: Handle, found: StateFindings) -> None:
        self._handle, self._found = handle, found
        self._erased: list[tuple[int, int]] = []

    def apply(self, fact: Fact[HitFound]) -> None:
        """Compares the row of a hit. Raises IncompleteEvent for an event that lacks what it must have."""
        expected = _HIT.of(hit_columns(fact))
        key = str(expected["id"])
        row = self._handle.one("hit_by_id", id=expected["id"])
        if row is None:
            self._found.add([missing_row("hit", key)])
            return
        stands = dict(zip(row.keys(), row, strict=True))
        text = expected.pop("text")
        if (row["query"], row["explanation"], row["title"]) == ("{}", "", "") and isinstance(expected["item"], int):
            self._erased.append((expected["item"], row["id"]))
            expected[kept_rows.COLUMN_DIGESTS] = None
        elif isinstance(text, str):
            self._found.add(compare_kept_row(kept_rows.HIT_TEXTS, key, row, text, self._found))
        else:
            self._found.comparison.unsaid += 1
        self._found.add(self._found.comparison.compare_row("hit", key, stands, expected))

    def finish(self, ledger: Ledger) -> None:
        """Compares what is about all hits together, at the end of the log."""
        purged = ledger.records.purged
        for item, number in self._erased:
            if item not in purged:
                self._found.add([missing_row("hit", f"{number}: query, explanation, title")])
        outside = self._handle.tuples("state_hits_outside", last=ledger.records.hits)
        self._found.add(surplus_row("hit", str(number)) for (number,) in outside)
        self._dismissals(ledger)
        self._distinctions(ledger)

    def _dismissals(self, ledger: Ledger) -> None:
        """The latest dismissal of a record, a requester and a query counts."""
        expected: dict[str, dict[str, Column]] = {}
        for dismissal in ledger.records.dismissals:
            row = self._handle.one("hit_by_id", id=dismissal.hit)
            if row is not None:
                key = f"{row['record']} {row['requester']} {row['digest']}"
                expected[key] = _DISMISSAL.of(dismissal)
        rows = state_rows.rows(self._handle, "state_dismissals")
        stored = ((f"{row['record']} {row['requester']} {row['digest']}", row) for row in rows)
        self._found.add(self._found.comparison.compare_rows("dismissal", stored, expected))

    def _distinctions(self, ledger: Ledger) -> None:
        if not ledger.desk.is_whole:
            return  # who was watched, and is no longer, is not in the log
        expected = {
            f"{source} {person} {watched}": _DISTINCTION.of(row)
            for (source, person, watched), row in ledger.records.distinctions.items()
        }
        rows = state_rows.rows(self._handle, "state_distinctions")
        stored = ((f"{row['source']} {row['person']} {row['watched']}", row) for row in rows)
        self._found.add(self._found.comparison.compare_rows("distinction", stored, expected))
