"""Every reader of a file takes UTF-8 and UTF-16; what is broken in one line spoils no other."""

from __future__ import annotations

import codecs
import io
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.domain.rules.registers import Register
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.registers.encoding import to_utf8
from dutydesk.wire.registers.lines import MAX_LINE_BYTES, read_lines
from dutydesk.wire.registers.notices import NoticeRow, read_notices
from dutydesk.wire.registers.registers import UnreadableRegisterError, read_register
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError
from dutydesk.wire.registers.travel_documents import DocumentRow, read_documents

TODAY = date(2022, 3, 12)
ENCODINGS = {
    "UTF-8": (b"", "utf-8"),
    "UTF-8 with a mark": (codecs.BOM_UTF8, "utf-8"),
    "UTF-16 LE": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16 BE": (codecs.BOM_UTF16_BE, "utf-16-be"),
}
FORMS = pytest.mark.parametrize(("mark", "encoding"), ENCODINGS.values(), ids=ENCODINGS)
CCF = "reference,matter,original_script,date\r\nC-1,open request,Скарвин Илья Ċ,2021-03-04\r\n"
LOST = "number;issuer;type\r\nZXĊ1234567;FI;passport\r\nZX7654321;FI;passport\r\n"


@FORMS
def test_every_import_takes_it(mark: bytes, encoding: str) -> None:
    directory = load_directory()
    entries = read_register(Register.CCF, mark + CCF.encode(encoding), directory, TODAY).entries
    assert [entry.reference for _, entry in entries] == ["C-1"]
    lost = list(read_documents(io.BytesIO(mark + LOST.encode(encoding)), directory, TODAY).rows)
    assert [row.number for row in lost if isinstance(row, DocumentRow)] == ["ZXĊ1234567", "ZX7654321"]
    row = json.dumps({"entity_id": "2022/1", "name": "ВАРЕЛО"}, ensure_ascii=False)
    (notice,) = read_notices(mark + row.encode(encoding), directory, TODAY)
    assert isinstance(notice, NoticeRow)
    assert notice.name.family == "ВАРЕЛО"


def test_a_broken_character_spoils_its_own_line() -> None:
    half = "number;issuer\nZX1234567;FI\nZX\ud8007654321;FI\nZX5555555;FI\nZX6666666;F"
    raw = codecs.BOM_UTF16_LE + half.encode("utf-16-le", "surrogatepass") + b"I"
    first, second, third, last = read_documents(io.BytesIO(raw), load_directory(), TODAY).rows
    assert isinstance(first, DocumentRow)
    assert isinstance(third, DocumentRow)
    assert isinstance(second, RejectedRow)
    assert isinstance(last, RejectedRow)
    assert (second.line, last.line) == (3, 5)
    assert "not UTF-8" in second.problem


@pytest.mark.parametrize(
    "raw", [codecs.BOM_UTF32_LE + b"a\0\0\0", codecs.BOM_UTF32_BE + b"\0\0\0a", b"a\0,\0", b"\0a\0,"]
)
def test_other_encodings_are_named(raw: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="UTF-"):
        to_utf8(raw)
    with pytest.raises(UnreadableFileError, match="UTF-"):
        next(read_lines(io.BytesIO(raw)))
    with pytest.raises(UnreadableRegisterError, match="UTF-"):
        read_register(Register.CCF, raw, load_directory(), TODAY)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), st.sampled_from(list(ENCODINGS.values())))
def test_lines_are_the_same_in_every_encoding(text: str, form: tuple[bytes, str]) -> None:
    mark, encoding = form
    if not mark and text.startswith("\ufeff"):
        return
    raw = mark + text.encode(encoding)
    assert to_utf8(raw) == text.encode()
    found = [line for _, line in read_lines(io.BytesIO(raw))]
    assert found == [line.removesuffix("\n").encode() for line in io.StringIO(text, newline="\n")]


def test_lines_beyond_measure_are_skipped_in_utf_16() -> None:
    raw = codecs.BOM_UTF16_BE + f"a\n{'é' * MAX_LINE_BYTES}\nb".encode("utf-16-be")
    first, long, last = (line for _, line in read_lines(io.BytesIO(raw)))
    assert (first, type(long), last) == (b"a", RejectedRow, b"b")


@settings(deadline=None)
@given(st.binary(), st.sampled_from([mark for mark, _ in ENCODINGS.values()]))
def test_any_bytes_are_lines_or_no_text(raw: bytes, mark: bytes) -> None:
    try:
        to_utf8(mark + raw)
        for number, _ in read_lines(io.BytesIO(mark + raw)):
            assert number > 0
    except UnreadableFileError:
        pass
