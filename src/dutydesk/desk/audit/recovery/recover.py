"""Makes a store anew: reads a log, verifies its chain, and writes every table as the log gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.recovery.items import ItemRebuilder
from dutydesk.desk.audit.recovery.references import ReferenceRebuilder
from dutydesk.desk.audit.recovery.salvage import Salvage
from dutydesk.desk.audit.recovery.tables import TableRebuilder
from dutydesk.desk.audit.state.check import compare_tables, no_progress, read_body
from dutydesk.desk.audit.state.references import REFERENCE_KINDS
from dutydesk.desk.audit.state.report import StateProgress
from dutydesk.desk.base.key_files import copy_desk_keys
from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.event import IncompleteEvent, optional_instant, required
from dutydesk.domain.events.facts import is_of
from dutydesk.domain.events.store import StoreMade
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import ChainReport, ChainWalk, Checkpoint, LogLine, checkpoint_fault
from dutydesk.domain.proof.projection.notice_rows import NOTICE_KINDS, NoticeColumns, apply_notices
from dutydesk.domain.proof.projection.replay import LEDGER_KINDS, Ledger
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.opening import open_old_store
from dutydesk.store.engine.reader import from_us, to_us
from dutydesk.store.engine.store_files import write_new_store
from dutydesk.store.tables import bureaus, log, state_rows, tree
from dutydesk.wire.files.log_file import read_log
from dutydesk.wire.reference.directory import load_directory

if TYPE_CHECKING:
    from dutydesk.domain.countries import Directory
    from dutydesk.store.engine.reader import Handle

_ITEMS_TOGETHER: Final = 256
_NOTICES_TOGETHER: Final = 1_024


@value(frozen=True, slots=True)
class RecoveryReport:
    """``events`` were taken over; ``cut`` says why no more, where the log's chain does not hold to its end.

    ``lost`` names what could not be had, at most some of it; ``counts`` has the number of each kind. ``different`` is
    how many columns of the new store are not as the log says, because they were lost.
    """

    file: str
    events: int
    cut: str | None
    items: int
    rows: int
    lost: tuple[str, ...]
    counts: dict[str, int]
    different: int


def recover(
    old: Path | None,
    new: Path,
    exported: Path | None = None,
    progress: StateProgress = no_progress,
    checkpoint: Checkpoint | None = None,
) -> RecoveryReport:
    """Makes the store ``new`` from the log of the store ``old``, or from an exported log.

    Bodies and texts are those of ``old`` that the log has the digests of; ``old`` may be damaged, or a backup. The log
    must hold up to the ``checkpoint``. The desk's own keys next to ``old`` are copied next to ``new``. Raises Refused
    for a log that can't be used or a file that exists, StoreUnusable, InvalidRequest.
    """
    directory = load_directory()
    with ExitStack() as stack:
        handle = None if old is None else stack.enter_context(open_old_store(old))
        lines = _lines(handle, exported, stack)
        walk = ChainWalk(lines, None)
        verified = walk.verified_lines()
        first = next(iter(verified), None)
        if first is None:
            why = walk.report.fault or "it is empty"
            raise Refused(RefusedCode.CHAIN_BROKEN, f"nothing can be made of the log: {why}")
        realm, made_at = _origin(first, handle)
        with write_new_store(new, realm, made_at) as store:
            pinned = _Pinned(checkpoint)
            store.add_events(pinned.passed(_with_first(first, verified)))
            pinned.require(walk.report)
            writer = _Recovery(store, Salvage(handle), directory, progress)
            items = writer.write()
            state = compare_tables(store.handle, directory)
        if old is not None:
            copy_desk_keys(old, new)
    report = walk.report
    cut = None if report.fault is None else f"event {report.first_bad_seq}: {report.fault}"
    salvage = writer.salvage
    return RecoveryReport(
        str(new), report.events, cut, items, state.rows, tuple(salvage.lost), dict(salvage.counts), state.count
    )


class _Pinned:
    """Notes the hash that a log has at the number of a checkpoint, also where its chain breaks later."""

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self._checkpoint = checkpoint
        self._found: bytes | None = None

    def passed(self, lines: Iterable[LogLine]) -> Iterator[LogLine]:
        for line in lines:
            if self._checkpoint is not None and line.seq == self._checkpoint.seq:
                self._found = line.hash
            yield line

    def require(self, report: ChainReport) -> None:
        """Raises Refused for a log that does not contain the event of the checkpoint."""
        if self._checkpoint is None:
            return
        why = checkpoint_fault(self._checkpoint, self._found, report.events)
        if why is None:
            return
        if report.fault is not None and report.events < self._checkpoint.seq:
            why = f"its chain breaks before event {self._checkpoint.seq}: {report.fault}"
        raise Refused(RefusedCode.CHAIN_BROKEN, f"this is not the log of the checkpoint: {why}")


def _lines(handle: Handle | None, exported: Path | None, stack: ExitStack) -> Iterator[LogLine]:
    if exported is not None:
        source = stack.enter_context(open_file(exported))
        return read_log(source, str(exported))[1]
    return iter(()) if handle is None else log.walk(handle)


def _with_first(first: LogLine, rest: Iterable[LogLine]) -> Iterator[LogLine]:
    yield first
    yield from rest


def _origin(first: LogLine, handle: Handle | None) -> tuple[str, datetime]:
    """The kind of store and when it was made, by its first event; a log of an early release has only the kind."""
    try:
        event = parse_data(first.kind, log.parse_json(first.data))
        if not isinstance(event, StoreMade):
            raise IncompleteEvent("it does not begin with the making of a store")
        made_at = optional_instant(event.made_at)
        row = handle.one("desk_row") if handle is not None and made_at is None else None
        return required(event.realm), made_at or from_us(row["made_at"] if row is not None else first.at_us)
    except IncompleteEvent as fault:
        raise Refused(RefusedCode.CHAIN_BROKEN, f"nothing can be made of the log: {fault.words}") from fault


class _Recovery:
    def __init__(self, new: NewStore, salvage: Salvage, directory: Directory, progress: StateProgress) -> None:
        self._new, self.salvage, self._directory, self._progress = new, salvage, directory, progress
        self._handle = new.handle
        self._last_seq, self._last_item = log.head_seq(new.handle), state_rows.last_item(new.handle)
        self._now = to_us(datetime.now(UTC))

    def write(self) -> int:
        """Writes every table; returns the number of items."""
        ledger, references = Ledger(), ReferenceRebuilder(self._new, self.salvage)
        for fact in state_rows.facts_after(self._handle, 0, {*LEDGER_KINDS, *REFERENCE_KINDS}):
            ledger.apply(fact)
            references.apply(fact)
        ids = self._bureau_ids(ledger)
        tables = TableRebuilder(self._new, ledger, self.salvage, self._now, ids)
        tables.write_ledger(references.received)
        items = ItemRebuilder(
            self._new, ledger, self.salvage, partial(read_body, self._directory), self._last_seq, self._now, ids
        )
        count = 0
        for first in range(1, self._last_item + 1, _ITEMS_TOGETHER):
            numbers = range(first, min(first + _ITEMS_TOGETHER, self._last_item + 1))
            count += items.write(numbers)
            self._progress(numbers.stop, self._last_item + 1)
        items.finish()
        self._new.index_words(self._last_item)
        references.finish()
        self._write_notices(tables, ledger)
        tables.write_kept_rows()
        tables.write_neighbours()
        for fact in state_rows.facts_after(self._handle, 0, [HitFound.kind.value]):
            if is_of(fact, HitFound):
                tables.write_hit(fact)
        tables.write_judgements()
        tables.write_checks()
        tables.write_figures(references.received, items.silver)
        self._new.add("tree_tile", tree.missing_tiles(self._handle, self._last_seq))
        return count

    def _bureau_ids(self, ledger: Ledger) -> dict[str, int]:
        """The numbers of the bureaus' rows by the log, else as the old store or a new one numbers them."""
        known = {code: row.id for code, row in ledger.desk.bureaus.items() if isinstance(row.id, int)}
        if known:
            return known
        if self.salvage.old is not None:
            self.salvage.lose("not in the log", "the numbers of the bureaus' rows")
            return bureaus.numbers(self.salvage.old)
        return {bureau.code: number for number, bureau in enumerate(self._directory.bureaus, start=1)}

    def _write_notices(self, tables: TableRebuilder, ledger: Ledger) -> None:
        last = state_rows.last_notice(self._handle)
        for first in range(0, last + 1, _NOTICES_TOGETHER):
            rows: dict[int, NoticeColumns] = {}
            end = first + _NOTICES_TOGETHER - 1
            for fact in state_rows.facts_of_notices(self._handle, first, end, NOTICE_KINDS):
                apply_notices(rows, fact, ledger.desk.complete_from)
            tables.write_notices(rows[number] for number in sorted(rows))
