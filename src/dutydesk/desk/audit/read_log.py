"""Reads: showing an item to an officer is an event, for observers too.

A read is the item's text shown to a named person: on the console's item screen, in its review pane once an item has
stayed there, in dialogs that show an item before an act, and by ``show``, ``why`` and ``export`` on the command line. A
row of a list shows only a title and is not a read; neither is passing over an item on the way to another. The log says
what was shown to somebody, not that the person took it in.

There is one event per officer, item and revision in a quarter of an hour, so that leafing back and forth counts once. A
screen that refreshes by itself counts again if the sender's text has changed, not at each delivery.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from dutydesk.desk.base.bodies import write_body_report
from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemRead
from dutydesk.domain.review.officers import Right
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log

if TYPE_CHECKING:
    from dutydesk.store.engine.store import Store

REPEAT_INTERVAL = timedelta(minutes=15)


async def record_read(store: Store, context: Context, actor: Actor, seen: ItemRow) -> str | None:
    """Record that ``seen`` was shown. Returns one sentence if that fails: nobody is kept from reading.

    The write waits behind officers' acts, like intake: when it happens does not matter, only that it does.
    """
    if seen.changed:
        await write_body_report(store, item_number(seen.item) or 0)
    try:
        if await store.read(partial(_is_due, actor=actor, seen=seen)):
            await store.write(partial(_write, context=context, actor=actor, seen=seen), officer=False)
    except DeskError as error:
        return f"that you read {seen.item} is not in the log: {error.words}"
    return None


def _is_due(handle: Handle, actor: Actor, seen: ItemRow) -> bool:
    """Whether the read is not recorded yet. A clock that was set back does not make a read of long ago a recent one."""
    last = log.last_of(handle, seen.item, EventKind.ITEM_READ, actor.officer)
    if last is None or ItemRead.from_data(log.data_of(last)).revision != seen.revision:
        return True
    return abs(handle.at - last.at) >= REPEAT_INTERVAL


def _write(transaction: Transaction, context: Context, actor: Actor, seen: ItemRow) -> None:
    """Write the event if it is still due: the same officer may use two consoles."""
    context.officer(transaction, actor, Right.READ)
    if transaction.has_pending_event(actor.officer, EventKind.ITEM_READ, seen.item) or not _is_due(
        transaction, actor, seen
    ):
        return
    transaction.emit(
        actor.officer, seen.item, ItemRead(login=actor.login, revision=seen.revision, version=seen.version)
    )
