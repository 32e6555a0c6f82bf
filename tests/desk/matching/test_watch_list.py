"""The index in memory finds whom the store finds, also after persons were added, changed and removed."""

from __future__ import annotations

from desks import Bench
from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.folding import PersonFacts, fold_names, parse_birth
from dutydesk.desk.matching.watch_index import WatchIndex
from dutydesk.desk.matching.watch_list import WatchQuery
from dutydesk.domain.messages.subjects import PersonName
from dutydesk.domain.rules.likeness import identity
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import persons as persons_table
from respelt import change_of, on_file
from watched_people import KNOWN, import_ccf, queries


async def test_memory_and_store_find_the_same(bench: Bench) -> None:
    index = WatchIndex()

    def compare(handle: Handle) -> int:
        hits = 0
        for query in queries():
            prepared = watch_list.prepare(handle, index, query)
            stored = watch_list.search(handle, query)
            if prepared is not None:
                assert prepared.current(handle) is not None
                assert prepared.finding.matches == stored.matches
            hits += bool(stored.matches)
        return hits

    await import_ccf(bench, range(60))
    assert await bench.desk.store.read(compare) >= 57
    await import_ccf(bench, range(60, 120))
    index.expire()
    assert await bench.desk.store.read(compare) >= 115
    await import_ccf(bench, range(30), "2022-03-04")
    index.expire()
    assert await bench.desk.store.read(compare) >= 115


async def test_an_index_that_is_behind_is_not_believed(bench: Bench) -> None:
    index = WatchIndex()
    query = queries()[1]
    before = await bench.desk.store.read(lambda handle: watch_list.prepare(handle, index, query))
    assert before is not None
    await import_ccf(bench, range(2))
    assert await bench.desk.store.read(before.current) is None
    after = await bench.desk.store.read(lambda handle: watch_list.prepare(handle, index, query))
    assert after is not None
    assert after.finding.matches


async def test_a_whole_name_is_compared_with_entries_of_no_other_birth(bench: Bench) -> None:
    index = WatchIndex()
    await import_ccf(bench, range(1, 9))
    asked = {}
    for place in range(1, 9):
        name = on_file(KNOWN[place], change_of(place))
        written = [PersonName(name.family, name.given)]
        for birth in ("1901-01-01", str(KNOWN[place].birth)):
            facts = PersonFacts(fold_names(written), parse_birth(birth))
            marks = persons_table.exact_marks(identity(written, facts.birth, ()))
            query = WatchQuery(facts, ("RU",), marks, 85)
            found = await bench.desk.store.read(lambda handle, query=query: watch_list.prepare(handle, index, query))
            assert found is not None
            asked[place, birth] = found.finding.has_exact
    assert {found for (_, birth), found in asked.items() if birth == "1901-01-01"} == {False}
    assert {found for (_, birth), found in asked.items() if birth != "1901-01-01"} == {True}
