"""Bad inputs, numbered as in the list of required outcomes; only those of the wire."""

from __future__ import annotations

import gzip
import json
import re
import sys

import pytest
from wire_cases import AT, Object, example, packed, quarantined, read, red, rejected, with_value

from dutydesk.domain.messages import message as m
from dutydesk.domain.messages import subjects
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, RejectedMessage
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.text.safe_text import clip, formula_safe, has_mixed_scripts, isolate, safe_text
from dutydesk.wire.text.search_text import fts_query

RAW = packed(red())
HEIGHT = b'"height_cm": 174'


def height(literal: bytes) -> bytes:
    assert HEIGHT in RAW
    return RAW.replace(HEIGHT, b'"height_cm": ' + literal)


def born(text: str) -> Object:
    return with_value(red(), "subject.date_of_birth", text)


def family(text: str) -> bytes:
    return json.dumps(with_value(red(), "subject.name.family", text)).encode()


SHOWN = [
    pytest.param("a\x1b[2Jb", r"a\x1b[2Jb", id="1-clear"),
    pytest.param("\x1b]0;t\x07", r"\x1b]0;t\x07", id="1-title"),
    pytest.param("\x1b]8;;http://x\x1b\\y", r"\x1b]8;;http://x\x1b\y", id="1-link"),
    pytest.param("\x1b]52;c;YQ==\x07", r"\x1b]52;c;YQ==\x07", id="1-clipboard"),
    pytest.param("\x1bPq\x1b\\", r"\x1bPq\x1b" + "\\", id="1-dcs"),
    pytest.param("a\x9b31mb\x85c", r"a\x9b31mb\x85c", id="2-c1"),
    pytest.param("a\x7fb\rc\x08d", r"a\x7fb\x0dc\x08d", id="2-del-cr-backspace"),
    pytest.param("abc\u202edef\u2066", "abc<U+202E>def<U+2066>", id="3-bidi"),
    pytest.param("\u200ex\u200b\ufeff", "<U+200E>x<U+200B><U+FEFF>", id="3-marks"),
    pytest.param("\U000e0041\U000e007f", "<U+E0041><U+E007F>", id="3-tags"),
    pytest.param("[red]x[/red] [/ [0] [@click=app.quit] [b +", "[red]x[/red] [/ [0] [@click=app.quit] [b +", id="4"),
    pytest.param("Z" + "\u0335" * 9, "Z\u0335\u0335\u0335<+6 marks>", id="5-marks"),
    pytest.param("a\nb\tc", "a⏎b c", id="5-newline-tab"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_text_is_stored_as_it_came_and_shown_safe(text: str, shown: str) -> None:
    reading = read(family(text))
    assert isinstance(reading, DecodedMessage)
    assert isinstance(reading.message, m.Diffusion)
    subject = reading.message.body.subject
    assert isinstance(subject, subjects.Person)
    assert subject.name is not None
    assert subject.name.family == text
    assert safe_text(text) == shown
    assert to_json_line({"name": text}).isprintable()


def test_3_right_to_left_names_stay_readable() -> None:
    name = "يوسف الحكيم"
    assert safe_text(name) == name
    assert isolate(safe_text(name)) == f"\u2068{name}\u2069"


def test_5_no_flood_makes_a_column_wider() -> None:
    assert clip(safe_text("漢" * 50 + "\u0301" * 500), 10) == "漢漢漢漢…"


def test_6_scripts_mixed_in_a_word() -> None:
    assert has_mixed_scripts("Pаvel")
    assert not has_mixed_scripts("Pavel Павел")


BYTES = [
    pytest.param(RAW.replace(b"Vellmark", b"Vell\xffark", 1), f"offset {RAW.index(b'Vellmark') + 4}", id="7-utf8"),
    pytest.param(RAW.replace(b"Vellmark", b"Vell\xc0\xafrk", 1), "0xc0", id="7-overlong"),
    pytest.param(RAW.replace("ê".encode(), b"\xea"), "0xea", id="7-latin1"),
    pytest.param(RAW.decode().encode("utf-16"), "UTF-16", id="7-utf16"),
    pytest.param(RAW.decode().encode("utf-16-be"), "not UTF-8", id="7-utf16-no-mark"),
    pytest.param(b"\xef\xbb\xbf" + RAW, "byte 0", id="14-bom"),
    pytest.param(RAW[:-7], "cut off", id="14-truncated"),
    pytest.param(RAW + b'{"a":1}', f"byte {len(RAW):,}", id="14-garbage"),
    pytest.param(RAW.replace(b"Vellmark", b"Vell\x1bark", 1), "invalid control character", id="1-raw-escape"),
    pytest.param(gzip.compress(RAW), "not UTF-8: byte 0x8b at byte offset 1", id="15-gzip"),
]


@pytest.mark.parametrize(("raw", "words"), BYTES)
def test_bytes_that_cannot_be_decoded_are_quarantined(raw: bytes, words: str) -> None:
    found = quarantined(raw)
    assert set(found) == {"$"}
    assert words in found["$"]


def deep(levels: int) -> bytes:
    return RAW[:-1] + b',"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


REJECTED = [
    pytest.param(family("\ud800"), "subject.name.family", r"U\+D800, at position 0", id="8"),
    pytest.param(family("a\0b"), "subject.name.family", "NUL character at position 1", id="9"),
    pytest.param(RAW.replace(b"Vellmark", b"Vell\0ark", 1), "subject.place_of_birth", "NUL", id="9-raw"),
    pytest.param(height(b"NaN"), "subject.description.height_cm", "is NaN; numbers must be finite", id="10-nan"),
    pytest.param(height(b"-Infinity"), "subject.description.height_cm", "finite", id="10-infinity"),
    pytest.param(height(b"1e999"), "subject.description.height_cm", "is 1e999; .*finite", id="10-overflow"),
    pytest.param(b"[" * 200_000, "$", "200,000 levels deep; at most 64", id="11-depth"),
    pytest.param(b'{"a":' * 40_000 + b"1" + b"}" * 40_000, "$", "40,000 levels deep", id="11-depth-objects"),
    pytest.param(height(b"9" * 5_000), "subject.description.height_cm", "5,000 digits.*64 bits", id="11-digits"),
    pytest.param(height(b"9223372036854775808"), "subject.description.height_cm", "64 bits", id="11-2**63"),
    pytest.param(height(b"-9223372036854775809"), "subject.description.height_cm", "64 bits", id="11-negative"),
    pytest.param(RAW[:-1] + b',"text":"x"}', "$", 'has the key "text" 2 times', id="12"),
    pytest.param(
        RAW.replace(b'"given": "Irzo"', b'"given": "Irzo", "given": "I"'), "subject.name", '"given" 2', id="12-inner"
    ),
    pytest.param(packed(red(note=1)), "note", "is no field", id="13-unknown"),
    pytest.param(packed(red(recipients="FR")), "recipients", r'list of codes such as \["FR"\]', id="13-no-list"),
    pytest.param(height(b"true"), "subject.description.height_cm", "whole number, is true", id="13-true"),
    pytest.param(height(b"174.0"), "subject.description.height_cm", "whole number, is 174.0", id="13-float"),
    pytest.param(packed(red(purpose=None)), "purpose", "is null", id="13-null"),
    pytest.param(packed(with_value(red(), "subject.minor", 1)), "subject.minor", "true or false, is 1", id="13-one"),
    pytest.param(b"[]", "$", "must be a JSON object, is a list", id="13-list"),
    pytest.param(b"", "$", "is empty", id="14-nothing"),
    pytest.param(b" \r\n\t ", "$", "is empty", id="14-spaces"),
    pytest.param(packed(red(text="x" * 300_000)), "$", r"at most 262,144 \(256 KiB\)", id="15-field"),
    pytest.param(packed(red(recipients=["FR"] * 100_000)), "$", "262,144", id="15-recipients"),
    pytest.param(packed(red(recipients=["SU"])), "recipients[0]", "RU", id="22-retired"),
    pytest.param(packed(red(recipients=["YU"])), "recipients[0]", "retired", id="22-retired-2"),
    pytest.param(packed(red(recipients=["fr"])), "recipients[0]", "FR", id="22-lower"),
    pytest.param(packed(red(recipients=["XX"])), "recipients[0]", "user-assigned", id="22-user"),
    pytest.param(packed(red(recipients=["FRA"])), "recipients[0]", "FR", id="22-three"),
    pytest.param(packed(red(recipients=["250"])), "recipients[0]", "FR", id="22-numeric"),
    pytest.param(packed(red(restricted_from=["UK"])), "restricted_from[0]", "GB", id="22-UK"),
    pytest.param(packed(red(recipients=["ＦＲ"])), "recipients[0]", "FR", id="22-full-width"),
    pytest.param(
        packed(with_value(red(), "subject.nationalities", ["SE", "UK"])), "subject.nationalities[1]", "GB", id="22-nat"
    ),
    pytest.param(packed(red(recipients=["SE"])), "recipients", "EMPTY_AUDIENCE.*only the sender", id="23-alone"),
    pytest.param(packed(red(recipients=["SE", "SE"])), "recipients", "EMPTY_AUDIENCE", id="23-alone-twice"),
    pytest.param(packed(red(recipients=[])), "recipients", "EMPTY_AUDIENCE", id="25-empty"),
    pytest.param(
        packed(example("correspondence") | {"recipients": []}), "recipients", "EMPTY_AUDIENCE", id="25-message"
    ),
    pytest.param(packed(red(recipients=["NO", "all"])), "recipients[1]", '"all" stands alone', id="25-all-plus"),
    pytest.param(packed(red(recipients="ALL")), "recipients", '"all"', id="25-ALL"),
    pytest.param(packed(born("2022-02-30")), "subject.date_of_birth", "does not exist", id="26-february"),
    pytest.param(packed(born("31/12/1968")), "subject.date_of_birth", "YYYY-MM-DD", id="26-european"),
    pytest.param(packed(born("1968-31-12")), "subject.date_of_birth", "does not exist", id="26-swapped"),
    pytest.param(packed(born("0001")), "subject.date_of_birth", "1800 to 2200", id="26-year-1"),
    pytest.param(packed(born("9999-01-01")), "subject.date_of_birth", "1800 to 2200", id="26-year-9999"),
    pytest.param(packed(born("2022-06")), "subject.date_of_birth", "after the receipt on 2022-05-11", id="26-birth"),
    pytest.param(packed(born("١٩٦")), "subject.date_of_birth", "is no date", id="26-digits"),
    pytest.param(packed(red(sent_at="2022-05-04T14:20:31")), "sent_at", "has no time zone", id="26-no-zone"),
    pytest.param(packed(red(sent_at="2022-02-30T14:20:31Z")), "sent_at", "does not exist", id="26-sent"),
    pytest.param(packed(red(sent_at="9999-12-31T23:59:59-23:59")), "sent_at", "1970 to 2200", id="26-sent-9999"),
    pytest.param(packed(red(retention_until="2020-01-01")), "retention_until", "before .* sent", id="26-expiry"),
    pytest.param(packed(red(retention_until="2027")), "retention_until", "YYYY-MM-DD", id="26-retention"),
    pytest.param(packed(red(retention_until="2027-05-12")), "retention_until", "5 years", id="26-five-years"),
]


@pytest.mark.parametrize(("raw", "path", "words"), REJECTED)
def test_what_breaks_a_rule_is_rejected_by_field_and_limit(raw: bytes, path: str, words: str) -> None:
    found = rejected(raw)
    assert path in found, found
    assert re.search(words, found[path]), found[path]


def test_11_the_deepest_allowed_nesting_is_not_what_is_refused() -> None:
    assert set(rejected(deep(64))) == {"x"}
    assert set(rejected(deep(65))) == {"$", "x"}
    assert set(rejected(deep(5_000))) == {"$", "x"}


def test_11_numbers_of_64_bits_are_numbers() -> None:
    assert "at most 300" in rejected(height(str(2**63 - 1).encode()))["subject.description.height_cm"]


def test_11_hostile_bytes_leave_the_process_as_it_was() -> None:
    limit = sys.getrecursionlimit()
    for raw in (b'"' + b'\\"' * 130_000, b"[{" * 100_000, b'{"":' * 50_000, b"]" * 200_000, b"-" * 200_000):
        reading = decode_message(raw, load_directory(), AT)
        assert not isinstance(reading, DecodedMessage)
    assert sys.getrecursionlimit() == limit


def test_12_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert isinstance(read(RAW.replace(b"Vellmark", b"Vell\\\\u0000", 1)), DecodedMessage)


def test_16_the_same_content_is_known_by_its_hash() -> None:
    first, again = read(RAW), read(json.dumps(json.loads(RAW), sort_keys=True, indent=1).encode())
    assert isinstance(first, DecodedMessage)
    assert isinstance(again, DecodedMessage)
    assert first.content_hash == again.content_hash


def test_22_no_unknown_code_is_ever_taken() -> None:
    for code in ("SU", "YU", "XX", "uk", "UK", "USA", "840", "", " FR", "FR ", "FR\0"):
        assert not isinstance(read(red(recipients=["NO", code])), DecodedMessage), code


def test_23_duplicates_are_folded_and_the_sender_left_to_the_domain() -> None:
    reading = read(red(recipients=["NO", "SE", "NO", "DK"]))
    assert isinstance(reading, DecodedMessage)
    assert isinstance(reading.message, m.Diffusion)
    assert reading.message.body.recipients == ("NO", "SE", "DK")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("1968", subjects.PartialDate(1968)),
        ("1968-02", subjects.PartialDate(1968, 2)),
        ("1968-02-29", subjects.PartialDate(1968, 2, 29)),
    ],
    ids=["26-year", "26-month", "26-day"],
)
def test_partial_births_are_never_filled(text: str, known: subjects.PartialDate) -> None:
    reading = read(born(text))
    assert isinstance(reading, DecodedMessage)
    assert isinstance(reading.message, m.Diffusion)
    assert isinstance(reading.message.body.subject, subjects.Person)
    assert reading.message.body.subject.date_of_birth == known


