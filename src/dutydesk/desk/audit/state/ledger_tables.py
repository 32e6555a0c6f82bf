"""Compares the tables that are about no single item: officers, the desk, bureaus, measures, restrictions, handovers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from dutydesk.desk.audit.state.report import StateFindings
from dutydesk.domain.proof.projection.compare import ColumnReader, StateDifference, is_same, missing_row, surplus_row
from dutydesk.domain.proof.projection.desk_rows import BureauColumns, DeskColumns
from dutydesk.domain.proof.projection.measure_rows import MeasureColumns
from dutydesk.domain.proof.projection.people import HandoverColumns, OfficerColumns
from dutydesk.domain.proof.projection.replay import Ledger
from dutydesk.domain.proof.projection.restriction_rows import RestrictionColumns, RestrictionProposalColumns
from dutydesk.domain.proof.projection.said import UNSAID, Column
from dutydesk.store.tables import records, state_rows, unfiled, watched

if TYPE_CHECKING:
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.tables.state_rows import StoredRow

#: A store of this release has nothing left to fill in for an earlier one, and only a demo keeps its clock.
_FILLED: Final[Mapping[str, Column]] = {
    "records_entered": records.BACKFILL_COMPLETE,
    "watch_stage": watched.STAGE_COMPLETE,
    "watch_position": 0,
}
_NO_CLOCK: Final[Mapping[str, Column]] = {"clock_at": None, "clock_wall": None, "clock_rate": None}
_Rows = Iterator[tuple[str, Mapping[str, Any]]]


def compare_ledger(handle: Handle, ledger: Ledger, found: StateFindings, received: Mapping[str, int] | None) -> None:
    """Compares each row and column of these tables.

    ``received`` counts the messages of each sender that the log names; ``None`` where it does not name all.
    """
    _compare_desk(handle, ledger, found)
    compare_rules(handle, ledger, found, received)


def compare_rules(handle: Handle, ledger: Ledger, found: StateFindings, received: Mapping[str, int] | None) -> None:
    """The same for who may do what, under which measures and restrictions."""
    people, desk = ledger.people, ledger.desk
    compare = found.comparison.compare_rows
    officers = _by_key(people.officers.values(), ColumnReader(OfficerColumns), "id")
    found.add(compare("officer", _stored(handle, "state_officers", "id"), officers))
    logins: dict[str, dict[str, Column]] = {
        login: {"os_user": login, "officer": number} for login, number in people.logins.items()
    }
    found.add(compare("login", _stored(handle, "state_logins", "os_user"), logins))
    bureaus: dict[str, Mapping[str, Column]] = {
        code: ColumnReader(BureauColumns).of(row)
        | {"measure_revision": ledger.measures.writes.get(code, 0), "received": _received(ledger, row, received)}
        for code, row in desk.bureaus.items()
    }
    if desk.complete_from:
        found.add(compare("bureau", _stored(handle, "state_bureaus", "code"), bureaus))
    measures = _by_key(ledger.measures.rows.values(), ColumnReader(MeasureColumns), "number")
    found.add(compare("measure", _stored(handle, "state_measures", "number"), measures))
    restrictions = _by_key(ledger.restrictions.rows.values(), ColumnReader(RestrictionColumns), "id")
    if desk.is_whole:
        found.add(compare("restriction", _stored(handle, "state_restrictions", "id"), restrictions))
    else:
        found.add(_older_restrictions(handle, ledger, found))
    proposals = _by_key(ledger.restrictions.proposals.values(), ColumnReader(RestrictionProposalColumns), "number")
    stored = _stored(handle, "state_restriction_proposals", "number")
    found.add(compare("restriction_proposal", stored, proposals))
    handovers = _by_key(people.handovers.values(), ColumnReader(HandoverColumns), "number")
    for each in handovers.values():
        each["text"] = each["sha256"]
    found.add(compare("handover", _stored(handle, "state_handovers", "number", _with_text_hash), handovers))


def _older_restrictions(handle: Handle, ledger: Ledger, found: StateFindings) -> Iterator[StateDifference]:
    """Restrictions of a log that an earlier release began, which did not name those that followed from corrections.

    The statements that the log has must be there in their order; others only from before it was complete.
    """
    logged = list(ledger.restrictions.rows.values())
    place, columns = 0, ("owner", "item", "target", "denied", "at", "actor")
    for row in state_rows.rows(handle, "state_restrictions"):
        found.comparison.rows += 1
        if place < len(logged) and all(is_same(row[name], getattr(logged[place], name)) for name in columns):
            place += 1
        elif ledger.desk.complete_from and row["at"] >= ledger.desk.complete_at:
            yield surplus_row("restriction", str(row["id"]))
        else:
            found.comparison.unsaid += 1
    for each in logged[place:]:
        yield missing_row("restriction", f"of {each.owner!s} on {each.target}, stated as the {each.id}th")


def _received(ledger: Ledger, row: BureauColumns, received: Mapping[str, int] | None) -> Column:
    """The messages of a bureau: those that have an event, and the checks that hit nothing."""
    if received is None:
        return UNSAID
    checks = ledger.checks.accepted.get(row.id, 0) if isinstance(row.id, int) else 0
    return received.get(row.code, 0) + checks


def _with_text_hash(row: StoredRow) -> StoredRow:
    text = row["text"]
    return {**row, "text": sha256(text.encode()).hexdigest() if isinstance(text, str) else text}


def compare_realm(handle: Handle, ledger: Ledger, found: StateFindings) -> None:
    """Whether the store is still of the kind, and of the time, that its first event says."""
    desk = ledger.desk.desk
    rows = ((str(row["id"]), row) for row in state_rows.rows(handle, "state_desk"))
    found.add(found.comparison.compare_rows("desk", rows, {"1": {"realm": desk.realm, "made_at": desk.made_at}}))


def _compare_desk(handle: Handle, ledger: Ledger, found: StateFindings) -> None:
    rows = ((str(row["id"]), row) for row in state_rows.rows(handle, "state_desk"))
    expected = dict(ColumnReader(DeskColumns).of(ledger.desk.desk))
    filed, last = unfiled.stored_upto(handle), state_rows.last_item(handle)
    expected["filed_upto"] = filed if isinstance(filed, int) and 0 <= filed <= last else last
    if ledger.desk.is_whole:
        expected |= _FILLED
    if ledger.desk.desk.realm != "demo":
        expected |= _NO_CLOCK
    found.add(found.comparison.compare_rows("desk", rows, {"1": expected}))


def _by_key(rows: Iterable[object], columns: ColumnReader, key: str) -> dict[str, dict[str, Column]]:
    return {str(values[key]): values for values in map(columns.of, rows)}


def _stored(handle: Handle, query: str, key: str, change: Callable[[StoredRow], StoredRow] = dict) -> _Rows:
    for row in state_rows.rows(handle, query):
        yield str(row[key]), change(row)
