"""A person's file: what stands in it and why, what its lines share, where it ends, and who sees what of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.person_rows import LineKind, LinkKind, PersonFile, PersonLine, Sameness
from dutydesk.desk.checks.batches import ImportObserver
from dutydesk.desk.checks.import_files import SECRETARIAT
from dutydesk.desk.checks.import_records import RecordOrigin
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.limits import Limits, ViewLimits
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from persons import BORN, ccf, paper, refugees, subject, warrant
from refusals import raises_code


async def read(bench: Bench, item: int, officer: str = "Ines") -> PersonFile:
    return await bench.desk.for_reader(bench.actor(officer)).queries.person(f"D-{item:06d}")


def lines(file: PersonFile) -> list[tuple[LineKind, str, Sameness]]:
    return [(line.kind, line.subject, line.sameness) for line in file.lines]


def line_of(file: PersonFile, subject: str, kind: LineKind = LineKind.ITEM) -> PersonLine:
    return next(line for line in (*file.lines, *file.apart) if (line.kind, line.subject) == (kind, subject))


async def test_items_of_any_bureau_with_the_likeness_and_the_reason_of_each(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL",), subject=subject(identity_documents=paper())))
    bench.clock.move(hours=1)
    await bench.sent(diffusion("FR", ("PL",), subject=subject("Another", "Name", identity_documents=paper())))
    bench.clock.move(hours=1)
    await bench.sent(diffusion("ES", ("PL",), subject=subject("Skarwin", "Iliya", "1974")))
    await bench.sent(diffusion("IT", ("PL",), subject=subject("Nordal", "Peer", "1950-01-01")))
    bench.clock.move(hours=1)
    await bench.sent(diffusion("BE", ("PL",), subject=subject()))
    file = await read(bench, 1)
    assert lines(file) == [
        (LineKind.ITEM, "D-000005", Sameness.NAME_AND_BIRTH),
        (LineKind.ITEM, "D-000003", Sameness.LIKE),
        (LineKind.ITEM, "D-000002", Sameness.DOCUMENT),
        (LineKind.ITEM, "D-000001", Sameness.SELF),
    ]
    like = line_of(file, "D-000003")
    assert 85 <= like.points < 100
    assert "family name spelt otherwise" in like.reasons
    assert {line_of(file, name).points for name in ("D-000001", "D-000002", "D-000005")} == {100}
    assert (file.birth, file.documents, file.title) == (BORN, (("AB1234567", "RU"),), "SKARVIN, Ilja")


async def test_a_refusal_and_a_recall_stand_at_their_own_time(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU", ("PL",), subject=subject()))
    bench.clock.move(hours=2)
    await bench.refuse(1)
    bench.clock.move(minutes=1)
    await bench.sent(diffusion("DE", ("PL",), subject=subject()))
    bench.clock.move(hours=1)
    await bench.desk.review.recall(bench.actor("Jonas"), 2, "An acquittal.", urgent=True)
    file = await read(bench, 2)
    assert [(line.kind, line.subject) for line in file.lines] == [
        (LineKind.RECALL, "D-000002"),
        (LineKind.ITEM, "D-000002"),
        (LineKind.REFUSAL, "D-000001"),
        (LineKind.ITEM, "D-000001"),
    ]
    refusal = line_of(file, "D-000001", LineKind.REFUSAL)
    assert refusal.ruling is not None
    assert refusal.ruling.code == "art_3"
    assert refusal.at > line_of(file, "D-000001").at
    recall = line_of(file, "D-000002", LineKind.RECALL).ruling
    assert recall is not None
    assert recall.urgent


async def test_hits_of_its_records_and_the_file_behind_a_hit(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL",), subject=subject(identity_documents=paper())))
    query = NominalQuery("SKARVIN Ilja", PartialDate(1974, 5, 2))
    (hit,) = (await bench.desk.checks.check(bench.actor("Jonas"), "PL", query, "Vellmark bridge")).hits
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("AB1234567", "RU"))
    file = await read(bench, 1)
    found = [line for line in file.lines if line.kind is LineKind.HIT]
    assert [line.subject for line in found] == ["H-000002", "H-000001"]
    assert (found[1].bureau, found[1].sameness, found[1].hit and found[1].hit.place) == (
        "PL",
        Sameness.QUERY,
        "Vellmark bridge",
    )
    assert "name" in found[1].reasons
    behind = await bench.desk.queries.person(hit.hit)
    assert behind == await bench.desk.queries.person("D-000001")


async def test_register_entries_for_who_may_and_nothing_of_them_for_others(bench: Bench) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Pola", Role.SUPERVISOR, "PL"))
    await bench.sent(diffusion("DE", ("PL",), subject=subject()))
    without = {name: await read(bench, 1, name) for name in ("Ines", "Olga", "Ruslana", "Pola")}
    await refugees(bench, f"R-1,Skarvin,Ilja,{BORN},RU,2019-01-02,DE,confirmed")
    await ccf(bench, f"C-1,decision,deleted,Skarvin,Ilja,{BORN},2021-03-04")
    file = await read(bench, 1)
    assert [line.subject for line in file.lines if line.kind is LineKind.REGISTER] == ["C-1", "R-1"]
    assert line_of(file, "R-1", LineKind.REGISTER).sameness is Sameness.NAME_AND_BIRTH
    pola = await read(bench, 1, "Pola")
    assert [line.subject for line in pola.lines if line.kind is LineKind.REGISTER] == ["R-1"]
    for name in ("Olga", "Ruslana"):
        seen = await read(bench, 1, name)
        assert seen.links == without[name].links
        assert (seen.left_out, seen.more, len(seen.lines)) == (0, False, len(without[name].lines))
        assert "R-1" not in everything(seen)
        assert "C-1" not in everything(seen)


def everything(file: PersonFile) -> str:
    return json.dumps(asdict(file), default=str, ensure_ascii=False)


@pytest.mark.parametrize("limits", [Limits(views=ViewLimits(person_subjects=2, person_compared=2))])
async def test_a_denied_item_leaves_no_trace_in_text_count_or_order(bench: Bench) -> None:
    for sender in ("DE", "ES"):
        await bench.sent(diffusion(sender, ("PL",), subject=subject("Skarwin", "Iliya", "1974")))
    before = await read(bench, 1, "Ruslana")
    shared = paper()
    await bench.order("FR", Level.HELD)
    denied = subject("Skarwin", "Iliya", "1974", identity_documents=shared)
    for _ in range(3):
        await bench.sent(diffusion("FR", ("PL",), subject=denied, restricted_from=["RU"]))
    await bench.refuse(3)
    assert (await read(bench, 1)).left_out > 0
    after = await read(bench, 1, "Ruslana")
    assert everything(after) == everything(before)
    with raises_code(NotAllowedCode.READ_DENIED):
        await read(bench, 3, "Ruslana")


async def test_what_is_judged_to_be_another_person_is_folded_away(bench: Bench) -> None:
    await refugees(bench, f"R-1,Skarvin,Ilja,{BORN},RU,2019-01-02,DE,confirmed")
    item = await bench.sent(
        diffusion("RU", ("PL",), kind="blue", purpose=None, subject=subject("Skarwin", "Iliya", "1974"))
    )
    assert [line.kind for line in (await read(bench, item)).lines] == [LineKind.ITEM, LineKind.REGISTER]
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.distinguish(bench.actor("Jonas"), item, "R-1", Judgement("Another father."))
    file = await read(bench, item)
    assert [line.kind for line in file.lines] == [LineKind.ITEM]
    (apart,) = file.apart
    assert apart.subject == "R-1"
    assert apart.apart is not None
    assert (apart.apart.officer, apart.apart.reason) == ("Jonas", "Another father.")
    observer = await read(bench, item, "Olga")
    assert not observer.apart
    bench.clock.move(days=400)
    assert not (await read(bench, item)).apart


async def test_lines_that_share_a_document_a_case_a_family_or_the_person(bench: Bench) -> None:
    one = subject(identity_documents=paper())
    first = diffusion("DE", ("PL",), subject=one, judicial=warrant("B 77-19/1"))
    await bench.sent(first)
    await bench.sent(diffusion("ES", ("PL",), subject=one, judicial=warrant("C 1000-1")))
    await bench.sent(notice_request("FR", subject=subject(), judicial=warrant("b 77 19 1")))
    body = {name: value for name, value in first.items() if name not in ("type", "reference")}
    await bench.sent(body | act_message("correction", "DE", of=first["reference"]) | {"text": "Seen in Lyon."})
    links = {link.kind: link for link in (await read(bench, 1)).links}
    members = {kind: sorted(key.split()[1] for key in link.members) for kind, link in links.items()}
    assert members == {
        LinkKind.DOCUMENT: ["D-000001", "D-000002", "D-000004"],
        LinkKind.CASE: ["D-000001", "D-000003", "D-000004"],
        LinkKind.FAMILY: ["D-000001", "D-000004"],
        LinkKind.PERSON: ["D-000001", "D-000002", "D-000003", "D-000004"],
    }
    assert (links[LinkKind.DOCUMENT].value, links[LinkKind.FAMILY].value) == ("RU AB1234567", "D-000001")


@pytest.mark.parametrize("limits", [Limits(views=ViewLimits(person_subjects=3, person_hits=2))])
async def test_what_is_cut_is_counted(bench: Bench) -> None:
    for _ in range(5):
        await bench.sent(diffusion("DE", ("PL",), subject=subject()))
    for place in range(3):
        await bench.desk.checks.check(bench.actor("Jonas"), "PL", NominalQuery("SKARVIN Ilja"), f"Gate {place}")
    file = await read(bench, 1)
    assert sum(line.kind is LineKind.ITEM for line in file.lines) == 3
    assert sum(line.kind is LineKind.HIT for line in file.lines) == 2
    assert line_of(file, "D-000001").sameness is Sameness.SELF
    assert file.left_out >= 3


async def test_an_imported_record_its_hits_and_the_file_behind_such_a_hit(bench: Bench, tmp_path: Path) -> None:
    listed = tmp_path / "lost.csv"
    listed.write_text("number,issuer,type,status,date\nAB1234567,RU,passport,lost,2021-11-30\n", "utf-8")
    observer = ImportObserver(lambda _share: None, lambda _remark: None)
    root = bench.actor("root")
    await bench.desk.imports.import_file(root, RecordOrigin.DOCUMENTS, listed, SECRETARIAT, observer)
    await bench.sent(diffusion("DE", ("PL",), subject=subject(identity_documents=paper())))
    found = await bench.desk.checks.check(bench.actor("Jonas"), "SE", DocumentQuery("AB1234567", "RU"), "Gate 4")
    assert [hit.source for hit in found.hits] == ["RU"], found
    file = await read(bench, 1)
    assert [(line.kind, line.sameness, line.bureau) for line in file.lines] == [
        (LineKind.HIT, Sameness.QUERY, "SE"),
        (LineKind.ITEM, Sameness.SELF, "DE"),
        (LineKind.RECORD, Sameness.DOCUMENT, "RU"),
    ]
    record = file.lines[2].record
    assert record is not None
    assert record.documents == (("AB1234567", "RU"),)
    assert {link.kind for link in file.links} == {LinkKind.DOCUMENT}
    behind = await bench.desk.queries.person("H-000001")
    assert [(line.kind, line.sameness) for line in behind.lines] == [
        (LineKind.HIT, Sameness.QUERY),
        (LineKind.ITEM, Sameness.DOCUMENT),
        (LineKind.RECORD, Sameness.SELF),
    ]
    await bench.send(act_message("restriction", "RU", deny=["PL"]))
    await bench.desk.people.add_officer(root, Officer("Pola", Role.SUPERVISOR, "PL"))
    assert [line.kind for line in (await read(bench, 1, "Pola")).lines] == [LineKind.ITEM]
    with raises_code(NotAllowedCode.READ_DENIED):
        await bench.desk.for_reader(bench.actor("Pola")).queries.person("H-000001")


@pytest.mark.parametrize("limits", [Limits(views=ViewLimits(person_subjects=3))])
async def test_a_refusal_and_a_register_are_not_cut_for_many_items(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU", ("PL",), subject=subject("Skarwin", "Iliya", "1974")))
    await bench.refuse(1)
    await refugees(bench, f"R-1,Skarfin,Ilya,{BORN},RU,2019-01-02,DE,confirmed")
    for _ in range(5):
        await bench.sent(diffusion("DE", ("PL",), subject=subject()))
    file = await read(bench, 6)
    assert {line.subject for line in file.lines} == {"D-000006", "D-000001", "R-1"}
    assert file.left_out == 4


async def test_what_names_nobody_has_no_file(bench: Bench) -> None:
    await bench.sent(act_message("message", "DE", recipients=["PL"], text="Good morning."))
    with raises_code(NotFoundCode.NO_PERSON):
        await read(bench, 1)
    with raises_code(NotFoundCode.UNKNOWN_HIT):
        await bench.desk.queries.person("H-000009")
    with raises_code(NotFoundCode.UNKNOWN_ITEM):
        await bench.desk.queries.person("D-000009")
