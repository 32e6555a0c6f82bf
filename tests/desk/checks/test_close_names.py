"""Which of many close names are compared, and which of them are hits."""

from __future__ import annotations

import pytest

from desks import Bench, diffusion
from dutydesk.desk.checks import matching
from dutydesk.desk.checks.matching import COMPARE_LIMIT, TIED_LIMIT
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.ranking import rank_records
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening.names import fold_name, possible_names
from dutydesk.screening.score import FOR_HITS, RecordedPerson, SoughtPerson, phonetic_name, score
from dutydesk.store.engine.reader import Handle

BORN, HIT_SCORE = PartialDate(1968, 11, 2), 85
TIED = COMPARE_LIMIT + 5


async def filed(bench: Bench, family: str, given: str, **more: object) -> None:
    subject = {"type": "person", "status": "missing", "name": {"family": family, "given": given}, **more}
    await bench.sent(diffusion("DE", ("PL",), subject={**subject, "date_of_birth": str(BORN), "nationalities": ["FI"]}))


async def compared(bench: Bench, asked: str, tied_limit: int = TIED_LIMIT) -> list[int]:
    """The points of those that a check of this name compares."""

    def ask(handle: Handle) -> list[int]:
        found = matching.search(handle, NameCache(), NominalQuery(asked), HIT_SCORE)
        return [one.score.points for one in found.best_matches(handle, set, COMPARE_LIMIT, tied_limit)]

    return await bench.desk.store.read(ask)


async def test_candidates_that_tie_with_the_twelfth_are_compared(bench: Bench) -> None:
    for _ in range(TIED):
        await filed(bench, "Quillabrand", "Irzo")
    await filed(bench, "Quilladrant", "Irzo")
    assert len(await compared(bench, "Irzo Quilabrand")) == TIED
    assert len(await compared(bench, "Irzo Quilabrand", COMPARE_LIMIT + 2)) == COMPARE_LIMIT + 2


@pytest.mark.parametrize("asked", ["hZou Bofang", "Bofang xZao", "giaofeng Zhou"])
async def test_a_name_alone_is_found_by_its_right_part(bench: Bench, asked: str) -> None:
    await filed(bench, "Zhou", "Bofang")
    await filed(bench, "Zhou", "Xiaofeng")
    assert await compared(bench, asked)


def test_a_name_that_lacks_a_part_of_the_wanted_one_is_compared_later() -> None:
    wanted = SoughtPerson(possible_names("Munir Mahmund Abmshauiani"))
    texts = ("Munir Abmshauiani", "Munir Mahmud Abmshauiani")
    found = [(number, phonetic_name(possible_names(text)[0]), "") for number, text in enumerate(texts)]
    assert list(rank_records(found, wanted)) == [1, 0]


CLEAN = [
    ("Arkadiy Zakharovich Yagorubmarskiy", ("Solyarcherkskiy", "Arkadiy Zakharovich"), BORN),
    ("Wenqiang Li", ("Liu", "Boqiang"), BORN),
    ("Mahmud Qrikhrabi", ("Qrikhrabi", "Mahmud Munir"), PartialDate(1969, 11, 2)),
]


@pytest.mark.parametrize(("asked", "filed_name", "birth"), CLEAN)
def test_another_person_of_the_same_birth_is_shown_and_is_no_hit(
    asked: str, filed_name: tuple[str, str], birth: PartialDate
) -> None:
    wanted = SoughtPerson(possible_names(asked), BORN, "FI")
    recorded = RecordedPerson(fold_name(*filed_name), birth, ("FI",))
    assert score(wanted, recorded).points >= HIT_SCORE > score(wanted, recorded, 0, FOR_HITS).points


def test_parts_that_a_check_leaves_out_count_the_same_whatever_their_length() -> None:
    wanted = SoughtPerson(possible_names("Irzo Quillabrand"))
    found = {
        score(wanted, RecordedPerson(fold_name("Quillabrand", f"Irzo {given}")), 0, FOR_HITS).points
        for given in ("Ann", "Maximilianus")
    }
    assert len(found) == 1
    assert min(found) >= HIT_SCORE


@pytest.mark.parametrize(
    "query", [DocumentQuery("ZX4400917"), NominalQuery("Somebody Otherwise", None, None, "ZX4400917")]
)
async def test_a_document_on_more_records_than_are_compared_at_once_is_a_hit(
    bench: Bench, query: DocumentQuery | NominalQuery
) -> None:
    papers = [{"type": "passport", "number": "ZX4400917", "issuer": "SE"}]
    for _ in range(TIED):
        await filed(bench, "Quillabrand", "Irzo", identity_documents=papers)
    assert (await bench.desk.checks.check(bench.actor("Jonas"), "PL", query)).result == "hit"


@pytest.mark.parametrize(
    ("asked", "filed_name"),
    [("Nguyen Van An", ("Nguyen", "Van An")), ("Quillabrand", ("Quillabrand", "Irzo")), ("Haji Irzo", ("Irzo", ""))],
)
def test_a_single_part_that_both_names_have_is_a_hit_by_the_birth(asked: str, filed_name: tuple[str, str]) -> None:
    """What is left of a name may be one part: "Van An" is read as particles, and some persons have one name."""
    recorded = RecordedPerson(fold_name(*filed_name), BORN)
    with_birth, alone = (
        score(SoughtPerson(possible_names(asked), birth), recorded, 0, FOR_HITS).points for birth in (BORN, None)
    )
    assert with_birth >= HIT_SCORE > alone
