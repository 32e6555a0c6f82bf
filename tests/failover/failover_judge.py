"""Compares what the boxes have told with what is recorded and with what the bureaus have."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from box_crew import BoxPlace
from crash_children import Say
from crash_crew import Call
from crash_judge import Promised, Verdict, check_commands, check_repeat, check_spool, counter_faults
from crash_traffic import Message
from fleet import Box

from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.store.engine.content_checks import examine_rows
from dutydesk.store.tables import log


@dataclass
class Told:
    """What the boxes have said since it was read last; each report is taken once."""

    submitted: list[tuple[Message, dict[str, Any]]] = field(default_factory=list)
    laid: list[Message] = field(default_factory=list)
    acts: list[tuple[str, str, Call, dict[str, Any]]] = field(default_factory=list)
    _read: dict[int, int] = field(default_factory=dict)

    def take(self, boxes: Iterable[Box]) -> None:
        self.submitted, self.acts = [], []
        for box in boxes:
            reports = box.reports
            for line in reports[self._read.get(box.number, 0) :]:
                self._note(line)
            self._read[box.number] = len(reports)

    def _note(self, line: list[Any]) -> None:
        match line:
            case ["submitted", message, receipt, _]:
                self.submitted.append((message, receipt))
            case ["lays", message]:
                self.laid.append(message)
            case ["done", command_id, officer, call, answer]:
                self.acts.append((command_id, officer, call, answer))


def judge_round(place: BoxPlace, told: Told, seq: int, head: str, say: Say) -> None:
    """What was told is there, and the log goes on from where it was."""

    async def judge(desk: Desk, verdict: Verdict) -> None:
        repeats = [check_repeat(desk, message, [receipt], verdict) for message, receipt in told.submitted]
        acts = [check_commands(desk, Promised(acts=[act]), verdict) for act in told.acts]
        await asyncio.gather(*repeats, *acts)
        report = await desk.store.read(lambda handle: log.verify(handle, seq, bytes.fromhex(head)))
        verdict.seq, verdict.head = report.events, report.head
        if report.fault is not None:
            verdict.broken.append(f"the chain: {report.fault}")

    _judge(place, judge, say)


def judge_life(place: BoxPlace, inboxes: list[BoxPlace], laid: list[Message], say: Say) -> None:
    """After the boxes have gone: what is open is finished, and everything is proved from the start."""

    async def judge(desk: Desk, verdict: Verdict) -> None:
        for each in (*inboxes, place):
            await BoxPlace(place.store, each.inbox, place.outbox).dispatcher(desk).run(until_idle=True)
        await _check_inboxes(desk, inboxes, laid, verdict)
        proof = await prove_store(desk.store, desk.context)
        verdict.broken += [] if proof.chain.fault is None else [f"the chain from its start: {proof.chain.fault}"]
        verdict.leaked += [f"event {breach.seq}: {breach.words}" for breach in proof.breaches[:5]]
        state = await compare_state(desk.store, desk.context)
        verdict.broken += [f"not as the log says: {each.words}" for each in state.differences[:5]]
        verdict.broken += await desk.store.read(lambda handle: list(counter_faults(handle)))
        rows = await desk.store.read(lambda handle: examine_rows(handle, desk.store.engine.errors))
        verdict.broken += [f"{each.check}: {each.detail}" for each in rows if not each.ok]
        if await desk.delivery.has_open_deliveries():
            verdict.lost.append("a delivery is still open")
        await check_spool(desk, place, verdict)  # type: ignore[arg-type]
        verdict.figures["events"] = proof.chain.events

    _judge(place, judge, say)


async def _check_inboxes(desk: Desk, inboxes: list[BoxPlace], laid: list[Message], verdict: Verdict) -> None:
    receipts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for place in inboxes:
        left = [path.name for path in place.inbox.rglob("*") if path.is_file() and "done" not in path.parts]
        verdict.lost += [f"{name} is still in an inbox" for name in left if not name.startswith(".")]
        for path in place.inbox.rglob("*.receipts.jsonl"):
            for line in path.read_text("ascii").splitlines():
                receipts[json.loads(line)["reference"]].append(json.loads(line))
    for message in laid:
        if found := receipts[message["reference"]]:
            await check_repeat(desk, message, found, verdict)
        else:
            verdict.lost.append(f"{message['reference']} has no receipt")


def _judge(place: BoxPlace, work: Any, say: Say) -> None:
    async def run() -> None:
        verdict = Verdict()
        desk = await open_desk(place.store)
        try:
            await work(desk, verdict)
        finally:
            await desk.close()
        say("verdict", asdict(verdict))

    asyncio.run(run())


def term_faults(boxes: Iterable[Box], ended: Collection[int] = ()) -> list[str]:
    """Moments in which a box believed in a term although a later one had begun; not of terms that others ``ended``."""
    samples = sorted((at, term, box.number) for box in boxes for term, at in box.words("term") if term not in ended)
    found, newest = [], 0
    for at, term, number in samples:
        if term < newest:
            found.append(f"at {at:.3f} box {number} dispatched in term {term}, and term {newest} had begun")
        newest = max(newest, term)
    return found[:5]
