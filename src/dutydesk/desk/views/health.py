"""Read what a monitor may know: from maintained counters, single rows and the index of the queue, never a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from dutydesk.desk.base.health_rows import FeedPosition, HealthFigures
from dutydesk.desk.views.figures import count_by_age
from dutydesk.domain.delivery.states import DeliveryState, ItemState
from dutydesk.domain.events.event import fitting
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import figures, log, log_queries, unfiled


def health_figures(handle: Handle, realm: str, outcomes: Iterable[str]) -> HealthFigures:
    """Return the figures of the desk; ``outcomes`` are the names of the outcomes of intake."""
    counters = log.counters(handle)
    waiting = figures.waiting_since(handle, None)
    last, filed = unfiled.last_item(handle), unfiled.filed_upto(handle)
    signed = log_queries.last_checkpoint(handle)
    return HealthFigures(
        realm=realm,
        states=_by_name(counters, "state", ItemState),
        queue_ages=tuple(count_by_age(waiting, handle.at).values()),
        oldest_seconds=_seconds_since(waiting[0] if waiting else None, handle.at),
        outcomes=_by_name(counters, "outcome", outcomes),
        deliveries=_by_name(counters, "delivery", DeliveryState),
        waiting=counters.get("waiting", 0),
        decisions=counters.get("decisions", 0),
        unfiled=max(last - filed, 0),
        unfiled_seconds=_seconds_since(figures.receipt_of_item(handle, filed + 1) if last > filed else None, handle.at),
        head=log.head_seq(handle),
        checkpoint=None if signed is None else fitting(signed.event.through),
        checkpoint_seconds=None if signed is None else _seconds_since(signed.at, handle.at),
    )


def _by_name(counters: Mapping[str, int], prefix: str, names: Iterable[str]) -> dict[str, int]:
    """Each name of the set with its count, also where that is zero, so that a curve never breaks off."""
    return {str(name): counters.get(f"{prefix}:{name}", 0) for name in names}


def _seconds_since(begin: datetime | None, at: datetime) -> float:
    return 0.0 if begin is None else max((at - begin).total_seconds(), 0.0)


def feed_position(handle: Handle, seen: int) -> FeedPosition:
    """Where the log ends, and since when there is something after event ``seen``."""
    head = log.head_seq(handle)
    return FeedPosition(head, figures.time_of_event(handle, seen + 1) if head > seen else None)
