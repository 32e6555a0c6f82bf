"""Registers from CSV and JSON: every valid row is an entry, every other is reported by its line; nothing is guessed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.rules.registers import CcfMatter, Register
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.registers.registers import RegisterFile, UnreadableRegisterError, read_register

TODAY = date(2022, 3, 12)
HEADER = "reference,family,given,original_script,date_of_birth,country_of_origin,identity_document,date"
ROW = "R-1,Skarvin,Ilja,,1974-05-02,RU,,2019-01-02"


def refugees(raw: str | bytes) -> RegisterFile:
    encoded = raw.encode() if isinstance(raw, str) else raw
    return read_register(Register.REFUGEES, encoded, load_directory(), TODAY)


def ccf(raw: str) -> RegisterFile:
    return read_register(Register.CCF, raw.encode(), load_directory(), TODAY)


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"\ufeff{HEADER}\n{ROW}",
        f"{HEADER}\n{ROW}\n".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t"),
        f"{HEADER.upper()}\n\n{ROW}\n\n",
        f"{HEADER},granted_by,status\n{ROW},DE,confirmed\n",
    ],
)
def test_a_sound_row_is_an_entry(raw: str) -> None:
    file = refugees(raw)
    ((_, entry),) = file.entries
    assert not file.problems
    assert (entry.reference, entry.country, entry.on, entry.in_force) == ("R-1", "RU", date(2019, 1, 2), True)
    assert entry.identity.names == {"ilja skarvin"}
    assert entry.identity.birth == PartialDate(1974, 5, 2)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("R-2,Skarvin,Ilja,,1974-05-02,RU,", "it has 7 fields, and the first line names 8 columns"),
        ("R-2,Skarvin,Ilja,,1974-05-02,RU,,2019-01-02,x", "it has 9 fields"),
        ("R-2,Skarvin,Ilja,,31/02/1974,RU,,2019-01-02", "date_of_birth is no date: write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("R-2,Skarvin,Ilja,,1974-02-31,RU,,2019-01-02", "date_of_birth is 1974-02-31, a date that does not exist"),
        ("R-2,Skarvin,Ilja,,2023,RU,,2019-01-02", "date_of_birth is 2023, which lies in the future"),
        ("R-2,Skarvin,Ilja,,,RU,,2019", "date is no date: write YYYY-MM-DD"),
        ("R-2,Skarvin,Ilja,,,RU,,2022-03-13", "date is 2022-03-13, which lies in the future"),
        ("R-2,Skarvin,Ilja,,,RU,,", "date is empty"),
        ("R-2,Skarvin,Ilja,,,ru,,2019-01-02", "country_of_origin: "),
        ("R-2,Skarvin,Ilja,,,,,2019-01-02", "country_of_origin is empty"),
        (",Skarvin,Ilja,,,RU,,2019-01-02", "reference is empty"),
        ("R-2,Skarvin,,,,RU,,2019-01-02", "it names nobody"),
        ("R-2,Skarvin,-,,,RU,12,2019-01-02", "it names nobody"),
        ("R-1,Nordal,Peer,,,RU,,2019-01-02", "the reference R-1 stands on line 2 already"),
        (f"R-2,{'x' * 1001},Ilja,,,RU,,2019-01-02", "family has 1,001 characters"),
    ],
)
def test_a_row_that_is_none_is_named_and_the_others_are_taken(row: str, problem: str) -> None:
    file = refugees(f"{HEADER}\n{ROW}\n{row}\nR-3,Nordal,Peer,,,RU,,2019-01-02\n")
    assert [entry.reference for _, entry in file.entries] == ["R-1", "R-3"]
    assert [(found.line, found.problem[: len(problem)]) for found in file.problems] == [(3, problem)]


def test_lines_are_counted_through_quoted_line_ends() -> None:
    file = refugees(f"{HEADER}\n{ROW.replace('Skarvin', chr(34) + 'Skar' + chr(10) + 'vin' + chr(34))}\nR-2,x\n")
    assert [found.line for found in file.problems] == [4]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the file holds no entries"),
        (HEADER.encode(), "the file holds no entries"),
        (f"{HEADER},colour\n{ROW},red".encode(), "the column 'colour' is unknown"),
        (f"{HEADER},family\n{ROW},x".encode(), "the column family stands twice"),
        (b"reference,family\nR-1,x", "the column date is missing"),
        (f"{HEADER}\n{ROW}\n".encode() + b"R-2,\xff\n", "line 3 is not UTF-8"),
        (f"{HEADER}\n{ROW}\nR-2,\0\n".encode(), "line 3 holds a NUL character"),
        (f'{HEADER}\n{ROW}\nR-2,"Skarvin\n'.encode(), "line 3: it can't be read as CSV"),
        (b'{"rows": []}', "the file is no list of entries"),
        (b'[{"reference": "R-1", "reference": "R-2"}]', "[0]: has the key"),
        (b"[1, 2", "the file is cut off"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableRegisterError) as refusal:
        refugees(raw)
    assert str(refusal.value).startswith(problem)
    assert "\n" not in str(refusal.value)


def test_json_is_read_as_csv_is() -> None:
    sound = dict(zip(HEADER.split(","), ROW.split(","), strict=True))
    rows = [sound, 7, {**sound, "reference": "R-2", "colour": "red"}, {**sound, "reference": "R-3", "family": 7}]
    for written in (rows, {"entries": rows}):
        file = refugees(json.dumps(written))
        assert [entry.reference for _, entry in file.entries] == ["R-1"]
        assert [found.line for found in file.problems] == [2, 3, 4]
        assert file.row_noun == "entry"


CCF_HEADER = "reference,matter,decision,family,given,date_of_birth,nationality,date,status"


def test_the_ccf_decides_or_is_asked() -> None:
    file = ccf(
        f"{CCF_HEADER}\nC-1,decision,deleted,Skarvin,Ilja,1974,RU,2021-03-04,\n"
        "C-2,open request,,Nordal,Peer,,,2022-01-01,in force\nC-3,Open_Request,,Halun,Mira,,,2020-01-01,ended\n"
    )
    assert [(e.matter, e.decision, e.in_force) for _, e in file.entries] == [
        (CcfMatter.DECISION, "deleted", True),
        (CcfMatter.OPEN_REQUEST, None, True),
        (CcfMatter.OPEN_REQUEST, None, False),
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("C-1,verdict,,Skarvin,Ilja,,,2021-03-04,", "matter is decision or open request, not 'verdict'"),
        ("C-1,decision,,Skarvin,Ilja,,,2021-03-04,", "decision is empty"),
        ("C-1,open request,,Skarvin,Ilja,,,2021-03-04,gone", "status is in force or ended, not 'gone'"),
        ("C-1,open request,,Skarvin,Ilja,,xx,2021-03-04,", "nationality: "),
    ],
)
def test_a_row_of_the_ccf_that_is_none(row: str, problem: str) -> None:
    file = ccf(f"{CCF_HEADER}\n{row}\n")
    assert not file.entries
    assert file.problems[0].problem.startswith(problem)
