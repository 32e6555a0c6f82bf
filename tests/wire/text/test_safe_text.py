"""The text that a terminal, a spreadsheet or a search may get: properties of every text."""

from __future__ import annotations

import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dutydesk.domain.messages.message import Everyone, Kind
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.text import safe_text as module
from dutydesk.wire.text.safe_text import (
    MAX_COMBINING_PER_BASE,
    clip,
    has_mixed_scripts,
    isolate,
    isolate_part,
    pad,
    safe_text,
)
from dutydesk.wire.text.search_text import CHARACTERS, WORDS, fts_query

nasty = st.sampled_from([*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA1)), *"\u200b\u200d\u202e\u2066\ufeff\u0301"])
texts = st.text(st.characters(codec=None) | nasty | st.sampled_from("ab אبЖ漢👩\ufe0f\u3164\n\t"), max_size=40)


@given(texts, st.booleans())
def test_nothing_that_acts_survives(text: str, multiline: bool) -> None:
    shown = safe_text(text, multiline=multiline)
    allowed = {"\n"} if multiline else set()
    left = {character for character in shown if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")}
    assert left <= allowed
    assert not {"\u2028", "\u2029"} & set(shown)
    shown.encode()


@given(texts, st.booleans())
def test_showing_twice_is_showing_once(text: str, multiline: bool) -> None:
    once = safe_text(text, multiline=multiline)
    assert safe_text(once, multiline=multiline) == once


@given(texts)
def test_marks_stand_on_a_base_and_are_few(text: str) -> None:
    run = MAX_COMBINING_PER_BASE
    for character in safe_text(text):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert run <= MAX_COMBINING_PER_BASE


@given(texts, st.integers(-2, 30))
def test_no_cut_is_wider_than_its_column(text: str, cells: int) -> None:
    shown = safe_text(text)
    assert cell_len(clip(shown, cells)) <= max(cells, 0)
    assert cell_len(pad(shown, cells)) == max(cells, 0)
    if cells > 0 and cell_len(shown) <= cells:
        assert clip(shown, cells) == shown


@given(st.text(st.sampled_from("a漢e\u0301👍❤\ufe0f"), min_size=1, max_size=60), st.integers(1, 20))
def test_a_cut_keeps_clusters_whole(text: str, cells: int) -> None:
    shown = safe_text(text)
    cut = clip(shown, cells)
    if cut != shown:
        assert cut.endswith("…")
        rest = shown[len(cut) - 1 :]
        assert unicodedata.category(rest[0]) != "Mn"


@pytest.mark.parametrize(
    "text",
    [
        "Иванов Пётр",
        "محمد بن سلمى",
        "شَمْس",
        "שָׁלוֹם",
        "山田　太郎",
        "김민준",
        "Nguyễn Văn",
        "e\u0301",
        "नमस्ते",
        "ภาษาไทย",
        "O’Neill",
        "❤️",
    ],
)
def test_real_names_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("unseen", ["\u3164", "\uffa0", "\u115f", "\u034f", "\u2800", "\u00ad", "\ue000", "\u0378"])
def test_what_cannot_be_seen_is_shown(unseen: str) -> None:
    assert safe_text(f"a{unseen}b") == f"a<U+{ord(unseen):04X}>b"


def test_lines_stay_lines_only_where_there_may_be_several() -> None:
    assert safe_text("a\r\nb\u2028c") == "a\\x0d⏎b<U+2028>c"
    assert safe_text("a\n\u0301b", multiline=True) == "a\n◌\u0301b"


def test_a_mark_without_a_base_gets_one() -> None:
    assert safe_text("\u0301a") == "◌\u0301a"


@given(texts)
def test_isolates_come_in_pairs_and_only_where_needed(text: str) -> None:
    shown = safe_text(text)
    wrapped = isolate(shown)
    turned = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in shown)
    assert wrapped == (f"\u2068{shown}\u2069" if turned else shown)
    assert cell_len(wrapped) == cell_len(shown)


def test_a_long_text_is_cut_by_what_can_be_seen() -> None:
    assert clip("x" * 1_000_000, 5) == "xxxx…"
    assert clip("漢字漢字", 4) == "漢…"
    assert pad("漢字漢字", 4) == "漢… "
    assert clip("漢", 1) == "…"


