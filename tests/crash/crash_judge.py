"""After a kill: the desk comes back, works off what is left, and everything is looked at against what was promised."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crash_crew import Call, Place, perform
from crash_traffic import Message

from desks import raw
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.delivery.states import HOLDING
from dutydesk.domain.errors import DeskError
from dutydesk.domain.events.log import GENESIS
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log

_DELIVERIES = ("diffusion", "notice", "message", "correction")


@dataclass
class Promised:
    """What anybody was told before the kill, and what lay in the inbox.

    ``seq`` and ``head`` are the checkpoint that was kept after the cycle before.
    """

    laid: list[Message] = field(default_factory=list)
    submitted: list[tuple[Message, dict[str, Any]]] = field(default_factory=list)
    tried: list[Message] = field(default_factory=list)
    acts: list[tuple[str, str, Call, dict[str, Any]]] = field(default_factory=list)
    backups: list[str] = field(default_factory=list)
    seq: int = 0
    head: str = GENESIS.hex()


@dataclass
class Verdict:
    """Sentences about what was lost, leaked, broken; ``doubled`` counts hand-overs that came again under their key."""

    lost: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    doubled: int = 0
    seq: int = 0
    head: str = ""
    figures: dict[str, int] = field(default_factory=dict)

    def faults(self) -> list[str]:
        named = (("lost", self.lost), ("leaked", self.leaked), ("broken", self.broken))
        return [f"{name}: {words}" for name, found in named for words in found]


async def recover(place: Place, promised: Promised) -> Verdict:
    """A dispatcher that takes over and works off everything; then each promise is looked at."""
    verdict = Verdict()
    desk = await open_desk(place.store)
    try:
        await place.dispatcher(desk).run(until_idle=True)
        await _receipts_stand(desk, place, promised, verdict)
        await _answers_stand(desk, promised, verdict)
        await place.dispatcher(desk).run(until_idle=True)
        await _store_is_whole(desk, promised, verdict)
        await _spool_agrees(desk, place, verdict)
        verdict.broken += [words for path in promised.backups for words in _spoilt(Path(path))]
    finally:
        await desk.close()
    if Path(f"{place.store}-wal").exists():
        verdict.broken.append("the log was not folded into the store by the last to leave")
    return verdict


async def _receipts_stand(desk: Desk, place: Place, promised: Promised, verdict: Verdict) -> None:
    """Everything that lay in the inbox has its receipt, and a message that comes again is told the same."""
    left = [path.name for path in place.inbox.rglob("*") if path.is_file() and "done" not in path.parts]
    drafts = [path.name for path in place.inbox.rglob(".*")]
    verdict.lost += [f"{name} is still in the inbox" for name in left]
    verdict.broken += [f"{name} is left behind in the inbox" for name in drafts]
    receipts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in place.inbox.rglob("*.receipts.jsonl"):
        for line in path.read_text("ascii").splitlines():
            receipts[json.loads(line)["reference"]].append(json.loads(line))
    told = [(message, receipts[message["reference"]]) for message in promised.laid]
    told += [(message, [receipt]) for message, receipt in promised.submitted]
    for message, found in told:
        if not found:
            verdict.lost.append(f"{message['reference']} has no receipt")
            continue
        await _same_again(desk, message, found, verdict)
    for message in promised.tried:
        receipt = await desk.intake.receive(raw(message))
        if receipt.outcome not in ("accepted", "repeat", "rejected"):
            verdict.lost.append(
                f"{message['reference']} was not answered, and is {receipt.outcome} when it comes again"
            )


async def _same_again(desk: Desk, message: Message, found: list[dict[str, Any]], verdict: Verdict) -> None:
    again = await desk.intake.receive(raw(message))
    words = {"accepted": "repeat", "repeat": "repeat"}
    expected = {(words.get(receipt["outcome"], receipt["outcome"]), receipt["item"]) for receipt in found}
    if {(again.outcome.value, again.item)} != expected:
        words_of = f"{message['reference']} was told {sorted(map(str, expected))}"
        verdict.lost.append(f"{words_of}, and is told {again.outcome} {again.item} when it comes again")


async def _answers_stand(desk: Desk, promised: Promised, verdict: Verdict) -> None:
    for command_id, officer, call, answer in promised.acts:
        try:
            again = asdict(await perform(desk, officer, call, command_id))
        except DeskError as error:
            again = {"refused": error.words}
        if again != answer:
            verdict.lost.append(f"{officer} was told {answer} for {call}, and now {again}")


async def _store_is_whole(desk: Desk, promised: Promised, verdict: Verdict) -> None:
    report = await desk.store.read(lambda handle: log.verify(handle, promised.seq, bytes.fromhex(promised.head)))
    verdict.seq, verdict.head = report.events, report.head
    if report.fault is not None:
        verdict.broken.append(f"the chain: {report.fault}")
    proof = await prove_store(desk.store, desk.context)
    verdict.broken += [] if proof.chain.fault is None else [f"the chain from its start: {proof.chain.fault}"]
    verdict.leaked += [f"event {breach.seq}: {breach.words}" for breach in proof.breaches[:5]]
    verdict.broken += await desk.store.read(lambda handle: list(uncounted(handle)))
    if await desk.delivery.has_open_deliveries():
        verdict.lost.append("a delivery is still open")


def _spoilt(backup: Path) -> Iterator[str]:
    """What is wrong with a backup that an administrator was told of."""
    with closing(sqlite3.connect(f"{backup.as_uri()}?immutable=1", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        handle = Handle(connection, datetime.now(UTC))
        fault = log.verify(handle).fault
        yield from (f"{backup.name}: {words}" for words in (*uncounted(handle), *filter(None, [fault])))


def uncounted(handle: Handle) -> Iterator[str]:
    """Damage that SQLite finds, and counters that are not what there is."""
    sound = handle.connection.execute("PRAGMA integrity_check").fetchone()[0]
    if sound != "ok":
        yield f"the store: {sound}"
    counters = {name: count for name, count in log.counters(handle).items() if count}
    for prefix, query in (
        ("state", "SELECT state, count(*) FROM item GROUP BY state"),
        ("delivery", "SELECT state, count(*) FROM delivery WHERE state <> 'suppressed' GROUP BY state"),
        ("suppressed", "SELECT cause, count(*) FROM delivery WHERE state = 'suppressed' GROUP BY cause"),
    ):
        there = {f"{prefix}:{name}": count for name, count in map(tuple, handle.connection.execute(query))}
        shown = {name: count for name, count in counters.items() if name.startswith(f"{prefix}:")}
        shown.pop("delivery:suppressed", None)
        if shown != there:
            yield f"{shown} counted, {there} there"


@dataclass
class _Record:
    """What the store says: the deliveries that were made, those that were ever sent, what each item's owner denied."""

    made: set[str]
    sent: set[tuple[str, str]]
    denied: dict[str, set[str]]
    accepted: Counter[tuple[str, str]]


