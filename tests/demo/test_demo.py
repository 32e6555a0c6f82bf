"""The demo from end to end: what it adds up to, that it can be repeated, and that the log proves its promise."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.demo.acts import RU_MEASURE
from dutydesk.demo.demo import (
    LiveDemo,
    Progress,
    Summary,
    demo_shift,
    open_demo,
    run_headless,
    tour_start,
)
from dutydesk.demo.shift import DemoShift, ScriptedAct
from dutydesk.desk.base.rows import EventRow
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.acts import IntakeService
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.wire.encode.json_line import to_json_line
from refusals import raises_code

#: Their store is made once, by one process of the suite.
pytestmark = pytest.mark.xdist_group("demo")

#: A bound on what hangs; on a busy machine the shift takes more than a minute.
SECONDS = 300.0


async def play(path: Path, shift: DemoShift, **how: Any) -> tuple[Desk, Summary]:
    desk = await open_demo(path, shift)
    async with asyncio.timeout(SECONDS):
        return desk, await run_headless(desk, shift, **how)


async def whole_log(desk: Desk) -> list[EventRow]:
    events: list[EventRow] = []
    while page := await desk.queries.events_after(events[-1].seq if events else 0, 1000):
        events += page
    return events


@pytest.fixture(scope="module")
def played_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """The first 260 messages of the shift: the measure on Russia comes after a hundred of them."""

    async def whole() -> Summary:
        desk, summary = await play(path, demo_shift(260))
        await desk.close()
        return summary

    path = tmp_path_factory.mktemp("played") / "demo.db"
    return path, asyncio.run(whole())


@pytest.fixture
async def played(played_once: tuple[Path, Summary]) -> AsyncIterator[tuple[Desk, Summary, list[EventRow]]]:
    """Only to be looked at."""
    path, summary = played_once
    desk = await open_desk(path)
    yield desk, summary, await whole_log(desk)
    await desk.close()


async def test_the_figures_add_up_and_agree_with_the_log(played: tuple[Desk, Summary, list[EventRow]]) -> None:
    desk, summary, log = played
    kinds = Counter(event.kind for event in log)
    assert summary.received == sum(summary.outcomes.values())
    assert summary.items == sum(summary.states.values())
    assert summary.received > 260, "the shift, and what the bureaus answered"
    assert summary.outcomes["rejected"] == kinds["intake.rejected"]
    made = ("item.released", "item.refused", "item.asked", "item.recalled")
    stands = sum(event.kind == "item.post_review" and event.data["state"] == "ok" for event in log)
    assert summary.decisions == sum(kinds[kind] for kind in made) + stands
    assert summary.events == len(log)
    assert summary.chain == "verified"
    assert summary.suppressed.keys() == {"restricted"}
    assert sum(summary.suppressed.values()) == summary.deliveries["suppressed"]
    answered = sum(summary.deliveries[state] for state in ("acknowledged", "acting", "acted", "declined"))
    assert answered > 100
    assert summary.deliveries["delivered"] > answered, "silence is the most usual answer"
    assert summary.deliveries.keys().isdisjoint({"queued", "sending", "failed", "dead"})
    assert {"released", "refused", "quarantined"} <= summary.states.keys()
    assert summary.states.get("held", 0) == 0, "the queue is worked off"
    assert not await desk.delivery.has_open_deliveries()


async def test_nothing_of_russia_is_handed_over_under_the_measure_without_an_officers_release(
    played: tuple[Desk, Summary, list[EventRow]],
) -> None:
    _desk, _summary, log = played
    effective = next(event for event in log if event.kind == "measure.effective" and event.data["country"] == "RU")
    assert effective.at == RU_MEASURE
    senders = {event.subject: event.data["sender"] for event in log if event.kind == "intake.accepted"}
    types = {event.subject: event.data.get("type") for event in log if event.kind == "intake.accepted"}
    released: dict[str, int] = {}
    covered = 0
    for event in log:
        if event.kind == "item.released":
            assert event.actor in ("Jonas Abel", "Mara Lind")
            released[event.subject] = event.seq
        under = event.seq > effective.seq and senders.get(event.subject) == "RU" and types[event.subject] != "message"
        if event.kind == "deliveries.sending" and under:
            assert event.subject in released, f"{event.subject} left without a release"
            covered += 1
        if event.kind == "item.routed" and under:
            assert event.data["state"] == "held"
            assert event.data["measure"] == effective.subject
    assert covered > 0


async def test_officers_ticked_every_point_before_each_release(played: tuple[Desk, Summary, list[EventRow]]) -> None:
    desk, _summary, log = played
    for event in (event for event in log if event.kind == "item.released"):
        points = {point.check for point in (await desk.queries.show(int(event.subject[2:]))).checklist}
        before = [known for known in log if known.subject == event.subject and known.seq < event.seq]
        assert points <= {known.data["check"] for known in before if known.kind == "item.ticked"}
        assert "item.claimed" in {known.kind for known in before}


async def test_the_acts_of_the_shift_happened_at_their_time_by_those_who_did_them(
    played: tuple[Desk, Summary, list[EventRow]],
) -> None:
    _desk, _summary, log = played
    done = {(event.kind, event.subject): event for event in log}
    shift = demo_shift(260)
    offline, online = (next(act for act in shift.acts if act.act == name) for name in ("offline", "online"))
    for act, kind in ((offline, "bureau.offline"), (online, "bureau.online")):
        event = done[kind, "UA"]
        assert (event.actor, event.at, event.data["login"]) == (act.actor, act.at, "demo")
    waited = done["bureau.online", "UA"].data["deliveries"]
    assert isinstance(waited, int)
    assert waited > 0
    between = range(done["bureau.offline", "UA"].seq, done["bureau.online", "UA"].seq)
    handed = [event for event in log if event.kind == "deliveries.sending" and event.seq in between]
    assert handed
    assert not [event for event in handed if "UA" in event.data["recipients"]], "nothing reaches a bureau offline"


async def test_bureaus_answer_questions_and_their_officers_answer_is_taken_up(
    played: tuple[Desk, Summary, list[EventRow]],
) -> None:
    _desk, _summary, log = played
    asked = [event.subject for event in log if event.kind == "item.asked"]
    informed = [event.subject for event in log if event.kind == "item.informed"]
    assert asked
    assert informed
    assert set(informed) <= set(asked)
    for item in informed:
        last = [event.kind for event in log if event.subject == item]
        assert {"item.released", "item.refused", "item.withdrawn", "item.corrected"} & set(last)


#: How many of these there are depends on how many messages share a commit; what they list does not.
_BY_COMMIT = ("notices.queued", "notices.sending", "notices.requeued", "notices.made", "segment.begun")


async def _alike(desk: Desk, summary: Summary) -> dict[str, Any]:
    """What must not depend on the machine: every figure but its time, and each kind of event with its number."""
    kinds = Counter(event.kind for event in await whole_log(desk) if event.kind not in _BY_COMMIT)
    return asdict(summary) | {"seconds": 0, "events": dict(kinds)}


@pytest.mark.exhaustive("the shift is played three times")
async def test_the_same_traffic_ends_in_the_same_states_whatever_the_machine_does(tmp_path: Path) -> None:
    results = []
    for run in ("one", "two"):
        desk, summary = await play(tmp_path / run / "demo.db", demo_shift(120, seed=5), seed=5)
        results.append(await _alike(desk, summary))
        await desk.close()
    assert results[0] == results[1]
    other, summary = await play(tmp_path / "three" / "demo.db", demo_shift(120, seed=6), seed=6)
    assert await _alike(other, summary) != results[0]
    await other.close()


async def test_a_second_run_on_the_same_store_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    shift = demo_shift(150)
    first_desk, first = await play(tmp_path / "demo.db", shift)
    await first_desk.close()
    desk, second = await play(tmp_path / "demo.db", shift)
    assert second.items - first.items == second.states["quarantined"] - first.states["quarantined"]
    assert second.outcomes["accepted"] == first.outcomes["accepted"]
    assert second.outcomes["repeat"] >= 130
    assert second.deliveries == first.deliveries
    assert second.chain == "verified"
    log = await whole_log(desk)
    assert "clock.stepped_back" not in {event.kind for event in log}
    assert [event.at for event in log] == sorted(event.at for event in log)
    await desk.close()


async def test_a_store_that_no_demo_made_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    make_store(path, "live")
    with raises_code(StoreCode.NOT_A_DEMO, match="LIVE"):
        await open_demo(path, demo_shift(3))
    desk = await open_desk(path)
    assert (await desk.queries.figures()).outcomes == {}
    with raises_code(StoreCode.NOT_A_DEMO):
        LiveDemo(desk, demo_shift(3))
    await desk.close()
    (tmp_path / "text").write_text("not a store", "utf-8")
    with raises_code(StoreCode.STORE_EXPOSED):
        await open_demo(tmp_path / "text", demo_shift(3))
    assert (tmp_path / "text").read_text("utf-8") == "not a store"


async def test_the_demos_officers_and_settings(tmp_path: Path) -> None:
    shift = demo_shift()
    desk = await open_demo(tmp_path / "demo.db", shift)
    officers = {row.name: (row.role, row.country) for row in await desk.queries.officers()}
    assert officers == {
        os_user(): ("administrator", "-"),
        "Ines Ferro": ("supervisor", "-"),
        "Jonas Abel": ("officer", "-"),
        "Mara Lind": ("officer", "-"),
        "Tomasz Wolny": ("officer", "PL"),
    }
    assert desk.realm == "demo"
    assert desk.clock.now() == shift.due[0]
    assert (await desk.people.sign_in("Tomasz Wolny")).officer == "Tomasz Wolny"
    pilot = set(desk.loaded.settings.silver_pilot)
    silver = {json.loads(line)["sender"] for line in shift.lines if b'"kind":"silver"' in line}
    assert silver
    assert silver <= pilot
    assert desk.loaded.settings.claim_lease == timedelta(days=1)
    assert not (tmp_path / "desk.toml").exists(), "another store beside it keeps its own settings"
    await desk.close()


async def test_a_desk_toml_that_is_there_already_is_kept(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text("delivery_tries = 3\n", "utf-8")
    desk = await open_demo(tmp_path / "demo.db", demo_shift(3))
    assert desk.loaded.settings.delivery_tries == 3
    await desk.close()


async def test_while_another_dispatches_the_store_a_headless_demo_says_so(tmp_path: Path) -> None:
    path, shift = tmp_path / "demo.db", demo_shift(3)
    first, second = await open_demo(path, shift), await open_demo(path, shift)
    assert first.delivery.dispatcher_lock().try_exclusive()
    with raises_code(StoreCode.DEMO_IN_USE):
        await run_headless(second, shift)
    await first.close()
    await second.close()


async def test_progress_is_told_message_by_message(tmp_path: Path) -> None:
    told: list[Progress] = []
    desk, _ = await play(tmp_path / "demo.db", demo_shift(12), progress=told.append)
    assert [(step.played, step.total) for step in told] == [(n, 12) for n in range(1, 13)]
    await desk.close()


async def test_an_act_that_the_desk_does_not_admit_is_kept_and_the_replay_goes_on(tmp_path: Path) -> None:
    shift = demo_shift(3)
    wrong = (
        ScriptedAct(shift.due[1], "Jonas Abel", "supervise", (("country", "RU"), ("level", "held"), ("order", "X"))),
        ScriptedAct(shift.due[1], "Nobody", "offline", (("country", "PL"),)),
        ScriptedAct(shift.due[1], "Ines Ferro", "dance"),
    )
    changed = DemoShift(shift.lines, shift.due, wrong, shift.hostile, shift.broken)
    desk = await open_demo(tmp_path / "demo.db", changed)
    demo = LiveDemo(desk, changed, speed=1_000_000.0)
    await demo.start()
    await within(demo.finished.is_set)
    await demo.stop()
    assert demo.replay.played == 3
    assert len(demo.replay.refused) == 3
    assert "dance" in demo.replay.refused[2]
    await desk.close()


async def within(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits for a condition."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.005)


async def test_live_the_replay_can_be_paused_sped_up_and_stopped(tmp_path: Path) -> None:
    shift = demo_shift(60)
    desk = await open_demo(tmp_path / "demo.db", shift)
    demo = LiveDemo(desk, shift, speed=3600.0)
    assert demo.paused
    await demo.start()
    await within(lambda: demo.progress.played >= 2 and demo.state_words() == "dispatching")
    demo.pause()
    at = desk.clock.now()
    assert demo.paused
    assert demo.speed_words() == "paused"
    assert desk.clock.now() == at, "while it is paused the desk's clock stands still"
    demo.slower()
    assert desk.clock.now() == at, "a new speed waits for the replay to go on"
    assert demo.speed == 900.0
    demo.faster()
    demo.set_speed(100_000.0)
    demo.resume()
    assert demo.speed_words() == "100000x"
    await within(lambda: demo.finished.is_set())
    await within(lambda: demo.dispatcher.state.delivered > 0)
    await demo.stop()
    assert demo.state_words() == "stopped"
    assert desk.delivery.dispatcher_lock().try_exclusive()
    figures = await desk.queries.figures()
    assert sum(figures.outcomes.values()) >= 60
    assert (await desk.queries.verify()).fault is None
    await desk.close()


async def test_live_a_fault_that_ends_the_replay_is_said_and_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_arguments: object) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "the store could not be written (disk full); nothing was changed")

    shift = demo_shift(5)
    desk = await open_demo(tmp_path / "demo.db", shift)
    demo = LiveDemo(desk, shift, speed=3600.0)
    monkeypatch.setattr(IntakeService, "receive", full)
    await demo.start()
    await within(lambda: "disk full" in demo.state_words())
    assert demo.finished.is_set()
    with raises_code(StoreCode.DISK_FULL):
        await demo.stop()
    assert desk.delivery.dispatcher_lock().try_exclusive()
    await desk.close()


async def test_live_colleagues_leave_a_share_of_the_queue_to_the_human(tmp_path: Path) -> None:
    shift = demo_shift(200)
    desk = await open_demo(tmp_path / "demo.db", shift)
    demo = LiveDemo(desk, shift, speed=20_000.0, officer_share=0.5)
    await demo.start()
    await within(demo.finished.is_set)

    async def five_decisions() -> bool:
        return (await desk.queries.figures()).decisions >= 5

    await within(five_decisions)
    await demo.stop()
    left = [row for row in await desk.queries.queue() if row.state == "held" and row.claimed_by is None]
    assert left
    await desk.close()


async def test_headless_with_a_speed_ends_worked_off_too(tmp_path: Path) -> None:
    desk, summary = await play(tmp_path / "demo.db", demo_shift(30), speed=500_000.0)
    assert summary.received >= 30
    assert summary.states.get("held", 0) == 0
    assert summary.chain == "verified"
    assert not await desk.delivery.has_open_deliveries()
    await desk.close()


def test_the_summary_prints_exactly_its_figures() -> None:
    summary = Summary(1, {"accepted": 1}, 1, {"held": 1}, {}, {}, 0, 2, "verified", 0.5)
    assert list(json.loads(to_json_line(summary))) == [
        "received",
        "outcomes",
        "items",
        "states",
        "deliveries",
        "suppressed",
        "decisions",
        "events",
        "chain",
        "seconds",
    ]


def test_less_than_one_message_is_a_wrong_call() -> None:
    with raises_code(InvalidRequestCode.BAD_MESSAGE_COUNT):
        demo_shift(0)


async def test_the_first_hours_come_at_once_when_one_only_watches(tmp_path: Path) -> None:
    shift = demo_shift()
    begin = tour_start(shift)
    assert begin is not None
    desk = await open_demo(tmp_path / "demo.db", shift)
    demo = LiveDemo(desk, shift, speed=1.0, skip_to=begin)
    await demo.start()
    early = sum(due < begin for due in shift.due)
    async with asyncio.timeout(60):
        while demo.progress.played < early:
            await asyncio.sleep(0)
    assert 0 < early < len(shift.lines)
    assert desk.clock.now() < begin + timedelta(minutes=5), "and then it goes on at its speed"
    assert not await desk.queries.measures()
    await demo.stop()
    await desk.close()
