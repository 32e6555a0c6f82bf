"""A process of its own finds whom the store finds; where it is late, behind or gone, the transaction searches."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desks import Bench
from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.watch_list import WatchFinding, WatchQuery
from dutydesk.desk.matching.watch_search import WatchSearch
from dutydesk.desk.matching.watch_wire import decode_question, encode, query_of, question
from dutydesk.domain.limits import MemoryLimits
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening.names import FoldedName
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched
from stopped_process import stop_process
from watched_people import import_ccf, queries

LIMITS = MemoryLimits(
    unloaded_searches=0, watched_in_memory=10, companion_answer_seconds=120.0, companion_late_seconds=600.0
)


@pytest.fixture
async def search(bench: Bench) -> AsyncIterator[WatchSearch]:
    await import_ccf(bench, range(60))
    made = WatchSearch(bench.desk.store.path, LIMITS)
    yield made
    made.close()


def ask(search: WatchSearch, query: WatchQuery, handle: Handle) -> WatchFinding | None:
    asked = search.prepare(handle, query)
    return None if asked is None else asked.current(handle)


async def load(bench: Bench, search: WatchSearch) -> None:
    while search.companion is None:
        await bench.desk.store.read(lambda handle: search.prepare(handle, queries()[0]))
        await asyncio.sleep(0.01)


def child_of(search: WatchSearch) -> int:
    assert search.companion is not None
    return search.companion.pid


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


async def test_the_process_finds_whom_the_store_finds(bench: Bench, search: WatchSearch) -> None:
    await load(bench, search)

    def compare(handle: Handle) -> int:
        asked = [(query, search.prepare(handle, query)) for query in queries()]
        found = [(watch_list.search(handle, query), one and one.current(handle)) for query, one in asked]
        assert all(answer is not None and answer.matches == stored.matches for stored, answer in found)
        return sum(bool(stored.matches) for stored, _ in found)

    assert await bench.desk.store.read(compare) >= 57
    await import_ccf(bench, range(60, 120))
    assert await bench.desk.store.read(compare) >= 115


async def test_an_answer_of_before_is_not_believed(bench: Bench, search: WatchSearch) -> None:
    await load(bench, search)
    query = queries()[61]
    before = await bench.desk.store.read(lambda handle: search.prepare(handle, query))
    assert before is not None
    await bench.desk.store.read(lambda handle: ask(search, queries()[0], handle))  # sends both questions
    await import_ccf(bench, range(60, 63))
    assert await bench.desk.store.read(before.current) is None
    after = await bench.desk.store.read(lambda handle: ask(search, query, handle))
    assert after is not None
    assert after.matches


async def test_a_short_list_is_searched_without_a_process(bench: Bench) -> None:
    await import_ccf(bench, range(5))
    search = WatchSearch(bench.desk.store.path, LIMITS)
    found = await bench.desk.store.read(lambda handle: ask(search, queries()[1], handle))
    assert found is not None
    assert found.matches
    assert search.companion is None


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_that_ends_is_followed_by_another(
    bench: Bench, search: WatchSearch, end: signal.Signals
) -> None:
    await load(bench, search)
    asked = await bench.desk.store.read(lambda handle: search.prepare(handle, queries()[1]))
    assert asked is not None
    first = child_of(search)
    stop_process(first)
    os.kill(first, end)
    os.kill(first, signal.SIGCONT)
    assert await bench.desk.store.read(asked.current) is None
    await load(bench, search)
    assert child_of(search) != first
    found = await bench.desk.store.read(lambda handle: ask(search, queries()[1], handle))
    assert found is not None
    assert found.matches


async def test_a_process_that_is_late_is_not_waited_for_twice(bench: Bench) -> None:
    await import_ccf(bench, range(60))
    search = WatchSearch(
        bench.desk.store.path, MemoryLimits(unloaded_searches=0, watched_in_memory=10, companion_late_seconds=600.0)
    )
    await load(bench, search)
    child = child_of(search)
    stop_process(child)
    assert await bench.desk.store.read(lambda handle: ask(search, queries()[1], handle)) is None
    assert await bench.desk.store.read(lambda handle: search.prepare(handle, queries()[1])) is None
    os.kill(child, signal.SIGCONT)
    while (found := await bench.desk.store.read(lambda handle: ask(search, queries()[1], handle))) is None:
        await asyncio.sleep(0.01)
    assert found.matches
    assert child_of(search) == child
    search.close()


async def test_one_that_stays_late_is_ended(bench: Bench) -> None:
    await import_ccf(bench, range(60))
    limits = MemoryLimits(
        unloaded_searches=0, watched_in_memory=10, companion_answer_seconds=0.01, companion_late_seconds=0.01
    )
    search = WatchSearch(bench.desk.store.path, limits)
    await load(bench, search)
    child = child_of(search)
    stop_process(child)
    await bench.desk.store.read(lambda handle: ask(search, queries()[1], handle))
    while not gone(child):
        await bench.desk.store.read(lambda handle: search.prepare(handle, queries()[1]))
        await asyncio.sleep(0.01)
    search.close()


async def test_closing_the_desk_ends_the_process(bench: Bench) -> None:
    await import_ccf(bench, range(60))
    search = WatchSearch(bench.desk.store.path, LIMITS)
    await load(bench, search)
    child = child_of(search)
    search.close()
    assert gone(child)


async def test_persons_who_are_gone_are_not_found(bench: Bench, search: WatchSearch) -> None:
    await load(bench, search)
    query = queries()[1]
    asked = await bench.desk.store.read(lambda handle: search.prepare(handle, query))
    assert asked is not None
    (number,) = await bench.desk.store.read(
        lambda handle: [match.person.number for match in watch_list.search(handle, query).matches]
    )
    person = await bench.desk.store.read(lambda handle: watched.persons(handle, [number])[0])
    assert person.entry is not None
    await bench.desk.store.write(lambda tx: watch_list.remove_person(tx, entry=person.entry))
    bench.is_edited = True
    assert await bench.desk.store.read(asked.current) is None


def test_a_question_carries_the_whole_query() -> None:
    full = WatchQuery(
        PersonFacts(
            (FoldedName(("petrov",), ("ivan", "i")), FoldedName((), ("\u0634",), vowelless=True)),
            PartialDate(1970, 2),
            ("RU",),
            (("A1", ""), ("B2", "BY")),
        ),
        ("RU", "RUA"),
        ("n:ivan petrov", "d:A1"),
        85,
    )
    for query in (full, *queries()):
        assert query_of(decode_question(encode(question(query)))) == query
