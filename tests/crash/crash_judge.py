"""After a kill: brings the desk back, completes its open work, and compares everything with what was promised."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crash_crew import Call, Place, perform
from crash_traffic import Message
from crash_tree import tree_faults

from desks import raw
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.recovery import recover as recovery
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.delivery.states import HOLDING
from dutydesk.domain.errors import DeskError
from dutydesk.domain.events.log import GENESIS
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.orphans import orphans
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.tables import log
from engine_under_test import replace_store

_DELIVERIES = ("diffusion", "notice", "message", "correction")


@dataclass
class Promised:
    """What was reported to anybody before the kill, and the content of the inbox.

    ``seq`` and ``head`` are the checkpoint kept after the previous cycle.
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
    """Sentences on losses, leaks and damage. ``doubled`` counts deliveries that were repeated under their key."""

    lost: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    doubled: int = 0
    seq: int = 0
    head: str = ""
    engine: str = ""
    figures: dict[str, int] = field(default_factory=dict)

    def faults(self) -> list[str]:
        named = (("lost", self.lost), ("leaked", self.leaked), ("broken", self.broken))
        return [f"{name}: {words}" for name, found in named for words in found]


async def recover(place: Place, promised: Promised) -> Verdict:
    """Lets a dispatcher take over and complete everything, then checks each promise."""
    verdict = Verdict()
    desk = await open_desk(place.store)
    verdict.engine = "postgresql" if desk.store.engine.is_shared else "sqlite"
    try:
        await place.dispatcher(desk).run(until_idle=True)
        await _check_receipts(desk, place, promised, verdict)
        await check_commands(desk, promised, verdict)
        await place.dispatcher(desk).run(until_idle=True)
        await _check_store(desk, place, promised, verdict)
        await check_spool(desk, place, verdict)
        verdict.broken += [words for path in promised.backups for words in _backup_faults(Path(path))]
    finally:
        await desk.close()
    if Path(f"{place.store}-wal").exists():
        verdict.broken.append("the log was not folded into the store by the last to leave")
    _make_anew(place.store, verdict)
    return verdict


def _make_anew(store: Path, verdict: Verdict) -> None:
    """Makes the store anew from its log, and goes on with that one: nothing is lost, and nothing differs."""
    anew = store.with_name("anew.db")
    anew.unlink(missing_ok=True)
    report = recovery.recover(store, anew)
    if report.cut is not None:
        verdict.broken.append(f"the log of the store that was made anew: {report.cut}")
    verdict.lost += [f"by making the store anew: {words}" for words in report.lost[:5]]
    if report.different:
        verdict.broken.append(f"{report.different} columns of the store that was made anew differ from the log")
    replace_store(store, anew)


async def _check_receipts(desk: Desk, place: Place, promised: Promised, verdict: Verdict) -> None:
    """Checks that each message of the inbox has its receipt, and that a repeated message gets the same one."""
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
        await check_repeat(desk, message, found, verdict)
    for message in promised.tried:
        receipt = await desk.intake.receive(raw(message))
        if receipt.outcome not in ("accepted", "repeat", "rejected"):
            verdict.lost.append(
                f"{message['reference']} was not answered, and is {receipt.outcome} when it comes again"
            )


async def check_repeat(desk: Desk, message: Message, found: list[dict[str, Any]], verdict: Verdict) -> None:
    again = await desk.intake.receive(raw(message))
    words = {"accepted": "repeat", "repeat": "repeat"}
    expected = {(words.get(receipt["outcome"], receipt["outcome"]), receipt["item"]) for receipt in found}
    if "of" in message and again.outcome == "accepted" and {outcome for outcome, _ in expected} == {"rejected"}:
        return  # it came too late for an item that stands again, since its successor was undone
    if {(again.outcome.value, again.item)} != expected:
        words_of = f"{message['reference']} was told {sorted(map(str, expected))}"
        verdict.lost.append(f"{words_of}, and is told {again.outcome} {again.item} when it comes again")


async def check_commands(desk: Desk, promised: Promised, verdict: Verdict) -> None:
    for command_id, officer, call, answer in promised.acts:
        try:
            again = asdict(await perform(desk, officer, call, command_id))
        except DeskError as error:
            again = {"refused": error.words}
        if again != answer:
            verdict.lost.append(f"{officer} was told {answer} for {call}, and now {again}")


async def _check_store(desk: Desk, place: Place, promised: Promised, verdict: Verdict) -> None:
    report = await desk.store.read(lambda handle: log.verify(handle, promised.seq, bytes.fromhex(promised.head)))
    verdict.seq, verdict.head = report.events, report.head
    if report.fault is not None:
        verdict.broken.append(f"the chain: {report.fault}")
    proof = await prove_store(desk.store, desk.context)
    state = await compare_state(desk.store, desk.context)
    verdict.broken += [f"not as the log says: {each.words}" for each in state.differences[:5]]
    verdict.broken += [] if proof.chain.fault is None else [f"the chain from its start: {proof.chain.fault}"]
    verdict.leaked += [f"event {breach.seq}: {breach.words}" for breach in proof.breaches[:5]]
    verdict.broken += await desk.store.read(lambda handle: list(store_faults(handle)))
    verdict.broken += await desk.store.read(lambda handle: list(tree_faults(handle, place.witness)))
    if await desk.delivery.has_open_deliveries():
        verdict.lost.append("a delivery is still open")


def _backup_faults(backup: Path) -> Iterator[str]:
    """The faults of a backup whose success was reported to an administrator."""
    with closing(connect(backup, "immutable=1")) as connection:
        handle = Handle(connection, datetime.now(UTC))
        fault = log.verify(handle).fault
        yield from (f"{backup.name}: {words}" for words in (*store_faults(handle), *filter(None, [fault])))


def store_faults(handle: Handle) -> Iterator[str]:
    """Damage that SQLite finds, rows of a database that belong to none, and counters that differ from the rows."""
    if isinstance(handle.connection, PostgresConnection):
        yield from orphans(handle.connection)
    else:
        sound = handle.connection.execute("PRAGMA integrity_check").fetchone()[0]
        if sound != "ok":
            yield f"the store: {sound}"
    yield from counter_faults(handle)


def counter_faults(handle: Handle) -> Iterator[str]:
    """Counters that differ from the rows."""
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
    """The store's record: deliveries made, deliveries ever sent, and denials by each item's owner."""

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


async def check_spool(desk: Desk, place: Place, verdict: Verdict) -> None:
    """Checks that the bureaus have exactly the lines of the record, with the same words."""
    record = await desk.store.read(_record)
    verdict.lost += [f"{name} became {count} items" for name, count in record.accepted.items() if count > 1]
    held: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in _delivered_lines(place):
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


def _delivered_lines(place: Place) -> Iterator[dict[str, Any]]:
    """The delivered lines. With a deaf transport too, a real console may have dispatched to the spool."""
    for path in (*([place.ledger] if place.deaf else ()), *sorted(place.outbox.glob("*/*.jsonl"))):
        if path.exists():
            with closing(path.open("rb")) as file:
                yield from map(json.loads, file)
