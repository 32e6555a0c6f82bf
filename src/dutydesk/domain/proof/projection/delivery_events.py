"""What each event makes of an item's deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.events.deliveries import (
    DeliveriesDead,
    DeliveriesFailed,
    DeliveriesMade,
    DeliveriesRecallSent,
    DeliveriesRequeued,
    DeliveriesSending,
    DeliveriesStopped,
    DeliveriesSuppressed,
    DeliveriesWaiting,
    DeliveryAnswered,
    DeliveryRetried,
    DispatchEvent,
)
from dutydesk.domain.events.event import fitting, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.items import ItemReinstated
from dutydesk.domain.events.reviews import ItemReleased
from dutydesk.domain.events.routes import RouteEvent
from dutydesk.domain.proof.projection.item_rows import DeliveryColumns, ProjectedItem
from dutydesk.domain.proof.projection.network import Network
from dutydesk.domain.proof.projection.said import UNSAID

_QUEUED, _SENDING, _SUPPRESSED = (
    DeliveryState.QUEUED.value,
    DeliveryState.SENDING.value,
    DeliveryState.SUPPRESSED.value,
)
_LEASABLE = frozenset({_QUEUED, DeliveryState.FAILED.value})
_GIVEN_UP = frozenset({DeliveryState.RECALL_SENT.value, DeliveryState.RECALL_CONFIRMED.value})
_ANSWERS = frozenset(
    {
        DeliveryState.ACKNOWLEDGED.value,
        DeliveryState.ACTING.value,
        DeliveryState.ACTED.value,
        DeliveryState.DECLINED.value,
    }
)


def put_out(item: ProjectedItem, fact: Fact[RouteEvent | ItemReleased], network: Network) -> None:
    """Writes a row for each recipient of a release; what waits for a bureau off the network is marked."""
    round = item.row.version, item.row.cycle
    queued, waiting = DeliveryColumns(*round, _QUEUED, None, 0, 0), DeliveryColumns(*round, _QUEUED, None, 1, 0)
    for code in required(fact.event.deliver):
        item.deliveries[code] = waiting if network.is_offline(code, fact.seq) else queued
    for code, cause in required(fact.event.suppress).items():
        item.deliveries[code] = DeliveryColumns(*round, _SUPPRESSED, cause, 0, 0)


def connect(item: ProjectedItem, code: str, *, off: bool) -> None:
    """A bureau leaves the network, or is back: what is queued for it waits, or is due."""
    row = item.deliveries.get(code)
    if row is None:
        return
    if row.state in _LEASABLE if off else row.waiting:
        item.deliveries[code] = row._replace(state=_QUEUED, waiting=int(off))


def _change(item: ProjectedItem, codes: Iterable[str], change: Callable[[DeliveryColumns], DeliveryColumns]) -> None:
    """Changes the rows of recipients that have one; equal rows are changed once."""
    known: dict[DeliveryColumns, DeliveryColumns] = {}
    rows = item.deliveries
    for code in codes:
        row = rows.get(code)
        if row is None:
            continue
        after = known.get(row)
        if after is None:
            after = known[row] = change(row)
        rows[code] = after


def _add(row: DeliveryColumns, attempts: int) -> DeliveryColumns:
    return row._replace(attempts=row.attempts + attempts) if isinstance(row.attempts, int) else row


def _sent(item: ProjectedItem, fact: Fact[DeliveriesSending]) -> None:
    _change(
        item,
        required(fact.event.recipients),
        lambda row: _add(row._replace(state=_SENDING, cause=None, waiting=0), 1),
    )


def _became(state: DeliveryState) -> Callable[[ProjectedItem, Fact[DispatchEvent]], None]:
    def become(item: ProjectedItem, fact: Fact[DispatchEvent]) -> None:
        _change(item, required(fact.event.recipients), lambda row: row._replace(state=state.value))

    return become


def _requeued(item: ProjectedItem, fact: Fact[DeliveriesRequeued]) -> None:
    uncounted = fitting(fact.event.uncounted)
    _change(
        item,
        required(fact.event.recipients),
        lambda row: _uncount(row._replace(state=_QUEUED), uncounted=uncounted),
    )


def _uncount(row: DeliveryColumns, *, uncounted: bool | None) -> DeliveryColumns:
    if uncounted is None:
        return row._replace(attempts=UNSAID)
    return _add(row, -1) if uncounted else row


def _stopped(item: ProjectedItem, fact: Fact[DeliveriesStopped]) -> None:
    cause, uncounted = required(fact.event.cause), fitting(fact.event.uncounted)
    _change(
        item,
        required(fact.event.recipients),
        lambda row: _uncount(row._replace(state=_SUPPRESSED, cause=cause, waiting=0), uncounted=uncounted),
    )


def _suppressed(item: ProjectedItem, fact: Fact[DeliveriesSuppressed]) -> None:
    for cause, codes in required(fact.event.suppress).items():
        _change(item, codes, lambda row, cause=cause: row._replace(state=_SUPPRESSED, cause=cause, waiting=0))  # type: ignore[misc]


def _waiting(item: ProjectedItem, fact: Fact[DeliveriesWaiting]) -> None:
    _change(item, required(fact.event.recipients), lambda row: row._replace(state=_QUEUED, waiting=1))


def _recall_sent(item: ProjectedItem, fact: Fact[DeliveriesRecallSent]) -> None:
    state = DeliveryState.RECALL_SENT.value
    _change(item, required(fact.event.recipients), lambda row: row._replace(state=state))


def _answered(item: ProjectedItem, fact: Fact[DeliveryAnswered]) -> None:
    action, code = required(fact.event.action), required(fact.event.recipient)
    if action == DeliveryState.RECALL_CONFIRMED.value:
        _change(item, (code,), lambda row: row._replace(state=action))
    elif action in _ANSWERS:
        _change(item, (code,), lambda row: row if row.state in _GIVEN_UP else row._replace(state=action))


def _retried(item: ProjectedItem, fact: Fact[DeliveryRetried]) -> None:
    _change(item, (required(fact.event.recipient),), lambda row: row._replace(state=_QUEUED, attempts=0))


def requeue_reinstated(item: ProjectedItem, fact: Fact[ItemReinstated]) -> None:
    """Queues the deliveries again that a correction had stopped."""
    _change(
        item,
        required(fact.event.queued),
        lambda row: row._replace(state=_QUEUED, cause=None, attempts=0),
    )


DELIVERY_EVENTS = ByType[ProjectedItem, None]()
DELIVERY_EVENTS.add(_sent, DeliveriesSending)
DELIVERY_EVENTS.add(_became(DeliveryState.DELIVERED), DeliveriesMade)
DELIVERY_EVENTS.add(_became(DeliveryState.FAILED), DeliveriesFailed)
DELIVERY_EVENTS.add(_became(DeliveryState.DEAD), DeliveriesDead)
DELIVERY_EVENTS.add(_requeued, DeliveriesRequeued)
DELIVERY_EVENTS.add(_stopped, DeliveriesStopped)
DELIVERY_EVENTS.add(_suppressed, DeliveriesSuppressed)
DELIVERY_EVENTS.add(_waiting, DeliveriesWaiting)
DELIVERY_EVENTS.add(_recall_sent, DeliveriesRecallSent)
DELIVERY_EVENTS.add(_answered, DeliveryAnswered)
DELIVERY_EVENTS.add(_retried, DeliveryRetried)
