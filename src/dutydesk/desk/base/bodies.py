"""Bodies that were changed since they were received: nothing rests on them, the log says so, and an alarm stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.domain.delivery.bodies import CHANGED, OF_BYTES, BodyFault, LoggedBodies, fault_words
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import BodyChanged, DeskError, Obstacle
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items
from dutydesk.store.tables.bodies import Kept
from dutydesk.store.tables.items import PageFilter

if TYPE_CHECKING:
    from dutydesk.store.engine.store import Store

#: Items that the first look for alarms compares with the log, of each sort.
MOST_AT_FIRST = 100
#: Items that each later look of the same process compares, besides those known to be changed.
MOST_EACH_TIME = 32
_MOST_REPORTED = 100
NOT_RELEASED = "it is not released"


def changed_words(item: Item, fault: BodyFault) -> str:
    """``D-000001 was changed since it was received: its bytes are missing, and nobody purged them``."""
    return f"{item.name} was {CHANGED}: {fault_words(fault)}"


def require_sound(handle: Handle, item: Item, without: str) -> Kept:
    """The present body, where bytes, findings and problems are those in the log.

    ``without`` says what is not done otherwise: ``it is not released``. Raises BodyChanged.
    """
    found = bodies.kept(handle, item)
    if found.fault is not None:
        raise _changed(item, found.fault, without)
    if isinstance(handle, Transaction):
        report(handle, item, None, found.logged)
    return found


def require_bytes(handle: Handle, item: Item, without: str) -> Kept:
    """The same for what rests on the bytes alone. Raises BodyChanged."""
    found = bodies.kept(handle, item)
    if found.fault is not None and found.fault in OF_BYTES:
        raise _changed(item, found.fault, without)
    return found


def require_version(handle: Handle, item: Item, version: int, without: str) -> Kept:
    """The same for any version of it. Raises BodyChanged, also where the version is missing."""
    found = bodies.version_of(handle, item.number, version)
    if found is None:
        raise _changed(item, BodyFault.GONE, without)
    if found.fault is not None:
        raise _changed(item, found.fault, without)
    return found


def _changed(item: Item, fault: BodyFault, without: str) -> BodyChanged:
    detail = Obstacle("body", f"{CHANGED}: {fault_words(fault)}")
    return BodyChanged(item.number, f"{changed_words(item, fault)}; {without}", detail)


def found_on(handle: Handle, item: Item) -> tuple[Finding, ...]:
    """The item's findings; where those stored are not those in the log, which rules fired by the log, without words."""
    found = bodies.kept(handle, item)
    if found.fault is None or found.logged.rules is None:
        return found.body.findings
    blocking = found.logged.blocking or frozenset()
    return tuple(
        Finding(rule, "", Severity.BLOCK if rule in blocking else Severity.FLAG, "", "", "")
        for rule in sorted(found.logged.rules)
    )


async def report_to(store: Store, number: int) -> None:
    """The same as :func:`report_item`, in a transaction of its own, where the store can be written."""
    with suppress(DeskError):
        await store.write(lambda transaction: report_item(transaction, number), officer=False)


def report_item(transaction: Transaction, number: int) -> None:
    """Writes into the log what stands with an item's body now, where the log does not say so yet."""
    item = items.find(transaction, number)
    if item is not None:
        found = bodies.kept(transaction, item)
        report(transaction, item, found.fault, found.logged)


def report(transaction: Transaction, item: Item, fault: BodyFault | None, logged: LoggedBodies) -> None:
    """Writes that an item's body was changed, or is again as it was received; nothing where the log says that."""
    if fault is logged.reported:
        return
    if fault is None:
        transaction.emit("system", EventKind.ITEM_BODY_RESTORED, item.name, version=item.version)
    else:
        transaction.emit(
            "system",
            EventKind.ITEM_BODY_CHANGED,
            item.name,
            version=item.version,
            fault=fault.value,
            sha256=logged.hashes.get(item.version),
        )


@dataclass(slots=True)
class BodyWatch:
    """Looks for changed bodies on behalf of the alarms of one process.

    The first look compares what waits, what is to be handed over, and the newest items; each later one goes on through
    them, a few at a time, so that a console that asks at every change hardly notices.
    """

    changed: dict[int, BodyFault] = field(default_factory=dict)
    _ahead: list[int] | None = None

    def alarms(self, handle: Handle) -> Iterator[AlarmRow]:
        self._look(handle)
        for number in sorted(self.changed):
            words = f"{CHANGED}: {fault_words(self.changed[number])}; nothing of it is released or handed over"
            yield AlarmRow("changed", item_name(number), words, None)

    def _look(self, handle: Handle) -> None:
        first, ahead = self._ahead is None, self._ahead or _candidates(handle)
        now, self._ahead = (ahead, []) if first else (ahead[:MOST_EACH_TIME], ahead[MOST_EACH_TIME:])
        wanted = dict.fromkeys((*self.changed, *bodies.reported(handle, _MOST_REPORTED), *now))
        found = items.several(handle, [*wanted])
        kept = zip(found, bodies.all_kept(handle, found), strict=True)
        self.changed = {item.number: each.fault for item, each in kept if each.fault is not None}


def _candidates(handle: Handle) -> list[int]:
    """Whose body counts most: what waits for a decision or a hand-over, what is in quarantine, then the newest."""
    most = MOST_AT_FIRST
    pages: Iterable[Iterable[Item]] = (
        items.work(handle, most),
        items.due(handle, most),
        items.page(handle, PageFilter(state=ItemState.QUARANTINED), most),
        items.page(handle, PageFilter(state=ItemState.BLOCKED), most),
        items.page(handle, PageFilter(), most),
    )
    return list(dict.fromkeys(item.number for page in pages for item in page))
