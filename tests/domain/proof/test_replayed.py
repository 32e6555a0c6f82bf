"""Replays a log's routes under today's rules: equal if nothing changed, else with the reason for the difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.replay import CurrentRules, RouteDifference, replay
from dutydesk.domain.rules.examination import RuleTable, Severities, Severity
from dutydesk.wire.reference.read_rule_table import load_rules
from eventful_log import Log, rule_table

ROUTES = ("item.routed", "item.reread", "item.corrected")


def today(rules: RuleTable | None = None, *, hold_on_block: bool = False) -> CurrentRules:
    return CurrentRules(rule_table(), rules or load_rules(), hold_on_block)


def found(
    lines: list[LogLine], rules: RuleTable | None = None, *, hold_on_block: bool = False
) -> dict[str, RouteDifference]:
    replayed = replay(lines, today(rules, hold_on_block=hold_on_block))
    assert replayed.not_judged == ()
    return {one.item: one for one in replayed.differ}


def weighing(rule: str, severity: Severity) -> RuleTable:
    table = load_rules()
    rules = tuple(
        replace(row, severities=Severities(severity), thin=None) if row.id == rule else row for row in table.rules
    )
    return RuleTable(rules, table.checks, table.conflicts, table.lexicon)


def test_under_the_same_rules_every_route_leads_where_it_led(lines: list[LogLine]) -> None:
    replayed = replay(lines, today())
    routes = [line for line in lines if line.kind in ROUTES and '"child"' not in line.data]
    assert replayed.routes == len(routes) > 30
    assert replayed.differ == ()
    assert replayed.not_judged == ()


def fired(lines: list[LogLine], rule: str) -> set[str]:
    return {line.subject for line in lines if line.kind in ROUTES and f'"{rule}"' in line.data}


def test_a_rule_that_blocks_today_and_a_desk_that_holds_what_is_blocked(forged: Log) -> None:
    place = forged.place("item.routed", state="released")
    forged.change(place, rules=["FRM-05"], blocking=[])
    name, lines = forged.rows[place]["subject"], forged.lines()
    one = found(lines, weighing("FRM-05", Severity.BLOCK), hold_on_block=True)[name]
    assert (one.then.state, one.now.state) == ("released", "held")
    assert "FRM-05 fired then without blocking; today it blocks" in one.why
    assert any("holds what a rule blocks" in words for words in one.why)
    assert name not in found(lines, hold_on_block=True)


def test_a_rule_that_is_gone_or_holds_no_longer(forged: Log) -> None:
    place = forged.place("item.routed", state="released")
    forged.change(place, rules=["CON-05"], blocking=["CON-05"], state="held", level="held")
    name, lines = forged.rows[place]["subject"], forged.lines()
    assert name not in found(lines)
    table = load_rules()
    without = RuleTable(
        tuple(row for row in table.rules if row.id != "CON-05"), table.checks, table.conflicts, table.lexicon
    )
    one = found(lines, without)[name]
    assert (one.then.state, one.now.state) == ("held", "released")
    assert "CON-05 fired then; it is no rule any more" in one.why


def test_a_level_and_an_audience_that_the_rules_do_not_give(forged: Log) -> None:
    place = forged.place("item.routed", "held")
    forged.change(place, state="released", level="direct")
    one = found(forged.lines())[forged.items["held"]]
    assert (one.then.state, one.now.state, one.now.level, one.now.measure) == ("released", "held", "held", "M-0001")
    assert one.why[0].startswith("RU is held under M-0001")


def test_a_recipient_who_was_denied_and_one_who_was_left_out(forged: Log) -> None:
    place = forged.place("item.routed", "restricted")
    deliver = forged.rows[place]["data"]["deliver"]
    assert "PL" not in deliver
    forged.change(place, deliver=["PL", *deliver[1:]], suppress={})
    why = found(forged.lines())[forged.items["restricted"]].why
    assert "PL was to get it then; today it is kept from it: restricted" in why
    assert f"{deliver[0]} was kept from it then; today it would get it" in why


def test_who_was_not_cleared_stays_so(forged: Log) -> None:
    place = forged.place("item.routed", state="released")
    row = forged.rows[place]
    first, *others = row["data"]["deliver"]
    forged.change(place, deliver=others, suppress={**row["data"]["suppress"], first: "uncleared"})
    assert row["subject"] not in found(forged.lines())


@pytest.mark.parametrize("change", [{"type": "telegram"}, {"rules": 7}, {"suppress": None}, {"state": "gone"}])
def test_what_can_not_be_judged_is_said_and_stops_nothing(forged: Log, change: dict[str, object]) -> None:
    place = forged.place("item.routed")
    forged.change(place, **change)
    replayed = replay(forged.lines(), today())
    (one,) = replayed.not_judged
    assert (one.seq, one.item) == (place + 1, forged.rows[place]["subject"])
    assert "\n" not in one.why
    assert replayed.routes > 30
