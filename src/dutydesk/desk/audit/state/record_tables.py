"""Compares records, registers, the watch list and commands with the digests that the log has of their rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from dutydesk.domain.proof.projection.compare import StateDifference, missing_row, shown, surplus_row
from dutydesk.store.tables import kept_rows, state_rows
from dutydesk.store.tables.kept_rows import KeyChange

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.domain.proof.projection.record_rows import RowDigests
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.tables.kept_rows import KeptTable, Keys, RowLike
    from dutydesk.store.tables.state_rows import StoredRow

_KEYS: Final = "register_key"

#: Columns that say nothing of a person, whose values a difference shows; of others it shows the digests of the row.
_SHOWN: Final = frozenset(
    {
        "at",
        "category",
        "ends_at",
        "entered_at",
        "entered_on",
        "entry",
        "in_force",
        "item",
        "matter",
        "origin",
        "register",
        "source",
    }
)
#: The tables whose rows have a digest and no keys of their own in it, with their queries.
_DIGESTED: Final = ((kept_rows.RECORDS, "state_records"), (kept_rows.WATCHED, "state_watched"))


def compare_kept_rows(handle: Handle, ledger: Ledger, found: StateFindings) -> None:
    """Compares each row whose digest the log has."""
    rows = ledger.records
    whole = ledger.desk.is_whole
    for table, query in _DIGESTED:
        stored = ((row, ()) for row in state_rows.rows(handle, query))
        found.add(_compare(table, stored, rows.of(table.name), found, whole=whole))
    known = rows.of(kept_rows.ENTRIES.name)
    found.add(_compare(kept_rows.ENTRIES, _entries(handle), known, found, whole=whole))
    found.add(_stray_register_keys(handle))
    found.add(_sequences(handle, ledger))
    found.add(_commands(handle, ledger, found))


def compare_kept_row(
    table: KeptTable, key: str, row: RowLike, logged: str, found: StateFindings, keys: Keys = ()
) -> Iterator[StateDifference]:
    """The columns of a row, and of its keys, that are not as the digest in the log says."""
    found.comparison.together += row[kept_rows.COLUMN_DIGESTS] is None
    difference = table.difference(row, logged, keys)
    if not difference:
        return
    own = kept_rows.logged_digest(table.column_digests(row, keys))
    for column in difference.columns:
        if column in _SHOWN:
            yield StateDifference(table.name, key, column, shown(row[column]), f"another value, by {logged}")
        else:
            yield StateDifference(table.name, key, column, own, logged)
    for change in difference.keys:
        yield _key_difference(f"of entry {key}", change, own, logged)


def _key_difference(key: str, change: KeyChange, own: str, logged: str) -> StateDifference:
    if change is KeyChange.DETAIL:
        return StateDifference(_KEYS, key, "detail", own, logged)
    return missing_row(_KEYS, key) if change is KeyChange.MISSING else surplus_row(_KEYS, key)


def _compare(
    table: KeptTable,
    stored: Iterable[tuple[StoredRow, Keys]],
    known: RowDigests,
    found: StateFindings,
    *,
    whole: bool,
) -> Iterator[StateDifference]:
    seen = array("Q")
    for row, keys in stored:
        number = row["id"]
        logged = known.get(number)
        found.comparison.rows += 1
        if logged is None and not whole:
            found.comparison.unsaid += 1
        elif logged is None:
            yield surplus_row(table.name, str(number))
        else:
            seen.append(number)
            yield from compare_kept_row(table, str(number), row, logged, found, keys)
    if len(seen) < known.count:
        stood = set(seen)
        yield from (missing_row(table.name, str(number)) for number in known.numbers() if number not in stood)


def _entries(handle: Handle) -> Iterator[tuple[StoredRow, Keys]]:
    keys = groupby(handle.tuples("state_register_keys"), key=itemgetter(0))
    entry, of_entry = next(keys, (None, iter(())))
    for row in state_rows.rows(handle, "state_register_entries"):
        while entry is not None and entry < row["id"]:
            entry, of_entry = next(keys, (None, iter(())))
        own = [(mark, detail) for _, mark, detail in of_entry] if entry == row["id"] else []
        yield row, own


def _stray_register_keys(handle: Handle) -> Iterator[StateDifference]:
    for (entry,) in handle.tuples("state_register_keys_stray"):
        yield surplus_row(_KEYS, f"of entry {entry}")


def _sequences(handle: Handle, ledger: Ledger) -> Iterator[StateDifference]:
    """A number of a record or a watched person is never given again, also after its row is gone."""
    given = dict(handle.tuples("state_sequences"))
    for table in (each.name for each in kept_rows.NUMBERED_ONCE):
        stands, logged = given.get(table, 0), ledger.records.highest.get(table, 0)
        if stands != logged if ledger.desk.is_whole else stands < logged:
            yield StateDifference("sqlite_sequence", table, "seq", str(stands), str(logged))


def _commands(handle: Handle, ledger: Ledger, found: StateFindings) -> Iterator[StateDifference]:
    left, whole = dict(ledger.records.commands), ledger.desk.is_whole
    for row in state_rows.rows(handle, "state_commands"):
        found.comparison.rows += 1
        logged = left.pop(row["id"], None)
        if logged is None and not whole:
            found.comparison.unsaid += 1
        elif logged is None:
            yield surplus_row("command", str(row["id"]))
        else:
            yield from compare_kept_row(kept_rows.COMMANDS, str(row["id"]), row, logged, found)
    yield from (missing_row("command", key) for key in left)
