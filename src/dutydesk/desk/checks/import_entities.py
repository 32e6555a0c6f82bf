"""Import the persons of a list of FollowTheMoney entities, as nominal records or into a register.

A person that comes again under its id replaces the earlier one. A person who has left the list is no longer in force:
records are dropped, entries of a register match nobody. Nobody is taken to have left if the file may be a part of its
list: no list is named, a line could not be read, or most of the list would go.
"""

from __future__ import annotations

import asyncio
import os
import re
from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, TypeVar

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.user_files import open_file
from dutydesk.desk.checks.batches import (
    BatchJob,
    BatchTotals,
    ImportObserver,
    RowSource,
    file_sha256,
    import_batches,
    reset_counter,
)
from dutydesk.desk.checks.entity_targets import EntityTarget, ListedKey, RecordTarget, RegisterTarget
from dutydesk.desk.checks.import_files import SECRETARIAT, require_bureau
from dutydesk.desk.checks.import_records import RecordOrigin
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.events.checks import RecordsImported, RegisterImported
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.domain.rules.registers import Register
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.registers.entities import EntityFile, read_entities
from dutydesk.wire.registers.entity_parts import PartsError
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError

Row = TypeVar("Row")
_LIST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
#: Persons who may leave a list at once although they are most of it.
_FEW = 10


class Absent(StrEnum):
    """What becomes of persons who are not in the file: ``end_few`` ends them unless they are most of their list."""

    END_FEW = "end_few"
    END_ALL = "end_all"
    KEEP = "keep"


@value(frozen=True, slots=True)
class EntityImport:
    """What is imported as what. Without a ``register`` persons become records.

    ``list_name`` is the list's name if the file does not say it; ``source`` owns persons whom no member country lists;
    ``on`` is the date of a register's entries of which the list says none.
    """

    register: Register | None = None
    list_name: str | None = None
    source: str = SECRETARIAT
    on: date | None = None
    absent: Absent = Absent.END_FEW


@value(frozen=True, slots=True)
class EntityReport:
    """The result of an import; numbers count persons, ``skipped`` other entities by the reason.

    ``not_ended`` says why nobody was taken to have left the list; it is empty if those who left have ended. ``before``
    counts the rows that an interrupted import of the same file had done.
    """

    register: str | None
    list_name: str
    sha256: str
    rows: int
    before: int
    taken: int
    changed: int
    unchanged: int
    ended: int
    not_taken: int
    skipped: Mapping[str, int]
    concerned: tuple[str, ...]
    not_ended: str


@dataclass(slots=True)
class _SeenKeys:
    """The keys of a file as hashes of eight bytes, so that a million take eight megabytes."""

    _hashes: array[int] = field(default_factory=lambda: array("Q"))
    _sorted: bool = False

    def add(self, key: str) -> None:
        self._hashes.append(_hash(key))
        self._sorted = False

    def __contains__(self, key: str) -> bool:
        if not self._sorted:
            self._hashes = array("Q", sorted(self._hashes))
            self._sorted = True
        wanted = _hash(key)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())


