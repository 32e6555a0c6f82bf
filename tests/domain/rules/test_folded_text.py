"""Texts in ISO 8859-1 are folded by a table of bytes, as all others are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.rules import folded_text
from dutydesk.domain.rules.folded_text import fold, folded_words

WESTERN = st.text(st.characters(max_codepoint=0xFF)).filter(lambda text: not text.isascii())


@given(WESTERN)
def test_a_western_text_is_folded_as_any_other(text: str) -> None:
    assert fold(text) == folded_text._fold_any(text)


def test_every_western_character_is_folded_as_any_other() -> None:
    characters = map(chr, range(0x80, 0x100))
    assert [fold(character) for character in characters] == [folded_text._fold_any(chr(c)) for c in range(0x80, 0x100)]
    assert fold("Straße_À L'ÉTÉ") == "strasse a l'ete"


def test_the_words_of_a_text_are_those_of_its_folded_form() -> None:
    assert folded_words("L’été, déjà") == ("l'ete, deja", ["l", "ete", "deja"])
    assert folded_words("a " * 2_000)[1] == ["a"] * 2_000
