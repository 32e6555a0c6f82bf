"""Compares what an act rests on with the log as it is read: the officer, the rules in force, a proposal.

The state by the log is kept in memory and follows it event by event, so that the comparison of an act reads only what
is new. A row that differs stops the act; the next transaction records the difference as an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dutydesk.desk.base import differences
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.errors import StateDiffers
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.proof.projection.compare import ColumnReader, Comparison, StateDifference
from dutydesk.domain.proof.projection.item_rows import ItemColumns, ProjectedItem
from dutydesk.domain.proof.projection.items import PROJECTED_ITEM_KINDS, project_item, read_nothing
from dutydesk.domain.proof.projection.measure_rows import MeasureColumns
from dutydesk.domain.proof.projection.replay import Ledger
from dutydesk.domain.proof.projection.restriction_rows import RestrictionColumns, RestrictionProposalColumns
from dutydesk.domain.proof.projection.said import Column
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries, state_rows

#: Rights whose acts rest on the rows of all measures and restrictions.
_RIGHTS_ON_RULES: Final = frozenset({Right.MEASURE, Right.RESTRICT})
_MEASURE: Final = ColumnReader(MeasureColumns)
_RESTRICTION: Final = ColumnReader(RestrictionColumns)
_ITEM: Final = ColumnReader(ItemColumns, "revision")
_PROPOSAL: Final = ColumnReader(RestrictionProposalColumns)
#: Alarms that are looked at before one is recorded again.
_LATEST_ALARMS: Final = 50
_ADVICE: Final = "dutydesk doctor names what differs"


@dataclass(slots=True)
class LiveCheck:
    """The state by the log up to event ``_seq``, and the differences that are to be recorded as alarms.

    ``_sound_epoch`` is the epoch of the rules whose rows were compared last and are as the log says.
    """

    _ledger: Ledger = field(default_factory=Ledger)
    _seq: int = 0
    _sound_epoch: int | None = None
    _found: list[StateDifference] = field(default_factory=list)

    def require_officer(self, transaction: Transaction, officer: Officer, right: Right) -> None:
        """Raises StateDiffers where the officer's role, country or logins are not those of the log."""
        row = self._ledger_for(transaction).people.officers.get(officer.name)
        if row is None or (row.role, row.country) != (officer.role.value, officer.country):
            row = self._fresh_ledger(transaction).people.officers.get(officer.name)
        key, stands = officer.name, f"{officer.role} of {officer.country}"
        if row is None:
            self._stop([StateDifference("officer", key, "*", "a row", "no row")])
        elif (row.role, row.country) != (officer.role.value, officer.country):
            self._stop([StateDifference("officer", key, "role, country", stands, f"{row.role!s} of {row.country!s}")])
        else:
            self._require_logins(transaction, officer, row.id)
        if right in _RIGHTS_ON_RULES:
            self._require_rules(transaction)

    def _require_logins(self, transaction: Transaction, officer: Officer, number: int) -> None:
        logins = self._ledger.people.logins
        if any(logins.get(login) != number for login in officer.logins):
            logins = self._fresh_ledger(transaction).people.logins
        planted = [login for login in officer.logins if logins.get(login) != number]
        self._stop(StateDifference("login", login, "officer", officer.name, "another or none") for login in planted)

    def begin(self, transaction: Transaction) -> None:
        """Runs first in every transaction: records what was found, and compares the rules where they have changed."""
        self._record(transaction)
        epoch = transaction.cached_value("desk_epoch")
        if epoch == self._sound_epoch or not transaction.head.seq:
            return
        transaction.rules_fault = self._rules_fault(transaction)
        if transaction.rules_fault is None:
            self._sound_epoch = epoch

    def require_sound_rules(self, transaction: Transaction) -> None:
        """Raises StateDiffers where the rules in force were not those of the log as this transaction began."""
        if transaction.rules_fault is not None:
            raise StateDiffers(StoreCode.STATE_DIFFERS, transaction.rules_fault)

    def _require_rules(self, transaction: Transaction) -> None:
        self.require_sound_rules(transaction)
        fault = None if transaction.rules_changed else self._rules_fault(transaction)
        if fault is not None:
            raise StateDiffers(StoreCode.STATE_DIFFERS, fault)

    def _rules_fault(self, transaction: Transaction) -> str | None:
        found = list(_rule_differences(transaction, self._ledger_for(transaction)))
        if found:
            found = list(_rule_differences(transaction, self._fresh_ledger(transaction)))
        self._found += found
        return _sentence(found) if found else None

    def require_item(self, transaction: Transaction, number: int) -> None:
        """Raises StateDiffers where the item's row, its ticks or its proposal are not those that the log has."""
        ledger, name = self._ledger_for(transaction), item_name(number)
        transaction.link_events()
        facts = state_rows.facts_of_items(transaction, [number], PROJECTED_ITEM_KINDS)
        try:
            item = project_item(facts, ledger.network, ledger.desk.complete_from, transaction.next_seq, read_nothing)
        except IncompleteEvent as fault:
            raise StateDiffers(StoreCode.STATE_DIFFERS, f"the events of {name} can't be read: {fault.words}") from fault
        self._stop(_item_differences(transaction, name, number, item))

    def _ledger_for(self, transaction: Transaction) -> Ledger:
        """The state as of the beginning of the transaction."""
        head = transaction.head.seq
        if head < self._seq:
            self._ledger, self._seq = Ledger(), 0  # a copy has taken the store's place
        if head > self._seq:
            _follow(self._ledger, transaction, self._seq, head)
            self._seq = head
        return self._ledger

    def _fresh_ledger(self, transaction: Transaction) -> Ledger:
        """The state with what this transaction has recorded so far."""
        transaction.link_events()
        ledger = Ledger()
        _follow(ledger, transaction, 0, transaction.next_seq)
        return ledger

    def _stop(self, found: Iterable[StateDifference]) -> None:
        differing = list(found)
        if differing:
            self._found += differing
            raise StateDiffers(StoreCode.STATE_DIFFERS, _sentence(differing))

    def _record(self, transaction: Transaction) -> None:
        """Records the differences as alarms, unless the latest say so already."""
        if not self._found:
            return
        known = {fact.event.words for fact in log_queries.differences(transaction, _LATEST_ALARMS)}
        for words, table in {f"{each.words}; no act relies on it": each.table for each in self._found}.items():
            if words not in known:
                differences.report(transaction, "state", table, words)
        transaction.after_commit.append(self._found.clear)


