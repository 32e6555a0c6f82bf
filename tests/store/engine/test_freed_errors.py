"""An act that fails leaves nothing behind but its error, with the lines where it happened."""

from __future__ import annotations

import traceback
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from store_kit import add_bureaus, make_store_file, open_store_file, write_note

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log
from uncollected import uncollected

__all__ = ["uncollected"]


class NoSuchItemError(LookupError):
    """A refusal of a test; other than a LookupError it can be referred to weakly."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        await store.write(add_bureaus)
        yield store


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("officer", [True, False])
@pytest.mark.parametrize("has_written", [False, True])
async def test_its_transaction_is_freed_while_the_error_is_kept(store: Store, has_written: bool, officer: bool) -> None:
    begun: list[weakref.ref[Transaction]] = []

    def refuse(transaction: Transaction) -> None:
        begun.append(weakref.ref(transaction))
        if has_written:
            write_note("a")(transaction)
        raise NoSuchItemError

    with pytest.raises(NoSuchItemError) as kept:
        await store.write(refuse, officer=officer)
    await store.read(log.head_seq)
    assert [transaction() for transaction in begun] == [None] * len(begun)
    assert "refuse" in {line.name for line in traceback.extract_tb(kept.value.__traceback__)}


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("has_written", [False, True])
async def test_the_error_is_freed_with_its_last_reader(store: Store, has_written: bool) -> None:
    raised: list[weakref.ref[NoSuchItemError]] = []

    def refuse(transaction: Transaction) -> None:
        if has_written:
            write_note("a")(transaction)
        error = NoSuchItemError()
        raised.append(weakref.ref(error))
        raise error

    await _forget(store, refuse)
    await store.write(write_note("b"))  # the thread has left the call before by then
    assert [error() for error in raised] == [None] * len(raised)


@pytest.mark.usefixtures("uncollected")
async def test_the_error_of_a_read_is_freed_too(store: Store) -> None:
    raised: list[weakref.ref[NoSuchItemError]] = []

    def refuse(_handle: Handle) -> None:
        error = NoSuchItemError()
        raised.append(weakref.ref(error))
        raise error

    with suppress(NoSuchItemError):
        await store.read(refuse)
    await store.read(log.head_seq)
    assert [error() for error in raised] == [None]


async def _forget(store: Store, refuse: object) -> None:
    with suppress(NoSuchItemError):
        await store.write(refuse)  # type: ignore[arg-type]
