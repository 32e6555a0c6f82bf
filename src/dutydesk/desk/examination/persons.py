"""The person behind an item: found again among the source's earlier items, and in the registers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rows import EarlierRow
from dutydesk.desk.base.withheld import Eyes
from dutydesk.desk.examination import filing
from dutydesk.desk.examination.prepare import Beforehand, identity_in
from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.bodies import CHANGED
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import OPEN_STATES, UNDECIDED_STATES, ItemState
from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.likeness import Identity, Likeness, likeness
from dutydesk.domain.rules.registers import EarlierItem, RegisterMatch
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, persons

#: What the desk ended against its sender's wish. What a sender took back itself tells nothing.
_ENDED_BADLY = frozenset({ItemState.REFUSED, ItemState.RECALLED})
MOST_NAMED = 5


def remember_person(
    transaction: Transaction,
    item: Item,
    body: Body | None,
    ahead: Beforehand | None = None,
    *,
    is_new: bool = False,
) -> None:
    """Called wherever a version of an item's body is written. ``ahead``: what was found in the body before."""
    filing.enter(transaction, item, body, ahead.described if ahead is not None else None, is_new=is_new)
    found = identity_in(body) if ahead is None else ahead.identity
    if item.sender is not None and not found.is_empty:
        persons.remember(transaction, item.sender, item.number, found)


def one_source(directory: Directory, sender: str) -> tuple[str, ...]:
    """The sender, its parent bureau and the sub-bureaus of both: what was refused to one comes back by another."""
    root = directory.parent(sender) or sender
    return (root, *(code for code, parent in directory.parents.items() if parent == root))


def refused_earlier(
    handle: Handle, context: Context, sender: str, now: Identity, own: int | None
) -> tuple[EarlierItem, ...]:
    """The source's refused and recalled items on the same person, the likest and newest first; never the own one."""
    if now.is_empty:
        return ()
    senders = [code for code in one_source(context.directory, sender) if persons.ended_badly(handle, code)]
    found = [
        EarlierItem(item.name, item.type or "", item.kind or "", item.state, item.received_at.date(), like)
        for item, like in _likened(handle, persons.items_like(handle, senders, now, _ENDED_BADLY), now, own)
    ]
    found.sort(key=lambda earlier: earlier.likeness is not Likeness.STRONG)
    return tuple(found[:MOST_NAMED])


def on_file(handle: Handle, now: Identity) -> tuple[RegisterMatch, ...]:
    """The registers' entries on the same person."""
    return tuple(
        RegisterMatch(entry, like)
        for entry in persons.entries_like(handle, now)
        if (like := likeness(now, entry.identity)) is not None
    )


def earlier(handle: Handle, number: int, eyes: Eyes, most: int = 50) -> list[EarlierRow]:
    """Other items on the same person, from any bureau and whatever became of them, newest first. Raises NotFound.

    Of an item that is kept from the reader nothing is told, and no such item is among the others.
    """
    if eyes.hides(items.get(handle, number)):
        return []
    now = persons.identity_of_item(handle, number)
    alike = _likened(handle, persons.items_like_of_anybody(handle, now), now, number)
    rows = list(islice(((other, like) for other, like in alike if not eyes.hides(other)), most))
    wrong = bodies.faults(handle, [other for other, _ in rows])
    return [
        EarlierRow(
            other.name,
            other.type,
            other.kind,
            other.sender,
            other.state,
            other.received_at,
            CHANGED if other.number in wrong else other.title,
            like,
        )
        for other, like in rows
    ]


def is_open_on_person(handle: Handle, context: Context, sender: str, now: Identity) -> bool:
    """Whether the source has an item on this person on which nothing is decided."""
    numbers = persons.items_like(handle, one_source(context.directory, sender), now, UNDECIDED_STATES)
    return any(True for _ in _likened(handle, numbers, now, None))


def others_open_on_person(handle: Handle, context: Context, item: Item) -> list[Item]:
    """The source's other items on the item's person that wait for a decision, newest first."""
    now = persons.identity_of_item(handle, item.number)
    if item.sender is None:
        return []
    alike = persons.items_like(handle, one_source(context.directory, item.sender), now, OPEN_STATES)
    return [other for other, _ in _likened(handle, alike, now, item.number)]


def _likened(handle: Handle, numbers: list[int], now: Identity, own: int | None) -> Iterator[tuple[Item, Likeness]]:
    for number in numbers:
        like = likeness(now, persons.identity_of_item(handle, number)) if number != own else None
        item = items.find(handle, number) if like is not None else None
        if like is not None and item is not None:
            yield item, like


#: What the counters of corrections that describe another person begin with; the day (UTC) and the sender follow.
OTHER_PERSONS = "other_person"
