"""What follows a release in the demo: colleagues review it afterwards, recall some of it, and bureaus confirm that."""

from __future__ import annotations

from pathlib import Path

from dutydesk.demo.colleagues import OFFICERS, Colleagues
from dutydesk.demo.demo import demo_shift, open_demo, run_headless
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import EventRow
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.delivery.items import item_number

#: Enough of the shift for withdrawals and for recalls after a review.
MESSAGES = 260


async def played(folder: Path) -> tuple[Desk, list[EventRow]]:
    shift = demo_shift(MESSAGES)
    desk = await open_demo(folder / "demo.db", shift)
    await run_headless(desk, shift)
    events: list[EventRow] = []
    while page := await desk.queries.events_after(events[-1].seq if events else 0, 1000):
        events += page
    return desk, events


async def test_bureaus_confirm_recalls_and_act_no_more_on_what_was_taken_back(tmp_path: Path) -> None:
    desk, log = await played(tmp_path)
    recalled = {event.subject for event in log if event.kind == "item.recalled"}
    told: set[tuple[str, str]] = set()
    confirmed: set[tuple[str, str]] = set()
    for event in log:
        if event.kind == "deliveries.recall_sent":
            told |= {(event.subject, recipient) for recipient in event.data["recipients"]}
        if event.kind == "delivery.answered":
            answer = (event.subject, event.data["recipient"])
            assert (event.data["action"] == "recall_confirmed") == (answer in told)
            if answer in told:
                confirmed.add(answer)
    assert {item for item, _ in confirmed} & recalled, "a recall was confirmed"
    assert {item for item, _ in confirmed} - recalled, "a withdrawal was confirmed"
    assert told - confirmed, "some bureaus stay silent"
    rejected = [event.data for event in log if event.kind == "intake.rejected"]
    late = [data for data in rejected if data["problems"] and "was not delivered to" in data["problems"][0][1]]
    assert not late, "nobody answers what it was told to put away"
    await desk.close()


async def test_what_one_colleague_proposes_the_other_confirms(tmp_path: Path) -> None:
    desk, log = await played(tmp_path)
    seconded = [
        (event.data["proposed_by"], event.actor)
        for event in log
        if event.kind in ("item.recalled", "item.released", "item.refused") and event.data.get("proposed_by")
    ]
    assert seconded
    assert all(first != second and {first, second} == set(OFFICERS) for first, second in seconded)
    assert not [row for row in await desk.queries.queue() if row.state == "proposed"]
    assert not await desk.queries.post_reviews(), "what went out with a blocking finding was reviewed"
    await desk.close()


async def test_colleagues_who_leave_the_queue_alone_still_second_the_human(tmp_path: Path) -> None:
    desk, log = await played(tmp_path)
    released = next(
        event.subject
        for event in log
        if event.kind == "item.routed" and event.data["state"] == "released" and event.data["deliver"]
    )
    number, human = item_number(released), os_user()
    assert number is not None
    await desk.review.recall(Actor(human, human), number, "Found to be political.")
    assert isinstance(desk.clock, ReplayClock)
    assert await Colleagues(desk, desk.clock, 1, officer_share=1.0).work_through_queue() == 1
    assert (await desk.queries.show(number)).row.state == "recalled"
    await desk.close()
