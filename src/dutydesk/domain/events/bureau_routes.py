"""Events of the routes by which bureaus are reached, and of whose dispatcher leases."""

from __future__ import annotations

from typing import ClassVar

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class BureauRouted(LogEvent):
    """An administrator gives a bureau the route by which it is reached from here on; ``main`` is that of all others."""

    kind: ClassVar = EventKind.BUREAU_ROUTED

    login: Logged[str]
    bureau: Logged[str]
    route: Logged[str]


@event
class RouteLeased(LogEvent):
    """The dispatcher of this route leases in this commit, in this term; on a desk on which bureaus have routes.

    ``route`` is ``all`` where one dispatcher serves every route, and ``term`` is absent where no terms are counted.
    """

    kind: ClassVar = EventKind.ROUTE_LEASED

    route: Logged[str]
    term: Logged[int] = ABSENT
