"""The page of rules agrees with the table."""

from __future__ import annotations

import pytest

from dutydesk.wire.reference.read_rule_table import load_rules
from dutydesk.wire.reference.rules_page import page_file, rules_page


def test_the_page_beside_the_table_is_the_tables() -> None:
    written = page_file().read_text("utf-8")
    assert written == rules_page(load_rules()), "stale; write it again: python -m dutydesk.wire.reference.rules_page"


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("PUR-01", "block"),
        ("JUD-01", "red: flag for a diffusion, block for a notice request; a supervisor may override"),
        ("MIN-SILVER", "silver: block; flag in a doubtful case"),
        ("CON-03", "flag; two persons judge"),
        ("FRM-03", "block for a diffusion"),
    ],
)
def test_how_heavily_a_rule_weighs_is_said_in_words(rule: str, severity: str) -> None:
    (row,) = [line for line in rules_page(load_rules()).splitlines() if line.startswith(f"| {rule} |")]
    assert row.split(" | ")[2] == severity


def test_every_rule_and_every_point_has_a_row() -> None:
    page = rules_page(load_rules())
    for wanted in (*load_rules().rules, *load_rules().checks):
        assert page.count(f"\n| {wanted.id} | {wanted.article} | ") == 1