class _LoggedRows(Mapping[str, Mapping[str, Column]]):
    """Numbered rows of the ledger by their keys, each read when it is compared: a copy of all would take a megabyte
    for a thousand, at each change of the rules.
    """

    def __init__(self, rows: Mapping[int, object], columns: ColumnReader) -> None:
        self._rows = rows
        self._columns = columns

    def __getitem__(self, key: str) -> Mapping[str, Column]:
        return self._columns.of(self._rows[int(key)])

    def __iter__(self) -> Iterator[str]:
        return map(str, self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _sentence(found: list[StateDifference]) -> str:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{found[0].words}{more}; nothing was done: {_ADVICE}"


def _follow(ledger: Ledger, handle: Handle, after: int, last: int) -> None:
    try:
        for fact in state_rows.ledger_facts_between(handle, after, last):
            ledger.apply(fact)
    except IncompleteEvent as fault:
        raise StateDiffers(
            StoreCode.STATE_DIFFERS, f"an event of the log can't be read: {fault.words}; nothing was done: {_ADVICE}"
        ) from fault


def _item_differences(handle: Handle, name: str, number: int, item: ProjectedItem | None) -> Iterator[StateDifference]:
    """How an item's row, ticks and proposal differ from the log; its revision only counts writes."""
    comparison, of = Comparison(), {"first": number, "last": number}
    row = {} if item is None else {name: {**_ITEM.of(item.row)}}
    yield from comparison.compare_rows(
        "item", ((name, each) for each in state_rows.rows(handle, "state_items", **of)), row
    )
    ticks = (
        {} if item is None else {f"{name} version {v} {mark}": tick._asdict() for (v, mark), tick in item.ticks.items()}
    )
    stored = (
        (f"{name} version {each['version']} {each['mark']}", each)
        for each in state_rows.rows(handle, "state_ticks", **of)
    )
    yield from comparison.compare_rows("tick", stored, ticks)
    proposals = ((name, each) for each in state_rows.proposals(handle, number))
    logged = {} if item is None or item.proposal is None else {name: item.proposal._asdict()}
    yield from comparison.compare_rows("proposal", proposals, logged)


def _rule_differences(handle: Handle, ledger: Ledger) -> Iterator[StateDifference]:
    """The rows of measures, restrictions and bureaus off the network that are not those of the log."""
    comparison, restrictions = Comparison(), ledger.restrictions
    measures = _LoggedRows(ledger.measures.rows, _MEASURE)
    yield from comparison.compare_rows("measure", _stored(handle, "state_measures", "number"), measures)
    proposals = _LoggedRows(restrictions.proposals, _PROPOSAL)
    stored = _stored(handle, "state_restriction_proposals", "number")
    yield from comparison.compare_rows("restriction_proposal", stored, proposals)
    if ledger.desk.is_whole:
        stated = _LoggedRows(restrictions.rows, _RESTRICTION)
        yield from comparison.compare_rows("restriction", _stored(handle, "state_restrictions", "id"), stated)
    bureaus: dict[str, Mapping[str, Column]] = {
        row.code: {"id": row.id, "offline_since": row.offline_since} for row in ledger.desk.bureaus.values()
    }
    if ledger.desk.complete_from:
        yield from comparison.compare_rows("bureau", _stored(handle, "state_bureaus", "code"), bureaus)


def _stored(handle: Handle, query: str, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((str(row[key]), row) for row in state_rows.rows(handle, query))
