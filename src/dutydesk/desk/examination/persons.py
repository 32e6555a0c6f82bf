"""The person whom an item is about, among the source's earlier items and in the registers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.base.rows import EarlierItemRow
from dutydesk.desk.examination import filing
from dutydesk.desk.examination.watch import source_bureaus
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import UNDECIDED_STATES
from dutydesk.domain.messages.message import Body
from dutydesk.domain.messages.subjects import Person
from dutydesk.domain.rules.likeness import Identity, Likeness, identity_of, likeness
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, persons


def identity_in_body(body: Body | None) -> Identity:
    """The person whom a body is about, for comparison; an empty identity where it is about a thing."""
    return identity_of(body.subject) if body is not None and isinstance(body.subject, Person) else Identity()


def record_person(transaction: Transaction, item: Item, body: Body | None) -> None:
    """Files the record of a version of an item's body at once."""
    filing.file_record(transaction, item, body)
    found = identity_in_body(body)
    if item.sender is not None and not found.is_empty:
        persons.add_keys(transaction, item.sender, item.number, persons.key_rows(found))


def earlier_items(handle: Handle, number: int, visibility: Visibility, limit: int = 50) -> list[EarlierItemRow]:
    """Other items on the same person, from any bureau and in any state, newest first. Raises NotFound.

    None where the item is denied to the reader; items that are denied to the reader are left out.
    """
    if visibility.hides(items.get(handle, number)):
        return []
    now = persons.identity_of_item(handle, number)
    alike = with_likeness(handle, persons.matching_items_of_any_sender(handle, now), now, number)
    rows = list(islice(((other, like) for other, like in alike if not visibility.hides(other)), limit))
    wrong = bodies.body_faults(handle, [other for other, _ in rows])
    return [
        EarlierItemRow(
            other.name,
            other.type,
            other.kind,
            other.sender,
            other.state,
            other.received_at,
            CHANGED_WORDS if other.number in wrong else other.title,
            like,
        )
        for other, like in rows
    ]


def has_open_item_on_person(handle: Handle, context: Context, sender: str, identity: Identity) -> bool:
    """Whether the source has an undecided item on this person."""
    numbers = persons.matching_items(handle, source_bureaus(context.directory, sender), identity, UNDECIDED_STATES)
    return any(True for _ in with_likeness(handle, numbers, identity, None))


def with_likeness(
    handle: Handle, numbers: list[int], identity: Identity, own_number: int | None
) -> Iterator[tuple[Item, Likeness]]:
    for number in numbers:
        like = likeness(identity, persons.identity_of_filed_item(handle, number)) if number != own_number else None
        item = items.find(handle, number) if like is not None else None
        if like is not None and item is not None:
            yield item, like


#: Prefix of the counters of corrections that describe another person; the day (UTC) and the sender follow.
OTHER_PERSON_COUNTER = "other_person"
