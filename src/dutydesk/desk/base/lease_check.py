"""Compares deliveries with the log before they are leased: whether they were queued, and who has a copy already.

A row that differs from the log is not sent. It is corrected if the log says how, else it ends ``dead`` and an officer
may retry it; each difference is an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dutydesk.desk.base import differences
from dutydesk.domain.delivery.items import Delivery, DeliveryGroup, Item
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.events.deliveries import DeliveriesDead
from dutydesk.domain.events.logged_items import DEAD, MADE, QUEUED, SENDING, STOPPED, LoggedItem
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.language.sentences import joined, sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries

_LEASABLE = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
_PLACE_TEXTS = {
    MADE: "has it already",
    SENDING: "may have it already: look in its outbox before you retry",
    DEAD: "is dead there",
    STOPPED: "was stopped",
}
_NOT_IN_LOG = "the log does not put it out to this bureau"


def item_difference(item: Item, logged: LoggedItem | None) -> str | None:
    """How the item's row differs from the log in what a lease depends on; ``None`` where it does not.

    A row that is stricter than the log does not count as different.
    """
    if logged is None:
        return sentence("the log does not bring it in, or can't be read")
    differing = [
        name
        for name, differs in (
            ("state", item.state is not logged.state),
            ("version", item.version != logged.version),
            ("cycle", item.cycle != logged.cycle),
            ("sender", item.sender != logged.sender),
            ("kind", logged.kind is not None and item.kind != logged.kind),
            ("type", _type_differs(item, logged)),
            ("review", item.held_before and not logged.held_before),
            ("recall", logged.recall_proposed and item.recall_proposed_by is None),
            ("confidentiality", logged.confidential and not item.confidential),
            ("restricted_from", not logged.restricted_from <= item.restricted_from),
        )
        if differs
    ]
    return sentence("{differing} of it differ from the log", differing=", ".join(differing)) if differing else None


def _type_differs(item: Item, logged: LoggedItem) -> bool:
    """Whether the type differs; a correction is logged under the type as which it is sent."""
    return logged.type is not None and item.type is not MessageType.CORRECTION and item.type != logged.type


@value(frozen=True, slots=True)
class CheckedRows:
    """Rows that may be sent by the log, and the others as corrected."""

    approved: tuple[DeliveryGroup, ...]
    corrected: tuple[DeliveryGroup, ...]


def check_rows(transaction: Transaction, item: Item, logged: LoggedItem, rows: Sequence[DeliveryGroup]) -> CheckedRows:
    """Divides due rows by the state that the log has for each delivery."""
    queued = logged.recipients_in(QUEUED)
    if all(rows.version == item.version and rows.cycle == item.cycle for rows in rows) and all(
        queued.issuperset(each.recipients) for each in rows
    ):
        return CheckedRows(tuple(rows), ())
    going, aside, said = [], [], dict[str, str | None]()
    for each in rows:
        ours = tuple(code for code in each.recipients if code in queued)
        if ours:
            going.append(replace(each, recipients=ours))
        for code in each.recipients:
            if code not in queued:
                aside.append(correct_row(replace(each, recipients=(code,)), logged))
                said[code] = logged.delivery_status.get(code)
    renumbered = [each for each in going if (each.version, each.cycle) != (item.version, item.cycle)]
    for each in renumbered:
        deliveries.renumber(transaction, item, each.recipients)
    going = [replace(each, version=item.version, cycle=item.cycle) for each in going]
    if said:
        _report_rows(transaction, item, said)
    if renumbered:
        words = sentence(
            "rows of its deliveries bore another version or cycle than the log; they go out under the log's key"
        )
        differences.report(transaction, "delivery", item.name, words)
    _log_dead(transaction, item, [code for code, place in said.items() if place == SENDING])
    return CheckedRows(tuple(going), tuple(aside))


def check_sending_rows(
    transaction: Transaction, item: Item, logged: LoggedItem | None, rows: Sequence[Delivery]
) -> list[Delivery]:
    """The leased rows of a lost dispatcher that the log has as being sent, with the log's version and cycle."""
    ours = logged.recipients_in(SENDING) if logged is not None else frozenset()
    others = [row for row in rows if row.recipient not in ours]
    if others:
        right = [_correct_delivery(row, logged) for row in others]
        deliveries.save(transaction, item.number, others, right)
        _report_rows(transaction, item, {row.recipient: _logged_place(logged, row.recipient) for row in others})
    if logged is None:
        return []
    return [replace(row, version=logged.version, cycle=logged.cycle) for row in rows if row.recipient in ours]


