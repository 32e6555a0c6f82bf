"""Bodies that were changed since they were received: nothing uses them, the log records them, and an alarm stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.domain.delivery.bodies import BYTE_FAULTS, CHANGED_WORDS, BodyFault, LoggedBodies, fault_words
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import BodyChanged, DeskError, Obstacle
from dutydesk.domain.events.items import ItemBodyChanged, ItemBodyRestored
from dutydesk.domain.limits import DEFAULT_LIMITS, ViewLimits
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.language.sentences import joined, sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items
from dutydesk.store.tables.bodies import VerifiedBody
from dutydesk.store.tables.items import PageFilter

if TYPE_CHECKING:
    from dutydesk.store.engine.store import Store

_REPORTED_LIMIT = 100
NOT_RELEASED = sentence("it is not released")


def change_message(item: Item, fault: BodyFault) -> str:
    """``D-000001 was changed since it was received: its bytes are missing, and nobody purged them``."""
    return sentence(
        "{name} was {changed_words}: {fault}", name=item.name, changed_words=CHANGED_WORDS, fault=fault_words(fault)
    )


def require_sound(handle: Handle, item: Item, consequence: str) -> VerifiedBody:
    """The present body, where bytes, findings and problems are those in the log.

    ``consequence`` says what is not done otherwise, such as ``it is not released``. Raises BodyChanged.
    """
    found = bodies.verify_body(handle, item)
    if found.fault is not None:
        raise _body_changed(item, found.fault, consequence)
    if isinstance(handle, Transaction):
        report_body(handle, item, None, found.logged)
    return found


def require_bytes(handle: Handle, item: Item, consequence: str) -> VerifiedBody:
    """The same for acts that depend on the bytes alone. Raises BodyChanged."""
    found = bodies.verify_body(handle, item)
    if found.fault is not None and found.fault in BYTE_FAULTS:
        raise _body_changed(item, found.fault, consequence)
    return found


def require_version(handle: Handle, item: Item, version: int, consequence: str) -> VerifiedBody:
    """The same for any version of it. Raises BodyChanged, also where the version is missing."""
    found = bodies.verify_version(handle, item.number, version)
    if found is None:
        raise _body_changed(item, BodyFault.MISSING, consequence)
    if found.fault is not None:
        raise _body_changed(item, found.fault, consequence)
    return found


def _body_changed(item: Item, fault: BodyFault, consequence: str) -> BodyChanged:
    detail = Obstacle("body", joined((CHANGED_WORDS, fault_words(fault)), ": "))
    return BodyChanged(item.number, joined((change_message(item, fault), consequence), "; "), detail)


def trusted_findings(handle: Handle, item: Item) -> tuple[Finding, ...]:
    """The item's findings; where the stored ones differ from the log, those of the log, without texts."""
    found = bodies.verify_body(handle, item)
    if found.fault is None or found.logged.rules is None:
        return found.body.findings
    blocking = found.logged.blocking or frozenset()
    return tuple(
        Finding(rule, "", Severity.BLOCK if rule in blocking else Severity.FLAG, "", "", "")
        for rule in sorted(found.logged.rules)
    )


async def write_body_report(store: Store, number: int) -> None:
    """Runs :func:`report_item_body` in a transaction of its own. Never raises a DeskError."""
    with suppress(DeskError):
        await store.write(lambda transaction: report_item_body(transaction, number), officer=False)


def report_item_body(transaction: Transaction, number: int) -> None:
    """Logs whether an item's body is changed now, unless the log says so already."""
    item = items.find(transaction, number)
    if item is not None:
        found = bodies.verify_body(transaction, item)
        report_body(transaction, item, found.fault, found.logged)


def report_body(transaction: Transaction, item: Item, fault: BodyFault | None, logged: LoggedBodies) -> None:
    """Logs that an item's body was changed, or restored; nothing where that was logged before."""
    if fault is logged.reported:
        return
    if fault is None:
        transaction.emit("system", item.name, ItemBodyRestored(version=item.version))
    else:
        transaction.emit(
            "system",
            item.name,
            ItemBodyChanged(version=item.version, fault=fault.value, sha256=logged.hashes.get(item.version)),
        )


@dataclass(slots=True)
class BodyMonitor:
    """Finds changed bodies for the alarms of one process.

    The first round compares items that wait for a decision or a lease, and the newest ones; later rounds compare a few
    of them at a time, so that a console can ask at every change.
    """

    limits: ViewLimits = DEFAULT_LIMITS.views
    changed: dict[int, BodyFault] = field(default_factory=dict)
    _remaining: list[int] | None = None

    def alarms(self, handle: Handle) -> Iterator[AlarmRow]:
        self._compare_next(handle)
        for number in sorted(self.changed):
            words = sentence(
                "{changed_words}: {number}; nothing of it is released or handed over",
                changed_words=CHANGED_WORDS,
                number=fault_words(self.changed[number]),
            )
            yield AlarmRow("changed", item_name(number), words, None)

    def _compare_next(self, handle: Handle) -> None:
        most, few = self.limits.first_compared_bodies, self.limits.next_compared_bodies
        first, ahead = self._remaining is None, self._remaining or _items_to_compare(handle, most)
        now, self._remaining = (ahead, []) if first else (ahead[:few], ahead[few:])
        wanted = dict.fromkeys((*self.changed, *bodies.items_with_changed_body(handle, _REPORTED_LIMIT), *now))
        found = items.find_several(handle, [*wanted])
        kept = zip(found, bodies.verify_bodies(handle, found), strict=True)
        self.changed = {item.number: each.fault for item, each in kept if each.fault is not None}


def _items_to_compare(handle: Handle, most: int) -> list[int]:
    """The items to compare first: those that wait for a decision or a lease, those in quarantine, then the newest."""
    pages: Iterable[Iterable[Item]] = (
        items.review_queue(handle, most),
        items.due(handle, most),
        items.page(handle, PageFilter(state=ItemState.QUARANTINED), most),
        items.page(handle, PageFilter(state=ItemState.BLOCKED), most),
        items.page(handle, PageFilter(), most),
    )
    return list(dict.fromkeys(item.number for page in pages for item in page))
