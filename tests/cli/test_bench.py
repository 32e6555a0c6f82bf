"""The benchmarks run the real way at a tiny size: their shape and that every delivery is made once, never a time."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from boxes import Box, FinishedCommand
from desks import AT
from dutydesk.demo.demo_store import demo_shift
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk_bench.bare_rows import WrittenRows
from dutydesk_bench.load import Load
from dutydesk_bench.peers import job_queues, nats, postgres, redis
from dutydesk_bench.peers.work import Batches, PeerWork
from dutydesk_bench.registry import SUITES
from dutydesk_bench.report import at_least, at_most, latency_figures, peer_figure, percentile
from dutydesk_bench.whole_life import require_single_delivery
from refusals import raises_code

TINY = {
    "pipeline": ("--messages", "20", "--recipients", "3", "--seconds", "0.1"),
    "decide": ("--decisions", "8", "--seconds", "0.1"),
    "console": ("--items", "100", "--keys", "4", "--rounds", "1", "--seconds", "0.1"),
    "growth": ("--items", "300", "--small", "100", "--rounds", "1"),
    "checks": ("--persons", "1000", "--documents", "1000", "--checks", "20"),
    "registers": ("--register", "100", "--messages", "20", "--rounds", "1"),
    "audit": ("--messages", "20", "--events", "500"),
    "tree": ("--messages", "20", "--events", "3000"),
}
CHECKOUT = Path(__file__).parents[2]
NO_ROWS = WrittenRows(Path("after"), Path("before"))
KEYS = {"suite", "what", "value", "unit", "ratio", "of", "goal", "met", "missing"}


def figures_of(ended: FinishedCommand, suite: str) -> dict[str, dict[str, Any]]:
    *figures, about = ended.objects()
    assert about.keys() == {"suite", "settings", "versions", "unequal"}
    assert about["suite"] == suite
    assert {"Python", "SQLite", "dutydesk"} <= about["versions"].keys()
    assert about["unequal"], "what is not the same is said"
    for figure in figures:
        assert figure.keys() == KEYS
        assert figure["missing"] or figure["value"] is not None
        assert (figure["goal"] is None) == (figure["met"] is None)
        assert (figure["ratio"] is None) == (figure["of"] is None)
    with_ratio = [figure["ratio"] is not None for figure in figures]
    assert with_ratio == sorted(with_ratio, reverse=True), "ratios come first"
    return {figure["what"]: figure for figure in figures}


@pytest.mark.parametrize(
    "suite",
    [
        suite
        if suite in ("audit", "tree")
        else pytest.param(suite, marks=pytest.mark.exhaustive("the benchmark itself"))
        for suite in TINY
    ],
)
def test_a_suite_runs_and_leaves_nothing_behind(bare: Box, suite: str) -> None:
    folder = bare.folder / "measured"
    folder.mkdir()
    found = figures_of(bare.ok("bench", suite, *TINY[suite], "--folder", str(folder), "--json"), suite)
    assert list(folder.iterdir()) == []
    if suite == "pipeline":
        disk = found["fdatasync of 4 KiB on this disk"]
        first = found["whole life, producers: 512"]
        assert disk["ratio"] == 1.0
        assert abs(first["ratio"] - first["value"] / disk["value"]) < 1e-6
        assert any("PostgreSQL" in what for what in found)
        assert any("Redis" in what for what in found)
        assert {figure["of"] for what, figure in found.items() if "by apsw alone" in what} == {"ours / it"}
        assert found["the same rows written by apsw alone"]["goal"] == ">= 0.5 x it"
        assert any("mixed load" in what and "held" in what for what in found)
    if suite == "checks":
        met = [figure for figure in found.values() if figure["goal"] and figure["unit"] == "%"]
        assert len(met) >= 5
        assert all(figure["met"] for figure in met), "what is found is no matter of time"
        assert found["checks of documents that are on record"]["goal"]
    if suite == "console":
        assert 50 < found["bytes of a step of the cursor"]["value"] <= 600


@pytest.mark.exhaustive("the benchmark itself")
def test_the_pipeline_of_another_checkout_is_measured_by_turns(bare: Box) -> None:
    ended = bare.ok("bench", "--messages", "20", "--recipients", "2", "--rounds", "1", "--against", str(CHECKOUT))
    heading, *figures = ended.out.splitlines()
    assert heading.startswith("Ratio")
    assert [line.split("  ")[1].strip() for line in figures[:2]] == ["x the other", "x the other"]
    assert "whole life" in figures[0]
    assert "Redis" not in ended.out


def test_what_cannot_be_measured_is_a_wrong_call(bare: Box) -> None:
    assert bare.run("bench", "--messages", "1").code == 2
    assert bare.run("bench", "--folder", "nowhere").code == 2
    assert bare.run("bench", "--against", "nowhere").code == 2
    assert bare.run("bench", "everything").code == 2
    bare.refused(RefusedCode.MEASUREMENT_FAILED, "bench", "--messages", "20", "--against", str(bare.folder))
    bare.refused(InvalidRequestCode.OPTION_OF_ANOTHER_SUITE, "bench", "growth", "--messages", "100")


def test_a_suite_that_takes_too_long_says_so(bare: Box) -> None:
    bare.refused(RefusedCode.SUITE_TIMEOUT, "bench", "growth", "--items", "1000000", "--minutes", "0.01")


def test_every_suite_can_be_told_how_much() -> None:
    assert set(SUITES) == {"pipeline", "decide", "console", "growth", "checks", "audit", "registers", "tree"}
    assert set(TINY) == set(SUITES)


def test_a_delivery_that_is_lost_or_doubled_ends_it() -> None:
    require_single_delivery(Counter(["a", "b"]), 2)
    for keys in (Counter(["a"]), Counter(["a", "b", "b"]), Counter(["a", "b", "c"])):
        with raises_code(RefusedCode.PROMISE_BROKEN):
            require_single_delivery(keys, 2)


def test_goals_are_met_or_missed() -> None:
    assert at_least("x", 5, "messages/s", 5).met
    assert not at_least("x", 4, "messages/s", 5).met
    assert at_most("x", 5, "ms", 5).met
    assert not at_most("x", 6, "ms", 5).met
    peer = peer_figure("x", 100, "messages/s", 250, 2.5)
    assert (peer.ratio, peer.of, peer.met) == (2.5, "ours / it", True)
    assert peer_figure("x", 100, "messages/s", 240, 2.5).met is False
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.99) == 99
    assert [figure.value for figure in latency_figures("x", [0.001, 0.003, 0.002])] == [2, 3, 3]


def test_each_message_of_a_load_has_a_text_of_its_own() -> None:
    load = Load(demo_shift(), AT, ["FR", "DE"], "x")
    bodies = [json.loads(raw.raw) for raw in load.diffusions(700)]
    assert len({body["text"] for body in bodies}) == len(bodies) == load.made
    assert load.deliveries == 2 * len(bodies)
    summaries = [body["judicial"]["facts"]["summary"] for body in bodies if body.get("judicial", {}).get("facts")]
    assert len(set(summaries)) == len(summaries) > 300


def test_the_mixed_load_is_as_the_sample_shift() -> None:
    load = Load(demo_shift(), AT, (), "x")
    bodies = [json.loads(raw.raw) for raw in load.mixed(285)]
    listed = [len(body["recipients"]) for body in bodies if body["type"] == "diffusion"]
    assert median(listed) == 3
    assert load.deliveries == sum(listed)
    assert 0.1 < 1 - len(listed) / len(bodies) < 0.2, "some are requests, which are held"
    assert len({body["sender"] for body in bodies}) > 40


def test_each_message_is_handed_to_a_peer_once() -> None:
    work = PeerWork([b"%d" % number for number in range(10)], ["FR"], 60, NO_ROWS)
    batches = Batches(work, 4)
    assert [[number for number, _ in batch] for batch in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert batches.done == 10
    assert len(list(Batches(PeerWork(work.bodies, ["FR"], -1, NO_ROWS), 4))) == 1, (
        "its time is up after the first batch"
    )


@pytest.mark.parametrize("peer", [postgres, redis, nats])
def test_a_peer_that_is_not_here_is_named(peer: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "find_program", lambda *_: None)
    figures, versions = asyncio.run(peer.figures(tmp_path, PeerWork([b"x"], ["FR"], 1, NO_ROWS), 100.0))
    assert versions == {}
    assert figures
    assert all(figure.value is None and "not on this box" in figure.missing for figure in figures)


def test_a_package_that_is_not_here_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queues, "missing_packages", lambda name: f"the Python package {name} is not installed")
    figures, versions = asyncio.run(job_queues.figures(tmp_path, PeerWork([b"x"], ["FR"], 1, NO_ROWS), 100.0))
    assert (len(figures), versions) == (3, {})
    assert all("is not installed" in (figure.missing or "") for figure in figures)