def _correct_delivery(row: Delivery, logged: LoggedItem | None) -> Delivery:
    alike = DeliveryGroup(
        row.item, (row.recipient,), row.version, row.cycle, row.state, row.cause, row.waiting, row.attempts
    )
    right = correct_row(alike, logged)
    return replace(
        row, state=right.state, cause=right.cause, waiting=right.waiting, due_at=right.due_at, error=right.error
    )


def _logged_place(logged: LoggedItem | None, recipient: str) -> str | None:
    return logged.delivery_status.get(recipient) if logged is not None else None


def correct_row(row: DeliveryGroup, logged: LoggedItem | None) -> DeliveryGroup:
    """A row corrected by the log; ``dead`` where the log does not say how, or the delivery may be out already."""
    (code,) = row.recipients
    place = logged.delivery_status.get(code) if logged is not None else None
    plain = replace(row, waiting=False, due_at=None)
    match place:
        case _ if place == MADE:
            return replace(plain, state=DeliveryState.DELIVERED, error=None)
        case _ if place == STOPPED and logged is not None:
            return replace(plain, state=DeliveryState.SUPPRESSED, cause=logged.causes[code])
        case _ if place == QUEUED:
            return replace(row, state=DeliveryState.QUEUED, due_at=row.due_at)
        case None:
            return replace(plain, state=DeliveryState.DEAD, error=_NOT_IN_LOG)
        case _:
            return replace(plain, state=DeliveryState.DEAD, error=f"by the log it {_PLACE_TEXTS[place]}")


def end_deliveries(transaction: Transaction, item: Item, logged: LoggedItem | None, reason: str, action: str) -> None:
    """Ends the deliveries of an item whose row differs from the log; an officer may retry them."""
    rows = [row for row in deliveries.of_item(transaction, item.number) if row.state in _LEASABLE]
    if not rows:
        return
    dead = [replace(row, state=DeliveryState.DEAD, waiting=False, due_at=None, error=reason) for row in rows]
    deliveries.save(transaction, item.number, rows, dead)
    differences.report(transaction, "item", item.name, f"{reason}; {action}")
    known = logged.recipients_in(QUEUED) | logged.recipients_in(SENDING) if logged is not None else frozenset()
    _log_dead(transaction, item, [row.recipient for row in rows if row.recipient in known], reason)


def _log_dead(
    transaction: Transaction, item: Item, recipients: list[str], reason: str = "differs from the log"
) -> None:
    if recipients:
        transaction.emit(
            "dispatcher",
            item.name,
            DeliveriesDead(
                recipients=tuple(sorted(recipients)), version=item.version, cycle=item.cycle, errors=(reason,)
            ),
        )


def _report_rows(transaction: Transaction, item: Item, places: dict[str, str | None]) -> None:
    said = [
        sentence(
            "{code}, which by the log {place}", code=code, place=_PLACE_TEXTS.get(str(place), "it was not put out to")
        )
        for code, place in places.items()
    ]
    words = sentence("its rows would have sent it to {said}: not handed over", said=joined(said, "; "))
    differences.report(transaction, "delivery", item.name, words, {"recipients": dict(places)})


def report_holders(transaction: Transaction, item: Item, rows: Iterable[str], logged: Iterable[str]) -> None:
    """Reports rows that differ from the log on who holds a copy."""
    differ = sorted(set(rows) ^ set(logged))
    words = sentence(
        "its rows and the log differ on whether {differ} has a copy; whom the log names is told",
        differ=", ".join(differ),
    )
    differences.report(transaction, "holders", item.name, words, {"recipients": tuple(differ)})