async def import_entities(
    store: Store, context: Context, actor: Actor, path: Path, wanted: EntityImport, observer: ImportObserver
) -> EntityReport:
    """Import a file batch by batch.

    Raises NotAllowed, InvalidRequest for an unknown bureau, a bad name of a list, or a file that can't be read, and
    Refused where there is no room to sort it; batches imported by then stay.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.IMPORT))
    today = store.clock().date()
    require_bureau(context, wanted.source, today)
    if wanted.list_name is not None and not _LIST_NAME.fullmatch(wanted.list_name):
        raise InvalidRequest(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence("a list's name has at most 64 letters, digits, dots, hyphens and underscores"),
        )
    try:
        with open_file(path, follow_links=True) as file:
            sha256 = await asyncio.to_thread(file_sha256, file, context.limits.batches.import_read_bytes)
            with closing(await asyncio.to_thread(_sort, file, context, today, store.path.parent)) as entities:
                list_name = _list_name(entities, wanted)
                if wanted.register is None:
                    records = RecordTarget(context, actor, list_name, wanted.source, today)
                    return await _import(store, records, sha256, entities, wanted, observer)
                register = RegisterTarget(context, actor, list_name, wanted.register, wanted.on)
                return await _import(store, register, sha256, entities, wanted, observer)
    except UnreadableFileError as fault:
        raise InvalidRequest(InvalidRequestCode.NOT_IMPORTABLE, f"{path}: {fault}") from fault
    except OSError as fault:
        raise InvalidRequest(
            InvalidRequestCode.FILE_NOT_READABLE,
            sentence("{path} can't be read ({strerror})", path=path, strerror=fault.strerror),
        ) from fault


def _sort(file: BinaryIO, context: Context, today: date, folder: Path) -> EntityFile:
    """Sort the file by person, beside the store: it has persons' data, and the store's disk is meant for those."""
    limits = context.limits.batches
    parts = os.fstat(file.fileno()).st_size // limits.entity_part_bytes + 1
    try:
        return read_entities(file, context.directory, today, folder=folder, parts=min(parts, limits.entity_parts))
    except PartsError as fault:
        raise Refused(
            RefusedCode.FILE_NOT_WRITABLE,
            sentence("the file can't be sorted in {folder}: {fault}", folder=folder, fault=fault),
        ) from fault


def _list_name(entities: EntityFile, wanted: EntityImport) -> str:
    """The name that was given, else that of the one list that every person is in, else none."""
    if wanted.list_name is not None:
        return wanted.list_name
    names = [name for name in entities.lists if _LIST_NAME.fullmatch(name)]
    return names[0] if len(names) == 1 else ""


async def _import(
    store: Store,
    target: EntityTarget[Row],
    sha256: str,
    entities: EntityFile,
    wanted: EntityImport,
    observer: ImportObserver,
) -> EntityReport:
    seen, done = _SeenKeys(), [0]
    rows = _rows(entities, target, seen, done)
    source: RowSource[Row] = RowSource(rows, lambda: min(1.0, done[0] / max(entities.persons, 1)))
    counter = f"import:{target.name}:{sha256}"
    totals = await import_batches(store, target.context, source, BatchJob(counter, target.write), observer)
    not_ended = await _why_nobody_left(store, target, entities, seen, wanted)
    left = 0 if not_ended else await _end_absent(store, target, seen)
    report = _report(target, entities, totals, sha256, left, not_ended, wanted)
    await store.write(lambda tx: _finish(tx, target, report, counter))
    return report


def _rows(
    entities: EntityFile, target: EntityTarget[Row], seen: _SeenKeys, done: list[int]
) -> Iterator[tuple[int, Row | RejectedRow, tuple[str, ...]]]:
    for person in entities.rows:
        done[0] += 1
        if isinstance(person, RejectedRow):
            yield person.line, person, ()
        else:
            seen.add(target.key(person))
            yield person.line, target.row(person), person.omitted_fields if person.in_force else ()


async def _why_nobody_left(
    store: Store, target: EntityTarget[Row], entities: EntityFile, seen: _SeenKeys, wanted: EntityImport
) -> str:
    """Why persons who are not in the file stay in force; empty if they end."""
    if wanted.absent is Absent.KEEP:
        return "the file is a part of its list"
    if not target.list_name:
        return "the file does not say of which list it is; --list names it"
    if not entities.is_whole:
        return "a line of the file could not be read, and its person may still be on the list"
    listed = absent = 0
    async for keys in _pages(store, target):
        listed += len(keys)
        absent += sum(key.text not in seen for key in keys)
    if wanted.absent is Absent.END_FEW and absent >= _FEW and 2 * absent > listed:
        return f"{absent:,} of {listed:,} persons would have left the list; --whole ends them"
    return ""


async def _pages(store: Store, target: EntityTarget[Row]) -> AsyncIterator[list[ListedKey]]:
    """What the store has of the list, in pages."""
    after: ListedKey | None = None
    most = target.context.limits.batches.import_rows
    while keys := await store.read(partial(target.keys_after, after=after, most=most)):
        yield keys
        after = keys[-1]


async def _end_absent(store: Store, target: EntityTarget[Row], seen: _SeenKeys) -> int:
    """End all persons of the list who are not in the file, page by page, and return their number."""
    ended = 0
    async for keys in _pages(store, target):
        absent = [key for key in keys if key.text not in seen]
        if absent:
            await store.write(partial(_end_page, target=target, absent=absent), officer=False)
        ended += len(absent)
    return ended


def _end_page(transaction: Transaction, target: EntityTarget[Row], absent: list[ListedKey]) -> None:
    """Raises NotAllowed."""
    target.context.officer(transaction, target.actor, Right.IMPORT)
    target.end(transaction, absent)


def _report(
    target: EntityTarget[Row],
    entities: EntityFile,
    totals: BatchTotals,
    sha256: str,
    left: int,
    not_ended: str,
    wanted: EntityImport,
) -> EntityReport:
    count = totals.count
    return EntityReport(
        register=wanted.register,
        list_name=target.list_name,
        sha256=sha256,
        rows=totals.rows,
        before=totals.before,
        taken=count.taken,
        changed=count.changed,
        unchanged=count.unchanged,
        ended=count.ended + left,
        not_taken=totals.not_taken,
        skipped=dict(entities.skipped.most_common()),
        concerned=tuple(item_name(number) for number in sorted(target.concerned)),
        not_ended=not_ended,
    )


def _finish(transaction: Transaction, target: EntityTarget[Row], report: EntityReport, counter: str) -> None:
    """Reset the counter and log the import: counts and the file's hash, no personal data."""
    target.context.officer(transaction, target.actor, Right.IMPORT)
    reset_counter(transaction, counter)
    counts = {name: getattr(report, name) for name in ("taken", "changed", "unchanged", "not_taken", "ended")}
    login, sha256 = target.actor.login, report.sha256
    event = (
        RecordsImported(login=login, sha256=sha256, rows=report.rows, **counts)
        if report.register is None
        else RegisterImported(login=login, sha256=sha256, concerned=len(report.concerned), **counts)
    )
    subject = RecordOrigin.ENTITIES.value if report.register is None else f"register {report.register}"
    transaction.emit(target.actor.officer, subject, event)
