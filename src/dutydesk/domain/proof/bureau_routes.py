"""Checks that each delivery was leased by the dispatcher of its bureau's route, in a term that nobody had ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.domain.delivery.bureau_routes import EVERY, MAIN
from dutydesk.domain.events.bureau_routes import BureauRouted, RouteLeased
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class LeasingRoutes:
    """The routes for which the commit of a moment leases: a box may serve several, and lists its notices at the end."""

    names: frozenset[str]
    at: datetime


@dataclass(slots=True)
class RouteProof:
    """``routes`` has the route of each bureau that was given one, ``terms`` the highest term of each route."""

    routes: dict[str, str] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    leasing: LeasingRoutes | None = None

    def verify_route(self, fact: Fact[BureauRouted], *, is_under_way: bool) -> Iterator[str]:
        """``is_under_way``: something is being sent to the bureau, by the route that it had."""
        bureau = required(fact.event.bureau)
        if is_under_way:
            yield f"the route of {bureau} was changed while deliveries to it were under way"
        self.routes[bureau] = required(fact.event.route)

    def verify_lease(self, fact: Fact[RouteLeased]) -> Iterator[str]:
        """Terms only rise: an earlier holder leases nothing after a later one has begun."""
        route, term = required(fact.event.route), optional(fact.event.term)
        latest = self.terms.get(route, 0)
        if term is not None:
            if term < latest:
                yield f"the dispatcher of the route {route} leased in term {term}, after term {latest} had begun"
            self.terms[route] = max(term, latest)
        elif route != EVERY:
            yield f"the dispatcher of the route {route} leased without a term"
        before = self.leasing
        earlier = before.names if before is not None and before.at == fact.at else frozenset[str]()
        self.leasing = LeasingRoutes(earlier | {route}, fact.at)

    def verify_recipients(self, at: datetime, named: str, recipients: Iterable[str]) -> Iterator[str]:
        """What a commit sends goes to bureaus of the routes for which it leases."""
        if not self.routes:
            return
        leasing = self.leasing
        if leasing is None or leasing.at != at:
            yield f"{named} was handed over, and the log does not say by the dispatcher of which route"
            return
        if EVERY in leasing.names:
            return
        strange = [code for code in recipients if self.routes.get(code, MAIN) not in leasing.names]
        if strange:
            names = ", ".join(sorted(leasing.names))
            yield f"{named} was handed over to {', '.join(strange)} by the dispatcher of the route {names}"
