"""The processes of a desk on NATS: the dispatcher, and bureaus that send and read; each may be killed at any time."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from crash_children import Say
from nats.aio.client import Client
from nats.errors import Error

from desks import diffusion
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.places import OpenPlaces
from dutydesk.domain.delivery.places import TransportPlaces
from dutydesk.domain.limits import DispatchLimits, Limits, NatsLimits
from invented import persons
from nats_server import NatsServer, stored_subjects

SENDERS = ("DE", "FR")
BUREAUS = ("DE", "FR", "PL", "UA", "ES", "JP", "IT", "AR", "KE", "BR")
#: The bureaus of each process that is killed as one.
GROUPS = (BUREAUS[:5], BUREAUS[5:])
RECIPIENTS = 8
LIMITS = Limits(
    nats=NatsLimits(
        connect_seconds=5.0,
        retry_seconds=0.1,
        answer_seconds=3.0,
        settle_seconds=0.3,
        ack_wait_seconds=4.0,
        progress_seconds=1.0,
    ),
    dispatch=DispatchLimits(first_backoff_seconds=0.05, max_backoff_seconds=0.5),
)


@dataclass(frozen=True)
class NatsPlace:
    """A store, a server, and what each bureau keeps. Messages are spread over ``seconds``."""

    folder: Path
    server: NatsServer
    messages: int
    seconds: float
    seed: int

    @property
    def store(self) -> Path:
        return self.folder / "desk.db"

    @property
    def places(self) -> TransportPlaces:
        address = str(self.server.address)
        return TransportPlaces((address,), (address,), str(self.server.key_file("desk")))

    def acted(self, bureau: str) -> Path:
        return self.folder / f"{bureau}.acted"

    def sent(self, bureau: str) -> Path:
        return self.folder / f"{bureau}.sent"


def dispatch(place: NatsPlace, say: Say, *, until_idle: bool = False) -> None:
    async def run() -> None:
        desk = await open_desk(place.store, limits=LIMITS)
        places = OpenPlaces(place.folder, desk.realm, place.places, LIMITS)
        dispatcher = Dispatcher(desk, places.transport, places.inbox)
        say("began")
        await dispatcher.run(until_idle=until_idle)
        await places.close()
        await desk.close()
        say("ended", dispatcher.state.troubles)

    asyncio.run(run())


def be_bureaus(place: NatsPlace, bureaus: tuple[str, ...], say: Say, *, until_empty: bool = False) -> None:
    """Send what the senders among them have not sent yet, and act on every line once."""

    async def run() -> None:
        works = [_read(place, bureau, until_empty=until_empty) for bureau in bureaus]
        if not until_empty:
            works += [_send(place, bureau, say) for bureau in bureaus if bureau in SENDERS]
        await asyncio.gather(*works)

    asyncio.run(run())


def messages_of(place: NatsPlace, sender: str) -> list[dict[str, Any]]:
    """What a bureau sends, the same each time it is asked."""
    random, people = Random(f"{place.seed}{sender}"), persons()
    made = []
    for number in range(place.messages // len(SENDERS)):
        to = random.sample([code for code in BUREAUS if code != sender], RECIPIENTS)
        message = diffusion(sender, tuple(to), kind="blue", purpose=None, judicial=None, urgency=None)
        message |= {"reference": f"{sender}-{number:06}", "subject": next(people), "language": "en"}
        made.append(message | {"text": "Locate the person; tell us the address."})
    return made


async def _client(place: NatsPlace, bureau: str) -> Client:
    """Connects as often as it takes."""
    while True:
        with suppress(Error, OSError, TimeoutError):
            async with asyncio.timeout(5):
                return await place.server.client(bureau)
        await asyncio.sleep(0.1)


async def _send(place: NatsPlace, sender: str, say: Say) -> None:
    """Publish each message until the stream has it; note its number before the next one."""
    done = set(_lines(place.sent(sender)))
    known = {line.split()[1] for line in done}
    pace = place.seconds / (place.messages / len(SENDERS))
    client = await _client(place, sender)
    for message in messages_of(place, sender):
        reference = message["reference"]
        if reference in known:
            continue
        while True:
            try:
                answer = await client.jetstream().publish(
                    streams.inbox_subject(sender), json.dumps(message).encode(), timeout=2
                )
            except (Error, OSError, TimeoutError):
                with suppress(Exception):
                    await client.close()
                client = await _client(place, sender)
                continue
            _append(place.sent(sender), f"{answer.seq} {reference}")
            break
        await asyncio.sleep(pace)
    say("sent", sender)
    await client.close()


async def _read(place: NatsPlace, bureau: str, *, until_empty: bool) -> None:
    """The rule for bureaus: act unless the key is known, keep the key with the act, then acknowledge."""
    known = set(_lines(place.acted(bureau)))
    client = await _client(place, bureau)
    while True:
        try:
            reading = await client.jetstream().pull_subscribe_bind(consumer=bureau, stream=streams.OUTBOX)
            while True:
                try:
                    messages = await reading.fetch(50, timeout=1.0)
                except TimeoutError:
                    if client.is_closed:
                        raise
                    if until_empty and await _has_read_all(place, bureau):
                        await client.close()
                        return
                    continue
                for message in messages:
                    key = json.loads(message.data)["delivery"]
                    if key not in known:
                        _append(place.acted(bureau), key)
                        known.add(key)
                    await message.ack_sync(timeout=2)
        except (Error, OSError, TimeoutError):
            with suppress(Exception):
                await client.close()
            client = await _client(place, bureau)


async def _has_read_all(place: NatsPlace, bureau: str) -> bool:
    """Whether no line waits for a bureau, and none for its acknowledgement."""
    desk = await _client(place, "desk")
    try:
        info = await desk.jetstream().consumer_info(streams.OUTBOX, bureau)
        return not (info.num_pending or info.num_ack_pending)
    finally:
        await desk.close()


def _append(file: Path, line: str) -> None:
    """One line with one call of the system, so that a kill leaves all of it or nothing."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode() + b"\n")
    finally:
        os.close(descriptor)


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def judge(place: NatsPlace, say: Say) -> None:
    """Compare store, stream and bureaus; say each fault, and the figures."""
    faults: list[str] = []

    async def run() -> dict[str, int]:
        desk = await open_desk(place.store)
        try:
            items = (await desk.queries.header()).items
            rows = [
                (f"D-{number:06}", row.recipient, row.state)
                for number in range(1, items + 1)
                for row in (await desk.queries.show(number)).deliveries
            ]
            found = await desk.queries.figures()
        finally:
            await desk.close()
        subjects = await stored_subjects(place.server)
        faults.extend(f"{name} is stored {times} times" for name, times in subjects.items() if times != 1)
        faults.extend(f"{item} to {code} is {state}" for item, code, state in rows if state != "delivered")
        wanted = {f"dd.out.{code}.{item}.1-1" for item, code, _ in rows}
        stored = {name for name in subjects if name.count(".") == 4}
        faults.extend(f"{name} is not in the stream" for name in sorted(wanted - stored))
        faults.extend(f"{name} is in the stream and not in the store" for name in sorted(stored - wanted))
        if items != place.messages:
            faults.append(f"{items} items of {place.messages} messages: {found.states}")
        _judge_bureaus(place, subjects, faults)
        return {"items": items, "deliveries": len(rows), "lines": len(subjects)}

    figures = asyncio.run(run())
    for fault in faults[:20]:
        say("fault", fault)
    say("figures", figures | {"faults": len(faults)})


def _judge_bureaus(place: NatsPlace, subjects: dict[str, int], faults: list[str]) -> None:
    receipts: set[int] = set()
    for bureau in BUREAUS:
        acted = Counter(_lines(place.acted(bureau)))
        faults.extend(f"{bureau} acted {times} times on {key}" for key, times in acted.items() if times != 1)
        lines = sum(name.split(".")[2] == bureau for name in subjects)
        if len(acted) != lines:
            faults.append(f"{bureau} acted on {len(acted)} lines of {lines}")
        receipts |= {int(key.split("/")[1].split("-")[0]) for key in acted if key.startswith("receipt/")}
    sent = {int(line.split()[0]) for sender in SENDERS for line in _lines(place.sent(sender))}
    faults.extend(f"no receipt of message {number}" for number in sorted(sent - receipts))
