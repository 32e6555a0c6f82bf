"""The routes of bureaus, by the log."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.bureau_routes import RouteBook, route_book
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.bureau_routes import BureauRouted
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.log import EventKind
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries

#: The subject of all events on routes, so that they are found without the others.
ROUTES: Final = "routes"
_ROUTED: Final = EventKind.BUREAU_ROUTED.value
_NONE: Final = RouteBook()


class RouteReader:
    """Reads the routes again where the log has a later event of them."""

    def __init__(self) -> None:
        self._last: tuple[bytes, RouteBook] = (b"", _NONE)

    def current(self, handle: Handle) -> RouteBook:
        """The routes by the log.

        Raises StoreUnusable for an event that says no route: else a bureau's deliveries would go out by another's.
        """
        head = bytes(handle.cached_value("routes_head") or b"")
        if not head:
            return _NONE
        last = self._last  # the threads of writer and reader share it
        if last[0] != head:
            facts = log_queries.of_subjects(handle, [ROUTES], (_ROUTED,))
            try:
                self._last = last = head, route_book(fact.event for fact in facts)
            except IncompleteEvent as error:
                raise StoreUnusable(
                    StoreCode.STORE_DAMAGED, sentence("an event on the routes of bureaus can't be read")
                ) from error
        return last[1]


def record(transaction: Transaction, actor: str, event: BureauRouted) -> None:
    """Emits the event, so that also the rest of this transaction finds it."""
    transaction.emit(actor, ROUTES, event)
    transaction.link_events()
    transaction.forget_cached("routes_head")
