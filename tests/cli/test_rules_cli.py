"""``rules``: explained, tried, measured, checked and copied, without any store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boxes import Box
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.wire.reference.evaluation_figures import read_figures
from dutydesk.wire.reference.read_rule_table import load_rules

ADULTERY = {"judicial": {"offences": [{"charge": "Adultery", "law": "section 1", "maximum_penalty_months": 36}]}}
CORPUS = (
    {"id": "a", "base": "red", "message": ADULTERY, "expected": ["EXC-01"], "why": "adultery", "source": "invented"},
    {"id": "b", "base": "red", "message": {"language": "fr"}, "expected": ["CON-03"], "forbidden": ["EXC-01"]},
    {"id": "c", "base": "red", "message": ADULTERY, "forbidden": ["EXC-01"], "why": "to be a false alarm"},
)


@pytest.fixture
def place(tmp_path: Path) -> Box:
    """A home without a store."""
    return Box(tmp_path)


def corpus(place: Box, *lines: object) -> str:
    path = place.folder / "corpus.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines or CORPUS))
    return str(path)


def test_an_evaluation_counts_by_rule_and_language(place: Box) -> None:
    found = place.ok("rules", "evaluate", corpus(place), "--json").object()
    counts = {(row["rule"], row["language"]): (row["cases"], row["found"], row["controls"], row["false_alarms"])
              for row in found["rules"]}  # fmt: skip
    assert counts == {("EXC-01", "en"): (1, 1, 1, 1), ("EXC-01", "fr"): (0, 0, 1, 0), ("CON-03", "fr"): (1, 0, 0, 0)}
    assert (found["total"]["recall"], found["texts"], found["digest"]) == (0.5, 3, load_rules().digest)
    assert [(miss["what"], miss["id"]) for miss in found["misses"]] == [("missed", "b"), ("false_alarm", "c")]
    assert found["misses"][1]["words"] == ["Adultery"]
    said = place.ok("rules", "evaluate", corpus(place)).out
    assert "FALSE ALARM EXC-01 c (en; " in said
    assert "found instead: nothing" in said


def test_it_is_narrowed_by_rule_and_language(place: Box) -> None:
    found = place.ok("rules", "evaluate", corpus(place), "--language", "fr", "--rule", "CON-03", "--json").object()
    assert (found["texts"], [row["rule"] for row in found["rules"]]) == (1, ["CON-03"])
    place.refused(InvalidRequestCode.UNKNOWN_RULE, "rules", "evaluate", corpus(place), "--rule", "CON-99")


def test_limits_that_are_not_kept_end_with_1(place: Box) -> None:
    lines = corpus(place)
    place.ok("rules", "evaluate", lines, "--require", "recall=0.5,false-alarms=0.5,false-blocks=0")
    missed = place.run("rules", "evaluate", lines, "--require", "recall=0.9,false-alarms=0.02", "--json")
    assert (missed.code, len(missed.object()["not_kept"])) == (1, 2)
    assert "NOT KEPT: recall is 50.0%" in place.run("rules", "evaluate", lines, "--require", "recall=0.9").out
    for limits in ("recal=0.9", "recall=2", "recall", "recall=nan"):
        place.refused(InvalidRequestCode.BAD_LIMIT, "rules", "evaluate", lines, "--require", limits)


def test_a_line_that_can_not_be_used_is_named_and_the_rest_counts(place: Box) -> None:
    done = place.run("rules", "evaluate", corpus(place, *CORPUS, {"id": "x"}), "--json")
    assert (done.code, done.object()["texts"]) == (1, 3)
    (line,) = done.object()["not_read"]
    assert line["at"].endswith("corpus.jsonl, line 4")


def test_the_standard_input_is_a_file_too(place: Box) -> None:
    given = "\n".join(map(json.dumps, CORPUS)).encode()
    assert place.ok("rules", "evaluate", "-", "--json", given=given).object()["texts"] == 3


def test_explain_names_the_figures_that_were_kept(place: Box) -> None:
    own = place.folder / "own"
    place.ok("rules", "export", str(own))
    assert "no evaluation is kept" in place.ok("rules", "explain", "EXC-01", "--rules", str(own)).out
    kept = str(own / "evaluation.json")
    place.ok("rules", "evaluate", corpus(place), "--rules", str(own), "--write", kept)
    place.refused(RefusedCode.FILE_EXISTS, "rules", "evaluate", corpus(place), "--write", kept)
    figures = read_figures(Path(kept).read_bytes())
    assert figures is not None
    assert (figures.texts, figures.rules["EXC-01", "en"].false_alarms) == (3, 1)
    said = place.ok("rules", "explain", "EXC-01", "--rules", str(own)).out
    assert "3 texts, with this edition of the table" in said
    words = own / "words" / "exclusion.toml"
    words.write_text(words.read_text().replace('"surrogacy"', '"surrogacies"'))
    assert "ANOTHER edition" in place.ok("rules", "explain", "EXC-01", "--rules", str(own)).out
    assert "no text was about JUD-01" in place.ok("rules", "explain", "JUD-01", "--rules", str(own)).out


@pytest.mark.parametrize("rule", sorted(load_rules().ids))
def test_every_rule_explains_itself(place: Box, rule: str) -> None:
    row = load_rules().find(rule)
    assert row is not None
    page = place.ok("rules", "explain", rule.lower(), "--json").object()
    assert (page["rule"], page["article"], page["checks"]) == (rule, row.article, row.words)
    assert page["decides"]
    assert page["severities"]
    assert any("second officer" in words for words in page["decides"]) is bool(row.four_eyes)
    assert any("supervisor" in words for words in page["decides"]) is row.override
    assert len(page["senses"]) == sum(sense.rule == rule for sense in load_rules().lexicon.senses)


def test_without_a_rule_all_are_listed(place: Box) -> None:
    assert [row["rule"] for row in place.ok("rules", "explain", "--json").objects()] == [
        rule.id for rule in load_rules().rules
    ]
    assert len(place.ok("rules", "explain").out.splitlines()) == len(load_rules().rules) + 1


def test_an_unknown_rule_is_refused(place: Box) -> None:
    place.refused(InvalidRequestCode.UNKNOWN_RULE, "rules", "explain", "ABC-01")


def test_a_text_shows_what_fires_and_what_does_not(place: Box) -> None:
    own = place.folder / "own"
    place.ok("rules", "export", str(own))
    words = own / "words" / "local.toml"
    rows = ('en = ["zebu*"]\nunless = ["tame zebu*"]', 'en = ["okapi*"]', 'en = ["gnu*"]\nfields = ["charge"]')
    lists = (f'[[sense]]\nrule = "INT-01"\nsense = "{number}"\n{row}\n' for number, row in enumerate(rows))
    words.write_text("\n".join((words.read_text(), *lists)))
    text = "In May 2019 in Linz he took a tame zebu, an okapi and two gnus from a farm."
    found = place.ok("rules", "test", text, "--rules", str(own), "--json").object()
    assert [(each["rule"], each["words"]) for each in found["fires"]] == [("INT-01", "okapi")]
    assert [(each["because"], each["words"]) for each in found["silent"]] == [("exception", "zebu"), ("field", "gnus")]
    said = place.ok("rules", "test", text, "--rules", str(own)).out
    assert "FLAG INT-01" in said
    assert 'an exception of the list covers it: "tame zebu"' in said
    assert "No rule fires." in place.ok("rules", "test", "He sold tiles that he did not own in Linz in May.").out


@pytest.mark.parametrize("field", ["charge", "facts", "text", "occupation"])
@pytest.mark.parametrize("kind", ["red", "black"])
def test_a_text_is_tried_in_any_field_that_the_kind_has(place: Box, field: str, kind: str) -> None:
    done = place.run("rules", "test", "a member of parliament", "--field", field, "--kind", kind, "--json")
    if kind == "black" and field in ("charge", "occupation"):
        assert done.object()["code"] == InvalidRequestCode.BAD_ARGUMENT
    else:
        assert done.code == 0


def test_a_copy_is_sound_and_each_fault_of_a_change_is_named(place: Box) -> None:
    own = place.folder / "own"
    place.ok("rules", "export", str(own))
    place.refused(RefusedCode.FILE_EXISTS, "rules", "export", str(own))
    assert place.ok("rules", "check", str(own), "--json").object()["digest"] == load_rules().digest
    table = own / "rules.toml"
    text = table.read_text()
    table.write_text(text.replace('article = "RPD 44"', 'article = ""').replace('id = "art_3"', 'id = "art_2"'))
    done = place.run("rules", "check", str(own), "--json")
    lines = {fault["line"] for fault in done.object()["faults"]}
    expected = {text[: text.index(words)].count("\n") + 1 for words in ('article = "RPD 44"', 'id = "art_3"')}
    assert (done.code, lines) == (1, expected)
    for line in expected:
        assert f"rules.toml, line {line}: " in place.run("rules", "check", str(own)).out
    for command in (("explain", "EXC-01"), ("test", "x"), ("evaluate", corpus(place))):
        place.refused(InvalidRequestCode.BAD_RULES, "rules", *command, "--rules", str(own))


def test_a_single_table_is_read_with_the_programs_words(place: Box) -> None:
    place.ok("rules", "export", str(place.folder / "own"))
    table = str(place.folder / "own" / "rules.toml")
    found = place.ok("rules", "test", "adultery", "--field", "charge", "--rules", table, "--json").object()
    assert found["table"] == load_rules().digest
