"""Normal forms are Unicode's own, but for marks that no writing has, and never cost the square of a text's length."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.normal_forms import MOST_MARKS, normalized
from dutydesk.domain.rules.folding import fold
from dutydesk.wire.safe_text import mixed_scripts

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
#: Two classes in turn, which sorting has to part: the dearest there is.
MARKS = "\u0301\u0321"


@given(st.text(), st.sampled_from(FORMS))
def test_of_any_text_without_heaps_of_marks_it_is_unicodes_own(text: str, form: str) -> None:
    for whole in (text, text * 1_100):
        if not _heaped(whole):
            assert normalized(form, whole) == unicodedata.normalize(form, whole)  # type: ignore[arg-type]


def _heaped(text: str) -> bool:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            return True
    return False


@pytest.mark.parametrize("form", FORMS)
def test_of_a_heap_of_marks_thirty_are_left(form: str) -> None:
    heap = normalized(form, "e" + MARKS * 5_000 + "f" + MARKS)  # type: ignore[arg-type]
    assert sum(1 for character in heap if unicodedata.combining(character)) <= MOST_MARKS + 2
    assert heap == unicodedata.normalize(form, "e" + MARKS * 15 + "f" + MARKS)  # type: ignore[arg-type]


def test_a_word_is_found_under_a_heap_of_marks_and_words_are_told_apart() -> None:
    assert fold("t" + MARKS * 1_000 + "error") == "terror"
    assert mixed_scripts("e" + MARKS * 1_000 + "е")
    assert sys.getsizeof(normalized("NFC", MARKS * 100_000)) < 1_000
