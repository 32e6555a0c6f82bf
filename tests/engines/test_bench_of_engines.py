"""The benchmark of both engines in one run."""

from __future__ import annotations

from pathlib import Path

from dutydesk_bench.suites.boxes import BoxDecisions, run_decisions
from dutydesk_bench.suites.engines import EngineTurns, run
from postgres_cluster import PostgresCluster, postgres_cluster

__all__ = ["postgres_cluster"]


async def test_both_engines_are_measured_by_turns_and_nothing_is_left(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    options = EngineTurns(postgres_cluster.url("postgres"), messages=20, recipients=3, turns=1, intake_seconds=0.5)
    report = await run(tmp_path, options, lambda *_: None)
    cluster, file = report.figures[:2]
    assert cluster.value
    assert file.value
    assert cluster.ratio == cluster.value / file.value
    both, one = (figure for figure in report.figures if figure.what.startswith("intake of "))
    assert both.value
    assert one.value
    assert both.ratio == both.value / one.value
    _require_nothing_left(postgres_cluster)


async def test_decisions_are_measured_beside_the_intake_of_two_boxes(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    options = BoxDecisions(postgres_cluster.url("postgres"), decisions=8)
    report = await run_decisions(tmp_path, options, lambda *_: None)
    assert all(figure.value for figure in report.figures)
    assert report.figures[0].ratio
    _require_nothing_left(postgres_cluster)


def _require_nothing_left(postgres_cluster: PostgresCluster) -> None:
    left = postgres_cluster.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'dutydesk_bench_%'")
    assert left == [(0,)]
