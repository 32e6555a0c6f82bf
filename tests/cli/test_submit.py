"""Submitting files and pipes: a line of result per message, and an exit code for all of them."""

from __future__ import annotations

import json
from pathlib import Path

from boxes import Box
from desks import diffusion

FIELDS = {"line", "reference", "outcome", "item", "state", "cause", "problems"}


def test_repeats_count_as_done_and_rejections_do_not(box: Box) -> None:
    path = box.lines("in.jsonl", diffusion("DE"))
    first, again = box.ok("submit", path, "--json").object(), box.ok("submit", path, "--json").object()
    assert (first["outcome"], again["outcome"], again["item"]) == ("accepted", "repeat", "D-000001")
    bad = diffusion("DE") | {"colour": "red", "language": "de"}
    ended = box.run("submit", box.lines("bad.jsonl", diffusion("FR"), bad), "--json")
    assert ended.code == 1
    good, rejected = ended.objects()
    assert (good["outcome"], rejected["outcome"], rejected["line"]) == ("accepted", "rejected", 2)
    assert set(rejected) >= FIELDS
    assert {problem["path"] for problem in rejected["problems"]} == {"colour", "language"}
    text = box.run("submit", str(box.folder / "bad.jsonl"))
    assert "line 2: rejected" in text.out
    assert "colour" in text.out


def test_a_json_file_is_one_message_over_many_lines(box: Box) -> None:
    path = box.folder / "one.json"
    path.write_text(json.dumps(diffusion("DE"), indent=2), "utf-8")
    assert box.ok("submit", str(path), "--json").object()["outcome"] == "accepted"


def test_a_pipe_carries_one_message_a_line(box: Box) -> None:
    lines = b"\n".join(json.dumps(diffusion(sender)).encode() for sender in ("DE", "FR", "PL"))
    results = box.ok("submit", "-", "--json", given=lines).objects()
    assert [(row["line"], row["outcome"]) for row in results] == [(1, "accepted"), (2, "accepted"), (3, "accepted")]


def test_results_come_in_the_order_of_the_lines(box: Box) -> None:
    path = box.lines("many.jsonl", *(diffusion("DE", ("PL",)) for _ in range(600)))
    results = box.ok("submit", path, "--json").objects()
    assert [row["line"] for row in results] == list(range(1, 601))
    assert [row["item"] for row in results] == [f"D-{number:06d}" for number in range(1, 601)]
    assert len(box.ok("items", "--json").objects()) == 600
    assert [row["item"] for row in box.ok("items", "--limit", "3", "--json").objects()] == [
        "D-000600",
        "D-000599",
        "D-000598",
    ]


def test_a_file_that_can_t_be_read_does_not_stop_the_others(box: Box) -> None:
    good = box.lines("good.jsonl", diffusion("DE"))
    ended = box.run("submit", str(box.folder / "missing.jsonl"), str(box.folder), good)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 2
    assert "missing.jsonl can't be read" in ended.err
    assert "accepted" in ended.out


def test_a_file_without_a_message_is_refused(box: Box) -> None:
    for content in (b"", b" \n\n"):
        ended = box.run("submit", "-", "--json", given=content)
        assert (ended.code, ended.object()["outcome"]) == (1, "rejected")


def test_a_conflict_and_hostile_bytes_are_named(box: Box) -> None:
    message = diffusion("DE")
    box.ok("submit", box.lines("in.jsonl", message))
    other = box.lines("other.jsonl", message | {"text": "Something else."})
    with Path(other).open("ab") as file:
        file.write(b"\xff\xfe broken\n")
    conflict, broken = box.run("submit", other, "--json").objects()
    assert (conflict["outcome"], broken["outcome"]) == ("conflict", "quarantined")


def test_submitting_leaves_no_log_behind_when_nobody_dispatches(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))
    wal = box.store.with_name("desk.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0


def test_the_officer_who_submits_is_in_the_log(box: Box) -> None:
    box.ok("--as", "Jonas", "submit", box.lines("in.jsonl", diffusion("DE")))
    history = box.ok("show", "D-1", "--json").object()["history"]
    assert (history[0]["kind"], history[0]["actor"]) == ("intake.accepted", "Jonas")


def test_searching_is_literal(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))
    title = box.ok("items", "--json").object()["title"].split(",")[0]
    assert box.ok("items", "--text", title.lower(), "--json").objects()
    for hostile in ("a:b", "NEAR(x", "'); DROP TABLE item", "x" * 10_000, "-x y"):
        assert box.run("items", "--text", hostile, "--json").code in (0, 2)
    assert box.ok(
        "items", "--text", title, "--state", "released", "--kind", "red", "--sender", "DE", "--json"
    ).objects()
