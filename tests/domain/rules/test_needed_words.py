"""No text that an entry matches is left out because of the words that the entry needs."""

from __future__ import annotations

import re
from random import Random

import pytest

from dutydesk.domain.rules.folded_text import folded_words
from dutydesk.domain.rules.word_entries import parse_entry, word_beginnings
from dutydesk.domain.rules.word_index import compiled
from dutydesk.wire.reference.read_rule_table import load_rules

EVERY = 25
_JOINED = ("", "و", "ف", "ب", "ك", "ل", "ال", "وال", "بال", "فبال", "لل", "ولل", "وكال")
_ARABIC = re.compile("[\u0621-\u064a]")


def text_of(entry: str, random: Random) -> str:
    """A text in which the entry stands: one of its alternatives, with endings and particles."""
    words: list[str] = []
    for part in entry.split():
        if part == "...":
            words += random.choices(["word", "كلمة", "2019"], k=random.randrange(3))
        elif part not in ("^", "$") and not (part.endswith("?") and random.random() < 0.5):
            word = random.choice(part.removesuffix("?").strip("()").split("|"))
            word = word[:-1] + random.choice(["", "s", "ement"]) if word.endswith("*") else word
            words.append(random.choice(_JOINED) + word if _ARABIC.search(word) else word)
    return " ".join(words)


def test_a_text_that_matches_has_the_words_that_the_entry_needs() -> None:
    random, matched = Random(7), 0
    entries = [entry for sense in load_rules().lexicon.senses for entry in (*sense.entries, *sense.unless)]
    for written in entries[::EVERY]:
        entry = parse_entry(written)
        for _ in range(4):
            folded, words = folded_words(text_of(written, random))
            if compiled(entry).search(folded) is not None:
                matched += 1
                beginnings = word_beginnings(words, with_arabic=not folded.isascii())
                assert not any(map(beginnings.isdisjoint, entry.needs)), (written, folded)
    assert matched > 500


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ("theft", ()),
        ("(theft|court-martial)", ()),
        ("court-martial|court-martials", ({"mar"},)),
        ("smuggl* ticket? (fine|fee*)", ({"fin", "fee"},)),
        ("not for extradition", ({"not"}, {"for"})),
        ("the (accused|suspect) ... hidden passage", ({"pas"}, {"the"}, {"acc", "sus"})),
    ],
)
def test_the_needs_of_an_entry(written: str, needs: tuple[set[str], ...]) -> None:
    assert parse_entry(written).needs == needs
