"""Word lists in TOML: what a list may say, and the faults that name it."""

from __future__ import annotations

import pytest

from dutydesk.wire.reference.word_lists import WordListError, load_lexicon, parse_word_lists, word_files

FORCE = '[[sense]]\nrule = "EXC-01"\nsense = "force"\nuse = "circumstance"\nen = ["force"]\n'
ROW = '[[sense]]\nrule = "EXC-01"\nsense = "x"\nen = ["^ word $"]\n'


def test_a_list_keeps_its_circumstances_and_its_source() -> None:
    lexicon = parse_word_lists([("a.toml", FORCE + ROW + 'lifted_by = ["force"]\nsource = "RPD 83"\n')])
    found = lexicon.senses[-1]
    assert (found.lifted_by, found.source) == (("force",), "RPD 83")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ROW + 'colour = "red"\n', "a.toml, line 5: sense 1: unknown key colour"),
        (ROW + 'use = "blocks"\n', "a.toml, line 5: sense 1: use must be one of"),
        (ROW + 'lifted_by = ["age"]\n', "EXC-01, x: 'age' is no circumstance"),
        (ROW.replace("^ word $", "^ $"), "EXC-01, x: '^ $' must begin and end with a word"),
        (ROW.replace("^ word $", "a$b c"), "EXC-01, x: 'a$b' in 'a$b c' can't be searched for"),
        (
            ROW.replace("^ word $", "a|b c|d"),
            "a.toml, line 4: EXC-01, x: 'a|b c|d': write '(a|b)' if the bar stands between",
        ),
        (
            ROW.replace("^ word $", "unpaid cheque|bounced check"),
            "a.toml, line 4: EXC-01, x: 'unpaid cheque|bounced check'",
        ),
        (ROW.replace("^ word $", "^ a|b $"), "write '(a|b)' if the bar stands between words"),
        (ROW.replace("^ word $", "a b|c? d"), "write '(b|c)?' if the bar stands between words"),
        (ROW.replace("^ word $", "a (b|c|b)"), "'a (b|c|b)' has a word twice in '(b|c|b)'"),
        (ROW.replace("^ word $", "(a | b) c"), "EXC-01, x: '(a' in '(a | b) c' can't be searched for"),
        (ROW.replace("^ word $", "(a|b c"), "'(a' in '(a|b c' can't be searched for"),
        (ROW + ROW, "EXC-01: the sense 'x' is listed twice"),
    ],
)
def test_a_fault_names_its_list(text: str, problem: str) -> None:
    with pytest.raises(WordListError) as refusal:
        parse_word_lists([("a.toml", text)])
    assert problem in str(refusal.value)


@pytest.mark.parametrize("entry", ["a|b", "(a|b)", "(a|b) c", "c (a|b)? d", "^ (a|b) $", "a ... (b|coup*)"])
def test_a_bar_between_words_is_read(entry: str) -> None:
    assert parse_word_lists([("a.toml", ROW.replace("^ word $", entry.replace("a", "alone")))]).senses


def test_an_unless_list_is_read_as_strictly() -> None:
    with pytest.raises(WordListError) as refusal:
        parse_word_lists([("a.toml", ROW + 'unless = ["one",\n"a|b c"]\n')])
    assert "a.toml, line 6: EXC-01, x: 'a|b c'" in str(refusal.value)


def test_every_list_of_names_has_its_source() -> None:
    named = [sense for sense in load_lexicon().senses if "by its name" in sense.name]
    assert len(named) >= 5
    assert all(sense.source for sense in named)


def test_every_entry_of_the_program_can_be_searched_for() -> None:
    lexicon = parse_word_lists(word_files())
    assert lexicon.is_prepared
    assert lexicon.senses


def test_entries_that_are_checked_elsewhere_are_read_when_they_are_first_needed() -> None:
    files = [("a.toml", ROW.replace("^ word $", "^ $"))]
    lexicon = parse_word_lists(files, is_checked=True)
    assert not lexicon.is_prepared
    with pytest.raises(ValueError, match="must begin and end with a word"):
        lexicon.prepare()