@pytest.mark.parametrize("text", ["Pаvel", "Ηarris", "Пeтров", "P\u200bа", "e\u0301б"])
def test_mixed_words_are_flagged(text: str) -> None:
    assert has_mixed_scripts(text)


@pytest.mark.parametrize("text", ["", "Pavel", "Павел", "Pavel (Павел)", "Omega 3 Ωμέγα", "名前 Yamada", "é б"])
def test_words_of_one_script_are_not(text: str) -> None:
    assert not has_mixed_scripts(text)


@given(texts)
def test_a_search_never_fails_and_means_its_words(text: str) -> None:
    query = fts_query(text)
    if query is None:
        return
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create virtual table t using fts5(words)")
        connection.execute("insert into t values (?)", (safe_text(text) + " " + query,))
        found = connection.execute("select count(*) from t where t match ?", (query,)).fetchone()
    assert found == (1,)


def test_a_search_has_bounds() -> None:
    query = fts_query("word " * 10_000)
    assert query is not None
    assert query.count('"word"') == WORDS
    long = fts_query("x" * 10_240)
    assert long == f'"{"x" * CHARACTERS}"*'


@dataclass(frozen=True, slots=True)
class Sample:
    kind: Kind
    born: PartialDate
    to: tuple[str, ...] | Everyone
    at: datetime
    until: date | None


def test_values_become_one_line_of_ascii() -> None:
    at = datetime(2022, 5, 4, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    line = to_json_line(
        [
            Sample(Kind.RED, PartialDate(1968, 2), ("FR", "DE"), at, date(2027, 1, 1)),
            Sample(Kind.BLUE, PartialDate(1968), Everyone(), at.astimezone(UTC), None),
            {
                "kinds": {Kind.RED, Kind.BLUE},
                "path": PurePosixPath("a/b"),
                Kind.RED: 1,
                "text": "é\x1b\x7f\x9b\n\ud800",
            },
        ]
    )
    assert line == (
        '[{"kind": "red", "born": "1968-02", "to": ["FR", "DE"], "at": "2022-05-04T12:00:00Z", "until": "2027-01-01"}, '
        '{"kind": "blue", "born": "1968", "to": "all", "at": "2022-05-04T12:00:00Z", "until": null}, '
        '{"kinds": ["blue", "red"], "path": "a/b", "red": 1, "text": "\\u00e9\\u001b\\u007f\\u009b\\n\\ud800"}]'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2022, 1, 1)])
def test_values_without_a_form_in_json(value: object) -> None:
    with pytest.raises(ValueError):
        to_json_line(value)
    with pytest.raises(TypeError):
        to_json_line(object())


@given(
    st.lists(
        st.sampled_from(
            [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"aé漢꿀힣", "\ud7fc", "\udce6", "\uf8ff"]
        )
    ),
    st.booleans(),
)
def test_a_run_is_shown_as_each_character_of_it_is(run: list[str], multiline: bool) -> None:
    assert safe_text("".join(run), multiline=multiline) == "".join(safe_text(one, multiline=multiline) for one in run)


def test_what_is_read_as_a_run_bears_no_marks() -> None:
    for code in (*range(0x4E00, 0xA000), *range(0xAC00, 0xF900)):
        assert unicodedata.category(chr(code)) not in ("Mn", "Me"), hex(code)


def test_what_is_one_byte_long_on_the_way_in_is_part_of_a_run() -> None:
    """A long run of one-byte characters costs a few steps, not some for each byte."""
    every = b"".join(bytes([one, other]) for one in range(256) for other in range(256))
    text = "".join(chr(byte) if byte < 0x80 else chr(0xDC00 + byte) for byte in every)
    assert module._PIECES.findall(text) == [text]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain", "plain"),
        ("\u0645\u0631", "\u2068\u0645\u0631\u2069"),
        ("\u0645\u0631\u2069 on", "\u2068\u2068\u0645\u0631\u2069 on\u2069"),
        ("by \u2068\u0645\u0631", "\u2068by \u2068\u0645\u0631\u2069\u2069"),
    ],
)
def test_a_line_of_a_longer_text_has_its_isolates_in_pairs(line: str, shown: str) -> None:
    assert isolate_part(line) == shown
