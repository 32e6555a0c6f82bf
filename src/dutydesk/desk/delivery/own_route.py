"""The route whose deliveries a dispatcher leases, and the event that says so of a commit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dutydesk.domain.delivery.bureau_routes import EVERY, RouteBook
from dutydesk.domain.delivery.items import DeliveryGroup
from dutydesk.domain.events.bureau_routes import RouteLeased
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus
from dutydesk.store.tables.bureau_routes import ROUTES


@value(frozen=True, slots=True)
class OwnRoute:
    """A dispatcher's route and term, and the routes of all bureaus at this moment."""

    name: str = EVERY
    term: int | None = None
    book: RouteBook = RouteBook()

    @property
    def is_limited(self) -> bool:
        """Whether some bureaus may belong to another dispatcher."""
        return self.name != EVERY

    def covers(self, bureau: str) -> bool:
        return not self.is_limited or self.book.route_of(bureau) == self.name

    def rows_of(self, rows: Iterable[DeliveryGroup]) -> Iterable[DeliveryGroup]:
        """The parts of these rows that are for bureaus of this route."""
        if not self.is_limited:
            return rows
        parts = (replace(alike, recipients=tuple(filter(self.covers, alike.recipients))) for alike in rows)
        return [part for part in parts if part.recipients]

    def recipients(self, handle: Handle) -> str | None:
        """The row numbers of the bureaus of this route as a JSON array; ``None`` where that is all of them."""
        if not self.is_limited:
            return None
        return json.dumps(sorted(number for code, number in bureaus.numbers(handle).items() if self.covers(code)))


#: One dispatcher for all bureaus.
EVERY_ROUTE: Final = OwnRoute()


class RouteLease:
    """Says once of a transaction for which route it leases; nothing on a desk without routes."""

    def __init__(self, transaction: Transaction, own: OwnRoute = EVERY_ROUTE) -> None:
        self._transaction = transaction
        self._is_said = own.book.is_empty
        self.own = own

    def say(self) -> None:
        """Emits the event before the first lease."""
        if not self._is_said:
            self._is_said = True
            term = ABSENT if self.own.term is None else self.own.term
            self._transaction.emit("dispatcher", ROUTES, RouteLeased(route=self.own.name, term=term))
