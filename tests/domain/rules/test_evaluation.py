"""What an evaluation counts: found of the expected, alarms of the forbidden, and blocks that nobody can release."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.domain.rules.evaluation import Evaluation, Label, Requirements
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.wire.reference.read_rule_table import load_rules

RULE_IDS = ("EXC-01", "CON-03", "JUD-01", "SEN-01")


def label(*expected: str, forbidden: tuple[str, ...] = (), language: str = "en") -> Label:
    return Label("t", "corpus, line 1", language, frozenset(expected), frozenset(forbidden), "why", "source")


def finding(rule: str, severity: Severity = Severity.FLAG, words: str = "words") -> Finding:
    return Finding(rule, "article", severity, "text", words, "message")


def evaluated(*cases: tuple[Label, tuple[Finding, ...]], only: frozenset[str] | None = None) -> Evaluation:
    found = Evaluation(only)
    for case, findings in cases:
        found.add(case, findings, load_rules())
    return found


def test_recall_counts_the_expected_rules_that_fired() -> None:
    found = evaluated((label("EXC-01", "CON-03"), (finding("EXC-01"),)), (label("EXC-01", language="fr"), ()))
    assert (found.counts["EXC-01", "en"].recall, found.counts["EXC-01", "fr"].recall) == (1.0, 0.0)
    assert found.by_rule()["EXC-01"].recall == 0.5
    assert (found.total.cases, found.total.found, found.total.controls) == (3, 1, 0)
    assert [(miss.what, miss.rule, miss.words) for miss in found.misses] == [
        ("missed", "CON-03", ("EXC-01: words",)),
        ("missed", "EXC-01", ()),
    ]


def test_a_text_that_forbids_a_rule_is_its_control() -> None:
    found = evaluated(
        (label(forbidden=("SEN-01",)), (finding("SEN-01"), finding("CON-03"))), (label(forbidden=("SEN-01",)), ())
    )
    assert found.total.false_alarm_rate == 0.5
    assert ("CON-03", "en") not in found.counts
    assert [(miss.what, miss.words) for miss in found.misses] == [("false_alarm", ("words",))]


def test_a_block_that_nobody_can_release_is_false_where_it_was_not_expected() -> None:
    blocked = finding("EXC-01", Severity.BLOCK, words="")
    found = evaluated((label(), (blocked,)), (label("EXC-01"), (blocked,)), (label(), (finding("EXC-01"),)))
    assert (found.total.false_blocks, found.unreleasable, found.texts) == (1, 2, 3)
    assert found.misses[0].words == ("(text)",)


def test_what_a_supervisor_may_override_blocks_nobody_for_good() -> None:
    assert load_rules().may_be_overridden("JUD-01")
    found = evaluated((label(), (finding("JUD-01", Severity.BLOCK),)))
    assert (found.total.false_blocks, found.unreleasable) == (0, 0)


def test_it_can_be_narrowed_to_rules() -> None:
    found = evaluated((label("EXC-01", "CON-03", forbidden=("SEN-01",)), ()), only=frozenset({"CON-03"}))
    assert set(found.counts) == {("CON-03", "en")}
    assert len(found.misses) == 1


def test_requirements_name_each_limit_that_is_not_kept() -> None:
    found = evaluated(
        (label("EXC-01", forbidden=("SEN-01",)), (finding("EXC-01", Severity.BLOCK), finding("SEN-01"))),
        (label("EXC-01"), ()),
        (label(), (finding("CON-03", Severity.BLOCK),)),
    )
    assert not Requirements(0.5, 1.0, 1).missed(found)
    assert len(Requirements(0.51, 0.99, 0).missed(found)) == 3
    assert not Requirements().missed(found)


def test_a_limit_with_nothing_to_measure_is_not_kept() -> None:
    assert len(Requirements(0.9, 0.02).missed(evaluated())) == 2


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(RULE_IDS)),
            st.sets(st.sampled_from(RULE_IDS)),
            st.lists(st.tuples(st.sampled_from(RULE_IDS), st.sampled_from(Severity)), max_size=4),
            st.sampled_from(("en", "fr")),
        ),
        max_size=8,
    )
)
def test_the_counts_agree_with_the_misses(
    cases: list[tuple[set[str], set[str], list[tuple[str, Severity]], str]],
) -> None:
    found = evaluated(
        *(
            (label(*yes, forbidden=tuple(no - yes), language=language), tuple(finding(*each) for each in fired))
            for yes, no, fired, language in cases
        )
    )
    whats = [miss.what for miss in found.misses]
    total = found.total
    assert total.cases - total.found == whats.count("missed")
    assert total.false_alarms == whats.count("false_alarm") <= total.controls
    assert total.false_blocks == whats.count("false_block")
    assert found.unreleasable <= found.texts == len(cases)


@pytest.mark.parametrize("name", ["cases", "found", "controls", "false_alarms", "false_blocks"])
def test_the_totals_are_sums(name: str) -> None:
    cases = [(label("EXC-01", forbidden=("SEN-01",), language=each), (finding("SEN-01"),)) for each in ("en", "ar")]
    found = evaluated(*cases)
    assert getattr(found.total, name) == sum(getattr(count, name) for count in found.counts.values())
