"""Each rule fires on its own fault, at the right field and with the severity of the table, and on nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from bodies import RECEIVED, complete, context
from rule_cases import BLOCK, CASES, DIFFUSION, FLAG, NOTICE_REQUEST, Case

from dutydesk.domain.messages.message import Diffusion, Kind, MessageType, NoticeRequest
from dutydesk.domain.rules import RULES
from dutydesk.domain.rules.examination import Severity, examine
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

_AT = datetime(RECEIVED.year, RECEIVED.month, RECEIVED.day, 9, tzinfo=UTC)

#: The rules that the desk must have, whatever the table contains.
WANTED = {
    *("SRC-01", "SRC-02", "SRC-03", "FRM-01", "FRM-02", "FRM-03", "FRM-04", "PUR-01", "STA-01"),
    *("IDN-01", "IDN-02", "IDN-03", "IDN-04"),
    *("JUD-01", "JUD-02", "JUD-03", "JUD-04", "JUD-05", "JUD-06", "JUD-07"),
    *("EXC-01", "EXC-02", "CON-02", "CON-03", "CON-04", "CON-05", "HIS-01", "HIS-02", "INT-01"),
    *("RST-01", "RST-02", "CNF-01", "SEN-01", "RET-01", "RET-02", "VIC-01", "SLV-01"),
}
EXEMPT = {
    "SRC-02": "the sender's level is a cause of the route, not a finding",
    "SRC-03": "a suspended sender's items are blocked by the route",
    "RST-01": "a restriction takes the recipient out of the audience",
    "FRM-01": "the wire refuses what has no known kind or does not parse",
}
#: Faults that the wire already rejects; the rule is a second check.
OF_THE_WIRE = {"FRM-03"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_found_where_it_stands(case: Case) -> None:
    findings = examine(case.body, context(case.type, **case.context_changes), load_rules())
    found = {(finding.rule, finding.field): finding for finding in findings}
    finding = found[case.rule, case.field]
    assert finding.severity is case.severity
    assert finding.words == case.words


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_repaired_body_does_not_fire_the_rule(case: Case) -> None:
    repaired = case.repaired or complete(case.body.kind)
    findings = examine(repaired, context(case.type, **case.repaired_changes), load_rules())
    assert case.rule not in {finding.rule for finding in findings}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_finding_is_one_sentence_that_leaves_the_verdict_to_the_officer(case: Case) -> None:
    for finding in examine(case.body, context(case.type, **case.context_changes), load_rules()):
        assert finding.message[0].isupper() or finding.message[0].isdigit()
        assert finding.message[-1] in ".?"
        assert "\n" not in finding.message
        assert "complian" not in finding.message.casefold()


def test_every_rule_of_the_table_can_fire() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in load_rules().rules}


def test_the_table_and_the_program_have_the_same_rules() -> None:
    assert {rule.id for rule in load_rules().rules} == set(RULES)


def test_every_rule_that_is_wanted_is_in_the_table_or_exempt_for_a_reason() -> None:
    ids = load_rules().ids
    assert ids.isdisjoint(EXEMPT)
    assert WANTED - ids == EXEMPT.keys()
    assert {f"MIN-{kind}".upper() for kind in Kind if kind is not Kind.RED} <= ids


def _as_message(case: Case) -> dict[str, Any]:
    """The message of a case, in the wire format."""
    fields = _without_nothing(json.loads(to_json_line(case.body)))
    fields["subject"]["type"] = case.body.subject.type
    if case.type is NOTICE_REQUEST:
        fields.pop("recipients", None)
    head = {"schema": "dutydesk/1", "type": case.type, "reference": "2022/114", "sent_at": "2022-03-12T08:00:00Z"}
    return head | {"sender": case.context_changes.get("sender", "RU")} | fields


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(part) for key, part in value.items() if part is not None}
    return [_without_nothing(part) for part in value] if isinstance(value, list) else value


def _fires_from_a_message(case: Case) -> bool:
    reading = decode_message(json.dumps(_as_message(case)).encode(), load_directory(), _AT)
    if not isinstance(reading, DecodedMessage):
        return False
    assert isinstance(reading.message, Diffusion | NoticeRequest)
    findings = examine(reading.message.body, context(case.type, **case.context_changes), load_rules())
    return (case.rule, case.severity) in {(finding.rule, finding.severity) for finding in findings}


@pytest.mark.parametrize("rule", sorted(load_rules().ids - OF_THE_WIRE))
def test_every_rule_fires_from_a_message_as_it_is_sent(rule: str) -> None:
    assert any(_fires_from_a_message(case) for case in CASES if case.rule == rule)


@pytest.mark.parametrize("case", [case for case in CASES if case.rule in OF_THE_WIRE], ids=str)
def test_what_is_the_wires_own_is_refused_or_repaired_by_it(case: Case) -> None:
    assert not _fires_from_a_message(case)


#: Severity of a red item by type: what blocks a notice request only flags a diffusion (RPD 83(1), 99).
LIGHTER_ON_DIFFUSIONS = ("JUD-01", "JUD-02")
BLOCKS_BOTH = (
    *("SRC-01", "FRM-02", "PUR-01", "STA-01", "IDN-01", "IDN-02", "JUD-03", "JUD-04", "JUD-05", "JUD-06"),
    *("CON-05", "HIS-01", "HIS-02", "RST-02", "CNF-01", "RET-01", "VIC-01"),
)
FLAGS_BOTH = (
    *(
        "FRM-04",
        "FRM-05",
        "IDN-03",
        "IDN-04",
        "JUD-07",
        "EXC-01",
        "EXC-02",
        "CON-02",
        "CON-03",
        "CON-04",
        "INT-01",
        "SEN-01",
        "RET-02",
    ),
)
WEIGHTS = (
    *((rule, DIFFUSION, FLAG) for rule in LIGHTER_ON_DIFFUSIONS),
    *((rule, NOTICE_REQUEST, BLOCK) for rule in LIGHTER_ON_DIFFUSIONS),
    *((rule, type, BLOCK) for rule in BLOCKS_BOTH for type in (DIFFUSION, NOTICE_REQUEST)),
    *((rule, type, FLAG) for rule in FLAGS_BOTH for type in (DIFFUSION, NOTICE_REQUEST)),
    ("FRM-03", DIFFUSION, BLOCK),
    ("FRM-03", NOTICE_REQUEST, None),
)


@pytest.mark.parametrize(("rule", "type", "severity"), WEIGHTS)
def test_how_heavily_a_rule_weighs_on_a_red_item(rule: str, type: MessageType, severity: Severity | None) -> None:
    assert load_rules().severity(rule, Kind.RED, type) is severity


def test_the_weights_name_every_rule_that_a_red_item_meets() -> None:
    table = load_rules()
    for type in (DIFFUSION, NOTICE_REQUEST):
        applied = {rule.id for rule, _, _ in table.steps(Kind.RED, type)}
        assert applied == {rule for rule, of, severity in WEIGHTS if of is type and severity is not None}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RED])
def test_the_rules_of_red_bind_no_other_kind_and_its_own_minimum_blocks(kind: Kind) -> None:
    table = load_rules()
    for type in (DIFFUSION, NOTICE_REQUEST):
        for rule in ("IDN-01", "JUD-01", "JUD-02", "JUD-03", "JUD-04", "JUD-05", "JUD-06", "JUD-07"):
            assert table.severity(rule, kind, type) is None
        assert table.severity(f"MIN-{kind}".upper(), kind, type) is BLOCK
        silver = BLOCK if kind is Kind.SILVER else None
        assert table.severity("SLV-01", kind, type) is silver
