"""Whole lives with and without signatures, by turns in one run: what it costs to verify messages and sign deliveries.

Both ways take the same messages in and spool them at the same time, in stores of their own. In the signed one the
sender must sign, each message is a JWS, and each line is signed by the desk.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.base import garbage
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.wire.decode.stream import RawMessage, read_one
from dutydesk.wire.files.signatures import SigningKey, new_key
from dutydesk.wire.signed.jws import sign_message
from dutydesk_bench.load import (
    SENDER,
    Load,
    count_spooled_deliveries,
    fdatasync_rate,
    first_recipients,
    make_desk,
    reading_seconds,
    receive_messages,
)
from dutydesk_bench.report import Figure, Report, StepReporter, own_versions
from dutydesk_bench.whole_life import require_single_delivery

PRODUCERS = 512
WARM_UP = 500
#: The readers take a second to start, and their first messages longer than others.
WARM_UPS, MOST_WARM_UPS = 2, 8
DEFAULT_TURNS = 6
#: The signed way must keep this part of the unsigned way's rate.
MIN_RATIO = 0.9
UNEQUAL = ("signed messages are made before the clock starts; desk, spool and producers share one process",)


@dataclass(frozen=True, slots=True)
class SignedTurns:
    messages: int
    recipients: int
    turns: int


@dataclass
class _Way:
    """Of each turn: whole lives a second, and the processor's microseconds for a message, here and in the readers."""

    name: str
    signs: bool
    rates: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)

    @property
    def in_all(self) -> float:
        """Microseconds for a message in all processes, the middle of the turns."""
        return median(map(sum, zip(self.loads, self.reading, strict=True)))


async def run(folder: Path, options: SignedTurns, step: StepReporter) -> Report:
    """Raises Refused if a delivery is missing or doubled."""
    ways = [_Way("unsigned", signs=False), _Way("signed", signs=True)]
    disk = fdatasync_rate(folder)
    garbage.look_seldom()
    for turn in range(options.turns):
        for way in ways if turn % 2 else ways[::-1]:
            step(f"{way.name}, turn {turn + 1}", turn, options.turns)
            own = folder / f"{way.name}-{turn}"
            own.mkdir()
            await _measure(own, way, options)
    step("done", options.turns, options.turns)
    plain, signed = ways
    ratios = [one / other for one, other in zip(signed.rates, plain.rates, strict=True)]
    ratio = median(ratios)
    figures = (
        Figure(
            "whole life with signed messages and signed deliveries",
            median(signed.rates),
            "messages/s",
            ratio,
            "signed / unsigned, the middle of the turns",
            f">= {MIN_RATIO:g} x it",
            ratio >= MIN_RATIO,
        ),
        Figure("the same without signatures", median(plain.rates), "messages/s"),
        Figure("the lowest turn", min(ratios), "signed / unsigned"),
        Figure("the highest turn", max(ratios), "signed / unsigned"),
        *[Figure(f"processor for a message, {way.name}", median(way.loads), "us") for way in ways],
        *[Figure(f"what reads ahead for it, {way.name}", median(way.reading), "us") for way in ways],
        Figure("both, signed", signed.in_all, "us", signed.in_all / plain.in_all, "signed / unsigned"),
        Figure("fdatasync of 4 KiB on this disk", disk, "writes/s"),
    )
    settings = {"messages": options.messages, "recipients": options.recipients, "turns": options.turns}
    return Report("pipeline --signed", figures, settings, own_versions(), UNEQUAL)


async def _measure(folder: Path, way: _Way, options: SignedTurns) -> None:
    desk = await make_desk(folder / "desk.db")
    try:
        key = await _prepare(desk) if way.signs else None
        load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, options.recipients), way.name)
        await _warm_up(desk, folder, load, key, min(WARM_UP, options.messages))
        messages = _messages(load, options.messages, key)
        began, busy, reading = time.perf_counter(), time.process_time(), reading_seconds(desk)
        await _live(desk, folder / "outbox", messages)
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
        reading = reading_seconds(desk) - reading
    finally:
        await desk.close()
    require_single_delivery(count_spooled_deliveries(folder / "outbox"), options.messages * options.recipients)
    way.rates.append(options.messages / seconds)
    way.loads.append(1_000_000 * processor / options.messages)
    way.reading.append(1_000_000 * reading / options.messages)


async def _warm_up(desk: Desk, folder: Path, load: Load, key: SigningKey | None, messages: int) -> None:
    """Whole lives until a reader answers, where one can be had, and some more of which it reads its first messages."""
    answered = 0
    for lap in range(MOST_WARM_UPS):
        await _live(desk, folder / f"warm-{lap}", _messages(load, messages, key))
        answered += bool(desk.intake.memory.readers.companions)
        if answered > WARM_UPS:
            return


async def _prepare(desk: Desk) -> SigningKey:
    """A key of the sender, which must sign from now on, and a key of the desk."""
    actor, key = Actor(os_user(), os_user()), new_key()
    await desk.keys.add(actor, SENDER, key.public)
    await desk.keys.order(actor, SENDER, SignatureLevel.REQUIRED)
    await desk.keys.make_desk_key(actor)
    return key


def _messages(load: Load, number: int, key: SigningKey | None) -> list[RawMessage]:
    found = load.diffusions(number)
    return found if key is None else [_signed(message, key) for message in found]


def _signed(message: RawMessage, key: SigningKey) -> RawMessage:
    return read_one(BytesIO(sign_message(message.raw, key)))


async def _live(desk: Desk, outbox: Path, messages: list[RawMessage]) -> None:
    """Takes the messages in and spools them at the same time, until the last delivery is acknowledged."""
    signer = BatchSigner(desk.store.path, desk.delivery.sealing_now)
    dispatcher = Dispatcher(desk, SpoolTransport(outbox, signer=signer))
    dispatching = asyncio.create_task(dispatcher.run())
    try:
        await receive_messages(desk, messages, PRODUCERS)
        await dispatcher.wait_until_dispatched()
    finally:
        dispatcher.stop()
        await dispatching
