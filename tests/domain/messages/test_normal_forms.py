"""Normal forms equal Unicode's own except for excess marks, and take linear time."""

from __future__ import annotations

import sys
import unicodedata
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.messages.normal_forms import _LONG_RUN, MOST_MARKS, is_mark, normalize
from dutydesk.domain.rules.folded_text import fold
from dutydesk.wire.text.safe_text import has_mixed_scripts

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
#: Two alternating combining classes, the most expensive input to sort. The last character is a letter before it is
#: decomposed.
MARKS = "\u0301\u0321"
MARKS_LATER = "\u0301\uff9e"
EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


@given(st.text(), st.integers(1, 200), st.sampled_from(FORMS))
def test_of_any_text_without_heaps_of_marks_it_is_unicodes_own(text: str, times: int, form: str) -> None:
    whole = text * times
    if _longest_run_of_marks(whole) <= MOST_MARKS:
        assert normalize(form, whole) == unicodedata.normalize(form, whole)  # type: ignore[arg-type]


def _longest_run_of_marks(text: str) -> int:
    longest = heap = 0
    for character in text:
        heap = heap + 1 if is_mark(character) else 0
        longest = max(longest, heap)
    return longest


def test_whatever_begins_with_a_mark_in_some_form_is_one() -> None:
    for character in EVERY:
        first = unicodedata.normalize("NFKD", character)[0]
        assert is_mark(character) == (unicodedata.combining(first) > 0), hex(ord(character))


def test_a_heap_of_any_mark_is_seen() -> None:
    for character in filter(is_mark, EVERY):
        assert _LONG_RUN.fullmatch(character * (MOST_MARKS + 1)), hex(ord(character))


@pytest.mark.parametrize("marks", [MARKS, MARKS_LATER])
@pytest.mark.parametrize("form", FORMS)
def test_of_a_heap_of_marks_thirty_are_left(form: str, marks: str) -> None:
    heap = normalize(form, "e" + marks * 5_000 + "f" + marks)  # type: ignore[arg-type]
    assert heap == unicodedata.normalize(form, "e" + marks * 15 + "f" + marks)  # type: ignore[arg-type]
    assert len(list(takewhile(is_mark, heap[1:]))) <= MOST_MARKS


def test_a_word_is_found_under_a_heap_of_marks_and_words_are_told_apart() -> None:
    assert fold("t" + MARKS * 1_000 + "error") == "terror"
    assert has_mixed_scripts("e" + MARKS * 1_000 + "е")
    assert sys.getsizeof(normalize("NFC", MARKS * 100_000)) < 1_000
