"""An invalid table of rules is refused, with the line and the name of the rule at fault."""

from __future__ import annotations

import pytest

from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.rules.examination import ArticleConflict, Decider, Severity
from dutydesk.wire.reference.directory import data_file, load_directory
from dutydesk.wire.reference.read_rule_table import RuleTableError, load_rules, parse_rules

WRITTEN = data_file("rules.toml").decode()
ROW_OF_EXC_01 = 'severity = { red = "flag" }\nfour_eyes = ["notice_request"]\n'
ROW_OF_JUD_04 = 'id = "JUD-04"\n'


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        (ROW_OF_JUD_04, ROW_OF_JUD_04 + "colour = 1\n", "rule JUD-04: unknown key colour"),
        ('article = "RPD 44"\n', "", "rule STA-01: article is missing"),
        ('article = "RPD 44"\n', 'article = " "\n', "rule STA-01: article must be a text"),
        (
            'severity = { red = "block" }\nthin = "flag"',
            'severity = { red = "blok" }',
            "rule JUD-03: severity must be one",
        ),
        (
            'severity = { red = "block" }\nthin = "flag"',
            'severity = { rot = "block" }',
            "rule JUD-03: severity must be one",
        ),
        ('severity = { red = "block" }\nthin = "flag"', "severity = {}", "rule JUD-03: severity names no kind"),
        ('severity = { red = "block" }\nthin = "flag"', "severity = 1", "rule JUD-03: severity must be one"),
        (
            'severity = { red = "block" }\nthin = "flag"',
            'severity = "flag"\nthin = "no"',
            "rule JUD-03: thin must be one",
        ),
        ('override = "supervisor"', 'override = "officer"', "rule JUD-01: override must be 'supervisor'"),
        ('override = "supervisor"', "override = true", "rule JUD-01: override must be 'supervisor'"),
        ('override = "supervisor"', 'four_eyes = "yes"', "rule JUD-01: four_eyes must be true or false"),
        ('override = "supervisor"', 'four_eyes = ["check"]', "rule JUD-01: four_eyes must be one of"),
        ('override = "supervisor"', "four_eyes = []", "rule JUD-01: four_eyes must be true or false"),
        (
            ROW_OF_EXC_01,
            ROW_OF_EXC_01.replace("flag", "block"),
            "rule EXC-01: it only points, so it may flag but never",
        ),
        (ROW_OF_EXC_01, ROW_OF_EXC_01 + 'thin = "block"\n', "rule EXC-01: it only points, so it may flag but never"),
        ("{ default = { diffusion", "{ default = { correction", "rule FRM-03: severity must be one"),
        ('id = "SRC-01"', 'id = "SRC-99"', "rule SRC-01 has no row"),
        ('id = "SLV-01"', 'id = "RET-02"', "rule SLV-01 has no row"),
        ('id = "art_3"', 'id = "art_2"', "check art_2 is listed twice"),
        ('types = ["message"]', 'types = ["check"]', "check authorised: types must be one of"),
        ('types = ["message"]', "types = []", "check authorised: types must be a list"),
        ('kinds = ["orange"]', 'kinds = ["pink"]', "check imminence: kinds must be one of"),
        ("since = 2022-02-24", 'since = "2022-02-24"', "conflict 1: since must be a date"),
        ('parties = ["RU", "UA"]', 'parties = ["RU"]', "conflict 1: parties names fewer than two"),
        ("[[conflict]]", "[[conflicts]]", "the rule table: unknown key conflicts"),
        ("[[conflict]]", "[conflict]", "conflict: write each one under [[conflict]]"),
        ("[[rule]]", "[[rule", ": this is no TOML"),
    ],
)
def test_a_fault_names_its_rule(written: str, instead: str, problem: str) -> None:
    assert written in WRITTEN
    with pytest.raises(RuleTableError) as refusal:
        parse_rules(WRITTEN.replace(written, instead, 1))
    assert problem in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_rule_beyond_the_program_is_refused() -> None:
    extra = '[[rule]]\nid = "ABC-01"\narticle = "1"\ndecides = "both"\nwords = "w"\nexample = "e"\nseverity = "flag"\n'
    with pytest.raises(RuleTableError, match="rule ABC-01"):
        parse_rules(extra + WRITTEN)


def test_a_rule_listed_twice_is_refused() -> None:
    twice = WRITTEN.replace(
        "[[check]]", WRITTEN[WRITTEN.index("[[rule]]") : WRITTEN.index("[[check]]")] + "[[check]]", 1
    )
    with pytest.raises(RuleTableError, match="rule SRC-01 is listed twice"):
        parse_rules(twice)


def test_a_kind_of_its_own_replaces_the_default() -> None:
    severity = '{ default = { diffusion = "flag", notice_request = "block" }, blue = { diffusion = "block" } }'
    table = parse_rules(WRITTEN.replace('{ default = { diffusion = "block" } }', severity))
    assert table.severity("FRM-03", Kind.RED, MessageType.DIFFUSION) is Severity.FLAG
    assert table.severity("FRM-03", Kind.RED, MessageType.NOTICE_REQUEST) is Severity.BLOCK
    assert table.severity("FRM-03", Kind.BLUE, MessageType.DIFFUSION) is Severity.BLOCK
    assert table.severity("FRM-03", Kind.BLUE, MessageType.NOTICE_REQUEST) is None


def test_the_table_is_read_once() -> None:
    assert load_rules() is load_rules()


def test_conflicts_are_between_members() -> None:
    conflicts: tuple[ArticleConflict, ...] = load_rules().conflicts
    assert conflicts
    for conflict in conflicts:
        assert conflict.parties <= set(load_directory().members(conflict.since))


def test_only_the_penalty_rules_may_be_overridden() -> None:
    table = load_rules()
    assert {rule for rule in table.ids if table.may_be_overridden(rule)} == {"JUD-01", "JUD-02"}
    assert not table.may_be_overridden("ABC-01")


def test_a_rule_demands_four_eyes_where_the_table_says_so() -> None:
    table = parse_rules(WRITTEN.replace(ROW_OF_JUD_04, ROW_OF_JUD_04 + "four_eyes = true\n"))
    for type in (MessageType.DIFFUSION, MessageType.NOTICE_REQUEST):
        assert table.demands_four_eyes("JUD-04", type)
        assert not table.demands_four_eyes("JUD-06", type)
        assert not table.demands_four_eyes("ABC-01", type)


def test_four_eyes_may_be_for_some_types_only() -> None:
    table = load_rules()
    assert table.demands_four_eyes("EXC-01", MessageType.NOTICE_REQUEST)
    assert not table.demands_four_eyes("EXC-01", MessageType.DIFFUSION)


def test_no_rule_that_only_points_may_block() -> None:
    for rule in load_rules().rules:
        assert not (rule.decides is Decider.POINTS and rule.may_block), rule.id
