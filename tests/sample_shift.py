"""The sample shift as a script of acts that each run carries out in the same way, whatever the store runs on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from desks import Bench, MovedClock
from dutydesk.demo.acts import FIRST_OFFICER, SECOND_OFFICER
from dutydesk.demo.demo_store import OFFICERS, demo_shift
from dutydesk.demo.desk_acts import perform
from dutydesk.demo.replay import timeline
from dutydesk.demo.shift import ScriptedAct
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits, StoreLimits
from dutydesk.wire.decode.stream import RawMessage

#: Lines with messages of every type, each officer's act, and every reason why a message is not taken.
LINES = 330
#: Messages that are taken in at the same time, and so committed together.
AT_ONCE = 48
#: Held items that officers decide on; every third is refused.
DECISIONS = 9
#: A batch must not depend on how long ago an officer acted.
LIMITS = Limits(store=StoreLimits(brief_batch_jobs=DEFAULT_LIMITS.store.batch_jobs))


async def opened_desk(place: Path) -> tuple[Desk, MovedClock]:
    """A new desk for an exercise at that place, with the officers of the shift."""
    clock = MovedClock(demo_shift().due[0])
    make_store(place, "exercise", clock)
    desk = await open_desk(place, clock, founder="root", limits=LIMITS)
    for officer in OFFICERS:
        await desk.people.add_officer(Actor("root", "root"), officer)
    return desk, clock


async def play(bench: Bench) -> None:
    """The shift's lines in groups, its acts between them; deliveries after each; at last some decisions."""
    shift = demo_shift()
    waiting: list[RawMessage] = []
    for place, entry in enumerate(timeline(shift, shift.due[0])):
        if isinstance(entry.content, RawMessage) and place >= LINES:
            continue
        if waiting and (isinstance(entry.content, ScriptedAct) or len(waiting) == AT_ONCE):
            await take_in(bench, waiting)
        bench.clock.at = max(bench.clock.at, entry.at)
        if isinstance(entry.content, ScriptedAct):
            await perform(bench.desk, entry.content)
        else:
            waiting.append(entry.content)
    await take_in(bench, waiting)
    await decide(bench)
    await bench.dispatch(fail={"FR": "the line is down"})
    bench.clock.at += timedelta(hours=1)
    await bench.dispatch()


async def take_in(bench: Bench, waiting: list[RawMessage]) -> None:
    await asyncio.gather(*map(bench.desk.intake.receive, waiting))
    waiting.clear()
    await bench.dispatch()


async def decide(bench: Bench) -> None:
    queue = sorted(item_number(row.item) or 0 for row in await bench.desk.queries.queue(DECISIONS))
    for place, number in enumerate(queue):
        view = await bench.desk.queries.show(number)
        blocked = any(finding.severity == "block" for finding in view.findings)
        await (bench.refuse if blocked or place % 3 == 0 else bench.release)(number, FIRST_OFFICER)
        if await bench.state(number) == "proposed":
            await bench.desk.review.confirm(bench.actor(SECOND_OFFICER), number)
