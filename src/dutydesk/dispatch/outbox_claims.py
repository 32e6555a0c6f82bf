"""Boxes of one desk deliver to one outbox: a new one in its place would not know what has gone out.

What is under way when a box takes over is looked up there. A box that named an outbox of its own would send it again.
"""

from __future__ import annotations

from dutydesk.desk.service.desk import Desk
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.route_marks import MARK
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.dispatch.transport import MarkedTransport, Transport
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence


async def refuse_new_outbox(desk: Desk, delivery: DeliveryService, transport: Transport) -> None:
    """Raises StoreUnusable for an outbox without a mark or a line, where another process has delivered before."""
    if not delivery.is_shared or not isinstance(transport, MarkedTransport):
        return
    new = await transport.find_new()
    if new is None or not await run_in_thread(delivery.dispatcher_lock().was_held_before):
        return
    if await desk.backups.latest_segment():
        raise StoreUnusable(
            StoreCode.OUTBOX_NEW,
            sentence(
                "the outbox {outbox} is new, and the boxes of this desk have delivered to another one before: name "
                "that one, or, to begin this one, write the word {route} into {mark} once nothing is being sent",
                outbox=new,
                route=delivery.route,
                mark=new / MARK,
            ),
        )


async def claim_outbox_of(delivery: DeliveryService, transport: Transport) -> None:
    """Have the outbox marked as that of the route. Raises InvalidRequest for another route's, StoreUnusable."""
    if delivery.is_shared and isinstance(transport, MarkedTransport):
        await transport.claim(delivery.route)
