"""A store that is a copy dispatches nothing until an administrator accepts it as the original."""

from __future__ import annotations

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.dispatch.transport import SegmentedTransport, Transport
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.language.sentences import sentence


async def refuse_copy(desk: Desk, transport: Transport) -> None:
    """Refuse a store that is a copy, or that is older than its outbox. Raises StoreUnusable.

    The outbox is read first, because a running dispatcher numbers a segment in the store before it writes it.
    """
    newest = await transport.newest_segment() if isinstance(transport, SegmentedTransport) else 0
    await desk.backups.refuse_copy(newest)


async def accept_copy(desk: Desk, transport: Transport, actor: Actor) -> int:
    """Accept this copy as the original for an administrator; return how many deliveries its outbox already has.

    Raises Refused for a store that is no copy, and while another process dispatches.
    """
    lock = desk.delivery.dispatcher_lock()
    if not await run_in_thread(lambda: lock.wait_exclusive(desk.limits.dispatch.restore_lock_seconds)):
        holder = await run_in_thread(lock.holder)
        whom = f" ({holder})" if holder is not None else ""
        raise Refused(
            RefusedCode.DISPATCHER_RUNNING,
            sentence("another process{whom} dispatches from this store; end it first", whom=whom),
        )
    try:
        gone = OutboxContents()
        if isinstance(transport, SegmentedTransport):
            gone = await transport.contents_after(await desk.backups.latest_segment())
        return await desk.backups.accept_copy(actor, gone)
    finally:
        await run_in_thread(lock.unlock)
