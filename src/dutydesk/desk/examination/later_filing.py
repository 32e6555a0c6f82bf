"""Files later what new items are found by: words, names, documents, persons.

The commit that takes an item in writes its record. What the record and the item are found by follows many items at a
time, which takes a fraction of the work. Whoever asks for it files all that waits first; see
:mod:`dutydesk.store.engine.filed` and :mod:`dutydesk.store.tables.unfiled`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.desk.examination.filing import RecordWriter, born_of, draft_of, record_content
from dutydesk.desk.examination.persons import identity_in_body
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import Body
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import persons, records, unfiled
from dutydesk.store.tables.unfiled import WaitingKeys

if TYPE_CHECKING:
    from dutydesk.desk.examination.prepare import PreparedMessage


def record_new_item(
    transaction: Transaction, item: Item, body: Body | None, prepared: PreparedMessage | None = None
) -> None:
    """Writes the record of a new item. Its keys wait if it goes out at once; else they are filed with it.

    ``prepared`` was worked out ahead of the transaction.
    """
    if item.sender is None or body is None:
        return
    told = record_content(body) if prepared is None else prepared.record_content
    person_keys = tuple(persons.key_rows(identity_in_body(body))) if prepared is None else prepared.person_keys
    draft = draft_of(item, item.sender, told)
    if item.state is ItemState.RELEASED:
        record = records.add(transaction, draft)
        keys = WaitingKeys(born_of(told.birth), told.index_keys, told.documents, item.sender, person_keys)
        unfiled.add(transaction, item.number, record, keys)
        return
    filer = RecordWriter(transaction)
    filer.add(draft, told.index_keys)
    filer.flush()
    persons.add_keys(transaction, item.sender, item.number, person_keys)


def file_upto(transaction: Transaction, number: int | None = None) -> None:
    """Files the items up to a number, or all."""
    if number is not None and number <= unfiled.filed_upto(transaction):
        return
    last = unfiled.last_item(transaction)
    if last > unfiled.filed_upto(transaction):
        _file(transaction, last if number is None else min(number, last))


def file_piece(transaction: Transaction) -> int:
    """Files some of the items that wait; returns the number up to which all are filed."""
    limits = transaction.limits
    end = unfiled.piece_end(transaction, limits.brief_filed_items if transaction.brief else limits.filed_items)
    if end > unfiled.filed_upto(transaction):
        _file(transaction, end)
    return end


def follow_up(transaction: Transaction) -> None:
    """Files some of the items that wait, where they are many; a transaction of intake calls it after each message."""
    if transaction.next_item is None:
        return
    behind = transaction.next_item - 1 - unfiled.filed_upto(transaction)
    limits = transaction.limits
    if behind >= limits.most_unfiled or (behind >= limits.unfiled_items and not transaction.must_yield()):
        file_piece(transaction)


def _file(transaction: Transaction, end: int) -> None:
    waiting = list(unfiled.upto(transaction, end))
    filer = RecordWriter(transaction)
    person_keys = []
    for each in waiting:
        keys = each.keys
        filer.add_keys(each.record, keys.born, keys.marks, keys.papers)
        person_keys += [(keys.sender, mark, each.item, detail) for mark, detail in keys.persons]
    filer.flush()
    persons.add_key_rows(transaction, sorted(person_keys))
    unfiled.file_words(transaction, end)
