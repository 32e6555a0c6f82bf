"""How far the gap of an entry reaches: to the end of the sentence, and in Arabic to the end of the clause."""

from __future__ import annotations

import re

import pytest

from dutydesk.domain.rules.folded_text import fold
from dutydesk.domain.rules.word_entries import parse_entry


@pytest.mark.parametrize(
    ("entry", "text", "is_found"),
    [
        ("no ... extradition", "no, for the moment, extradition", True),
        ("no ... extradition", "no address is known. Extradition", False),
        ("(لا|لن) ... تسليمه", "لن نطلب في الوقت الحاضر تسليمه", True),
        ("(لا|لن) ... تسليمه", "لا يحمل وثائق سفر، ويرجى تسليمه", False),
        ("(لا|لن) ... تسليمه", "لا يحمل وثائق سفر, ويرجى تسليمه", False),
        ("سرق ... دينار", "سرق مبلغ 40,000 دينار", True),
    ],
)
def test_a_comma_ends_a_gap_in_arabic_only(entry: str, text: str, is_found: bool) -> None:
    assert (re.search(parse_entry(entry).pattern, fold(text)) is not None) is is_found
