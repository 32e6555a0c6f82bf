"""``rules backtest``: a changed table on the store's items, before it is used, and without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from desks import diffusion, notice_request
from dutydesk.domain.codes.invalid_request import InvalidRequestCode

ROW = '[[sense]]\nrule = "INT-01"\nsense = "an occupation"\nen = ["boat builder"]\n'


@pytest.fixture
def changed(box: Box) -> str:
    """Rules that also point at an occupation, and no longer flag a clock that is off."""
    folder = box.folder / "changed"
    box.ok("rules", "export", str(folder))
    words = folder / "words" / "local.toml"
    words.write_text(f"{words.read_text()}\n{ROW}")
    table = folder / "rules.toml"
    text = table.read_text()
    place = text.index('severity = "flag"', text.index('id = "FRM-05"'))
    table.write_text(text[:place] + 'severity = { blue = "flag" }' + text[place + len('severity = "flag"') :])
    return str(folder)


def send(box: Box, *messages: dict[str, Any]) -> list[str]:
    found = box.ok("submit", box.lines("in.jsonl", *messages), "--json").objects()
    return [receipt["item"] for receipt in found]


def events(box: Box) -> int:
    count: int = box.ok("audit", "verify", "--json").object()["events"]
    return count


def test_it_counts_what_is_new_and_gone_and_writes_nothing(box: Box, changed: str) -> None:
    named = send(box, diffusion("DE"), diffusion("FR"), notice_request("BR"))
    before = events(box)
    *lines, totals = box.ok("rules", "backtest", "--rules", changed, "--json").objects()
    assert [line["item"] for line in lines] == named
    assert all("INT-01" in line["new"] and "FRM-05" in line["gone"] for line in lines)
    counts = {row["rule"]: (row["new"], row["gone"]) for row in totals["rules"]}
    assert (counts["INT-01"], counts["FRM-05"]) == ((3, 0), (0, 3))
    assert (totals["items"], totals["changed"], totals["withheld"], totals["unreadable"]) == (3, 3, 0, 0)
    assert totals["digest"] != totals["in_force"]
    said = box.ok("rules", "backtest", "--rules", changed).out
    assert "3 items compared, of which 3 change" in said
    assert "new: INT-01" in said
    assert events(box) == before


def test_the_rules_in_force_change_nothing(box: Box) -> None:
    send(box, diffusion("DE"), notice_request("BR"))
    box.ok("rules", "export", str(box.folder / "same"))
    (totals,) = box.ok("rules", "backtest", "--rules", "same", "--json").objects()
    assert (totals["items"], totals["changed"], totals["digest"]) == (2, 0, totals["in_force"])


def test_it_can_be_narrowed_by_time(box: Box, changed: str) -> None:
    send(box, diffusion("DE"))
    for option, value, number in (
        ("--since", "2000-01-01", 1),
        ("--since", "2090-01-01", 0),
        ("--until", "2000-01-01", 0),
    ):
        *_, totals = box.ok("rules", "backtest", "--rules", changed, option, value, "--json").objects()
        assert totals["items"] == number


def test_what_is_denied_to_the_readers_country_is_not_examined(box: Box, changed: str) -> None:
    """Otherwise a table with the right words would tell what the denied text holds."""
    send(box, diffusion("DE", restricted_from=["RU"], recipients=["FR"]), diffusion("FR"))
    *lines, totals = box.ok("--as", "Ruslana", "rules", "backtest", "--rules", changed, "--json").objects()
    assert ([line["sender"] for line in lines], totals["withheld"], totals["items"]) == (["FR"], 1, 1)
    assert {row["rule"]: row["new"] for row in totals["rules"]}["INT-01"] == 1


def test_correspondence_and_changed_bodies_are_not_compared(box: Box, changed: str) -> None:
    import sqlite3

    send(box, diffusion("DE"))
    with sqlite3.connect(box.store) as file:
        file.execute("UPDATE body SET raw = CAST(raw || x'20' AS BLOB)")
    (totals,) = box.ok("rules", "backtest", "--rules", changed, "--json").objects()
    assert (totals["items"], totals["unreadable"]) == (0, 1)


def test_rules_that_can_not_be_used_are_refused(box: Box, changed: str) -> None:
    (Path(changed) / "rules.toml").write_text("[[rule")
    box.refused(InvalidRequestCode.BAD_RULES, "rules", "backtest", "--rules", changed)
    assert box.run("rules", "backtest").code == 2
