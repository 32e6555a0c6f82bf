"""Decisions of one officer, for the suites that measure how long he or she waits for them."""

from __future__ import annotations

import asyncio
import time
from random import Random

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.base.context import Actor
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import Refused
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk_bench.load import Load, first_recipients

#: Milliseconds between two decisions of one officer.
PAUSE_RANGE_MS = (10, 50)
MAX_TRIES = 1_000


async def claim_held_items(desk: Desk, actor: Actor, number: int) -> list[int]:
    """Make ``number`` notice requests that are held, and claim each for ``actor``'s officer."""
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, 1), "held")
    numbers: list[int] = []
    while len(numbers) < number:
        receipt = await desk.intake.receive(load.request())
        found = item_number(receipt.item or "")
        if found is not None and receipt.state == "held":
            await desk.review.claim(actor, found)
            numbers.append(found)
        elif not numbers and load.made > MAX_TRIES:
            raise Refused(
                RefusedCode.MEASUREMENT_FAILED, "no notice request of the sample is held; there is nothing to decide on"
            )
    return numbers


async def refuse_items(desk: Desk, actor: Actor, numbers: list[int]) -> list[float]:
    """Refuse each item; returns the seconds of each decision."""
    random, waits = Random(1), []
    for number in numbers:
        began = time.perf_counter()
        await refuse_item(desk, actor, number)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(random.uniform(*PAUSE_RANGE_MS) / 1000)
    return waits


async def require_whole_chain(desk: Desk) -> None:
    """Raises Refused where the log does not verify after decisions during intake."""
    if (await desk.queries.verify()).fault is not None:
        raise Refused(
            RefusedCode.PROMISE_BROKEN,
            "the chain does not verify after decisions during intake; the desk's promise is broken",
        )


async def refuse_item(desk: Desk, actor: Actor, number: int) -> None:
    await desk.review.decide(actor, number, Deciding(Decision.REFUSE, "Measured.", RefusalCode.ARTICLE_3))
