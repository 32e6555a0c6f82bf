"""A name of hundreds of records: those with a possible birth are all compared, of the others only the best."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desks import Bench, diffusion
from dutydesk.desk.checks import matching
from dutydesk.desk.checks.matching import CHUNK_SIZE
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.screening.score import RecordedPerson, SoughtPerson, birth_points, cannot_reach, possible_births, score
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import record_keys, records

BORN = PartialDate(1968, 2, 29)
ASKED = NominalQuery("Irzo Quillabrand", BORN)
OTHERS = 3 * CHUNK_SIZE


async def filed(bench: Bench, born: str, recipients: tuple[str, ...] = ("PL",)) -> int:
    subject = {
        "type": "person",
        "status": "wanted_for_prosecution",
        "name": {"family": "Quillabrand", "given": "Irzo"},
        "sex": "M",
        "date_of_birth": born,
        "nationalities": ["FI"],
    }
    return await bench.sent(diffusion("DE", recipients, subject=subject))


async def test_a_person_is_found_by_birth_among_many_of_the_name(bench: Bench) -> None:
    for n in range(OTHERS):
        await filed(bench, f"{1971 + n % 20}-0{3 + n % 7}-1{n % 10}")
    item = await filed(bench, str(BORN))
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "PL", ASKED)
    assert [hit.item for hit in answer.hits] == [f"D-{item:06d}"]
    assert (await bench.desk.checks.check(bench.actor("Jonas"), "ES", ASKED)).hits == ()
    found = await bench.desk.store.read(lambda handle: matching.search(handle, NameCache(), ASKED, 85))
    assert len(found.ranked) == CHUNK_SIZE


async def test_hidden_records_do_not_crowd_out_visible_ones(bench: Bench) -> None:
    for _ in range(OTHERS):
        await filed(bench, str(BORN), ("FR",))
    item = await filed(bench, str(BORN))
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "PL", ASKED)
    assert [hit.item for hit in answer.hits] == [f"D-{item:06d}"]


years = st.sampled_from([1950, 1968, 1969, 1978, 1986])
parts = st.sampled_from([1, 2, 10, 12])
dates = st.one_of(
    st.builds(PartialDate, years), st.builds(PartialDate, years, parts), st.builds(PartialDate, years, parts, parts)
)


@given(one=dates, other=dates)
@example(one=PartialDate(1968, 2, 1), other=PartialDate(1968, 1, 2))
@example(one=PartialDate(1968, 2, 1), other=PartialDate(1986, 2, 1))
def test_births_speak_for_both_alike_and_only_for_what_agrees(one: PartialDate, other: PartialDate) -> None:
    points = birth_points(one, other)
    assert points == birth_points(other, one)
    shortest = min(str(one), str(other), key=len)
    agree = str(one).startswith(shortest) and str(other).startswith(shortest)
    assert (points > 0) == agree


@pytest.mark.parametrize(
    ("other", "points"),
    [
        (PartialDate(1968, 2, 29), 10.0),
        (PartialDate(1968, 2), 7.0),
        (PartialDate(1968), 4.0),
        (PartialDate(1986, 2, 29), -12.0),
        (PartialDate(1968, 3, 29), -12.0),
        (PartialDate(1968, 2, 28), -12.0),
        (PartialDate(1969), -8.0),
        (PartialDate(1968, 2, 10), -30.0),
        (PartialDate(1969, 3, 29), -30.0),
        (PartialDate(1971), -30.0),
    ],
)
def test_what_a_birth_is_worth(other: PartialDate, points: float) -> None:
    assert birth_points(BORN, other) == points
    assert birth_points(PartialDate(1968, 3, 2), PartialDate(1968, 2, 3)) == 0.0
    assert birth_points(None, other) == 0.0


@given(other=dates)
def test_nobody_is_given_up_whom_a_name_and_a_nationality_could_make_a_hit(other: PartialDate) -> None:
    names = matching.names.possible_names("Irzo Quillabrand")
    wanted = SoughtPerson(names, BORN, "FI")
    best = score(wanted, RecordedPerson(names, other, ("FI",)), 0).points
    assert cannot_reach(wanted, other, 85) == (best < 85)
    alike = RecordedPerson(names, other, ("FI",), ("ZX44OO917",))
    best = score(SoughtPerson(names, BORN, "FI", "ZX4400917"), alike, 0).points
    assert cannot_reach(SoughtPerson(names, BORN, "FI", "ZX4400917"), other, 85) == (best < 85)
    assert not cannot_reach(SoughtPerson(names, None, "FI"), other, 85)


EVERY = [
    PartialDate(year, *rest)
    for year in (999, 1950, 1967, 1968, 1969, 1978, 1986)
    for rest in [(), *[(month,) for month in (1, 2, 12)], *[(month, day) for month in (1, 2, 12) for day in (1, 2, 29)]]
]


async def test_the_index_passes_over_none_whom_the_birth_leaves_possible(bench: Bench) -> None:
    bench.is_edited = True  # keys without records
    mark = 7 << 24

    def file(transaction: Transaction) -> None:
        rows = [(mark, number, births.as_number(birth)) for number, birth in enumerate([None, *EVERY])]
        record_keys.add_keys(transaction, rows)

    await bench.desk.store.write(file)
    for number in (None, "ZX4400917"):
        for asked in EVERY:
            wanted = SoughtPerson((), asked, "FI", number)
            for least in (60, 75, 78, 85, 93, 100):
                possible = possible_births(wanted, least)
                found = await bench.desk.store.read(
                    lambda handle, these=possible: records.with_keys(handle, [mark], these)
                )
                also = await bench.desk.store.read(
                    lambda handle, these=possible: records.with_keys_between(handle, (mark, mark), these, 1_000)
                )
                able = {
                    place
                    for place, birth in enumerate([None, *EVERY])
                    if birth is None or not cannot_reach(wanted, birth, least)
                }
                assert able <= found.keys() == also.keys(), (asked, least, able - found.keys())
                if least >= 93:
                    assert len(found) < len(EVERY) / 2


async def test_the_holder_of_the_document_is_found_whatever_the_birth(bench: Bench) -> None:
    await filed(bench, "1971-03-10")
    paper = await bench.sent(diffusion("DE", ("PL",)))
    asked = NominalQuery("Irzo Quillabrand", PartialDate(1931, 7, 4), document_number="ZX4400917")
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "PL", asked)
    assert [hit.item for hit in answer.hits] == [f"D-{paper:06d}"]


@pytest.mark.parametrize(("name", "counted"), [("Irzo Quillabrand", 1), ("Otto Pemberton", 0)])
async def test_a_source_is_consulted_whose_persons_bear_the_name_and_were_born_otherwise(
    bench: Bench, name: str, counted: int
) -> None:
    await filed(bench, "1971-03-10")
    assert (await bench.desk.checks.check(bench.actor("Jonas"), "PL", NominalQuery(name, BORN))).hits == ()
    rows = await bench.desk.store.read(lambda handle: records.checks_since(handle, "DE", bench.clock.now()))
    assert sum(row["n"] for row in rows) == counted
