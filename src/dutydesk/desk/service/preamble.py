"""What runs first in every transaction, and when a store is opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dutydesk.desk.base import rules_log, settings_log
from dutydesk.desk.base.clock import Clock, ReplayClock
from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.delivery import notice_check
from dutydesk.desk.examination import later_filing
from dutydesk.desk.people import officers
from dutydesk.desk.retention import retention
from dutydesk.desk.supervision import measures
from dutydesk.domain.events.event import ABSENT, Logged
from dutydesk.domain.events.store import BureausListed, ClockSteppedBack, StoreMade
from dutydesk.domain.review.officers import PERSON_RULES_EDITION
from dutydesk.store.engine.copies import read_only_reason
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, log, log_queries


def realm_and_last_event(handle: Handle) -> tuple[str, datetime]:
    row, head = handle.one("desk_row"), handle.one("event_head")
    last = from_us(head["at"]) if head is not None else handle.at
    return (str(row["realm"]) if row is not None else "", last)


def preamble(transaction: Transaction, context: Context, clock: Clock) -> None:
    """Runs first in every transaction: sets its time, and applies measures and deadlines that are due.

    The clock of a demo may run in another process; here it never lags behind the log. Any other clock that stepped back
    is logged and left alone, because the order of events does not depend on it.
    """
    if transaction.head.seq and transaction.at < transaction.head.at:
        if isinstance(clock, ReplayClock):
            transaction.advance_time(transaction.head.at)
        else:
            was, at = transaction.head.at.isoformat(), transaction.at.isoformat()
            last = int(transaction.value("record_next")) - 1
            transaction.emit("system", "clock", ClockSteppedBack(was=was, at=at, last_record=last))
            transaction.link_events()  # what was dated by then has come for good, for this transaction too
    transaction.filer = later_filing.file_upto
    context.live.begin(transaction)
    settings_log.note_settings(transaction, context)
    rules_log.note_table(transaction, context)
    measures.apply_due_measures(transaction, context)
    retention.apply_deadlines(transaction)


def needs_setup(handle: Handle, context: Context, founder: str | None) -> bool:
    """Whether the store lacks its founder, a bureau that this release knows, or a note in its log."""
    if read_only_reason(handle) is not None:
        return False
    is_new = log.head_seq(handle) == 0
    return (
        (is_new and founder is not None)
        or not (is_new or log_queries.lists_notices(handle))
        or settings_log.rules_need_note(handle)
        or rules_log.table_needs_note(handle)
        or not (is_new or log_queries.lists_bureaus(handle))
        or any(bureaus.find_id(handle, bureau.code) is None for bureau in context.directory.bureaus)
    )


def _made_at(handle: Handle) -> Logged[str]:
    """When the store's file was made."""
    row = handle.one("desk_row")
    return ABSENT if row is None else from_us(row["made_at"]).isoformat()


def _list_bureaus(transaction: Transaction, added: Iterable[str]) -> None:
    """Logs the rows of bureaus that were added, or of all where an earlier release has logged none."""
    rows = bureaus.numbers(transaction)
    if log_queries.lists_bureaus(transaction):
        rows = {code: rows[code] for code in added}
    if rows:
        transaction.emit("system", log_queries.BUREAUS, BureausListed(rows=rows))


def set_up(transaction: Transaction, context: Context, realm: str, founder: str | None) -> None:
    added = bureaus.add_missing(transaction, (bureau.code for bureau in context.directory.bureaus))
    if transaction.head.seq and not log_queries.lists_notices(transaction):
        notice_check.log_open_notices(transaction)
    if founder is None or transaction.head.seq:
        if transaction.head.seq:
            _list_bureaus(transaction, added)
        settings_log.note_rules(transaction)
        rules_log.note_first_table(transaction, context)
        return
    made = StoreMade(
        realm=realm,
        by=founder,
        rules=PERSON_RULES_EDITION,
        lists="all",
        table=context.rules.digest,
        four_eyes=rules_log.four_eyes_fields(context.rules),
        overridable=tuple(sorted(context.rules.overridable)),
        made_at=_made_at(transaction),
    )
    transaction.emit("system", "store", made)
    transaction.emit("system", log_queries.BUREAUS, BureausListed(rows=bureaus.numbers(transaction)))
    actor = Actor(founder, founder)
    officers.save_officer(transaction, context, actor, officers.first_administrator(founder))
