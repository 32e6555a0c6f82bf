"""The type of each kind of event, and the log's data as an event of its type."""

from __future__ import annotations

from collections.abc import Mapping

from dutydesk.domain.events import (  # noqa: F401 - defines the types
    bureau_routes,
    checks,
    deliveries,
    intake,
    items,
    keys,
    measures,
    notices,
    people,
    restrictions,
    reviews,
    routes,
    store,
)
from dutydesk.domain.events.event import TYPES, IncompleteEvent, LogEvent
from dutydesk.domain.events.log import Json


def parse_data(kind: str, data: Json) -> LogEvent:
    """Raises IncompleteEvent for a kind that this release does not know, and for data that is no JSON object."""
    type = TYPES.get(kind)
    if type is None:
        raise IncompleteEvent(f"{kind} is no kind of event that this release knows")
    if not isinstance(data, Mapping):
        raise IncompleteEvent(f"{kind} holds data that can't be read")
    return type.from_data(data)
