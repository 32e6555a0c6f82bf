"""A desk with rules of its own: checked before it starts, named in its log, and proved under the table of then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.wire.reference.read_rule_table import load_rules

JUD_04 = 'id = "JUD-04"\n'


@pytest.fixture
def own(box: Box) -> Path:
    """A copy of the program's rules, in which JUD-04 takes two persons; the desk's settings name it."""
    folder = box.folder / "own"
    box.ok("rules", "export", str(folder))
    table = folder / "rules.toml"
    table.write_text(table.read_text().replace(JUD_04, f"{JUD_04}four_eyes = true\n"))
    return folder


def use(box: Box, folder: str | None) -> None:
    (box.folder / "desk.toml").write_text("" if folder is None else f'rules = "{folder}"\n')


def send(box: Box, sender: str) -> str:
    item: str = box.ok("submit", box.lines("in.jsonl", diffusion(sender)), "--json").object()["item"]
    return item


def changes(box: Box) -> list[dict[str, Any]]:
    path = box.folder / "changes.log"
    box.ok("audit", "export", str(path), "--force")
    events = [json.loads(line) for line in path.read_text().splitlines()[1:-1]]
    return [json.loads(event["data"]) for event in events if event.get("kind") == "rules.changed"]


def test_a_new_store_names_the_programs_table_and_no_event_more(box: Box) -> None:
    send(box, "DE")
    assert changes(box) == []
    tables = box.ok("audit", "verify", "--policy", "--json").object()["tables"]
    assert tables == [{"seq": 1, "digest": load_rules().digest, "known": True}]


def test_each_change_of_the_table_is_one_event_that_names_what_changed(box: Box, own: Path) -> None:
    use(box, "own")
    send(box, "DE")
    send(box, "FR")
    (first,) = changes(box)
    assert (first["was"], first["changed"], first["name"]) == (load_rules().digest, ["JUD-04"], "own")
    assert all("JUD-04" in rules for rules in first["four_eyes"].values())
    words = own / "words" / "exclusion.toml"
    words.write_text(words.read_text().replace('"surrogacy"', '"surrogacies"'))
    send(box, "ES")
    use(box, None)
    send(box, "AT")
    found = changes(box)
    assert [change["changed"] for change in found] == [["JUD-04"], ["EXC-01"], ["EXC-01", "JUD-04"]]
    assert [change["was"] for change in found[1:]] == [change["digest"] for change in found[:-1]]
    assert found[-1]["digest"] == load_rules().digest


def test_the_table_in_force_finds_and_a_decision_keeps_to_it(box: Box, own: Path) -> None:
    words = own / "words" / "local.toml"
    row = '[[sense]]\nrule = "INT-01"\nsense = "an occupation"\nen = ["boat builder"]\n'
    words.write_text(f"{words.read_text()}\n{row}")
    use(box, str(own))
    fired = box.ok("show", send(box, "DE"), "--json").object()["findings"]
    assert "INT-01" in {finding["rule"] for finding in fired}
    said = box.ok("settings", "--json").objects()
    assert {row["setting"]: row["value"] for row in said}["rules"] == str(own)
    box.ok("audit", "verify", "--policy")


def test_faults_refuse_to_start_and_name_the_line(box: Box, own: Path) -> None:
    table = own / "rules.toml"
    text = table.read_text()
    table.write_text(text.replace('article = "RPD 44"', 'article = ""'))
    use(box, "own")
    line = text[: text.index('article = "RPD 44"')].count("\n") + 1
    refused = box.refused(InvalidRequestCode.BAD_RULES, "items")
    assert f"own/rules.toml, line {line}: rule STA-01: article" in refused.err
    assert "dutydesk rules check" in refused.err
    assert f"line {line}" in box.run("doctor").out
    assert box.run("rules", "check").code == 1
    table.write_text(text)
    box.ok("items")


def test_a_folder_that_is_not_there_or_open_to_all_refuses_to_start(box: Box, own: Path) -> None:
    use(box, "nowhere")
    assert box.run("items").code == 2
    use(box, "own")
    (own / "rules.toml").chmod(0o666)
    box.refused(InvalidRequestCode.SETTINGS_EXPOSED, "items")
    (box.folder / "desk.toml").write_text("rules = 3\n")
    box.refused(InvalidRequestCode.BAD_SETTING, "items")


def test_the_proof_says_which_table_it_does_not_know(box: Box, own: Path) -> None:
    use(box, "own")
    send(box, "DE")
    log = box.folder / "desk.log"
    box.ok("audit", "export", str(log))
    shutil.copytree(own, box.folder / "kept")
    digest = box.ok("rules", "check", "kept", "--json").object()["digest"]
    use(box, None)
    alone = box.ok("audit", "verify", "--policy", str(log), "--json").object()["tables"]
    assert [(table["digest"], table["known"]) for table in alone] == [(load_rules().digest, True), (digest, False)]
    assert f"under the table of rules {digest}, which is not known here" in box.ok("audit", "verify", "--policy").out
    given = ("audit", "verify", "--policy", "--rules", "kept")
    assert [table["known"] for table in box.ok(*given, str(log), "--json").object()["tables"]] == [True, True]
    assert "not known here" not in box.ok(*given).out
    table = box.folder / "kept" / "rules.toml"
    table.write_text(table.read_text().replace('example = "born in 1890"', 'example = "born in 1889"'))
    assert "which this log does not name" in box.ok(*given).out
    box.refused(InvalidRequestCode.CONFLICTING_OPTIONS, "audit", "verify", "--rules", "kept")


def test_a_log_is_replayed_under_the_desks_own_rules(box: Box, own: Path) -> None:
    send(box, "DE")
    log = box.folder / "desk.log"
    box.ok("audit", "export", str(log))
    table = own / "rules.toml"
    place = table.read_text().index('severity = "flag"', table.read_text().index('id = "FRM-05"'))
    text = table.read_text()
    table.write_text(text[:place] + 'severity = "block"' + text[place + len('severity = "flag"') :])
    box.ok("replay", str(log), "--hold-on-block")
    assert (
        "FRM-05 fired then without blocking; today it blocks"
        in box.run("replay", str(log), "--hold-on-block", "--rules", str(own)).out
    )
    use(box, "own")
    assert box.run("replay", str(log), "--hold-on-block").code == 1
