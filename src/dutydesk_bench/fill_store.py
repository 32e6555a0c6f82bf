"""Fills a store with copies of one item, as rows alone: taking in as many messages would take too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256

from dutydesk.desk.intake.incoming import INTAKE
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items

BATCH = 5_000
#: Batches between two WAL checkpoints.
BATCHES_PER_WAL_CHECKPOINT = 10
SENDERS = ("DE", "FR", "PL", "IT", "ES", "UA", "BR", "JP")
_BODY = b'{"schema":"dutydesk/1"}'
_COLOURS = ("amber", "crimson", "green", "violet")
_WORDS = ("harbour", "lantern", "meadow", "orchard", "quarry", "saddle", "timber", "vessel")


async def fill_store(desk: Desk, template: int, number: int, progress: Callable[[int], None]) -> None:
    """Add ``number`` items, each with a short body and one event, without deliveries.

    ``progress`` is called with the number so far. Raises Refused unless the store is an exercise.
    """
    _require_exercise(desk)
    for batch, begin in enumerate(range(0, number, BATCH), start=1):
        count = min(BATCH, number - begin)
        await desk.store.write(partial(_insert_items, like=template, begin=begin, count=count), officer=False)
        progress(begin + count)
        if batch % BATCHES_PER_WAL_CHECKPOINT == 0:
            await desk.delivery.checkpoint()
    await desk.store.file_waiting()
    await desk.delivery.checkpoint()


async def fill_log(desk: Desk, number: int) -> None:
    """Add ``number`` events of intake to the log, without items: a long log, where nothing is asked but the log.

    Raises Refused unless the store is an exercise.
    """
    _require_exercise(desk)
    for batch, begin in enumerate(range(0, number, BATCH), start=1):
        await desk.store.write(partial(_add_events, begin=begin, count=min(BATCH, number - begin)), officer=False)
        if batch % BATCHES_PER_WAL_CHECKPOINT == 0:
            await desk.delivery.checkpoint()
    await desk.delivery.checkpoint()


def _require_exercise(desk: Desk) -> None:
    if desk.realm != "exercise":
        raise Refused(
            RefusedCode.EXERCISE_ONLY,
            "only a store that was made for an exercise is filled with items that nobody sent",
        )


def _add_events(transaction: Transaction, begin: int, count: int) -> None:
    digest = sha256(_BODY).hexdigest()
    for place in range(begin, begin + count):
        sender = SENDERS[place % len(SENDERS)]
        accepted = IntakeAccepted(sender=sender, reference=f"{sender}-filled-{place}", sha256=digest)
        transaction.emit(INTAKE, item_name(place + 1), accepted)


def _insert_items(transaction: Transaction, like: int, begin: int, count: int) -> None:
    item = items.get(transaction, like)
    body = bodies.verify_body(transaction, item).body
    digest = sha256(_BODY).hexdigest()
    for place in range(begin, begin + count):
        sender, word = SENDERS[place % len(SENDERS)], _WORDS[place // 7 % len(_WORDS)]
        reference = f"{sender}-filled-{place}"
        title = f"{word} {_COLOURS[place // 3 % len(_COLOURS)]} {place:08d}"
        added = items.add(transaction, replace(item, number=0, reference=reference, sender=sender, title=title))
        items.add_body(transaction, replace(body, item=added, version=1, raw=_BODY, sha256=digest))
        transaction.emit(INTAKE, item_name(added), IntakeAccepted(sender=sender, reference=reference, sha256=digest))
