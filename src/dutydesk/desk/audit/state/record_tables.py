"""Compares records, registers, the watch list and commands with the digests that the log has of their rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from dutydesk.domain.proof.projection.compare import StateDifference, missing_row, surplus_row
from dutydesk.store.tables import kept_rows, state_rows

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.domain.proof.projection.record_rows import RowDigests
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.reader import Handle

#: What stands in place of a column's name where the log has one digest of all columns of a row.
ANY_COLUMN: Final = "any of its columns"
#: The tables whose rows have a digest, with their queries.
_DIGESTED: Final = (("record", "state_records"), ("watched", "state_watched"))


def compare_kept_rows(handle: Handle, ledger: Ledger, found: StateFindings) -> None:
    """Compares each row whose digest the log has."""
    rows = ledger.records
    whole = ledger.desk.is_whole
    for table, query in _DIGESTED:
        digest, known = kept_rows.DIGESTS[table], rows.of(table)
        stored = ((row["id"], digest(row)) for row in state_rows.rows(handle, query))
        found.add(_compare(table, stored, known, found, whole=whole))
    entries = _entries(handle)
    found.add(_compare("register_entry", entries, rows.of("register_entry"), found, whole=whole))
    found.add(_stray_register_keys(handle))
    found.add(_sequences(handle, ledger))
    found.add(_commands(handle, ledger, found))


def _compare(
    table: str, stored: Iterable[tuple[int, str]], known: RowDigests, found: StateFindings, *, whole: bool
) -> Iterator[StateDifference]:
    seen = array("Q")
    for number, digest in stored:
        logged = known.get(number)
        found.comparison.rows += 1
        if logged is None and not whole:
            found.comparison.unsaid += 1
        elif logged is None:
            yield surplus_row(table, str(number))
        else:
            seen.append(number)
            if logged != digest:
                yield StateDifference(table, str(number), ANY_COLUMN, digest, logged)
    if len(seen) < known.count:
        stood = set(seen)
        yield from (missing_row(table, str(number)) for number in known.numbers() if number not in stood)


def _entries(handle: Handle) -> Iterator[tuple[int, str]]:
    keys = groupby(handle.tuples("state_register_keys"), key=itemgetter(0))
    entry, of_entry = next(keys, (None, iter(())))
    for row in state_rows.rows(handle, "state_register_entries"):
        while entry is not None and entry < row["id"]:
            entry, of_entry = next(keys, (None, iter(())))
        own = [(mark, detail) for _, mark, detail in of_entry] if entry == row["id"] else []
        yield row["id"], kept_rows.entry_digest(row, own)


def _stray_register_keys(handle: Handle) -> Iterator[StateDifference]:
    for (entry,) in handle.tuples("state_register_keys_stray"):
        yield surplus_row("register_key", f"of entry {entry}")


def _sequences(handle: Handle, ledger: Ledger) -> Iterator[StateDifference]:
    """A number of a record or a watched person is never given again, also after its row is gone."""
    given = dict(handle.tuples("state_sequences"))
    for table in kept_rows.NUMBERED_ONCE:
        stands, logged = given.get(table, 0), ledger.records.highest.get(table, 0)
        if stands != logged if ledger.desk.is_whole else stands < logged:
            yield StateDifference("sqlite_sequence", table, "seq", str(stands), str(logged))


def _commands(handle: Handle, ledger: Ledger, found: StateFindings) -> Iterator[StateDifference]:
    left, whole = dict(ledger.records.commands), ledger.desk.is_whole
    for row in state_rows.rows(handle, "state_commands"):
        found.comparison.rows += 1
        logged, digest = left.pop(row["id"], None), kept_rows.command_digest(row)
        if logged is None and not whole:
            found.comparison.unsaid += 1
        elif logged is None:
            yield surplus_row("command", str(row["id"]))
        elif logged != digest:
            yield StateDifference("command", str(row["id"]), ANY_COLUMN, digest, logged)
    yield from (missing_row("command", key) for key in left)
