"""Importing a list of entities from the command line: persons are found by checks, the rest is counted or named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from boxes import Box

LIST = "invented_list"
VARELO = {
    "id": "inv-1",
    "schema": "Person",
    "datasets": [LIST],
    "properties": {
        "name": ["Tomas Varelo"],
        "firstName": ["Tomas"],
        "lastName": ["Varelo"],
        "birthDate": ["1979-05-02"],
        "nationality": ["ru"],
    },
}
SANCTION = {
    "id": "s-1",
    "schema": "Sanction",
    "datasets": [LIST],
    "properties": {"entity": ["inv-1"], "listingDate": ["2019-04-05"], "reason": ["The data were deleted"]},
}
PASSPORT = {
    "id": "pp-1",
    "schema": "Passport",
    "datasets": [LIST],
    "properties": {"holder": ["inv-1"], "number": ["ZX1234567"], "country": ["fi"]},
}
COMPANY = {"id": "c-1", "schema": "Company", "datasets": [LIST], "properties": {"name": ["A company"]}}
CHECK = ("check", "--requester", "SE", "--database", "nominal", "--name", "Tomas Varelo")


def written(box: Box, *entities: Any, encoding: str = "utf-8") -> str:
    path = box.folder / "entities.ftm.json"
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in entities]
    Path(path).write_text("\n".join(lines) + "\n", encoding)
    return str(path)


def found(box: Box) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = box.ok(*CHECK, "--date-of-birth", "1979-05-02", "--json").object()["hits"]
    return hits


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_persons_of_a_list_are_found_until_they_leave_it(box: Box, encoding: str) -> None:
    file = written(box, PASSPORT, SANCTION, VARELO, COMPANY, encoding=encoding)
    report = box.ok("import", "entities", file, "--source", "FR", "--json").object()
    assert (report["taken"], report["list_name"], report["skipped"]) == (1, LIST, {"Company": 1})
    assert [hit["source"] for hit in found(box)] == ["FR"]
    again = box.ok("import", "entities", file, "--source", "FR").out
    assert "records of invented_list: 0 taken, 0 changed, 1 unchanged, 0 ended, 0 not taken, of 1 rows." in again
    assert "skipped, as no persons of the list in force: 1 Company" in again
    other = VARELO | {"id": "inv-2", "properties": {"name": ["Peer Nordal"]}}
    part = box.ok("import", "entities", written(box, other), "--part", "--json").object()
    assert (part["taken"], part["ended"]) == (1, 0)
    assert len(found(box)) == 1
    whole = box.ok("import", "entities", written(box, other), "--whole", "--json").object()
    assert (whole["unchanged"], whole["ended"]) == (1, 1)
    assert found(box) == []


def test_lines_that_are_not_taken_are_named_and_end_with_one(box: Box) -> None:
    file = written(box, VARELO, "{broken", VARELO | {"id": 7})
    ended = box.run("import", "entities", file)
    assert ended.code == 1
    assert "row 2 is not taken: it is not JSON" in ended.err
    assert "row 3 is not taken: it has no id" in ended.err
    assert "nobody was taken to have left the list: a line of the file could not be read" in ended.out
    refused = box.folder / "refused.txt"
    assert box.run("import", "entities", file, "--refused", str(refused)).code == 1
    assert refused.read_text("utf-8").count("is not taken") == 2


def test_into_a_register(box: Box) -> None:
    ccf = box.ok("import", "entities", written(box, VARELO, SANCTION), "--register", "ccf", "--json").object()
    assert (ccf["register"], ccf["taken"], found(box)) == ("ccf", 1, [])
    dateless = written(box, VARELO)
    assert box.run("import", "entities", dateless, "--register", "refugees").code == 1
    dated = box.ok("import", "entities", dateless, "--register", "refugees", "--date", "2022-03-01")
    assert dated.out.startswith("refugees of invented_list: 1 taken")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--register", "others"),
        ("--whole", "--part"),
        ("--register", "refugees", "--date", "1.3.2022"),
        ("--date", "2022-03-01"),
        ("--register", "ccf", "--source", "FR"),
        ("--source", "UK"),
        ("--list", "a:b"),
    ],
)
def test_calls_that_cant_be_done(box: Box, arguments: tuple[str, ...]) -> None:
    assert box.run("import", "entities", written(box, VARELO), *arguments).code == 2


def test_only_an_administrator_imports(box: Box) -> None:
    assert box.run("--as", "Ines", "import", "entities", written(box, VARELO)).code == 3
