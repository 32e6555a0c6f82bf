"""Compares with the log what the next acts rest on: roles, measures, restrictions, proposals and what is queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.state.item_tables import ItemTables
from dutydesk.desk.audit.state.ledger_tables import compare_realm, compare_rules
from dutydesk.desk.audit.state.notice_tables import NoticeTables
from dutydesk.desk.audit.state.report import StateFindings
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.logged_notices import NUMBERS_TOGETHER
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.projection.compare import WHOLE_ROW, StateDifference
from dutydesk.domain.proof.projection.replay import Ledger
from dutydesk.store.tables import log, state_rows

if TYPE_CHECKING:
    from dutydesk.store.engine.reader import Handle

#: Items, and groups of notices, that are compared at most; a lease takes no more at once.
_MOST_ITEMS: Final = 500
_MOST_NOTICES: Final = 50
_ITEMS_TOGETHER: Final = 64


@value(frozen=True, slots=True)
class QuickReport:
    """``differences`` are all that were found; ``is_partial``: more is queued than was compared."""

    differences: tuple[StateDifference, ...]
    rows: int
    is_partial: bool


def compare_next(handle: Handle) -> QuickReport:
    """Reads little of a long log, so that it takes less than a second on a large store."""
    ledger, found = Ledger(), StateFindings()
    try:
        for fact in state_rows.ledger_facts(handle):
            ledger.apply(fact)
    except IncompleteEvent as fault:
        words = f"an event that can't be read: {fault.words}"
        return QuickReport((StateDifference("event", "of the ledger", WHOLE_ROW, words, "what it must"),), 0, False)
    compare_realm(handle, ledger, found)
    compare_rules(handle, ledger, found, None)
    tables = ItemTables(handle, ledger, found, None, log.head_seq(handle))
    numbers = state_rows.open_items(handle, _MOST_ITEMS + 1)
    for first in range(0, min(len(numbers), _MOST_ITEMS), _ITEMS_TOGETHER):
        tables.compare(numbers[first : first + _ITEMS_TOGETHER])
    notices = NoticeTables(handle, ledger, found, tables.codes)
    groups = state_rows.open_notices(handle, _MOST_NOTICES + 1)
    for group in groups[:_MOST_NOTICES]:
        notices.compare(group, group + NUMBERS_TOGETHER - 1)
    partial = len(numbers) > _MOST_ITEMS or len(groups) > _MOST_NOTICES
    return QuickReport(tuple(found.differences), found.comparison.rows, partial)
