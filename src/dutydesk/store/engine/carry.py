"""Carries a whole desk from one store to another, also to one of another engine: every row as it is, and the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.log import GENESIS
from dutydesk.domain.proof.chain import ChainReport
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.copies import Progress, counter_mismatches
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.tables import log

_EVENT: Final = ("seq", "at", "actor", "kind", "subject", "data", "previous", "hash")
#: Every table with the columns that are carried. ``desk`` has one row, which a new store has already.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "event": _EVENT,
    **{table: tuple(columns) for table, columns in SCHEMA.items() if table != "desk"},
}


def carry(source: Handle, target: NewStore, numbers: Mapping[str, int], progress: Progress) -> ChainReport:
    """Writes every row of ``source``, which sees one snapshot, to ``target``, and compares the two.

    ``numbers`` are the highest numbers that tables of ``source`` have given. ``progress`` gets tables done and in all.
    Raises StoreUnusable where the target would not verify, or is not equal.
    """
    desk = source.connection.execute(f"SELECT {', '.join(SCHEMA['desk'])} FROM desk").fetchone()  # noqa: S608
    target.set_desk(dict(zip(SCHEMA["desk"], desk, strict=True)))
    for done, (table, columns) in enumerate(TABLES.items()):
        progress(done, len(TABLES))
        query = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - names of the schema
        target.add_tuples(table, columns, source.connection.tuples(query, ()))
    for table, number in numbers.items():
        target.set_sequence(table, number)
    target.index_words(int(desk[list(SCHEMA["desk"]).index("filed_upto")]))
    progress(len(TABLES), len(TABLES))
    return _require_equal(source, target.handle)


def _require_equal(source: Handle, target: Handle) -> ChainReport:
    report = log.verify(target)
    fault = report.fault or next(counter_mismatches(target), "") or _missing_rows(source.connection, target.connection)
    if not fault and bytes.fromhex(report.head) != _head(source):
        fault = sentence("the last event has another hash")
    if fault:
        raise StoreUnusable(
            StoreCode.BACKUP_UNVERIFIED,
            sentence("nothing was carried over: what came of it does not verify ({fault})", fault=fault),
        )
    return report


def _head(handle: Handle) -> bytes:
    return bytes(handle.value("event_hash", seq=log.head_seq(handle)) or GENESIS)


def _missing_rows(source: Connection, target: Connection) -> str:
    for table in TABLES:
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 - names of the schema
        there, here = source.execute(query).fetchone()[0], target.execute(query).fetchone()[0]
        if there != here:
            return sentence("{table} has {here} rows of {there}", table=table, here=here, there=there)
    return ""
