"""``replay LOG``: verified first, replayed without any store, and honest about what no log holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion, notice_request
from dutydesk.cli.main import run
from dutydesk.desk.audit import replay
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.rules.examination import Decider, RuleTable
from dutydesk.wire.reference.read_rule_table import load_rules


@pytest.fixture
def log(box: Box) -> Path:
    messages = (diffusion("DE", retention_until=None), diffusion("FR", retention_until=None), notice_request("BR"))
    box.ok("submit", box.lines("in.jsonl", *messages))
    path = box.folder / "desk.log"
    box.ok("audit", "export", str(path))
    return path


def test_the_same_rules_lead_the_same_way_and_no_store_is_needed(box: Box, log: Path) -> None:
    done = box.ok("--db", "nowhere.db", "replay", str(log), "--json").object()
    assert (done["chain"], done["routes"], done["differ"], done["not_judged"]) == ("verified", 3, [], [])
    assert done["realm"] == "exercise"
    assert "a log holds no bodies" in done["left_out"][0]
    said = box.ok("replay", str(log)).out
    assert "All 3 routes are the same" in said
    assert "Not judged: a log holds no bodies" in said
    assert not (box.folder / "nowhere.db").exists()


def test_what_differs_is_printed_with_its_reason(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [json.loads(line) for line in log.read_text("ascii").splitlines()[1:-1]]
    fired = {rule for event in events if event["kind"] == "item.routed" for rule in json.loads(event["data"])["rules"]}
    table = load_rules()
    assert fired, "some rule fired in this log"
    rules = tuple(
        row if row.decides is Decider.POINTS else replace(row, thin=None, severities=_blocking(row.severities))
        for row in table.rules
    )
    changed = RuleTable(rules, table.checks, table.conflicts, table.lexicon)
    monkeypatch.setattr(replay, "load_rules", lambda: changed)
    assert run(["replay", str(log), "--hold-on-block"]) == 1
    said = capsys.readouterr().out
    assert "then released at direct, for" in said
    assert "today it blocks" in said
    assert "routes differ under today's rules" in said


def _blocking(severities: object) -> object:
    from dutydesk.domain.rules.examination import Severities, Severity

    return Severities(Severity.BLOCK)


def test_a_log_that_does_not_verify_is_not_replayed(box: Box, log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"kind":"item.routed"', b'"kind":"item.noted"', 1))
    done = box.run("replay", str(log), "--json")
    assert done.code == 1
    assert (done.object()["routes"], "was changed after it was written" in done.object()["chain"]) == (0, True)
    assert "is not replayed" in box.run("replay", str(log)).out


def test_a_checkpoint_must_hold_and_must_be_of_that_log(box: Box, log: Path, tmp_path: Path) -> None:
    checkpoint = box.folder / "kept.checkpoint"
    box.ok("audit", "checkpoint", str(checkpoint))
    cut = box.run("replay", str(log), "--checkpoint", str(checkpoint))
    assert (cut.code, "its end was removed" in cut.out) == (1, True)
    newer = box.folder / "newer.log"
    box.ok("audit", "export", str(newer))
    box.ok("replay", str(newer), "--checkpoint", str(checkpoint))
    other = Box(tmp_path / "other")
    other.folder.mkdir()
    other.ok("init", "--exercise")
    other.ok("audit", "export", str(other.folder / "foreign.log"))
    foreign = str(other.folder / "foreign.log")
    box.refused(InvalidRequestCode.CHECKPOINT_OF_ANOTHER_LOG, "replay", foreign, "--checkpoint", str(checkpoint))


def test_a_foreign_log_is_replayed_and_never_merged(box: Box, log: Path, tmp_path: Path) -> None:
    other = Box(tmp_path / "other")
    other.folder.mkdir()
    other.ok("init", "--exercise")
    before = other.ok("audit", "verify", "--json").object()
    other.ok("replay", str(log))
    assert other.ok("audit", "verify", "--json").object() == before
    assert other.ok("items", "--json").out == ""


def test_what_is_no_log(box: Box) -> None:
    for content in (b"", b"{}", b"\xff\n"):
        (box.folder / "x").write_bytes(content)
        box.refused(InvalidRequestCode.NOT_A_LOG_FILE, "replay", "x")
