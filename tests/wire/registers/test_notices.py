"""The public notices service's JSON: oddities are read as such; entries that are no person are refused by number."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from dutydesk.domain.messages.subjects import PartialDate, PersonName, Sex
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.registers.notices import NoticeRow, read_notices
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError

TODAY = date(2022, 3, 12)
SYNTHETIC = (
    '{"entity_id":"2022/90417","name":"VARELO","forename":"TOMAS","date_of_birth":"1979","sex_id":"M",'
    '"nationalities":["XA"],"height":0,"eyes_colors_id":["BROD"],"hairs_id":null,"arrest_warrants":'
    '[{"issuing_country_id":"XA","charge":"1) fraud\\r\\n2) forgery","charge_translation":null}]}'
)


def row(entry: str = "2022/90417", **changes: Any) -> dict[str, Any]:
    """One row of the service's list."""
    found = {
        "entity_id": entry,
        "name": "VARELO",
        "forename": "TOMAS",
        "date_of_birth": "1979/05/02",
        "nationalities": ["BR"],
        "_links": {"self": {"href": "https://service.example/notices/v1/red/2022-90417"}},
    }
    return found | changes


def detail(entry: str = "2022/90417", **changes: Any) -> dict[str, Any]:
    more: dict[str, Any] = {"sex_id": "M", "height": 1.75, "weight": 80, "arrest_warrants": []}
    return row(entry) | more | changes


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"total": 9000, "query": {"page": 1, "resultPerPage": 160}, "_embedded": {"notices": list(rows)}}


def read(content: Any) -> list[NoticeRow | RejectedRow]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(read_notices(raw, load_directory(), TODAY))


def one(content: Any) -> NoticeRow:
    (found,) = read(content)
    assert isinstance(found, NoticeRow), found
    return found


def why(content: Any) -> str:
    (found,) = read(content)
    assert isinstance(found, RejectedRow), found
    return found.problem


def test_a_detail_with_all_its_oddities() -> None:
    found = one(SYNTHETIC.encode())
    assert (found.entry, found.kind, found.sex, found.detailed) == ("2022/90417", "red", Sex.MALE, True)
    assert found.name == PersonName("VARELO", "TOMAS")
    assert found.births == (PartialDate(1979),)
    assert found.description.height_cm is None
    assert (found.description.eyes, found.description.hair) == ("BROD", None)
    assert found.charges[0].text == "1) fraud\n2) forgery"
    assert found.categories == ("fraud", "forgery")
    assert (found.nationalities, found.source) == ((), None)
    assert "XA" in found.omitted_fields[0]


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(page(row(), row("2022/2"))).encode(),
        json.dumps([page(row()), page(row("2022/2"))]).encode(),
        json.dumps([row(), row("2022/2")]).encode(),
        json.dumps(page(row(), row("2022/2")), indent=2).encode(),
        b"\xef\xbb\xbf" + json.dumps([row(), row("2022/2")]).encode(),
        json.dumps([row(), row("2022/2")]).encode("utf-16"),
        b"\xfe\xff" + f"{json.dumps(row())}\n{json.dumps(row('2022/2'))}".encode("utf-16-be"),
        f"{json.dumps(row())}\r\n\r\n{json.dumps(row('2022/2'))}\r\n".encode(),
        f"{json.dumps(page(row()))}\n{json.dumps(page(row('2022/2')))}".encode(),
    ],
    ids=[
        "a page",
        "pages",
        "bare list",
        "indented",
        "byte order mark",
        "UTF-16",
        "UTF-16, big end first",
        "one a line",
        "a page a line",
    ],
)
def test_every_form_of_the_file(raw: bytes) -> None:
    found = read(raw)
    assert [(type(each), each.entry) for each in found if isinstance(each, NoticeRow)] == [
        (NoticeRow, "2022/90417"),
        (NoticeRow, "2022/2"),
    ]