@pytest.mark.parametrize("sent", ["2012-05-11T12:00:00Z", "2032-05-11T12:00:00+14:00"], ids=["27-slow", "27-fast"])
def test_a_wrong_clock_of_the_sender_is_kept_as_claimed(sent: str) -> None:
    reading = read(red(sent_at=sent))
    assert isinstance(reading, DecodedMessage)
    assert reading.message.envelope.sent_at.year == int(sent[:4])


@pytest.mark.parametrize("text", ["%", "*", '"', "'", "\\", "-", "@", "(", "_", " ", "\0", "«»"])
def test_30_nothing_to_search_for(text: str) -> None:
    assert fts_query(text) is None


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("-x", '"x"*', id="30-minus"),
        pytest.param("a:b", '"a" "b"*', id="30-column"),
        pytest.param("NEAR(", '"NEAR"*', id="30-near"),
        pytest.param("a OR b", '"a" "OR" "b"*', id="30-or"),
        pytest.param("a%_x", '"a" "_x"*', id="30-like"),
        pytest.param('Ива"нов*', '"Ива" "нов"*', id="30-quote"),
        pytest.param("'); DROP TABLE item", '"DROP" "TABLE" "item"*', id="31-sql"),
        pytest.param("(a+)+$", '"a"*', id="31-regex"),
    ],
)
def test_searches_are_literal(text: str, query: str) -> None:
    assert fts_query(text) == query


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_32_cells_that_would_be_formulas(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"
    assert formula_safe(formula_safe(cell)) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=b", "Ivanov", "'x", "2022-05-11"])
def test_32_cells_that_are_text(cell: str) -> None:
    assert formula_safe(cell) == cell


def test_33_shell_characters_are_only_text() -> None:
    text = "$(reboot); `id` | x && y > /z # vim: set ft=sh"
    reading = read(family(text))
    assert isinstance(reading, DecodedMessage)
    assert safe_text(text) == text


def test_15_an_oversize_message_still_says_whose_it_is() -> None:
    reading = read(red(text="x" * 300_000))
    assert isinstance(reading, RejectedMessage)
    assert (reading.reference, reading.sender) == ("SE/2022/4-117", "SE")
