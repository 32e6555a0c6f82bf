"""Who looked at what: that somebody was shown an item is an event, for an observer as for everybody else.

A read is the item's text put before a named person: the console's item screen, its review pane once an item has
rested there, the dialogs that show an item before an act, and ``show``, ``why`` and ``export`` of the command line. A
row of a list is none (a title is all that it shows), and neither is passing over an item on the way to another. The log
says what stood before somebody, not that he or she took it in.

One event for an officer, an item and a revision in a quarter of an hour: who leafs to and fro reads once. What a screen
brings up to date by itself counts again where the sender's text is another, not at each delivery.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.rows import ItemRow
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
    """Writes down that ``seen`` was shown. Returns one sentence where that can't be done: nobody is kept from reading.

    It waits behind officers' acts, like intake: nothing hangs on when it is written, only that it is.
    """
    try:
        if await store.read(partial(_is_due, actor=actor, seen=seen)):
            await store.write(partial(_write, context=context, actor=actor, seen=seen), officer=False)
    except DeskError as error:
        return f"that you read {seen.item} is not in the log: {error.words}"
    return None


def _is_due(handle: Handle, actor: Actor, seen: ItemRow) -> bool:
    """A clock that was set back does not make a read of long ago a recent one."""
    last = log.last_of(handle, seen.item, EventKind.ITEM_READ, actor.officer)
    if last is None or ItemRead.from_data(log.data_of(last)).revision != seen.revision:
        return True
    return abs(handle.at - last.at) >= REPEAT_INTERVAL


def _write(transaction: Transaction, context: Context, actor: Actor, seen: ItemRow) -> None:
    """Asked again here: the same officer may sit at two consoles."""
    context.officer(transaction, actor, Right.READ)
    if transaction.has_pending_event(actor.officer, EventKind.ITEM_READ, seen.item) or not _is_due(
        transaction, actor, seen
    ):
        return
    transaction.emit(
        actor.officer, seen.item, ItemRead(login=actor.login, revision=seen.revision, version=seen.version)
    )