@pytest.mark.parametrize(
    ("written", "births"),
    [
        ("1979/05/02", (PartialDate(1979, 5, 2),)),
        ("1979-05-02", (PartialDate(1979, 5, 2),)),
        ("1979", (PartialDate(1979),)),
        ("1979/00/00", (PartialDate(1979),)),
        ("1979/05/00", (PartialDate(1979, 5),)),
        ("1979/5/2", (PartialDate(1979, 5, 2),)),
        ("1979, 1981", (PartialDate(1979), PartialDate(1981))),
        (None, ()),
        ("", ()),
    ],
)
def test_births_known_to_the_year_stay_so(written: str | None, births: tuple[PartialDate, ...]) -> None:
    found = one(row(date_of_birth=written))
    assert (found.births, found.omitted_fields) == (births, ())


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("12.03.1979", "it looks like a date with the year last; it may be 1979-03-12 or 1979-12-03"),
        ("23/03/1979", "with the day first; probably 1979-03-23 was meant"),
        ("March 12, 1979", "with the month in words; probably 1979-03-12 was meant"),
        ("28926", "the number that a spreadsheet has for a day"),
        (28926, "the number that a spreadsheet has for a day"),
        ("soon", "no date as YYYY/MM/DD or YYYY"),
    ],
)
def test_another_form_of_a_date_is_named_and_never_read(written: object, problem: str) -> None:
    found = one(row(date_of_birth=written))
    assert (found.births, len(found.omitted_fields)) == ((), 1)
    assert problem in found.omitted_fields[0]


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        ({"date_of_birth": "1979/02/30"}, "a date that does not exist"),
        ({"date_of_birth": "2024"}, "lies in the future"),
        ({"date_of_birth": 1979}, "date_of_birth"),
        ({"nationalities": ["Russia"]}, "nationalities:"),
        ({"nationalities": "BR"}, "nationalities is no list"),
        ({"sex_id": "W"}, "sex_id is 'W'"),
        ({"height": 17.5}, "height is 17.5"),
        ({"height": True}, "height is True"),
        ({"weight": -4}, "weight is -4"),
        ({"place_of_birth": 7}, "place_of_birth is no text"),
        ({"arrest_warrants": ["fraud"]}, "a warrant is no object"),
        ({"identity_documents": [{"type": "passport"}]}, "has no number"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(changes: dict[str, Any], left_out: str) -> None:
    assert left_out in one(detail(**changes)).omitted_fields[0]


@pytest.mark.parametrize(("height", "cm"), [(0, None), (0.0, None), (None, None), (1.75, 175), (2, 200)])
def test_heights_are_metres_and_zero_is_unknown(height: float | None, cm: int | None) -> None:
    found = one(detail(height=height))
    assert (found.description.height_cm, found.omitted_fields) == (cm, ())


def test_arrays_may_be_null_and_sex_unknown() -> None:
    found = one(detail(nationalities=None, hairs_id=None, eyes_colors_id=None, arrest_warrants=None, sex_id="U"))
    assert (found.nationalities, found.charges, found.categories, found.sex) == ((), (), (), Sex.UNKNOWN)
    assert found.omitted_fields == ()


@pytest.mark.parametrize(
    ("name", "forename", "expected"),
    [
        ("VARELO", None, PersonName("VARELO", None)),
        ("VARELO", "-", PersonName("VARELO", None)),
        (None, "TOMAS", PersonName(None, "TOMAS")),
        ("  VAN   DER\nBERG ", "T.", PersonName("VAN DER BERG", "T.")),
    ],
)
def test_names_that_are_missing(name: str | None, forename: str | None, expected: PersonName) -> None:
    assert one(row(name=name, forename=forename)).name == expected


def test_codes_that_are_no_country_and_joined_ones() -> None:
    assert one(row(nationalities=["914", "UNK", "TW"])).nationalities == ("914", "UNK", "TW")
    assert one(row(nationalities=["AT,BE, BG", "BE"])).nationalities == ("AT", "BE", "BG")
    court = one(detail(arrest_warrants=[{"issuing_country_id": "914", "charge": "Genocide"}]))
    assert (court.source, court.categories) == ("914", ("war_crime",))
    no_bureau = one(detail(arrest_warrants=[{"issuing_country_id": "TW", "charge": "x"}]))
    assert (no_bureau.source, no_bureau.charges[0].issuer) == (None, "TW")
    joined = one(detail(arrest_warrants=[{"issuing_country_id": "AT,BE", "charge": "x"}]))
    assert joined.source is None


def test_a_missing_person_and_a_person_of_the_united_nations() -> None:
    missing = one(
        row(_links=None, date_of_event="2021/04/01", country="FR", birth_name="TALVEN", mother_name="QUISTER")
    )
    assert (missing.kind, missing.source, missing.aliases) == ("yellow", "FR", (PersonName("TALVEN", "TOMAS"),))
    listed = one(
        {
            "un_reference": "QDi.432",
            "un_resolution": 1267,
            "name": "ORSEN",
            "forename": None,
            "name_in_original_script": "اورسن",
            "aliases": ["ORSUN THE ELDER", {"name": "ORSEN", "forename": "ALI"}, "-"],
            "identity_documents": ["ZX1234567", {"type": "passport", "number": "ZX7654321", "issuer": "FI"}],
        }
    )
    assert (listed.entry, listed.kind, listed.name.original_script) == ("QDi.432", "un", "اورسن")
    assert listed.aliases == (PersonName("ORSUN THE ELDER"), PersonName("ORSEN", "ALI"))
    assert [document.number for document in listed.documents] == ["ZX1234567", "ZX7654321"]


@pytest.mark.parametrize(
    ("entry", "id"), [("2022/90417", "2022/90417"), ("2022-90417", "2022/90417"), ("1998/123", "1998/123")]
)
def test_the_entrys_id(entry: str, id: str) -> None:
    assert one(row(entry)).entry == id


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (row("90417"), "entity_id is '90417'"),
        (row(entity_id=None), "has no entity_id"),
        (row(name=None, forename="-"), "names nobody"),
        ({"un_reference": "QDe.115", "name": "THE SOCIETY", "legal_form": "association"}, "about an organisation"),
        ({"total": 160}, "neither a notice nor a page"),
        ([7], "neither a notice nor a page"),
        (page() | {"_embedded": {"notices": [7]}}, "it is no object"),
    ],
)
def test_what_is_no_person_is_refused(content: Any, problem: str) -> None:
    assert problem in why(content)