def _record(handle: Handle) -> _Record:
    states = ", ".join(f"'{state.value}'" for state in HOLDING)
    made = {
        f"D-{item:06d}/{version}.{cycle}/{code}"
        for item, version, cycle, code in map(
            tuple,
            handle.connection.execute(
                "SELECT d.item, d.version, d.cycle, b.code FROM delivery AS d JOIN bureau AS b ON b.id = d.recipient "
                f"WHERE d.state IN ({states})"
            ),
        )
    }
    denied = {
        f"D-{number:06d}": set(filter(None, codes.split()))
        for number, codes in map(tuple, handle.connection.execute("SELECT number, restricted_from FROM item"))
    }
    record = _Record(made, set(), denied, Counter())
    for line in log.walk(handle):
        if line.kind == "deliveries.sending":
            record.sent |= {(line.subject, code) for code in json.loads(line.data)["recipients"]}
        elif line.kind == "intake.accepted":
            data = json.loads(line.data)
            record.accepted[data["sender"], data["reference"]] += 1
    return record


async def _spool_agrees(desk: Desk, place: Place, verdict: Verdict) -> None:
    """What the bureaus hold is what the record says: all of it, each in the same words, nothing besides."""
    record = await desk.store.read(_record)
    verdict.lost += [f"{name} became {count} items" for name, count in record.accepted.items() if count > 1]
    held: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in _lines(place):
        held[line["delivery"]].append(line)
    deliveries = {key for key, lines in held.items() if lines[0]["notice"] in _DELIVERIES}
    verdict.lost += [f"{key} is recorded as delivered, and its bureau has nothing" for key in record.made - deliveries]
    for key in deliveries:
        item, _, recipient = key.split("/")
        if (item, recipient) not in record.sent:
            verdict.leaked.append(f"{key} was handed over, and never leased")
        if recipient in record.denied[item]:
            verdict.leaked.append(f"{key} was handed over, and its owner had denied it")
        if key not in record.made and not place.deaf:
            verdict.leaked.append(f"{key} was handed over, and is not recorded")
    for key, lines in held.items():
        verdict.doubled += len(lines) - 1
        if len(lines) > 1 and not place.deaf:
            verdict.broken.append(f"{key} is in the spool {len(lines)} times, though the spool is asked what it has")
        if len({json.dumps(line.get("message"), sort_keys=True) for line in lines}) > 1:
            verdict.leaked.append(f"{key} was handed over in two different words")
    if not place.deaf and list(place.outbox.glob("*/.*")):
        verdict.broken.append("an unfinished segment is left behind")
    verdict.figures = {"deliveries": len(deliveries), "lines": sum(map(len, held.values()))}


def _lines(place: Place) -> Iterator[dict[str, Any]]:
    """Also where the transport is deaf: a real console that dispatched, because nobody else did, wrote the spool."""
    for path in (*([place.ledger] if place.deaf else ()), *sorted(place.outbox.glob("*/*.jsonl"))):
        if path.exists():
            with closing(path.open("rb")) as file:
                yield from map(json.loads, file)
