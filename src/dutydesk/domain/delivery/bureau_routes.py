"""The routes by which bureaus are reached: each names an outbox, and has a dispatcher of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.bureau_routes import BureauRouted
from dutydesk.domain.events.event import LogEvent, required
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

#: The route of every bureau that has none of its own.
MAIN: Final = "main"
#: What a dispatcher that serves all routes writes into the log, such as that of one box alone.
EVERY: Final = "all"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)


@value(frozen=True, slots=True)
class RouteBook:
    """The route of each bureau that was ever given one."""

    routes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has ever set a route, so that the log says nothing of routes."""
        return not self.routes

    @property
    def names(self) -> tuple[str, ...]:
        """The routes in use, the main one first."""
        return (MAIN, *sorted({*self.routes.values()} - {MAIN}))

    def route_of(self, bureau: str) -> str:
        return self.routes.get(bureau, MAIN)

    def bureaus_of(self, route: str) -> tuple[str, ...]:
        """The bureaus that were given this route, by code."""
        return tuple(sorted(code for code, name in self.routes.items() if name == route))


def route_book(events: Iterable[LogEvent]) -> RouteBook:
    """The routes by these events, the oldest first. Raises IncompleteEvent."""
    routes: dict[str, str] = {}
    for event in events:
        if isinstance(event, BureauRouted):
            routes[required(event.bureau)] = required(event.route)
    return RouteBook(routes)


def check_route_name(name: str) -> str:
    """Return the name. Raises InvalidRequest for one that is none, or that has a meaning of its own."""
    if _NAME.fullmatch(name) is None or name == EVERY:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ROUTES,
            sentence(
                "{name!r} is no name of a route; it has up to 32 small letters, digits and hyphens, and is not {every}",
                name=name,
                every=EVERY,
            ),
        )
    return name
