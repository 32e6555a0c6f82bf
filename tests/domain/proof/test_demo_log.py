"""The log of a whole demo, with its traffic, colleagues and bureaus, proves all of its deliveries."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutydesk.demo.demo import demo_shift, open_demo, run_headless
from dutydesk.desk.audit import log_export
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user


@pytest.mark.parametrize("messages", [250, pytest.param(1200, marks=pytest.mark.long("a whole demo is played"))])
async def test_the_demos_log_proves_itself_in_the_store_and_taken_out(tmp_path: Path, messages: int) -> None:
    shift = demo_shift(messages)
    desk = await open_demo(tmp_path / "demo.db", shift)
    try:
        summary = await run_headless(desk, shift)
        assert summary.decisions > 10
        here = await log_export.prove_store(desk.store, desk.context)
        await log_export.export_log(desk.store, desk.context, Actor(os_user(), os_user()), tmp_path / "demo.log")
    finally:
        await desk.close()
    there = log_export.prove_file(tmp_path / "demo.log")
    assert here.holds, here
    assert there == here
    gone_out = sum(
        count for state, count in summary.deliveries.items() if state not in ("suppressed", "queued", "dead", "failed")
    )
    assert here.deliveries == gone_out > 1000
