"""The desk's clock: a demo's runs with its replay and is never behind the log; other stores use UTC now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from desks import AT, MovedClock, diffusion, raw
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.service.desk import open_desk
from engine_under_test import make_store


async def test_a_demo_resumes_from_its_last_event(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    make_store(path, "demo", MovedClock(AT))
    first = await open_desk(path, MovedClock(AT + timedelta(hours=5)), founder="root")
    await first.intake.receive(raw(diffusion()))
    await first.close()
    second = await open_desk(path)
    now = second.clock.now()
    assert AT + timedelta(hours=5) <= now < AT + timedelta(hours=6)
    await second.close()


async def test_a_second_process_of_a_demo_is_never_behind_the_replay(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    make_store(path, "demo", MovedClock(AT))
    replaying = ReplayClock(AT, rate=0)
    replay = await open_desk(path, replaying, founder="root")
    colleague = await open_desk(path)
    replaying.advance_to(AT + timedelta(days=1))
    await replay.intake.receive(raw(diffusion()))
    await colleague.intake.receive(raw(diffusion()))
    events = await colleague.queries.events_after(0)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert "clock.stepped_back" not in {event.kind for event in events}
    assert colleague.clock.now() >= AT + timedelta(days=1)
    await colleague.close()
    await replay.close()


async def test_other_stores_use_utc_now(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    make_store(path, "live")
    desk = await open_desk(path, founder="root")
    assert abs(desk.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    await desk.close()


def test_a_replay_clock_never_goes_back() -> None:
    clock = ReplayClock(AT, rate=0)
    clock.advance_to(AT + timedelta(hours=1))
    clock.advance_to(AT)
    assert clock.now() == AT + timedelta(hours=1)
    clock.set_rate(3600)
    assert clock.now() >= AT + timedelta(hours=1)
