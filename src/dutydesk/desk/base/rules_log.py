"""Logs which table of rules is in force, as it changes, so that past findings and decisions can be proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dutydesk.desk.base.context import Context
from dutydesk.domain.events.event import IncompleteEvent, fitting
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import RulesChanged
from dutydesk.domain.proof.rule_tables import ProofTables, proof_tables
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log, past
from dutydesk.wire.reference.read_rule_table import load_rules

_SUBJECT, _ACTOR = "rules", "system"


def note_table(transaction: Transaction, context: Context) -> None:
    """In every transaction, because another process may have been started with another table.

    A log that never named a table was written under the program's own.
    """
    if not transaction.head.seq or _is_noted(transaction):
        return
    known = past.table_in_force(transaction)
    if known != context.rules.digest and not (known is None and context.settings.rules is None):
        transaction.emit(_ACTOR, _SUBJECT, _change(context.rules, known, _last_change(transaction)))


def _is_noted(transaction: Transaction) -> bool:
    """Whether this transaction has named the table; a query does not find that before the commit."""
    return transaction.has_pending_event(_ACTOR, EventKind.RULES_CHANGED, _SUBJECT)


def table_needs_note(handle: Handle) -> bool:
    """Whether the store was made by an earlier release, whose log does not name the table in force."""
    if past.table_in_force(handle) is not None:
        return False
    first = next(iter(log.after(handle, 0, 1)), None)
    return first is not None and first.kind is EventKind.STORE_MADE


def note_first_table(transaction: Transaction, context: Context) -> None:
    """Names the table in the log of an earlier release."""
    if transaction.head.seq and not _is_noted(transaction) and table_needs_note(transaction):
        transaction.emit(_ACTOR, _SUBJECT, _change(context.rules, None, None))


def proof_tables_of(context: Context, others: Iterable[RuleTable] = ()) -> ProofTables:
    """What the proof of this desk's log knows: the program's table, the desk's own, and ``others``."""
    own = context.settings.rules is not None
    rules = load_rules() if own else context.rules
    return proof_tables(context.directory, rules, context.rules, *others)


def four_eyes_fields(table: RuleTable) -> Mapping[str, tuple[str, ...]]:
    """By type the rules that take two persons, as events name them."""
    return {type.value: tuple(sorted(rules)) for type, rules in table.four_eyes.items()}


def _change(table: RuleTable, was: str | None, last: RulesChanged | None) -> RulesChanged:
    rows, before = table.row_digests(), None if last is None else fitting(last.rows)
    if before is None and was == load_rules().digest:
        before = load_rules().row_digests()
    changed = None if before is None else sorted(rule for rule in rows if rows[rule] != before.get(rule))
    return RulesChanged(
        digest=table.digest,
        name=table.name,
        was=was,
        rules=len(table.rules),
        senses=len(table.lexicon.senses),
        changed=None if changed is None else tuple(changed),
        rows=rows,
        four_eyes=four_eyes_fields(table),
        overridable=tuple(sorted(table.overridable)),
    )


def _last_change(handle: Handle) -> RulesChanged | None:
    found = log.last_of(handle, _SUBJECT, EventKind.RULES_CHANGED, _ACTOR)
    try:
        event = None if found is None else log.parse(found)
    except IncompleteEvent:  # an event that was changed: the proof names it
        return None
    return event if isinstance(event, RulesChanged) else None
