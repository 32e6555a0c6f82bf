"""Named points at which a child stops or continues, to be killed there. Only the tests' children use them.

A point wraps one function of the product in the child's memory; the product has no switch for it.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from crash_children import Say

from dutydesk.store.engines.sqlite.binding import has_wal_reset_bug, sqlite_version
from engine_under_test import IS_ON_CLUSTER
from sqlite_files import connection_class


def _always(*_: Any, **__: Any) -> bool:
    return True


def _sql(*starts: str) -> Callable[..., bool]:
    return lambda _connection, sql, *_: sql.startswith(starts)


def _named_in(folder: str, *, receipts: bool | None = None) -> Callable[..., bool]:
    def wanted(_path: Any, target: Any) -> bool:
        is_receipts = str(target).endswith(".receipts.jsonl")
        return folder in target.parts and receipts in (None, is_receipts)

    return wanted


@dataclass(frozen=True)
class Point:
    """One point. ``target`` is ``module:name``. ``only`` tests the call's arguments, ``found`` its result.

    ``within``: the child does not stop, so that the kill falls at a random instant of the call. ``most`` is the highest
    number of the call at which the point takes effect. ``takes_over``: it needs a dispatcher that died with leased
    deliveries. ``witnessed``: a witness is at work. ``fed``: messages keep coming by the inbox and nobody else works,
    since an intake leases only where nothing is due already.
    """

    name: str
    target: str
    after: bool = False
    only: Callable[..., bool] = _always
    found: Callable[[Any], bool] = _always
    within: bool = False
    most: int = 1
    takes_over: bool = False
    who: str = "dispatcher"
    in_spool: bool = False
    witnessed: bool = False
    fed: bool = False


_EXECUTE = f"{connection_class().__module__}:{connection_class().__qualname__}.execute"
_COMMAND = "dutydesk.store.engines.postgresql.connection:PostgresConnection.command"
_SQLITE, _CLUSTER = "dutydesk.store.engines.sqlite", "dutydesk.store.engines.postgresql"
_CARRY = "dutydesk.store.engine.carry"
_END_OF_CHECKPOINT = ("PRAGMA wal_checkpoint(RESTART)", "PRAGMA wal_checkpoint(TRUNCATE)")
_BEGIN_OF_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_RENAME = "pathlib:Path.rename"
_DELIVERY = "dutydesk.desk.service.dispatching:DeliveryService"
_FILING = "dutydesk.desk.examination.later_filing:_file"
_GROW = "dutydesk.store.tables.tree:grow"
_SIGNED = "dutydesk.desk.audit.tree_heads:checkpoint_event"
_ASK = "dutydesk.desk.audit.witness.ask:ask_witness"
_KEEP = "dutydesk.desk.audit.witness.book:_write"
POINTS = (
    Point("intake, before its commit", "dutydesk.store.engine.transaction:Transaction.finish", most=4),
    Point("committed, not answered", "dutydesk.store.engine.writer:Writer._commit_work", after=True, most=6),
    Point("committed, not filed", _FILING),
    Point("filed, before the commit of that", _FILING, after=True, most=2),
    Point("committed, no tile of it written", _GROW),
    Point("tiles written, before the commit of that", _GROW, after=True),
    Point("head signed, not logged", _SIGNED, after=True),
    Point("head logged, no witness asked", _ASK, witnessed=True),
    Point("cosigned, not logged", _ASK, after=True, witnessed=True),
    Point("witness: head verified, not kept", _KEEP, who="witness", witnessed=True),
    Point("witness: head kept, not answered", _KEEP, after=True, who="witness", witnessed=True),
    Point("witness: while a head is written", _KEEP, within=True, who="witness", witnessed=True),
    Point(
        "leased by its intake, not in hand",
        "dutydesk.desk.delivery.direct_lease:DirectLease._add_batch",
        most=4,
        fed=True,
    ),
    Point(
        "leased by its intake, not handed over",
        "dutydesk.desk.delivery.direct_lease:DirectLease.next_batch",
        after=True,
        found=bool,
        fed=True,
    ),
    Point(
        "leased, not handed over",
        f"{_DELIVERY}.lease",
        after=True,
        found=bool,
        most=2,
    ),
    Point("spool: drafts written, none named", "dutydesk.dispatch.spool:sync", after=True, in_spool=True),
    Point("spool: some segments named", _RENAME, after=True, only=_named_in("outbox"), most=4, in_spool=True),
    Point("handed over, not marked", f"{_DELIVERY}.acknowledge"),
    Point("marking, before its commit", "dutydesk.desk.delivery.acknowledge:acknowledge_items", after=True),
    Point("items marked, notices not", "dutydesk.desk.delivery.acknowledge:acknowledge_notices"),
    Point(
        "take-over: in hand read",
        f"{_DELIVERY}.leased_keys",
        after=True,
        found=bool,
        takes_over=True,
    ),
    Point("take-over: before its commit", "dutydesk.desk.delivery.requeue:requeue_leased", after=True, takes_over=True),
    Point(
        "take-over: after its commit",
        f"{_DELIVERY}.requeue_leased",
        after=True,
        takes_over=True,
    ),
    Point("inbox: receipts drafted, not named", "dutydesk.dispatch.inbox_files:sync", after=True),
    Point("inbox: receipts named, file not moved", _RENAME, only=_named_in("done", receipts=False)),
    Point("inbox: file moved", _RENAME, after=True, only=_named_in("done", receipts=False)),
    Point("officer: before the commit", "dutydesk.store.engine.transaction:Transaction.finish", who="officer", most=9),
    Point(
        "officer: committed, not answered",
        "dutydesk.store.engine.writer:Writer._commit_work",
        True,
        who="officer",
        most=9,
    ),
    Point("command: leaving, log not folded", "dutydesk.store.engine.store:Store.close", who="command", most=3),
    Point(
        "command: log folded, not closed",
        "dutydesk.store.engine.connection:ConnectionThread.close",
        who="command",
        most=3,
    ),
    Point("backup: named, not recorded", "dutydesk.desk.service.backup:_record", who="backup"),
)
#: What only SQLite's file comes through.
FILE_POINTS = (
    Point("while a commit runs", _EXECUTE, only=_sql("COMMIT"), within=True, most=6),
    Point("checkpoint: before it", f"{_SQLITE}.checkpoints:Checkpoints.fold"),
    Point("checkpoint: its locks are held", _EXECUTE, only=_sql(*_END_OF_CHECKPOINT)),
    Point("checkpoint: while it runs", _EXECUTE, only=_sql(*_END_OF_CHECKPOINT), within=True),
    Point("checkpoint: folded, locks held", _EXECUTE, after=True, only=_sql(*_END_OF_CHECKPOINT)),
    Point("command: folding the log", _EXECUTE, only=_sql(*_END_OF_CHECKPOINT), within=True, who="command", most=3),
    Point(
        "backup: pages copied, not verified",
        f"{_SQLITE}.backup:_copy_pages",
        after=True,
        who="backup",
    ),
    Point("backup: verified, without its name", f"{_SQLITE}.backup:_publish", who="backup"),
)
if not has_wal_reset_bug(sqlite_version()):
    FILE_POINTS += (
        Point("checkpoint: while pages are moved", _EXECUTE, only=_sql(_BEGIN_OF_CHECKPOINT), within=True),
        Point("checkpoint: pages moved, no lock held", _EXECUTE, after=True, only=_sql(_BEGIN_OF_CHECKPOINT)),
    )
_COMMIT = _sql("UPDATE head")
#: What only a database of a cluster comes through.
CLUSTER_POINTS = (
    Point("the chain is locked, nothing is written", _COMMAND, after=True, only=_sql("BEGIN;"), who="officer", most=9),
    Point("a commit is to be sent", _COMMAND, only=_COMMIT, most=6),
    Point("while a commit runs", _COMMAND, only=_COMMIT, within=True, most=6),
    Point("the commit is done, its end not heard", _COMMAND, after=True, only=_COMMIT, most=6),
    Point("dispatcher: a term begun", f"{_CLUSTER}.dispatcher_lock:TermLock.try_exclusive", after=True, found=bool),
    Point("backup: rows copied, not verified", f"{_CARRY}:_require_equal", who="backup"),
    Point("backup: verified, without its name", f"{_CARRY}:label_as_copy", who="backup"),
)
POINTS += CLUSTER_POINTS if IS_ON_CLUSTER else FILE_POINTS


def arm(point: Point, nth: int, say: Say) -> None:
    """Arms a point: at the ``nth`` matching call the child reports it and stops, or with ``within`` goes on."""
    module, _, path = point.target.partition(":")
    owner: Any = import_module(module)
    *owners, name = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    original = getattr(owner, name)
    left = nth

    def passes(*arguments: Any) -> None:
        nonlocal left
        if not point.only(*arguments):
            return
        left -= 1
        if left == 0:
            say("at", point.name)
            if not point.within:
                os.kill(os.getpid(), signal.SIGSTOP)

    @functools.wraps(original)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        if not point.after:
            passes(*arguments)
        result = original(*arguments, **named)
        if point.after and point.found(result):
            passes(*arguments)
        return result

    @functools.wraps(original)
    async def wrapped_async(*arguments: Any, **named: Any) -> Any:
        if not point.after:
            passes(*arguments)
        result = await original(*arguments, **named)
        if point.after and point.found(result):
            passes(*arguments)
        return result

    setattr(owner, name, wrapped_async if asyncio.iscoroutinefunction(original) else wrapped)
