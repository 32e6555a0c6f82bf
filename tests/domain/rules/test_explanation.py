"""A known word that gives no finding says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutydesk.domain.messages.message import Kind
from dutydesk.domain.rules.evidence import ReviewContext
from dutydesk.domain.rules.examination import RuleTable, examine
from dutydesk.domain.rules.explanation import Silence, SilentWords, silent_words
from dutydesk.domain.rules.lexicon import Lexicon, WordList
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules
from dutydesk.wire.reference.trial_message import trial_message


def table(*senses: WordList) -> RuleTable:
    known = load_rules()
    return RuleTable(known.rules, known.checks, known.conflicts, Lexicon(senses))


def silent(text: str, rules: RuleTable, field: str = "text", kind: str = "red") -> tuple[SilentWords, ...]:
    message = trial_message(text, "en", field, kind, "diffusion", load_directory())
    context = ReviewContext(message.type, message.sender, message.sent_at.date(), load_directory())
    return silent_words(message.body, message.type, rules, examine(message.body, context, rules))


CHEQUE = WordList("EXC-01", "a debt", ("unpaid cheque*",))


@pytest.mark.parametrize(
    ("sense", "field", "because", "said"),
    [
        (replace(CHEQUE, unless=("forged unpaid cheque*",)), "text", Silence.EXCEPTION, '"forged unpaid cheques"'),
        (replace(CHEQUE, fields=frozenset({"charge"})), "text", Silence.FIELD, "charge only"),
        (replace(CHEQUE, kinds=frozenset({Kind.BLUE})), "text", Silence.KIND, "blue only, and this is red"),
        (replace(CHEQUE, rule="JUD-05", use="role"), "text", Silence.USE, "JUD-05 weighs them"),
        (replace(CHEQUE, rule="MIN-BLUE"), "text", Silence.RULE, "does not apply to a red diffusion"),
        (replace(CHEQUE, rule="SRC-01"), "text", Silence.RULE, "did not fire"),
    ],
)
def test_why_a_known_word_is_silent(sense: WordList, field: str, because: Silence, said: str) -> None:
    (found,) = silent("He wrote forged unpaid cheques for months in Linz.", table(sense), field)
    assert (found.rule, found.sense, found.field, found.because) == (sense.rule, sense.name, field, because)
    assert said in found.why


def test_a_circumstance_that_lifts_a_word_is_named() -> None:
    force = WordList("EXC-01", "force", ("at gunpoint",), "circumstance")
    text = "In Linz he had unpaid cheques signed at gunpoint."
    (found,) = silent(text, table(replace(CHEQUE, lifted_by=("force",)), force))
    assert (found.because, found.words) == (Silence.CIRCUMSTANCE, "unpaid cheques")
    assert 'force lifts it: "at gunpoint" in text' in found.why


def test_a_word_that_fires_is_not_silent_even_where_another_place_is_covered() -> None:
    sense = replace(CHEQUE, unless=("forged unpaid cheque*",))
    assert not silent("Forged unpaid cheques, and unpaid cheques of his own.", table(sense))


def test_an_unknown_text_has_no_silent_words() -> None:
    assert not silent("He sold tiles.", table(CHEQUE))
