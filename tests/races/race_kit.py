"""Runs two processes that act on one store at the same moment, round after round, and collects their results."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from desks import AT, Bench, MovedClock
from dutydesk.desk.delivery.lease import TransportResult
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.errors import DeskError

SECONDS = 60.0
#: Longer than a commit takes, so that each side is first in its share of the rounds.
HEAD_START = 0.006


@dataclass
class Round:
    """One round. ``with_`` names its item, country or references."""

    race: str
    place: int
    with_: dict[str, Any]


@dataclass
class SideResult:
    """One side's result: done, or refused with words and detail."""

    done: bool
    error: str = ""
    words: str = ""
    detail: tuple[str, ...] = ()
    state: str | None = None
    handed: tuple[str, ...] = ()


Side = Callable[[Bench, dict[str, Any]], Awaitable[SideResult]]
Prepare = Callable[[Bench, dict[str, Any]], Awaitable[None]]


async def prepare_nothing(bench: Bench, with_: dict[str, Any]) -> None:
    """A preparation that does nothing, for rounds that are prepared in advance."""


@dataclass(frozen=True)
class Race:
    """One race. The first side runs ``ready`` just before both start."""

    name: str
    first: Side
    second: Side
    ready: Prepare = prepare_nothing


@dataclass
class Result:
    round: Round
    told: tuple[SideResult, SideResult]
    notes: list[str] = field(default_factory=list)


async def officer_result(work: Awaitable[Any]) -> SideResult:
    """Runs an officer's act and returns its result."""
    try:
        answer = await work
    except DeskError as error:
        return SideResult(False, error.name, error.words, tuple(f"{each.what}: {each.words}" for each in error.detail))
    return SideResult(True, words=answer.words, state=answer.state)


async def bureau_result(bench: Bench, message: dict[str, Any]) -> SideResult:
    """Sends a bureau's message and returns its result."""
    receipt = await bench.send(message)
    problems = tuple(problem.problem for problem in receipt.problems)
    return SideResult(receipt.outcome == "accepted", receipt.outcome, receipt.cause or "", problems, receipt.state)


async def dispatch_result(bench: Bench) -> SideResult:
    """Runs one batch of a dispatcher; the result lists the keys that its transport took."""
    batch = await bench.desk.delivery.lease(1000)
    keys = tuple(key for leased in batch.leased_items for _, key in leased.keys)
    notices = tuple(notice.key for notice in batch.notices)
    await bench.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys((*keys, *notices))), lambda: 0.5)
    return SideResult(True, handed=(*keys, *notices))


def race(path: Path, races: dict[str, Race], rounds: list[Round]) -> list[Result]:
    """Runs the rounds in two processes; a barrier starts both sides of each round."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    ends = [spawn.Pipe(duplex=False) for _ in range(2)]
    processes = [
        spawn.Process(target=_process, args=(path, races, rounds, side, barrier, ends[side][1]), daemon=True)
        for side in range(2)
    ]
    for process in processes:
        process.start()
    try:
        told = [_receive_results(ends[side][0], SECONDS + 2 * len(rounds)) for side in range(2)]
    finally:
        for process in processes:
            process.join(1)
            if process.is_alive():
                process.kill()
    return [Result(each, (first, second)) for each, first, second in zip(rounds, *told, strict=True)]


def _receive_results(end: Any, seconds: float) -> list[SideResult]:
    """Receives one side's results.

    A side that hangs breaks the other's barrier within SECONDS, so this only checks that it lives.
    """
    if not end.poll(seconds):
        raise AssertionError("a racing process hangs")
    told = end.recv()
    if isinstance(told, str):
        raise AssertionError(told)
    return told


def _process(path: Path, races: dict[str, Race], rounds: list[Round], side: int, barrier: Barrier, end: Any) -> None:
    try:
        end.send(asyncio.run(_side(path, races, rounds, side, barrier, end)))
    except BaseException as error:
        barrier.abort()
        end.send(f"side {side} broke: {type(error).__name__}: {error}")
        raise


async def _side(
    path: Path, races: dict[str, Race], rounds: list[Round], side: int, barrier: Barrier, end: Any
) -> list[SideResult]:
    clock = MovedClock(AT)
    desk = await open_desk(path, clock)
    bench = Bench(desk, clock)
    told = []
    for each in rounds:
        this = races[each.race]
        if side == 0:
            await this.ready(bench, each.with_)
        _start(barrier, each, side)
        told.append(await (this.first, this.second)[side](bench, each.with_))
        barrier.wait(SECONDS)
    await desk.close()
    return told


def _start(barrier: Barrier, each: Round, side: int) -> None:
    """Starts a side. In two of three rounds the other side has a head start, so that each is sometimes first."""
    barrier.wait(SECONDS)
    if each.place % 3 == side + 1:
        time.sleep(HEAD_START)


def item_of(with_: dict[str, Any]) -> int:
    item: int = with_["item"]
    return item
