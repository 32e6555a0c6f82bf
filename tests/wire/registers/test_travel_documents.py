"""CSV of stolen and lost travel documents: it is streamed, and each refused row is reported by line with a reason."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.registers.lines import MAX_LINE_BYTES
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError
from dutydesk.wire.registers.travel_documents import (
    DocumentFile,
    DocumentRow,
    DocumentStatus,
    DocumentType,
    read_documents,
)

TODAY = date(2022, 3, 12)
HEADER = "number,issuer,type,status,date"
ROW = "ZX1234567,FI,passport,stolen,2021-11-30"


def opened(raw: str | bytes) -> DocumentFile:
    return read_documents(io.BytesIO(raw.encode() if isinstance(raw, str) else raw), load_directory(), TODAY)


def read(raw: str | bytes) -> list[DocumentRow | RejectedRow]:
    return list(opened(raw).rows)


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"\ufeff{HEADER}\n{ROW}",
        f"{HEADER}\n{ROW}\n".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t"),
        f"Document Number,Issuing-Country,Document type,Status,Date of loss\n{ROW}",
        f'{HEADER}\n"ZX1234567","FI","Passport"," STOLEN ","2021-11-30"\n',
    ],
)
def test_a_sound_row(raw: str) -> None:
    expected = DocumentRow(
        2, "ZX1234567", "FI", DocumentStatus.STOLEN, DocumentType.PASSPORT, PartialDate(2021, 11, 30)
    )
    assert read(raw) == [expected]


def test_only_number_and_issuer_are_needed_and_unknown_columns_are_named() -> None:
    file = opened("remark,number,issuer\nblue,ZX1,UNK\n")
    assert file.ignored_columns == ("remark",)
    assert list(file.rows) == [DocumentRow(2, "ZX1", "UNK", None, None, None)]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ZX1,FI,passport,stolen", "it has 4 fields, and the head names 5"),
        ("ZX1,FI,passport,stolen,2021,x", "it has 6 fields, and the head names 5"),
        (",FI,passport,stolen,2021", "its number is empty"),
        ("---,FI,passport,stolen,2021", "no letter and no digit"),
        (f"{'1' * 33},FI,passport,stolen,2021", "its number has 33 characters"),
        ("ZX1,,passport,stolen,2021", "its issuer is empty"),
        ("ZX1,FIN,passport,stolen,2021", "its issuer: FIN"),
        ("ZX1,UK,passport,stolen,2021", "its issuer: UK"),
        ("ZX1,fi,passport,stolen,2021", "did you mean FI"),
        ("ZX1,FI,passport,gone,2021", "its status is one of stolen"),
        ("ZX1,FI,spoon,stolen,2021", "its type is one of passport"),
        ("ZX1,FI,passport,stolen,30/11/2021", "its date is no date"),
        ("ZX1,FI,passport,stolen,30/11/2021", "with the day first; probably 2021-11-30 was meant"),
        ("ZX1,FI,passport,stolen,2022-02-30", "a date that does not exist"),
        ("ZX1,FI,passport,stolen,2022-03-13", "which lies in the future"),
        ('"ZX1,FI,passport,stolen,2021', "a quotation mark that does not end"),
        ("ZX\0,FI,passport,stolen,2021", "holds a NUL"),
    ],
)
def test_a_refused_row_spoils_no_other(row: str, problem: str) -> None:
    first, refused, last = read(f"{HEADER}\n{ROW}\n{row}\n\n{ROW}\n")
    assert isinstance(refused, RejectedRow)
    assert refused.line == 3
    assert problem in refused.problem
    assert isinstance(first, DocumentRow)
    assert isinstance(last, DocumentRow)
    assert last.line == 5


def test_bytes_that_are_no_text_and_lines_beyond_measure_are_refused_by_line() -> None:
    raw = (
        f"{HEADER}\n".encode() + b"ZX\xff1,FI,passport,lost,2021\n" + b"9" * (MAX_LINE_BYTES * 2) + b"\n" + ROW.encode()
    )
    bad, long, good = read(raw)
    assert (bad, isinstance(good, DocumentRow)) == (RejectedRow(2, "it is not UTF-8 at byte 3 of the line"), True)
    assert isinstance(long, RejectedRow)
    assert (long.line, "longer than" in long.problem) == (3, True)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "no line of column names"),
        (b"\n \n", "no line of column names"),
        (b"number,type\n", "the column issuer is missing"),
        (b"number,document_number,issuer\n", "the column number stands twice"),
        (b"PK\x03\x04\x00\x00", "NUL character"),
        (b"number,type\xff\n", "is not UTF-8"),
        (b"\xff\xfen\x00", "the column number is missing"),
        (b"\xff\xfe\x00\x00n\x00\x00\x00", "is UTF-32"),
    ],
)
def test_a_file_that_is_none(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFileError, match=problem):
        opened(raw)


class Endless:
    """A file of this many rows, made as they are read."""

    def __init__(self, rows: int) -> None:
        self._left = rows + 1
        self._rows = rows

    def readline(self, size: int = -1, /) -> bytes:
        self._left -= 1
        if self._left < 0:
            return b""
        return (
            f"{HEADER}\n".encode() if self._left == self._rows else b"ZX%07d,FI,passport,lost,2021-11-30\n" % self._left
        )


def test_rows_are_streamed() -> None:
    read_documents(Endless(1), load_directory(), TODAY)
    tracemalloc.start()
    count = sum(isinstance(row, DocumentRow) for row in read_documents(Endless(50_000), load_directory(), TODAY).rows)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert most < 1_000_000


@pytest.mark.parametrize("head", ["n" * 200_000, "number\rissuer", '"number\r"x'])
def test_a_head_that_is_no_csv_is_named(head: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 1 can.t be read as names of columns|column number is missing"):
        opened(f"{head}\n{ROW}\n")
