"""The rules on the project's own corpus: texts in four languages, with what must fire in them and what must not.

The word lists are fitted to ``corpus/known`` and ``corpus/between``. No list is fitted to ``corpus/apart``, which
`dutydesk rules evaluate` reads at the end of a change; its figures are in ``data/evaluation.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dutydesk.domain.rules.evaluation import Evaluation
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.wire.reference.corpus import LabelledMessage, findings_in, lines_of, read_corpus
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.evaluation_figures import FIGURES_FILE
from dutydesk.wire.reference.read_rule_table import load_rules

CORPUS = Path(__file__).parent / "corpus"
LANGUAGES = ("ar", "en", "es", "fr")
FEWEST_TEXTS = 400
LEAST_RECALL = 0.9
MOST_FALSE_ALARMS = 0.02


def lines(part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted((CORPUS / part).glob("*.jsonl")) for line in path.open("rb")]


def evaluated(part: str, language: str, table: RuleTable) -> Evaluation:
    directory, found = load_directory(), Evaluation()
    path = CORPUS / part / f"{language}.jsonl"
    with path.open("rb") as stream:
        for message in read_corpus(path.name, lines_of(stream), directory):
            assert isinstance(message, LabelledMessage), message
            found.add(message.label, findings_in(message, directory, table), table)
    return found


def test_the_corpus_is_large_and_as_many_texts_are_controls() -> None:
    parts = {part: lines(part) for part in ("known", "between", "apart")}
    texts = [line for part in parts.values() for line in part]
    assert len(texts) >= 2 * FEWEST_TEXTS
    assert len({line["id"] for line in texts}) == len(texts)
    assert len({json.dumps(line["message"], sort_keys=True) for line in texts}) == len(texts)
    assert all(line["why"] and line["source"] for line in texts)
    for language in LANGUAGES:
        own = [line for line in texts if line["message"]["language"] == language]
        assert len(own) >= FEWEST_TEXTS / 4
        assert 0.4 <= sum(not line["expected"] for line in own) / len(own) <= 0.6
    assert len(parts["apart"]) >= max(FEWEST_TEXTS / 2, len(texts) / 3)


@pytest.mark.parametrize("part", ["known", "between"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_find_what_a_text_shows_and_leave_the_others(part: str, language: str) -> None:
    total = evaluated(part, language, load_rules()).total
    assert total.recall is not None
    assert total.recall >= LEAST_RECALL
    assert total.false_alarm_rate is not None
    assert total.false_alarm_rate <= MOST_FALSE_ALARMS


def test_the_figures_that_are_shown_are_those_of_the_present_table() -> None:
    from importlib.resources import files

    kept = json.loads(files("dutydesk.data").joinpath(FIGURES_FILE).read_text("utf-8"))
    assert kept["digest"] == load_rules().digest
