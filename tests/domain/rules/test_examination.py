"""The whole examination: complete bodies pass, order and severity follow the table, and nothing makes it fail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bodies import DIRECTORY, complete, context, the_conflict, with_offence, with_person
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases import RED

from dutydesk.domain.messages.message import Body, Everyone, Kind, MessageType
from dutydesk.domain.messages.subjects import (
    Assurances,
    Facts,
    IdentityDocument,
    Judicial,
    Offence,
    PartialDate,
    Person,
    PersonName,
    Thing,
    Warrant,
)
from dutydesk.domain.rules.examination import ReviewContext, Rule, RuleTable, Severities, Severity, examine
from dutydesk.wire.reference.read_rule_table import load_rules

REVIEWED = (MessageType.DIFFUSION, MessageType.NOTICE_REQUEST)
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["-", "n/a", "Skarvin", "Tver 2018", "Скарвин", "غير معروف"]))

MAYBE_TEXT = st.one_of(st.none(), TEXTS)
MAYBE_MONTHS = st.one_of(st.none(), st.integers(-5, 60))
NAMES = st.builds(PersonName, MAYBE_TEXT, MAYBE_TEXT, MAYBE_TEXT)
DATES = st.one_of(st.none(), st.from_type(PartialDate), st.sampled_from([PartialDate(1900, 1, 1), PartialDate(2004)]))
DOCUMENTS = st.builds(IdentityDocument, number=MAYBE_TEXT)
PERSONS = st.builds(
    Person,
    name=st.one_of(st.none(), NAMES),
    aliases=st.lists(NAMES, max_size=3).map(tuple),
    date_of_birth=DATES,
    place_of_birth=MAYBE_TEXT,
    nationalities=st.lists(st.sampled_from(["RU", "UA", ""])).map(tuple),
    identity_documents=st.lists(DOCUMENTS, max_size=3).map(tuple),
)
THINGS = st.builds(Thing, title=MAYBE_TEXT, description=MAYBE_TEXT)
OFFENCES = st.builds(Offence, MAYBE_TEXT, MAYBE_TEXT, MAYBE_TEXT, MAYBE_MONTHS, MAYBE_MONTHS, MAYBE_MONTHS)
JUDICIAL = st.builds(
    Judicial,
    offences=st.lists(OFFENCES, max_size=3).map(tuple),
    facts=st.one_of(st.none(), st.builds(Facts, MAYBE_TEXT, DATES, MAYBE_TEXT)),
    warrant=st.one_of(st.none(), st.builds(Warrant, MAYBE_TEXT, MAYBE_TEXT, DATES)),
    assurances=st.one_of(st.none(), st.from_type(Assurances)),
)
BODIES = st.builds(
    Body,
    recipients=st.one_of(
        st.none(), st.just(Everyone()), st.lists(st.sampled_from(["RU", "PL", "ZZ", "", "914"])).map(tuple)
    ),
    subject=st.one_of(PERSONS, THINGS),
    text=TEXTS,
    judicial=st.one_of(st.none(), JUDICIAL),
)
CONTEXTS = st.builds(
    ReviewContext,
    type=st.sampled_from(REVIEWED),
    sender=st.sampled_from(["RU", "UA", "HK", "914", "XX", ""]),
    received_on=st.dates(),
    directory=st.just(DIRECTORY),
    pilot_members=st.sampled_from([frozenset(), frozenset({"RU"})]),
    silver_share_left=st.one_of(st.none(), st.integers()),
    cleared_for_confidential=st.sampled_from([None, frozenset(), frozenset({"PL"})]),
    conflicts=st.sampled_from([(), (the_conflict(),)]),
)


@settings(deadline=None)
@given(BODIES, CONTEXTS)
def test_no_body_makes_the_examination_fail(body: Body, told: ReviewContext) -> None:
    table = load_rules()
    order = [rule.id for rule in table.rules]
    findings = examine(body, told, table)
    assert examine(body, told, table) == findings
    assert [order.index(finding.rule) for finding in findings] == sorted(
        order.index(finding.rule) for finding in findings
    )
    for finding in findings:
        severity = table.severity(finding.rule, body.kind, told.type)
        assert severity is not None
        assert finding.field
        assert finding.message.strip()
        assert len(finding.words) <= 200


@pytest.mark.parametrize("type", REVIEWED)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_complete_body_fires_no_rule(kind: Kind, type: MessageType) -> None:
    assert examine(complete(kind), context(type, conflicts=(the_conflict(),)), load_rules()) == ()


def test_a_finding_carries_the_tables_article() -> None:
    (finding,) = examine(with_offence(RED, charge="-"), context(), load_rules())
    assert finding.article == "RPD 83(2)(b)(ii-iv)"


def test_a_rule_without_a_severity_for_the_kind_does_not_apply() -> None:
    table = load_rules()
    assert table.severity("JUD-01", Kind.RED, MessageType.NOTICE_REQUEST) is Severity.BLOCK
    assert table.severity("JUD-01", Kind.RED, MessageType.DIFFUSION) is Severity.FLAG
    assert table.severity("JUD-01", Kind.BLUE, MessageType.DIFFUSION) is None
    assert table.severity("FRM-03", Kind.RED, MessageType.NOTICE_REQUEST) is None
    assert table.severity("XYZ-99", Kind.RED, MessageType.DIFFUSION) is None


def test_the_table_decides_weight_and_order() -> None:
    body = with_person(replace(RED, retention_until=None), status=None)
    rules = {rule.id: rule for rule in load_rules().rules}
    lenient = replace(rules["RET-01"], severities=Severities(Severity.FLAG), article="Another 1")
    findings = examine(body, context(), RuleTable((lenient, rules["STA-01"]), ()))
    assert [(finding.rule, finding.severity, finding.article) for finding in findings] == [
        ("RET-01", Severity.FLAG, "Another 1"),
        ("STA-01", Severity.BLOCK, "RPD 44"),
    ]


def test_a_table_with_a_rule_unknown_to_the_program_is_refused() -> None:
    rule: Rule = load_rules().rules[0]
    with pytest.raises(ValueError, match="rule ABC-01"):
        RuleTable((replace(rule, id="ABC-01"),), ())
    with pytest.raises(ValueError, match="twice"):
        RuleTable((rule, rule), ())


@pytest.mark.parametrize("type", [type for type in MessageType if type not in REVIEWED])
def test_only_diffusions_and_notice_requests_are_examined(type: MessageType) -> None:
    with pytest.raises(ValueError, match=type.value):
        context(type)


@pytest.mark.parametrize("type", [*REVIEWED, MessageType.CORRECTION])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_three_to_five_points_for_a_person(kind: Kind, type: MessageType) -> None:
    checks = [check.id for check in load_rules().checklist(kind, type)]
    assert {"art_2", "art_3", "purpose", "accuracy"} <= set(checks)
    assert 3 <= len(checks) <= 5


def test_a_kinds_own_point_is_asked_of_that_kind() -> None:
    table = load_rules()
    for kind, check in ((Kind.RED, "offence"), (Kind.YELLOW, "privacy"), (Kind.SILVER, "assets")):
        asked = {other for other in Kind if check in {c.id for c in table.checklist(other, MessageType.DIFFUSION)}}
        assert asked == {kind}


def test_a_message_has_one_point() -> None:
    assert [check.id for check in load_rules().checklist(None, MessageType.MESSAGE)] == ["authorised"]
    assert load_rules().checklist(None, MessageType.WITHDRAWAL) == ()
