"""What items are found by, until it is filed: keys that wait as rows of ``unfiled``, and words that do not wait there.

Only the keys of an item that went out as it came wait. Whoever changes its state, or what it says, files it first: the
keys of an item that is held, refused or recalled are always filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from dutydesk.domain.frozen import value
from dutydesk.store.engine.filed import is_behind
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction

#: A number that SQLite can store.
_Number: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class WaitingKeys(NamedTuple):
    """The keys of an item's record and of its person; ``marks`` are those of names, each with the birth ``born``."""

    born: _Number
    marks: tuple[_Number, ...]
    papers: tuple[tuple[str, str], ...]
    sender: str
    persons: tuple[tuple[str, str], ...]


@value(frozen=True, slots=True)
class UnfiledItem:
    """An item's keys, and the number of its record."""

    item: int
    record: int
    keys: WaitingKeys


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(WaitingKeys).decode


def add(transaction: Transaction, item: int, record: int, keys: WaitingKeys) -> None:
    transaction.defer("unfiled_add", item=item, record=record, keys=_encode(keys))


def read_keys(stored: object) -> WaitingKeys | None:
    """The keys in a column of that name; ``None`` where they can't be read."""
    if not isinstance(stored, bytes):
        return None
    try:
        return _decode(stored)
    except msgspec.DecodeError:
        return None


def upto(handle: Handle, number: int) -> Iterator[UnfiledItem]:
    """The items up to a number whose keys wait; those that can't be read are left out."""
    for item, record, stored in handle.tuples("unfiled_upto", upto=number):
        keys = read_keys(stored)
        if keys is not None and isinstance(record, int):
            yield UnfiledItem(item, record, keys)


def all_rows(handle: Handle) -> Iterator[tuple[int, int, WaitingKeys | None]]:
    """Number, record and keys of each item whose keys wait; ``None`` for keys that can't be read."""
    for item, record, stored in handle.tuples("unfiled_upto", upto=2**62):
        yield item, record, read_keys(stored)


def persons_between(handle: Handle, first: int, last: int) -> Iterator[tuple[int, list[dict[str, object]]]]:
    """The keys of persons that wait, of the items from ``first`` to ``last``, as rows of ``person_key``."""
    for item, stored in handle.tuples("unfiled_between", first=first, last=last):
        keys = read_keys(stored)
        if keys is not None:
            yield (
                item,
                [{"sender": keys.sender, "mark": mark, "item": item, "detail": text} for mark, text in keys.persons],
            )


def stored_upto(handle: Handle) -> object:
    """What stands as the number of the last item that is filed, for comparisons."""
    return handle.value("filed_upto")


def filed_upto(handle: Handle) -> int:
    """The number of the last item that is filed."""
    return int(handle.cached_value("filed_upto") or 0)


def last_item(handle: Handle) -> int:
    return int(handle.value("filing_last_item"))


def file_words(transaction: Transaction, number: int) -> None:
    """File the words of the items up to a number, and end the waiting of their keys, which are filed already."""
    transaction.run_many("filing_words", [{"after": filed_upto(transaction), "upto": number}])
    transaction.run_many("unfiled_drop", [{"upto": number}])
    transaction.run_many("filing_set", [{"number": number}])


def piece_end(handle: Handle, most: int) -> int:
    """The last of the next ``most`` items that are not filed."""
    after = filed_upto(handle)
    return max((row["number"] for row in handle.all("filing_next", after=after, most=most)), default=after)


def waiting_upto(handle: Handle) -> int:
    """The number of the last item; 0 if everything is filed."""
    return last_item(handle) if is_behind(handle) else 0


def file_nothing(handle: Handle) -> int:
    """Stands for the desk's way of filing in a store that is opened without a desk."""
    return last_item(handle)
