"""Entities in any order become persons; what is no person is counted, what can't be read is refused by its line."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.registers.entities import EntityFile, EntityRow, read_entities
from dutydesk.wire.registers.entity_parts import PartsError
from dutydesk.wire.registers.entity_person import EntityPerson
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError

TODAY = date(2022, 3, 12)
LIST = "invented_list"


def entity(schema: str, id: str, **properties: Any) -> dict[str, Any]:
    """One entity; its properties are lists of texts."""
    return {"id": id, "schema": schema, "datasets": [LIST], "properties": properties}


def person(id: str = "inv-1", **changes: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": ["Tomas Varelo"],
        "firstName": ["Tomas"],
        "lastName": ["Varelo"],
        "birthDate": ["1979-05-02"],
        "nationality": ["br"],
    }
    return entity("Person", id, **(properties | changes))


def passport(holder: str = "inv-1", **changes: Any) -> dict[str, Any]:
    properties = {"holder": [holder], "passportNumber": ["ZX1234567"], "country": ["fi"]}
    return entity("Passport", f"pp-{holder}", **(properties | changes))


def sanction(of: str = "inv-1", **changes: Any) -> dict[str, Any]:
    return entity("Sanction", f"s-{of}", **({"entity": [of], "listingDate": ["2019-04-05"]} | changes))


def opened(*entities: Any, parts: int = 1) -> EntityFile:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in entities]
    return read_entities(io.BytesIO(b"\n".join(lines)), load_directory(), TODAY, parts=parts)


def read(*entities: Any, parts: int = 1) -> list[EntityRow]:
    with closing(opened(*entities, parts=parts)) as file:
        return list(file.rows)


def one(*entities: Any) -> EntityPerson:
    (found,) = read(*entities)
    assert isinstance(found, EntityPerson), found
    return found


def refused(*entities: Any) -> Iterator[RejectedRow]:
    return (row for row in read(*entities) if isinstance(row, RejectedRow))


def test_a_person_with_what_names_it() -> None:
    found = one(passport(), sanction(country=["fr"], reason=["fraud"]), person())
    assert (found.line, found.id, found.title) == (3, "inv-1", "VARELO, Tomas")
    assert found.names == (PersonName("Varelo", "Tomas"),)
    assert found.birth == PartialDate(1979, 5, 2)
    assert (found.nationalities, found.source) == (("BR",), "FR")
    assert found.documents == (IdentityDocument("passport", "ZX1234567", "FI"),)
    assert (found.listed_on, found.in_force, found.ends_on) == (date(2019, 4, 5), True, None)
    assert (found.grounds, found.categories, found.omitted_fields) == (("fraud",), ("fraud",), ())


def test_nested_and_flat_are_the_same_person() -> None:
    nested = person(
        passports=[passport()],
        sanctions=[sanction(reason=["fraud"])],
        addressEntity=[entity("Address", "a-1", full=["Somewhere"])],
    )
    flat = one(person(), passport(), sanction(reason=["fraud"]))
    assert one(nested) == flat


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_order_and_parts_change_nothing_that_is_said_of_a_person(parts: int) -> None:
    entities = [
        each
        for n in range(30)
        for each in (person(f"inv-{n}"), passport(f"inv-{n}", passportNumber=[f"ZX{n:07d}"]), sanction(f"inv-{n}"))
    ]
    random.Random(7).shuffle(entities)
    found = [row for row in read(*entities, parts=parts) if isinstance(row, EntityPerson)]
    assert sorted(row.id for row in found) == sorted(f"inv-{n}" for n in range(30))
    for row in found:
        assert [document.number for document in row.documents] == [f"ZX{int(row.id[4:]):07d}"]
        assert row.listed_on == date(2019, 4, 5)
    lines = [row.line for row in found]
    assert parts > 1 or lines == sorted(lines)


def test_lines_of_one_id_are_one_person() -> None:
    found = one(person(), person(birthDate=["1979"], alias=["Tommaso Varelli"], idNumber=["ID-777777"]))
    assert found.birth == PartialDate(1979, 5, 2)
    assert found.names == (PersonName("Varelo", "Tomas"), PersonName(original_script="Tommaso Varelli"))
    assert found.documents == (IdentityDocument("identity_card", "ID-777777", None),)


def test_names_in_several_scripts_are_paired_by_script() -> None:
    found = one(
        person(
            name=["Tomas Varelo", "Варело Томас", "託馬斯"],
            firstName=["Tomas", "Томас"],
            lastName=["Varelo", "Варело"],
            fatherName=["Петрович"],
            weakAlias=["Tomi"],
        )
    )
    assert found.names == (
        PersonName("Varelo", "Tomas"),
        PersonName("Варело", "Томас Петрович"),
        PersonName(original_script="Варело Томас"),
        PersonName(original_script="託馬斯"),
    )
    assert found.weak_names == (PersonName(original_script="Tomi"),)


@pytest.mark.parametrize(
    ("changes", "names", "title"),
    [
        ({"firstName": [], "lastName": []}, (PersonName(original_script="Tomas Varelo"),), "Tomas Varelo"),
        ({"name": "Tomas  Varelo"}, (PersonName("Varelo", "Tomas"),), "VARELO, Tomas"),
        ({"name": [], "firstName": ["-"]}, (PersonName("Varelo"),), "Varelo"),
    ],
)
def test_names_that_are_incomplete(changes: dict[str, Any], names: tuple[PersonName, ...], title: str) -> None:
    found = one(person(**changes))
    assert (found.names, found.title) == (names, title)


@pytest.mark.parametrize(
    ("births", "birth"),
    [
        (["1979"], PartialDate(1979)),
        (["1979-05"], PartialDate(1979, 5)),
        (["1979", "1979-05-02", "1979-05"], PartialDate(1979, 5, 2)),
        (["1979-05-02T00:00:00"], PartialDate(1979, 5, 2)),
        ([], None),
    ],
)
def test_births_known_in_part_stay_so(births: list[str], birth: PartialDate | None) -> None:
    found = one(person(birthDate=births))
    assert (found.birth, found.omitted_fields) == (birth, ())


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        ({"birthDate": ["1979-05-02", "1981"]}, "birthDate is 1979-05-02 and 1981; no one of them is taken"),
        ({"birthDate": ["12.03.1979"]}, "it may be 1979-03-12 or 1979-12-03"),
        ({"birthDate": ["2024"]}, "lies in the future"),
        ({"nationality": ["suhh"]}, "SUHH stands for a former country: SU was retired in 1992; did you mean RU?"),
        ({"nationality": ["csxx"]}, "CSXX stands for a former country: CS was retired"),
        ({"nationality": ["dd"]}, "DD was retired in 1990; did you mean DE?"),
        ({"nationality": ["xk"]}, "XK is not the code in use; did you mean UNK?"),
        ({"citizenship": ["ge-ab"]}, "citizenship: unknown code"),
        ({"name": ["x" * 201]}, "name has 201 characters"),
        ({"passportNumber": ["---"]}, "has no number that can be used"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(changes: dict[str, Any], left_out: str) -> None:
    (omitted,) = one(person(**changes)).omitted_fields
    assert left_out in omitted


def test_a_country_is_no_nationality_and_a_number_counts_once() -> None:
    found = one(
        person(nationality=[], country=["br", "xk"], passportNumber=["zx 1234567"]),
        passport(number=["ZX1234567"]),
        entity("Identification", "i-1", holder=["inv-1"], number=["ID-55555"], country=["br"]),
    )
    assert (found.nationalities, found.countries) == ((), ("BR",))
    assert [(document.number, document.issuer) for document in found.documents] == [
        ("ZX1234567", "FI"),
        ("ID-55555", "BR"),
    ]


@pytest.mark.parametrize(
    ("sanctions", "in_force", "ends_on"),
    [
        ([{}], True, None),
        ([{"endDate": ["2022-03-12"]}], True, date(2022, 3, 12)),
        ([{"endDate": ["2022-03-11"]}], False, date(2022, 3, 11)),
        ([{"endDate": ["2022"]}], True, date(2022, 12, 31)),
        ([{"endDate": ["2022-02"]}], False, date(2022, 2, 28)),
        ([{"endDate": ["2020"]}, {}], True, None),
        ([{"endDate": ["2020"]}, {"endDate": ["2023-01-01"]}], True, date(2023, 1, 1)),
        ([{"endDate": ["soon"]}], True, None),
    ],
)
def test_who_is_no_longer_in_force(sanctions: list[dict[str, Any]], in_force: bool, ends_on: date | None) -> None:
    found = one(person(), *(sanction(**changes) for changes in sanctions))
    assert (found.in_force, found.ends_on) == (in_force, ends_on)


def test_what_is_no_person_of_the_list_is_counted() -> None:
    relative = person("inv-2") | {"target": False}
    targeted = person("inv-3") | {"target": False}
    company = entity("Company", "c-1", name=["A company"])
    others = [company, company | {"id": "c-2"}, entity("LegalEntity", "l-1", name=["x"]), sanction("c-1")]
    with closing(opened(person(), relative, targeted, sanction("inv-3"), *others, sanction(endDate=["2001"]))) as file:
        found = [row.id for row in file.rows if isinstance(row, EntityPerson)]
    assert found == ["inv-1", "inv-3"]
    assert file.skipped == {
        "Company": 2,
        "LegalEntity": 1,
        "Sanction of another than a person": 1,
        "Person that the list is not about": 1,
        "Person no longer in force": 1,
    }
    assert (file.is_whole, file.lists, file.persons) == (True, frozenset({LIST}), 3)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"id":"x","schema":"Person"', "is cut off"),
        (b"\xff", "is not UTF-8"),
        (b"[]", "it is no object"),
        (b"7", "it is no object"),
        (b'{"schema":"Person","properties":{}}', "it has no id"),
        (b'{"id":" ","schema":"Person","properties":{}}', "it has no id"),
        (b'{"id":7,"schema":"Person","properties":{}}', "it has no id"),
        (b'{"id":"' + b"x" * 256 + b'","schema":"Person","properties":{}}', "its id has 256 characters"),
        (b'{"id":"x","properties":{}}', "it has no schema"),
        (b'{"id":"x","schema":"Person"}', "it has no properties"),
        (b'{"id":"x","id":"y","schema":"Person","properties":{}}', 'the key "id" 2 times'),
        (b'{"id":"x","schema":"Person","properties":{"name":["a\\u0000b"]}}', "NUL"),
        (b'{"id":"x","schema":"Person","properties":{"name":["\\ud800"]}}', "half a surrogate pair"),
        (b'{"id":"x","schema":"Person","properties":{"name":[NaN]}}', "NaN"),
        (b"[" * 100_000, "nested"),
        (b'{"id":"x","schema":"Passport","properties":{"number":["ZX1"]}}', "it names no holder"),
        (b'{"id":"x","schema":"Sanction","properties":{}}', "it names no entity"),
        (json.dumps(sanction("nobody")).encode(), "it belongs to 'nobody', who is not in the file"),
        (json.dumps(entity("Person", "x", name=["-"])).encode(), "it names nobody"),
    ],
)
def test_a_broken_line_is_refused_and_spoils_no_other(line: bytes, problem: str) -> None:
    first, second, third = read(person("inv-1"), line, b"", person("inv-3"))
    assert isinstance(first, EntityPerson)
    assert isinstance(second, RejectedRow)
    assert isinstance(third, EntityPerson)
    assert (first.line, second.line, third.line) == (1, 2, 4)
    assert problem in second.problem


@pytest.mark.parametrize("line", [b"{", json.dumps(entity("Person", "x", name=["-"])).encode()])
def test_a_file_with_a_line_that_may_hide_a_person_is_not_whole(line: bytes) -> None:
    with closing(opened(person(), line)) as file:
        list(file.rows)
    assert not file.is_whole


def test_a_person_of_more_documents_and_names_than_are_kept() -> None:
    papers = [passport(passportNumber=[f"ZX{n:07d}"]) for n in range(150)]
    found = one(person(alias=[f"Tomas Varelo{n}" for n in range(150)]), *papers)
    assert (len(found.documents), len(found.names)) == (100, 100)
    assert len(found.omitted_fields) == 2


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"name;birth\nVarelo;1979\n", "no entity of FollowTheMoney: of line 1, it is not JSON"),
        (json.dumps([person()]).encode(), "one JSON object a line"),
        (b"\xff\xfe\x00\x00{\x00\x00\x00", "UTF-32"),
    ],
)
def test_a_file_that_is_none(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFileError, match=problem):
        read_entities(io.BytesIO(raw), load_directory(), TODAY)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings(encoding: str) -> None:
    raw = "\r\n".join(map(json.dumps, (passport(), person()))).encode(encoding)
    with closing(read_entities(io.BytesIO(raw), load_directory(), TODAY)) as file:
        (found,) = file.rows
    assert isinstance(found, EntityPerson)
    assert len(found.documents) == 1


class FullDisk(io.RawIOBase):
    """A file on a disk that takes no more."""

    def writable(self) -> bool:
        return True

    def write(self, _raw: Any) -> int:
        raise OSError(28, "No space left on device")


def test_no_room_for_the_parts_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.dumps(person()).encode()
    with pytest.raises(PartsError, match="No such file"):
        read_entities(io.BytesIO(raw), load_directory(), TODAY, folder=tmp_path / "none")
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_how: io.BufferedWriter(FullDisk()))
    with pytest.raises(PartsError, match="No space left"):
        read_entities(io.BytesIO(raw), load_directory(), TODAY)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.sampled_from(["inv-1", "br", "1979-05"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "schema", "properties", "holder", "entity", "x"]), inner)
    ),
    max_leaves=8,
)
_NAMES = ["name", "alias", "firstName", "lastName", "birthDate", "nationality", "holder", "entity", "endDate", "number"]
_ENTITIES = st.fixed_dictionaries(
    {"id": st.sampled_from(["inv-1", "inv-2"]) | _JSON, "schema": st.sampled_from(["Person", "Passport", "Sanction"])},
    optional={"properties": st.dictionaries(st.sampled_from(_NAMES), _JSON), "datasets": _JSON, "target": _JSON},
)
_LINES = st.binary() | (_JSON | _ENTITIES).map(lambda value: json.dumps(value).encode())


@settings(deadline=None)
@given(st.lists(_LINES, max_size=8), st.integers(1, 3), st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff"]))
def test_any_bytes_are_persons_refused_lines_or_no_such_file(lines: list[bytes], parts: int, mark: bytes) -> None:
    raw = mark + b"\n".join(lines)
    try:
        with closing(read_entities(io.BytesIO(raw), load_directory(), TODAY, parts=parts)) as file:
            for row in file.rows:
                assert row.line > 0
                if isinstance(row, EntityPerson):
                    assert row.names
                    json.dumps([row.title, row.omitted_fields], ensure_ascii=False).encode()
                else:
                    assert row.problem
    except UnreadableFileError:
        pass
