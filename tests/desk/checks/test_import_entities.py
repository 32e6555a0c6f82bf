"""A list of entities becomes records or entries of a register; who leaves the list is no longer in force."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from desks import Bench, diffusion
from dutydesk.desk.checks.batches import ImportObserver, RowRemark
from dutydesk.desk.checks.import_entities import Absent, EntityImport, EntityReport
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.limits import BatchLimits, Limits
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.rules.registers import Register
from refusals import raises_code

LIST = "invented_list"
NAMES = ("Ilja Skarvin", "Peer Nordal", "Mira Halun", "Tomas Varelo", "Anouk Teverin", "Runa Oksved")


class Stop(Exception):
    """Raised to end the import as the end of the process would."""


def person(number: int, datasets: tuple[str, ...] = (LIST,), **changes: Any) -> dict[str, Any]:
    first, last = NAMES[number % len(NAMES)].split()
    suffix = "abcdefghij"[number // len(NAMES) % 10] if number >= len(NAMES) else ""
    properties = {
        "name": [f"{first} {last}{suffix}"],
        "firstName": [first],
        "lastName": [f"{last}{suffix}"],
        "birthDate": [f"{1950 + number % 50}-05-02"],
        "nationality": ["ru"],
    }
    return {"id": f"inv-{number}", "schema": "Person", "datasets": datasets, "properties": properties | changes}


def sanction(number: int, **changes: Any) -> dict[str, Any]:
    properties = {"entity": [f"inv-{number}"], "listingDate": ["2019-04-05"], "program": ["Deleted from the files"]}
    return {"id": f"s-{number}", "schema": "Sanction", "datasets": [LIST], "properties": properties | changes}


def passport(number: int) -> dict[str, Any]:
    properties = {"holder": [f"inv-{number}"], "passportNumber": [f"ZX{number:07d}"], "country": ["fi"]}
    return {"id": f"pp-{number}", "schema": "Passport", "datasets": [LIST], "properties": properties}


def written(folder: Path, *entities: Any) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in entities]
    path = folder / "entities.ftm.json"
    path.write_text("\n".join(lines), "utf-8")
    return path


async def imported(
    bench: Bench, path: Path, wanted: EntityImport | None = None, watch: ImportObserver | None = None
) -> EntityReport:
    silent = ImportObserver(lambda _share: None, lambda _remark: None)
    return await bench.desk.imports.import_entities(
        bench.actor("root"), path, wanted or EntityImport(), watch or silent
    )


async def sources(bench: Bench, number: int) -> list[str]:
    """The sources of the records that a check on the person hits."""
    query = NominalQuery(NAMES[number], PartialDate(1950 + number, 5, 2))
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "SE", query)
    return [hit.source for hit in answer.hits]


def counts(report: EntityReport) -> tuple[int, int, int, int]:
    return report.taken, report.changed, report.unchanged, report.ended


async def test_persons_and_their_documents_are_found_by_checks(bench: Bench, tmp_path: Path) -> None:
    path = written(tmp_path, passport(0), sanction(0, country=["fr"]), person(0), person(1))
    report = await imported(bench, path)
    assert (counts(report), report.rows, report.list_name, report.not_ended) == ((2, 0, 0, 0), 2, LIST, "")
    assert await sources(bench, 0) == ["FR"]
    assert await sources(bench, 1) == ["-"]
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "SE", DocumentQuery("ZX0000000", "FI"))
    assert [hit.source for hit in answer.hits] == ["FR"]
    events = [event for event in await bench.desk.queries.events_after(0, 5000) if event.kind == "records.imported"]
    assert events[-1].data["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "karvin" not in repr(events).lower()
    assert await bench.verified()


async def test_a_list_that_comes_again_changes_what_has_changed(bench: Bench, tmp_path: Path) -> None:
    await imported(bench, written(tmp_path, person(0), person(1), person(2)))
    again = await imported(bench, written(tmp_path, person(2), person(1), person(0)))
    assert counts(again) == (0, 0, 3, 0)
    report = await imported(bench, written(tmp_path, person(0), person(1, alias=["Per Nordal"]), person(3)))
    assert counts(report) == (1, 1, 1, 1)
    assert await sources(bench, 2) == []
    assert await sources(bench, 3) == ["-"]
    assert await bench.verified()


async def test_a_person_whose_owner_changes_is_one_record(bench: Bench, tmp_path: Path) -> None:
    part = EntityImport(absent=Absent.KEEP)
    await imported(bench, written(tmp_path, person(0), sanction(0, country=["fr"]), person(1)), part)
    for countries, source in ((["de"], "DE"), ([], "-"), (["fr"], "FR")):
        report = await imported(bench, written(tmp_path, person(0), sanction(0, country=countries)), part)
        assert (counts(report), await sources(bench, 0)) == ((0, 1, 0, 0), [source])
    ended = sanction(0, country=["de"], endDate=["2020"])
    assert counts(await imported(bench, written(tmp_path, person(0), ended), part)) == (0, 0, 0, 1)
    assert await sources(bench, 0) == []
    assert await sources(bench, 1) == ["-"]


async def test_who_is_listed_no_longer_is_not_found(bench: Bench, tmp_path: Path) -> None:
    await imported(bench, written(tmp_path, person(0), sanction(0), person(1), sanction(1)))
    ended = sanction(0, endDate=["2022-03-09"])
    report = await imported(bench, written(tmp_path, person(0), ended, person(1), sanction(1)))
    assert (counts(report), report.skipped) == ((0, 0, 1, 1), {"Person no longer in force": 1})
    assert await sources(bench, 0) == []
    assert await sources(bench, 1) == ["-"]


async def test_an_end_to_come_is_kept(bench: Bench, tmp_path: Path) -> None:
    await imported(bench, written(tmp_path, person(0), sanction(0, endDate=["2022-03-10"])))
    assert await sources(bench, 0) == ["-"]
    bench.clock.move(days=1)
    assert await sources(bench, 0) == []


@pytest.mark.parametrize(
    ("second", "wanted", "words"),
    [
        ((person(1),), EntityImport(absent=Absent.KEEP), "a part of its list"),
        ((person(1), "{broken"), EntityImport(), "could not be read"),
        ((person(1, datasets=(LIST, "other_list")),), EntityImport(), "--list names it"),
        ((person(1, datasets=()),), EntityImport(), "--list names it"),
    ],
    ids=["part", "broken line", "two lists", "no list"],
)
async def test_nobody_has_left_a_list_that_may_be_incomplete(
    bench: Bench, tmp_path: Path, second: tuple[Any, ...], wanted: EntityImport, words: str
) -> None:
    await imported(bench, written(tmp_path, person(0), person(1)))
    report = await imported(bench, written(tmp_path, *second), wanted)
    assert report.ended == 0
    assert words in report.not_ended
    assert await sources(bench, 0) == ["-"]


async def test_most_of_a_list_leaves_it_only_if_that_is_said(bench: Bench, tmp_path: Path) -> None:
    await imported(bench, written(tmp_path, *map(person, range(19))))
    few = written(tmp_path, *map(person, range(8)))
    careful = await imported(bench, few)
    assert (counts(careful), "11 of 19" in careful.not_ended) == ((0, 0, 8, 0), True)
    assert counts(await imported(bench, few, EntityImport(absent=Absent.END_ALL))) == (0, 0, 8, 11)


async def test_lists_do_not_end_each_other(bench: Bench, tmp_path: Path) -> None:
    await imported(bench, written(tmp_path, person(0)))
    other = await imported(bench, written(tmp_path, person(1)), EntityImport(list_name="other"))
    assert (other.ended, other.list_name) == (0, "other")
    assert await sources(bench, 0) == ["-"]
    gone = await imported(bench, written(tmp_path, person(2)), EntityImport(list_name="other"))
    assert (gone.ended, await sources(bench, 1)) == (1, [])


async def test_remarks_and_refusals_name_their_lines(bench: Bench, tmp_path: Path) -> None:
    said: list[RowRemark] = []
    watch = ImportObserver(lambda _share: None, said.append)
    path = written(tmp_path, person(0, nationality=["suhh"]), "{", sanction(9))
    report = await imported(bench, path, watch=watch)
    assert (report.taken, report.not_taken, report.rows) == (1, 2, 3)
    assert [(remark.line, remark.taken) for remark in said] == [(1, True), (2, False), (3, False)]


class TestInterrupted:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(batches=BatchLimits(import_rows=4, entity_part_bytes=700))

    async def test_it_resumes_where_it_stopped_and_then_ends_who_left(self, bench: Bench, tmp_path: Path) -> None:
        await imported(bench, written(tmp_path, *map(person, range(12)), person(55)))
        seen: list[float] = []

        def done(share: float) -> None:
            seen.append(share)
            if len(seen) == 2:
                raise Stop

        path = written(tmp_path, *(each for n in range(20) for each in (person(n), passport(n))))
        with pytest.raises(Stop):
            await imported(bench, path, watch=ImportObserver(done, lambda _remark: None))
        report = await imported(bench, path)
        assert (report.rows, report.before, report.ended) == (20, 8, 1)
        assert report.taken + report.changed == 12
        again = await imported(bench, path)
        assert (again.before, counts(again)) == (0, (0, 0, 20, 0))
        assert not list(tmp_path.glob("tmp*"))


async def findings(bench: Bench, item: int) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in (await bench.desk.queries.show(item)).findings}


def about(number: int, sender: str = "RU") -> dict[str, Any]:
    first, last = NAMES[number].split()
    subject = dict(diffusion()["subject"]) | {
        "name": {"family": last, "given": first},
        "date_of_birth": f"{1950 + number}-05-02",
    }
    for field in ("identity_documents", "aliases"):
        subject.pop(field, None)
    return diffusion(sender, ("PL",), subject=subject)


async def test_as_refugees_they_hold_their_countrys_requests(bench: Bench, tmp_path: Path) -> None:
    before = await bench.sent(about(0))
    wanted = EntityImport(Register.REFUGEES)
    report = await imported(bench, written(tmp_path, person(0), sanction(0), person(1), sanction(1)), wanted)
    assert (counts(report), report.concerned) == ((2, 0, 0, 0), (f"D-{before:06d}",))
    assert (await findings(bench, before))["CON-05"] == "block"
    item = await bench.sent(about(1))
    assert (await findings(bench, item))["CON-05"] == "block"
    assert counts(await imported(bench, written(tmp_path, person(1), sanction(1)), wanted)) == (0, 0, 1, 1)
    assert "CON-05" not in await findings(bench, await bench.sent(about(0)))
    back = await imported(bench, written(tmp_path, person(0), sanction(0), person(1), sanction(1)), wanted)
    assert counts(back) == (0, 1, 1, 0)
    assert (await findings(bench, await bench.sent(about(0))))["CON-05"] == "block"
    assert await sources(bench, 2) == []
    assert await bench.verified()


async def test_as_ccf_they_hold_anybodys_requests(bench: Bench, tmp_path: Path) -> None:
    request = sanction(1, program=[], status=["Open request"])
    path = written(tmp_path, person(0), sanction(0), person(1), request, person(2), sanction(2, program=[]))
    said: list[RowRemark] = []
    watch = ImportObserver(lambda _share: None, said.append)
    report = await imported(bench, path, EntityImport(Register.CCF), watch)
    assert (report.taken, report.not_taken, report.register) == (2, 1, "ccf")
    assert "neither reason nor program" in said[0].problem
    for number in (0, 1):
        item = await bench.sent(about(number, "BR"))
        assert (await findings(bench, item))["HIS-02"] == "block"


@pytest.mark.parametrize(
    ("entity", "problem"),
    [
        (person(0), "it has no listingDate"),
        (person(0, nationality=[]) | {"first_seen": "2020-01-01"}, "it has 0 nationalities"),
        (person(0, nationality=["ru", "by"]) | {"first_seen": "2020-01-01"}, "it has 2 nationalities"),
        (person(0, name=["Ilja"], firstName=[], lastName=[]) | {"first_seen": "2020-01-01"}, "it names nobody"),
    ],
)
async def test_who_can_be_no_refugee_is_refused(bench: Bench, tmp_path: Path, entity: Any, problem: str) -> None:
    said: list[RowRemark] = []
    watch = ImportObserver(lambda _share: None, said.append)
    report = await imported(bench, written(tmp_path, entity), EntityImport(Register.REFUGEES), watch)
    assert (report.taken, report.not_taken) == (0, 1)
    assert problem in said[0].problem


async def test_entries_of_other_files_stay_when_a_list_changes(bench: Bench, tmp_path: Path) -> None:
    raw = b"reference,family,given,date_of_birth,country_of_origin,date\nR-1,Nordal,Peer,1951-05-02,RU,2019-01-02\n"
    await bench.desk.imports.import_register(bench.actor("root"), Register.REFUGEES, raw)
    wanted = EntityImport(Register.REFUGEES)
    await imported(bench, written(tmp_path, person(0), sanction(0)), wanted)
    assert (await imported(bench, written(tmp_path, person(2), sanction(2)), wanted)).ended == 1
    assert (await findings(bench, await bench.sent(about(1))))["CON-05"] == "block"


async def test_only_an_administrator_imports_and_only_what_can_be_read(bench: Bench, tmp_path: Path) -> None:
    watch = ImportObserver(lambda _share: None, lambda _remark: None)
    path = written(tmp_path, person(0))
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.imports.import_entities(bench.actor("Ines"), path, EntityImport(), watch)
    none = tmp_path / "list.csv"
    none.write_text("name;birth\n", "utf-8")
    for wrong, wanted, code in (
        (none, EntityImport(), InvalidRequestCode.NOT_IMPORTABLE),
        (tmp_path, EntityImport(), InvalidRequestCode.NOT_A_FILE),
        (tmp_path / "no", EntityImport(), InvalidRequestCode.FILE_NOT_READABLE),
        (path, EntityImport(source="UK"), InvalidRequestCode.UNKNOWN_CODE),
        (path, EntityImport(list_name="a:b"), InvalidRequestCode.BAD_ARGUMENT),
    ):
        with raises_code(code):
            await imported(bench, wrong, wanted)


async def test_who_has_left_the_list_is_not_found_by_another_spelling(bench: Bench, tmp_path: Path) -> None:
    wanted = EntityImport(Register.REFUGEES)
    cyrillic = person(0, name=["Илья Скарвин"], firstName=["Илья"], lastName=["Скарвин"])
    await imported(bench, written(tmp_path, cyrillic, sanction(0), person(1), sanction(1)), wanted)
    assert "CON-05" in await findings(bench, await bench.sent(about(0)))
    report = await imported(bench, written(tmp_path, person(1), sanction(1)), wanted)
    assert report.ended == 1
    assert "CON-05" not in await findings(bench, await bench.sent(about(0)))
