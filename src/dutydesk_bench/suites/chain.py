"""How fast the log is proved: its chain, from a checkpoint on, as a file, and that each delivery was permitted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.audit import log_export
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.fill_store import fill_store
from dutydesk_bench.load import Load, first_recipients, make_desk, receive_and_deliver
from dutydesk_bench.report import Figure, Report, StepReporter, at_least, own_versions

T = TypeVar("T")
STEPS = 7
RECIPIENTS = 20
#: The checkpoint is made before the last hundredth of the log.
TAIL_DIVISOR = 100
UNEQUAL = (
    "bare SHA-256 hashes the same number of texts of 150 bytes, and reads, compares and writes nothing",
    "the policy is proved on a log of real lives of messages; the chain is walked on one that is mostly filled up",
)


@dataclass(frozen=True, slots=True)
class ChainOptions:
    """``events`` is the length of the chain; ``messages`` live their whole life, each to 20 bureaus."""

    events: int = 500_000
    messages: int = 2_000


OPTIONS = ChainOptions


async def run(folder: Path, options: ChainOptions, step: StepReporter) -> Report:
    """Measure the log. Raises Refused if the log does not prove what was done."""
    desk = await make_desk(folder / "desk.db")
    actor = Actor(os_user(), os_user())
    try:
        step("messages live", 0, STEPS)
        load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, RECIPIENTS), "audit")
        await receive_and_deliver(desk, load.diffusions(options.messages), 256, RECIPIENTS)
        step("the policy is proved", 1, STEPS)
        proof, policy_seconds = await _timed(log_export.prove_store(desk.store, desk.context))
        if not proof.holds:
            raise Refused(
                RefusedCode.PROMISE_BROKEN,
                f"the log does not prove what was done: {proof.chain.fault or proof.breaches[0].words}",
            )
        step("the log is filled up", 2, STEPS)
        left = max(TAIL_DIVISOR, options.events - proof.chain.events)
        await fill_store(desk, 1, left - left // TAIL_DIVISOR, lambda _done: None)
        step("a checkpoint", 3, STEPS)
        await log_export.write_checkpoint(desk.store, desk.context, actor, folder / "log.checkpoint")
        kept = log_export.open_checkpoint(folder / "log.checkpoint")
        await fill_store(desk, 1, left // TAIL_DIVISOR, lambda _done: None)
        step("the whole chain", 4, STEPS)
        whole, seconds = await _timed(desk.queries.verify())
        step("from the checkpoint on", 5, STEPS)
        tail, tail_seconds = await _timed(log_export.verify(desk.store, kept))
        step("the log as a file", 6, STEPS)
        exported = await log_export.export_log(desk.store, desk.context, actor, folder / "desk.log")
        as_file, file_seconds = await _timed(asyncio.to_thread(log_export.verify_file, folder / "desk.log"))
    finally:
        await desk.close()
    if whole.fault or tail.fault or as_file.fault or (tail.head, exported.head) != (whole.head, as_file.head):
        raise Refused(RefusedCode.PROMISE_BROKEN, "the chain does not verify; the desk's promise is broken")
    bare = _bare_hashes()
    step("done", STEPS, STEPS)
    rate, from_file = whole.events / seconds, as_file.events / file_seconds
    of = "of bare SHA-256"
    figures = (
        at_least("verifying the whole chain", rate, "events/s", 400_000, rate / bare, of),
        Figure(
            "the last hundredth, from a checkpoint on", 1000 * tail_seconds, "ms", seconds / tail_seconds, "whole / it"
        ),
        Figure("verifying an exported log", from_file, "events/s", from_file / bare, of),
        Figure("proving that each delivery was permitted", proof.chain.events / policy_seconds, "events/s"),
        Figure("deliveries proved", proof.deliveries / policy_seconds, "deliveries/s"),
        Figure("bare SHA-256 in a chain", bare, "hashes/s", 1.0, of),
    )
    settings = {"events": whole.events, "messages": options.messages, "deliveries": proof.deliveries}
    return Report("audit", figures, settings, own_versions(), UNEQUAL)


async def _timed(work: Awaitable[T]) -> tuple[T, float]:
    began = time.perf_counter()
    result = await work
    return result, time.perf_counter() - began


def _bare_hashes(number: int = 200_000) -> float:
    text, digest = b"x" * 118, bytes(32)
    began = time.perf_counter()
    for _ in range(number):
        digest = sha256(digest + text).digest()
    return number / (time.perf_counter() - began)
