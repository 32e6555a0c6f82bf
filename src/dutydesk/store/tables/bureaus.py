"""Bureaus as rows: short integer keys for codes, who is off the network, how much each has sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.errors import NotFound
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, optional_from_us, optional_to_us
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction


@value(frozen=True, slots=True)
class BureauRow:
    code: str
    offline_since: datetime | None
    measure_revision: int
    received: int


class _BureauIds:
    """The row number of each code. Numbers never change once committed, so a connection may remember them."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.codes: dict[int, str] = {}
        self.texts: dict[tuple[str, ...], str] = {}

    def load(self, handle: Handle) -> None:
        for row in handle.all("bureaus_all"):
            self.ids[row["code"]] = row["id"]
            self.codes[row["id"]] = row["code"]


#: Lists of bureaus that are remembered at once.
_MOST_TEXTS: Final = 256
_cache: WeakKeyDictionary[Connection, _BureauIds] = WeakKeyDictionary()


def _codes(handle: Handle) -> _BureauIds:
    known = _cache.get(handle.connection)
    if known is None:
        known = _cache[handle.connection] = _BureauIds()
        known.load(handle)
    return known


def clear_cache(connection: Connection) -> None:
    """Forget the numbers after a rollback, because some may not have been committed."""
    _cache.pop(connection, None)


def find_id(handle: Handle, code: str) -> int | None:
    codes = _codes(handle)
    if code not in codes.ids:
        codes.load(handle)
    return codes.ids.get(code)


def id_of(handle: Handle, code: str) -> int:
    """The bureau's row number. Raises NotFound for a code that never was on the network."""
    number = find_id(handle, code)
    if number is None:
        raise NotFound(NotFoundCode.UNKNOWN_BUREAU, sentence("{code} is no bureau of this store", code=code))
    return number


def ids(handle: Handle, codes: Iterable[str]) -> list[int]:
    """The bureaus' row numbers. Raises NotFound for a code that never was on the network."""
    known = _codes(handle).ids
    return [known[code] if code in known else id_of(handle, code) for code in codes]


def ids_text(handle: Handle, codes: Iterable[str]) -> str:
    """The same as JSON text, so that one statement writes a row for each; many messages go to the same bureaus."""
    texts, asked = _codes(handle).texts, tuple(codes)
    text = texts.get(asked)
    if text is None:
        if len(texts) >= _MOST_TEXTS:
            texts.clear()
        text = texts[asked] = f"[{','.join(map(str, ids(handle, asked)))}]"
    return text


def codes_of(handle: Handle, numbers: Iterable[int]) -> list[str]:
    known = _codes(handle).codes
    return [known[number] if number in known else code_of(handle, number) for number in numbers]


def code_of(handle: Handle, number: int) -> str:
    codes = _codes(handle)
    if number not in codes.codes:
        codes.load(handle)
    return codes.codes[number]


def add_missing(transaction: Transaction, codes: Iterable[str]) -> tuple[str, ...]:
    """Add a row for each bureau of the directory that has none, as for one that joined after the store was made.

    Returns the codes that were added.
    """
    added = tuple(code for code in codes if find_id(transaction, code) is None)
    for code in added:
        transaction.insert("bureau_add", code=code)
    return added


def numbers(handle: Handle) -> dict[str, int]:
    """The row number of each bureau."""
    return {row["code"]: row["id"] for row in handle.all("bureaus_all")}


def rows(handle: Handle) -> dict[str, BureauRow]:
    return {
        row["code"]: BureauRow(
            row["code"], optional_from_us(row["offline_since"]), row["measure_revision"], row["received"]
        )
        for row in handle.all("bureaus_all")
    }


def set_offline(transaction: Transaction, code: str, since: datetime | None) -> None:
    transaction.run("bureau_offline", code=code, since=optional_to_us(since))


def raise_measure_revision(transaction: Transaction, code: str) -> None:
    """Increase the bureau's measure revision, which detects two orders at the same time."""
    transaction.run("bureau_measured", code=code)
