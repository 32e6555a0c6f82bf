"""The load of every suite: diffusions of the sample shift to a number of bureaus, and the check of their deliveries.

As a program it takes messages into a store until its input ends, as the intake during other measurements.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from dutydesk import SWITCH_SECONDS
from dutydesk.demo.shift import DemoShift
from dutydesk.desk.base import garbage
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.countries import Directory
from dutydesk.domain.errors import Refused
from dutydesk.wire.decode.stream import RawMessage, read_one
from dutydesk_bench.whole_life import CountingBureaus, require_single_delivery

SENDER = "RU"
BLOCK = b"x" * 4096
PRODUCER_COUNT = 256
CHECKS_AT_ONCE = 25
_SENTENCE_END = re.compile(r"([.!?؟](?=\s|$)|(?<![.!?؟\s])$)")
_SYLLABLES = ("bo", "da", "fu", "ga", "hi", "ko", "lu", "ma", "ni", "po", "ru", "sa", "te", "vo", "wi", "za")
#: Messages that a process takes in at full speed before it is measured: the first ones take longer.
WARM_UP_MESSAGES = 1_000


class Load:
    """Messages without end, each with its own reference and its own text.

    ``prefix`` keeps the references of several loads apart. ``deliveries`` counts those of the messages made so far.
    """

    def __init__(self, shift: DemoShift, at: datetime, recipients: Sequence[str], prefix: str) -> None:
        lines = [json.loads(line) for index, line in enumerate(shift.lines) if index not in shift.hostile]
        notices = [
            body for body in lines if body["type"] in ("diffusion", "notice_request") and body["kind"] != "silver"
        ]
        self._bodies = [body for body in notices if body["type"] == "diffusion"]
        self._requests = [body for body in notices if body["type"] == "notice_request"]
        self._mixed = [body for body in notices if body.get("recipients") != "all"]
        self._at = at
        self._recipients = list(recipients)
        self._prefix = prefix
        self.made = self.deliveries = 0

    def diffusion(self) -> RawMessage:
        return self._raw(self._next(self._bodies), sender=SENDER, recipients=self._recipients, restricted_from=[])

    def request(self) -> RawMessage:
        """A notice request, which is held for an officer."""
        return self._raw(self._next(self._requests))

    def check(self) -> RawMessage:
        """A check of a travel document from a border."""
        query = {"document_number": f"X{self.made:07d}", "issuer": "FR"}
        empty = {"schema": "dutydesk/1", "type": "check", "sender": "DE"}
        return self._raw(empty, database="travel_documents", query=query, place="BENCH-1")

    def diffusions(self, number: int) -> list[RawMessage]:
        return [self.diffusion() for _ in range(number)]

    def mixed(self, number: int) -> list[RawMessage]:
        """Diffusions of all senders to as many bureaus as in the shift, and notice requests among them as often."""
        return [self._raw(self._next(self._mixed), restricted_from=[]) for _ in range(number)]

    def _next(self, bodies: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The next body; from the second lap on about another person, as in a year's messages."""
        lap, place = divmod(self.made, len(bodies))
        body, relative = bodies[place], bodies[(place + lap) % len(bodies)]["subject"]
        body = _reworded(body, f"{_word(self.made)} {self.made}")
        if not lap or body["subject"]["type"] != "person":
            return body
        return {**body, "subject": _other_person(body["subject"], relative, lap)}

    def _raw(self, body: dict[str, Any], **changes: object) -> RawMessage:
        self.made += 1
        whole = {**body, **changes, "reference": f"{self._prefix}-{self.made}"}
        whole["sent_at"] = self._at.isoformat(timespec="seconds")
        whole.pop("retention_until", None)
        if whole["type"] == "diffusion":
            self.deliveries += len(whole["recipients"])
        return read_one(io.BytesIO(json.dumps(whole, ensure_ascii=False).encode()))


def _reworded(body: dict[str, Any], words: str) -> dict[str, Any]:
    """The same message in sentences of its own, so that nothing that was read of another text helps."""
    changed = {**body, "text": _with_words(body["text"], words)} if "text" in body else body
    facts = (body.get("judicial") or {}).get("facts") or {}
    if "summary" not in facts:
        return changed
    summary = _with_words(facts["summary"], words)
    return {**changed, "judicial": {**body["judicial"], "facts": {**facts, "summary": summary}}}


def _with_words(text: str, words: str) -> str:
    """``words`` in brackets at the end of each sentence."""
    return _SENTENCE_END.sub(rf" ({words})\1", text)


