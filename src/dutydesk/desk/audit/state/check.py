"""Compares every table of a store with its log, piece by piece, in memory that does not grow with the store."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.state.check_tables import compare_checks
from dutydesk.desk.audit.state.derived_tables import compare_keys
from dutydesk.desk.audit.state.figures import compare_figures
from dutydesk.desk.audit.state.hit_tables import HitTables
from dutydesk.desk.audit.state.item_tables import ItemTables, ReadBody
from dutydesk.desk.audit.state.ledger_tables import compare_ledger
from dutydesk.desk.audit.state.notice_tables import NoticeTables
from dutydesk.desk.audit.state.record_tables import compare_kept_rows
from dutydesk.desk.audit.state.references import REFERENCE_KINDS, ReferenceTable
from dutydesk.desk.audit.state.report import StateFindings, StateProgress, StateReport
from dutydesk.desk.audit.state.tree_tables import compare_tree
from dutydesk.desk.base.message import body_of, title_of, urgency_of
from dutydesk.desk.examination.persons import identity_in_body
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.facts import is_of
from dutydesk.domain.events.logged_notices import NUMBERS_TOGETHER
from dutydesk.domain.messages.message import Correction, Correspondence, Diffusion, NoticeRequest
from dutydesk.domain.proof.projection.compare import WHOLE_ROW, StateDifference, surplus_row
from dutydesk.domain.proof.projection.items import MessageFacts
from dutydesk.domain.proof.projection.replay import LEDGER_KINDS, Ledger
from dutydesk.store.engine.reader import from_us
from dutydesk.store.tables import log, persons, state_rows
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dutydesk.desk.base.context import Context
    from dutydesk.domain.countries import Directory
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.engine.store import Store

#: Items, and notices, that are read and compared together.
_ITEMS_TOGETHER: Final = 256
_NOTICES_TOGETHER: Final = 1_024
_EVENTS_TOGETHER: Final = 4_096
_FULL_TEXT: Final = "the full text"
_WORDS: Final = "the words of the rows that it indexes"


def no_progress(_done: int, _all: int) -> None:
    """Reports nothing."""


async def compare_state(
    store: Store, context: Context, progress: StateProgress = no_progress, after: int = 0
) -> StateReport:
    """Compares the tables of a store with its log, row by row and column by column.

    ``after`` is the number of an event, such as a checkpoint's: only rows that later events are about are compared,
    and all of the tables that stay small.
    """
    with suppress(DeskError):  # a copy, or a store that can't be written, is compared as it is
        await store.file_waiting()
    report = await store.read(lambda handle: compare_tables(handle, context.directory, progress, after))
    if after:
        return report
    try:
        full_text = await store.compare_full_text()
    except StoreUnusable:  # a store that this user can only read
        return replace(report, unread=(_FULL_TEXT,))
    wrong = [StateDifference(table, "all rows", WHOLE_ROW, "other words", _WORDS) for table in full_text.wrong]
    return replace(
        report,
        differences=(*report.differences, *wrong),
        count=report.count + len(wrong),
        unread=full_text.unread,
    )


def compare_tables(
    handle: Handle, directory: Directory, progress: StateProgress = no_progress, after: int = 0
) -> StateReport:
    """The same on one reading handle, whose view of the store does not change meanwhile."""
    return _StateCheck(handle, directory, progress, after).run()


class _StateCheck:
    def __init__(self, handle: Handle, directory: Directory, progress: StateProgress, after: int) -> None:
        self._handle, self._directory, self._progress = handle, directory, progress
        self._found, self._after = StateFindings(), after
        self._last_seq = log.head_seq(handle)
        self._last_item, self._last_notice = state_rows.last_item(handle), state_rows.last_notice(handle)
        self._all = self._last_seq + self._last_item + self._last_notice
        self._done = 0
        self._received: Counter[str] | None = None

    def run(self) -> StateReport:
        ledger = self._walk_log()
        if ledger is not None:
            compare_ledger(self._handle, ledger, self._found, self._received)
            if not self._after:
                compare_kept_rows(self._handle, ledger, self._found)
                compare_keys(self._handle, self._found)
                compare_checks(self._handle, ledger, self._found)
                compare_tree(self._handle, self._found)
            self._compare_items(ledger)
        found = self._found
        return StateReport(
            tuple(found.differences),
            found.count,
            found.comparison.rows,
            found.comparison.unsaid,
            self._last_seq,
            ledger.desk.complete_from if ledger is not None else 0,
            together=found.comparison.together,
        )

    def _step(self, done: int) -> None:
        self._done += done
        self._progress(self._done, self._all)

    def _walk_log(self) -> Ledger | None:
        """The state that is about no single item; ``None`` where an event can't be read."""
        ledger, references, seq = Ledger(), ReferenceTable(self._handle, self._found), 0
        hits = HitTables(self._handle, self._found)
        kinds, of_references = {*LEDGER_KINDS, *REFERENCE_KINDS}, frozenset(REFERENCE_KINDS)
        try:
            for fact in state_rows.facts_after(self._handle, 0, kinds):
                ledger.apply(fact)
                if fact.kind in of_references and fact.seq > self._after:
                    references.apply(fact)
                if is_of(fact, HitFound) and fact.seq > self._after:
                    hits.apply(fact)
                if fact.seq >= seq + _EVENTS_TOGETHER:
                    self._step(fact.seq - seq)
                    seq = fact.seq
        except IncompleteEvent as fault:
            words = f"an event that can't be read: {fault.words}"
            self._found.add([StateDifference("event", f"after {seq}", WHOLE_ROW, words, "what it must")])
            return None
        if not self._after:
            references.finish()
            hits.finish(ledger)
            if ledger.desk.is_whole:
                self._received = references.received
        self._step(self._last_seq - seq)
        return ledger

    def _compare_items(self, ledger: Ledger) -> None:
        tables = ItemTables(self._handle, ledger, self._found, partial(read_body, self._directory), self._last_seq)
        for numbers in self._numbers():
            tables.compare(numbers)
            self._step(len(numbers))
        if not self._after:
            tables.finish()
            outliers = state_rows.outliers(self._handle, self._last_item)
            self._found.add(surplus_row(table, f"of {item_name(number)}") for table, number in outliers)
            compare_figures(self._handle, ledger, self._found, self._received, tables.silver)
        notices = NoticeTables(self._handle, ledger, self._found, tables.codes)
        for first, last in self._notice_ranges():
            notices.compare(first, last)
            self._step(last - first + 1)

    def _numbers(self) -> Iterator[Sequence[int]]:
        """The items to compare, some at a time; all, or those of later events."""
        touched = sorted(state_rows.items_after(self._handle, self._after)) if self._after else None
        for first in range(1, self._last_item + 1, _ITEMS_TOGETHER):
            numbers = range(first, min(first + _ITEMS_TOGETHER, self._last_item + 1))
            if touched is None:
                yield numbers
            elif chosen := touched[bisect_left(touched, first) : bisect_left(touched, numbers.stop)]:
                yield chosen

    def _notice_ranges(self) -> Iterator[tuple[int, int]]:
        if self._after:
            for first in state_rows.notices_after(self._handle, self._after):
                yield first, first + NUMBERS_TOGETHER - 1
            return
        for first in range(0, self._last_notice + 1, _NOTICES_TOGETHER):
            yield first, first + _NOTICES_TOGETHER - 1


def read_body(directory: Directory, raw: bytes, received_at: int) -> ReadBody | None:
    """Reads bytes as a message; ``None`` where they are none that a body may be."""
    reading = decode_message(raw, directory, from_us(received_at))
    if not isinstance(reading, DecodedMessage):
        return None
    message = reading.message
    if not isinstance(message, Diffusion | NoticeRequest | Correction | Correspondence):
        return None
    title, original_script = title_of(message)
    facts = MessageFacts(title, original_script, urgency_of(message).value)
    return ReadBody(facts, tuple(persons.key_rows(identity_in_body(body_of(message)))))
