"""Importing the registers that requests are checked against (HIS-02, CON-05), and what in the desk they concern."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutydesk.desk.ground import Act, Ground
from dutydesk.desk.opening import goes_as
from dutydesk.desk.placing import examined
from dutydesk.desk.reading import message_of
from dutydesk.domain.errors import BadCall, NotFound
from dutydesk.domain.events import EventKind
from dutydesk.domain.items import Item, item_name
from dutydesk.domain.officers import Right
from dutydesk.domain.rules.likeness import likeness
from dutydesk.domain.rules.registers import Register, RegisterEntry
from dutydesk.domain.states import OPEN_STATES, ItemState, PostReview
from dutydesk.store import items, persons
from dutydesk.store.transaction import Transaction
from dutydesk.wire.registers import RegisterFile, RowProblem, UnreadableRegisterError, read_register

_ON_FILE = frozenset({"HIS-02", "CON-05"})
_CONCERNED = OPEN_STATES | {ItemState.RELEASED, ItemState.BLOCKED}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``taken``, ``changed`` and ``unchanged`` count entries. ``concerned`` names the items on the same persons.

    ``counted_by``: what the numbers of rows count, ``line`` in CSV and ``entry`` in JSON.
    """

    register: str
    sha256: str
    taken: int
    changed: int
    unchanged: int
    not_taken: tuple[RowProblem, ...]
    concerned: tuple[str, ...]
    counted_by: str


def import_register(transaction: Transaction, ground: Ground, act: Act, register: Register, raw: bytes) -> ImportReport:
    """Takes every sound row, in one transaction, and names each that is not. Raises NotAllowed, BadCall."""
    ground.officer(transaction, act, Right.IMPORT)
    try:
        file = read_register(register, raw, ground.directory, transaction.at.date())
    except UnreadableRegisterError as fault:
        raise BadCall(str(fault)) from fault
    outcomes = {"taken": 0, "changed": 0, "unchanged": 0}
    concerned: set[int] = set()
    for _, entry in file.entries:
        outcome = persons.put_entry(transaction, entry)
        outcomes[outcome] += 1
        if outcome != "unchanged" and entry.in_force:
            concerned.update(_items_on(transaction, ground, entry))
    for number in sorted(concerned):
        _look_again(transaction, ground, act, items.get(transaction, number))
    report = ImportReport(
        register.value,
        file.sha256,
        **outcomes,
        not_taken=file.problems,
        concerned=tuple(item_name(number) for number in sorted(concerned)),
        counted_by=file.counted_by,
    )
    _record(transaction, act, report, file)
    return report


def _record(transaction: Transaction, act: Act, report: ImportReport, file: RegisterFile) -> None:
    """Counts and the file's hash: nothing of a person goes into the log."""
    transaction.emit(
        act.officer,
        EventKind.REGISTER_IMPORTED,
        f"register {file.register}",
        login=act.login,
        sha256=report.sha256,
        taken=report.taken,
        changed=report.changed,
        unchanged=report.unchanged,
        not_taken=len(report.not_taken),
        concerned=len(report.concerned),
    )


def _look_again(transaction: Transaction, ground: Ground, act: Act, item: Item) -> None:
    """What waits gets the finding, and cannot be released without a look at it; what went out gets a review."""
    try:
        message = message_of(transaction, ground, item)
    except NotFound:
        return
    found = examined(transaction, ground, message, goes_as(transaction, item), own=item)
    known = items.findings_of(transaction, item.number, item.version)
    order = {rule.id: place for place, rule in enumerate(ground.rules.rules)}
    new = [finding for finding in found if finding.rule in _ON_FILE]
    kept = [finding for finding in known if finding.rule not in _ON_FILE]
    findings = sorted((*kept, *new), key=lambda finding: order.get(finding.rule, len(order)))
    if tuple(findings) == known:
        return
    items.set_findings(transaction, item.number, item.version, tuple(findings))
    after = item
    if item.state is ItemState.RELEASED:
        due = transaction.at + ground.settings.post_review_due
        after = replace(item, post_review=PostReview.DUE, post_review_due=due)
    items.save(transaction, item, after)
    rules = sorted({finding.rule for finding in new})
    transaction.emit(
        act.officer,
        EventKind.ITEM_EXAMINED_AGAIN,
        item.name,
        login=act.login,
        rules=rules,
        post_review=after.post_review,
    )


def _items_on(transaction: Transaction, ground: Ground, entry: RegisterEntry) -> list[int]:
    """Items that wait or went out before the entry was known; of refugees, those of the country of origin."""
    found = []
    for number in persons.items_like_of_anybody(transaction, entry.identity):
        item = items.get(transaction, number)
        source = {item.sender, ground.directory.parent(item.sender or "")}
        fits = entry.register is Register.CCF or entry.country in source
        if (
            fits
            and item.state in _CONCERNED
            and likeness(entry.identity, persons.identity_of_item(transaction, number))
        ):
            found.append(number)
    return found
