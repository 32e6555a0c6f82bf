"""Import the registers against which requests are examined (HIS-02, CON-05), and examine affected items again."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.examination import watch
from dutydesk.desk.examination.like_items import like_items
from dutydesk.desk.examination.recheck import reexamine_item
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.name_cache import NameCache, TransactionNameCache
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.checks import RegisterImported
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.domain.rules.likeness import likeness
from dutydesk.domain.rules.registers import Register, RegisterEntry
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, persons
from dutydesk.wire.registers.registers import RegisterFile, RowProblem, UnreadableRegisterError, read_register

_REGISTER_RULES = frozenset({"HIS-02", "CON-05"})
_AFFECTED_STATES = OPEN_STATES | {ItemState.RELEASED, ItemState.BLOCKED}


@value(frozen=True, slots=True)
class ImportReport:
    """The result of an import: ``taken``, ``changed`` and ``unchanged`` count entries.

    ``concerned`` names the items on the same persons. ``counted_by`` is the unit of row numbers: ``line`` in CSV,
    ``entry`` in JSON.
    """

    register: str
    sha256: str
    taken: int
    changed: int
    unchanged: int
    not_taken: tuple[RowProblem, ...]
    concerned: tuple[str, ...]
    counted_by: str


def import_register(
    transaction: Transaction, context: Context, actor: Actor, register: Register, raw: bytes
) -> ImportReport:
    """Import every valid row in one transaction, list the others, and examine the affected items again.

    Raises NotAllowed, and InvalidRequest for a file that can't be read.
    """
    context.officer(transaction, actor, Right.IMPORT)
    try:
        file = read_register(register, raw, context.directory, transaction.at.date())
    except UnreadableRegisterError as fault:
        raise InvalidRequest(InvalidRequestCode.NOT_IMPORTABLE, str(fault)) from fault
    outcomes, concerned = put_entries(transaction, context, actor, [entry for _, entry in file.entries])
    report = ImportReport(
        register.value,
        file.sha256,
        **outcomes,
        not_taken=file.problems,
        concerned=tuple(item_name(number) for number in sorted(concerned)),
        counted_by=file.row_noun,
    )
    _log_import(transaction, actor, report, file)
    return report


def put_entries(
    transaction: Transaction, context: Context, actor: Actor, entries: Iterable[RegisterEntry]
) -> tuple[dict[str, int], set[int]]:
    """Write entries and examine the affected items again; the caller has checked the right to do so.

    Returns how many entries were ``taken``, ``changed`` and ``unchanged``, and the numbers of the affected items.
    """
    outcomes = {"taken": 0, "changed": 0, "unchanged": 0}
    concerned: set[int] = set()
    name_cache = TransactionNameCache(context.limits.memory)
    for entry in entries:
        outcome, number = persons.put_entry(transaction, entry)
        outcomes[outcome] += 1
        if outcome == "unchanged":
            continue
        facts = watch.facts_of_entry(entry)
        watch.file_entry(transaction, number, entry, facts)
        if entry.in_force:
            concerned.update(_affected_items(transaction, context, entry, facts, name_cache))
    for number in sorted(concerned):
        reexamine_item(transaction, context, items.get(transaction, number), _REGISTER_RULES, actor)
    return outcomes, concerned


def end_entries(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Take entries that have left their list out of force; the caller has checked the right to do so."""
    for number in numbers:
        persons.end_entry(transaction, number)
        watch.forget_entry(transaction, number)


def _log_import(transaction: Transaction, actor: Actor, report: ImportReport, file: RegisterFile) -> None:
    """Log the import: counts and the file's hash, no personal data."""
    transaction.emit(
        actor.officer,
        f"register {file.register}",
        RegisterImported(
            login=actor.login,
            sha256=report.sha256,
            taken=report.taken,
            changed=report.changed,
            unchanged=report.unchanged,
            not_taken=len(report.not_taken),
            concerned=len(report.concerned),
        ),
    )


def _affected_items(
    transaction: Transaction, context: Context, entry: RegisterEntry, facts: PersonFacts, name_cache: NameCache
) -> list[int]:
    """Return the open, released and blocked items on the entry's person or one like it, sorted by number.

    For the register of refugees, only items sent by the country of origin, or a sub-bureau of it, count.
    """
    same = [
        number
        for number in persons.matching_items_of_any_sender(transaction, entry.identity)
        if likeness(entry.identity, persons.identity_of_item(transaction, number))
    ]
    like = like_items(transaction, context, facts, name_cache, _AFFECTED_STATES)
    found = []
    for number in sorted({*same, *like}):
        item = items.get(transaction, number)
        source = {item.sender, context.directory.parent(item.sender or "")}
        fits = entry.register is Register.CCF or entry.country in source
        if fits and item.state in _AFFECTED_STATES:
            found.append(number)
    return found
