"""A store that is a copy dispatches nothing until an administrator says that it takes its original's place."""

from __future__ import annotations

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.transport import SegmentedTransport, Transport
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused

#: How long at most the word of an administrator waits for another process that holds the dispatcher's lock.
LOCK_SECONDS = 1.0


async def refuse_copy(desk: Desk, transport: Transport) -> None:
    """Raises StoreUnusable for a store that is a copy, or older than what its outbox shows to have gone out.

    The outbox is looked at first: a dispatcher at work numbers a segment in the store before it writes it.
    """
    newest = await transport.newest_segment() if isinstance(transport, SegmentedTransport) else 0
    await desk.refuse_copy(newest)


async def accept_copy(desk: Desk, transport: Transport, actor: Actor) -> int:
    """An administrator's word that this copy takes its original's place; returns how much was out already.

    Raises Refused for what is no copy, and while another process dispatches.
    """
    lock = desk.dispatcher_lock()
    if not lock.wait_exclusive(LOCK_SECONDS):
        whom = f" ({holder})" if (holder := lock.holder()) is not None else ""
        raise Refused(RefusedCode.DISPATCHER_RUNNING, f"another process{whom} dispatches from this store; end it first")
    try:
        gone = OutboxContents()
        if isinstance(transport, SegmentedTransport):
            gone = await transport.contents_after(await desk.latest_segment())
        return await desk.accept_copy(actor, gone)
    finally:
        lock.unlock()