def test_a_refused_row_has_its_number_and_spoils_no_other() -> None:
    found = read(page(row(), row("nonsense"), row("2022/3")))
    assert [each.row if isinstance(each, NoticeRow) else -each.line for each in found] == [1, -2, 3]
    doubled = f'[{json.dumps(row())}, {json.dumps(row("2022/2"))[:-1]}, "name": "OTHER"}}]'.encode()
    first, second = read(doubled)
    assert isinstance(first, NoticeRow)
    assert isinstance(second, RejectedRow)
    assert 'the key "name" 2 times' in second.problem
    lines = f'{json.dumps(row())}\n{{"entity_id": \n{json.dumps(row("2022/2"))}\n'.encode()
    assert [type(each) for each in read(lines)] == [NoticeRow, RejectedRow, NoticeRow]


def test_a_list_row_says_nothing_new_after_its_detail() -> None:
    assert [each.row for each in read([detail(), row(), row("2022/2")]) if isinstance(each, NoticeRow)] == [1, 3]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (b"name;forename\nVARELO;TOMAS\n", "is not JSON"),
        (json.dumps(page(row()), indent=1).encode()[:-20], "is cut off"),
        (b"\xff\xfe{\x00", "is cut off"),
        (b"{\x00}\x00", "UTF-16 without a byte order mark"),
        (b"\x00\x00\xfe\xff\x00\x00\x00{", "UTF-32"),
    ],
)
def test_a_file_that_is_none(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFileError, match=problem):
        read(raw)


@pytest.mark.parametrize(
    ("charge", "category"),
    [
        ("Homicidio calificado", "homicide"),
        ("ESCROQUERIE EN BANDE ORGANISÉE", "fraud"),
        ("Мошенничество в особо крупном размере", "fraud"),
        ("الانضمام إلى جماعة إرهابية", "terrorism"),
        ("Trafficking in narcotic drugs", "drug_trafficking"),
        ("Something that nobody has a word for", "other"),
    ],
)
def test_words_for_what_is_charged(charge: str, category: str) -> None:
    found = one(detail(arrest_warrants=[{"issuing_country_id": "FR", "charge": charge}]))
    assert category in found.categories
