"""A store that is a copy dispatches nothing until an administrator accepts it as the original."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.service.dispatching import DispatcherLock
from dutydesk.dispatch.routes import RoutedTransport
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.dispatch.transport import SegmentedTransport, Transport, outbox_contents
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bureau_routes import MAIN, RouteBook
from dutydesk.domain.errors import Refused
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence


async def refuse_copy(desk: Desk, transport: Transport) -> None:
    """Refuse a store that is a copy, or that is older than its outbox. Raises StoreUnusable.

    The outbox is read first, because a running dispatcher numbers a segment in the store before it writes it.
    """
    newest = await transport.newest_segment() if isinstance(transport, SegmentedTransport) else 0
    await desk.backups.refuse_copy(newest)


@value(frozen=True, slots=True)
class AcceptedCopy:
    """How many lines the outboxes already have. ``routes`` has the bureaus that were reached, after the copy was made,
    by another route than the copy says.
    """

    lines: int
    routes: Mapping[str, str]


async def accept_copy(desk: Desk, routes: Mapping[str, Transport], actor: Actor) -> AcceptedCopy:
    """Accept this copy as the original for an administrator.

    ``routes`` has the transport of each route. Raises Refused for a store that is no copy, while another process
    dispatches, and where the outbox of a route in use is not among them: it alone can say what went out by it. One box
    names the outboxes of the bureaus that had another route than the main one on the cluster of its original.
    """
    book, delivery = await desk.delivery.routes(), desk.delivery
    missing = [] if book.is_empty or not delivery.is_shared else [name for name in book.names if name not in routes]
    if missing:
        raise Refused(
            RefusedCode.ROUTE_NOT_NAMED,
            sentence("name the outbox of each route: --route {route}=PLACE", route=missing[0]),
        )
    if not delivery.is_shared:
        _require_outboxes(book, routes.values())
    locks = dict.fromkeys(delivery.lock_of(name) for name in routes)
    held: list[DispatcherLock] = []
    try:
        for lock in locks:
            await _take(lock, desk.limits.dispatch.restore_lock_seconds)
            held.append(lock)
        latest = await desk.backups.latest_segment()
        found = {
            route: await each.contents_after(latest)
            for route, each in routes.items()
            if isinstance(each, SegmentedTransport)
        }
        newest = max((each.segment for each in found.values()), default=0)
        gone = outbox_contents(newest, frozenset().union(*(each.keys for each in found.values())))
        lines = await desk.backups.accept_copy(actor, gone if found else OutboxContents())
        return AcceptedCopy(lines, dict(_changed_routes(book, found)))
    finally:
        for lock in held:
            await run_in_thread(lock.unlock)


def _changed_routes(book: RouteBook, found: Mapping[str, OutboxContents]) -> Iterator[tuple[str, str]]:
    """Each bureau with a line in the outbox of another route than it has by the copy, and that route."""
    for route, contents in found.items():
        bureaus = {key.split("/")[2] for key in contents.keys}
        yield from ((bureau, route) for bureau in sorted(bureaus) if book.route_of(bureau) != route)


def _require_outboxes(book: RouteBook, transports: Collection[Transport]) -> None:
    named = frozenset[str]().union(*(each.bureaus for each in transports if isinstance(each, RoutedTransport)))
    elsewhere = sorted(bureau for bureau, route in book.routes.items() if route != MAIN and bureau not in named)
    if elsewhere:
        raise Refused(
            RefusedCode.ROUTE_NOT_NAMED,
            sentence(
                "{bureau} had the route {route}, whose outbox alone says what went out: name it by --outbox "
                "{bureau}=PLACE",
                bureau=elsewhere[0],
                route=book.route_of(elsewhere[0]),
            ),
        )


async def _take(lock: DispatcherLock, seconds: float) -> None:
    if not await run_in_thread(lambda: lock.wait_exclusive(seconds)):
        holder = await run_in_thread(lock.holder)
        whom = f" ({holder})" if holder is not None else ""
        raise Refused(
            RefusedCode.DISPATCHER_RUNNING,
            sentence("another process{whom} dispatches from this store; end it first", whom=whom),
        )