def _word(number: int) -> str:
    """A word that means nothing."""
    return "".join(_SYLLABLES[number // len(_SYLLABLES) ** place % len(_SYLLABLES)] for place in range(3))


def _other_person(person: dict[str, Any], relative: dict[str, Any], lap: int) -> dict[str, Any]:
    """Another person with as many details: a family name of the shift, another birth year, other papers."""
    name = {**(person.get("name") or {}), **_family_name(relative)}
    name.pop("original_script", None)
    born = person.get("date_of_birth")
    papers = [{**paper, "number": f"{paper['number']}{lap}"} for paper in person.get("identity_documents") or ()]
    changed: dict[str, Any] = {"name": name, "identity_documents": papers, "aliases": []}
    if born:
        changed["date_of_birth"] = f"{1940 + (int(born[:4]) + 4 * lap) % 60}{born[4:]}"  # 29 February stays one.
    return {**person, **changed}


def _family_name(subject: dict[str, Any]) -> dict[str, Any]:
    name = subject.get("name")
    return {"family": name["family"]} if isinstance(name, dict) and name.get("family") else {}


def first_recipients(desk: Desk, number: int) -> list[str]:
    return first_members(desk.context.directory, desk.clock.now(), number)


def first_members(directory: Directory, at: datetime, number: int) -> list[str]:
    """So many members, without the sender of the load."""
    return [code for code in directory.members(at.date()) if code != SENDER][:number]


async def make_desk(store: Path) -> Desk:
    """A new exercise store; the OS user who measures is its administrator."""
    make_store(store, "exercise")
    return await open_desk(store, founder=os_user())


def fdatasync_rate(folder: Path, seconds: float = 0.5) -> float:
    """Durable writes of 4 KiB a second, into a file of fixed size."""
    path, done = folder / "fdatasync", 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, 1000 * len(BLOCK))
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            os.pwrite(descriptor, BLOCK, done % 1000 * len(BLOCK))
            os.fdatasync(descriptor)
            done += 1
        return done / (time.perf_counter() - began)
    finally:
        os.close(descriptor)
        path.unlink()


async def receive_messages(desk: Desk, messages: Sequence[RawMessage], producers: int) -> list[float]:
    """Take messages in with a number of producers, each waiting until its message is durable; returns seconds per
    message.
    """
    waiting, waits = iter(messages), []

    async def produce() -> None:
        for raw in waiting:
            began = time.perf_counter()
            receipt = await desk.intake.receive(raw)
            waits.append(time.perf_counter() - began)
            if receipt.outcome != "accepted":
                raise Refused(
                    RefusedCode.MEASUREMENT_FAILED, f"a message of the load was {receipt.outcome}: {receipt.problems}"
                )

    await asyncio.gather(*(produce() for _ in range(min(producers, len(messages)))))
    return waits


async def receive_and_deliver(
    desk: Desk, messages: Sequence[RawMessage], producers: int, recipients: int
) -> tuple[float, list[float]]:
    """Take messages in and deliver them at the same time, until the last delivery is acknowledged and
    everything is filed.

    Returns the seconds of the whole, and those of each message's receipt. Raises Refused if a delivery is missing or
    doubled.
    """
    bureaus = CountingBureaus()
    dispatcher = Dispatcher(desk, bureaus)
    began = time.perf_counter()
    dispatching = asyncio.create_task(dispatcher.run())
    try:
        waits = await receive_messages(desk, messages, producers)
        await dispatcher.wait_until_dispatched()
        await desk.store.file_waiting()
        seconds = time.perf_counter() - began
    finally:
        dispatcher.stop()
        await dispatching
    require_single_delivery(bureaus.received, len(messages) * recipients)
    return seconds, waits


def reading_seconds(desk: Desk) -> float:
    """Processor time of the processes that read ahead for this one, so far."""
    return sum(companion.seconds() for companion in desk.intake.memory.readers.companions)


def count_spooled_deliveries(outbox: Path) -> Counter[str]:
    return Counter(line["delivery"] for line in _spool_lines(outbox) if line["notice"] == "diffusion")


def _spool_lines(outbox: Path) -> Iterator[dict[str, Any]]:
    for segment in outbox.glob("*/*.jsonl"):
        with segment.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


# As a program


def full_load(measured: int) -> tuple[object, ...]:
    """The program's arguments for full intake; a short warm-up and few producers where little is ``measured``."""
    warm_up = min(WARM_UP_MESSAGES, 5 * measured)
    return "--warm-up", warm_up, "--producers", min(PRODUCER_COUNT, measured)


async def _run(arguments: argparse.Namespace) -> None:
    from dutydesk.demo.demo_store import demo_shift

    desk = await open_desk(arguments.store)
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, 20), f"load-{os.getpid()}")
    done: Counter[str] = Counter()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    dispatcher = Dispatcher(desk, CountingBureaus())
    dispatching = asyncio.create_task(dispatcher.run()) if arguments.dispatch else asyncio.create_task(ended.wait())
    working = [_send_messages(desk, load, arguments, done, ended)]
    if arguments.checks_a_minute:
        working.append(_send_checks(desk, load, arguments.checks_a_minute, done, ended))
    if arguments.messages_a_minute is None:
        await receive_messages(desk, load.diffusions(arguments.warm_up), arguments.producers)
    garbage.look_seldom()  # As the dispatcher's own process does.
    print("ready", flush=True)
    began = time.monotonic()
    await asyncio.gather(*working)
    seconds = time.monotonic() - began
    dispatcher.stop()
    await dispatching
    await desk.close()
    print(json.dumps({"seconds": seconds, **done}), flush=True)


async def _send_messages(
    desk: Desk, load: Load, arguments: argparse.Namespace, done: Counter[str], ended: asyncio.Event
) -> None:
    a_minute: float | None = arguments.messages_a_minute

    async def send_message() -> None:
        await desk.intake.receive(load.diffusion())
        done["messages"] += 1

    async def producer() -> None:
        while not ended.is_set():
            await send_message()

    if a_minute is None:
        await asyncio.gather(*(producer() for _ in range(arguments.producers)))
        return
    while not ended.is_set():
        await send_message()
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 60 / a_minute)


async def _send_checks(desk: Desk, load: Load, a_minute: float, done: Counter[str], ended: asyncio.Event) -> None:
    began = time.monotonic()
    while not ended.is_set():
        await asyncio.gather(*(desk.intake.receive(load.check()) for _ in range(CHECKS_AT_ONCE)))
        done["checks"] += CHECKS_AT_ONCE
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), max(0.0, began + done["checks"] * 60 / a_minute - time.monotonic()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--messages-a-minute", type=float)
    parser.add_argument("--checks-a-minute", type=float, default=0.0)
    parser.add_argument("--warm-up", type=int, default=WARM_UP_MESSAGES)
    parser.add_argument("--producers", type=int, default=PRODUCER_COUNT)
    parser.add_argument("--dispatch", action="store_true")
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
