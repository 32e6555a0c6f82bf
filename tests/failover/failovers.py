"""Failovers: ``python tests/failover/failovers.py --rounds 200 --seed 25``.

Three boxes work on a cluster of two servers, under far more than ten times the real traffic. Each round brings one
fault; then everything that was told must be recorded, and every box at work again within five seconds of a primary that
answers. Each life ends with the proof of the whole log, and of what the bureaus have.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import failover_path  # noqa: F401
from box_crew import now
from crash_crew import prepare
from crash_warm import warm_up
from failover_judge import Told, judge_life, judge_round, term_faults
from fault_kinds import FAULTS, Fault, TooSlowError
from fleet import BOXES, Fleet, await_condition, slowness

from dutydesk.domain.events.log import GENESIS

#: Rounds on one desk; its whole log is proved at the end.
LIFE = 20
#: Within which every box must be at work again, after a primary answers and its process has opened the desk. On a
#: machine that is busy with other things it takes as many times as long.
BACK_SECONDS = 5.0
#: Messages a second of each box. The sample shift has one in two and a half minutes, so this is far beyond ten times.
RATE = 1.5
_PATIENCE_SECONDS = 120.0


@dataclass
class Summary:
    """``late`` is what took longer than it may, which a busy machine alone can bring about; ``faults`` is the rest."""

    rounds: int = 0
    faults: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    acts: int = 0
    deliveries: int = 0
    events: int = 0
    back: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    troubles: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def lines(self) -> list[str]:
        back = sorted(self.back) or [0.0]
        return [
            *(f"{count:5}  {name}" for name, count in sorted(self.kinds.items())),
            f"refusals while a line was lost: {dict(self.troubles)}",
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.messages} messages and {self.acts} acts were "
            f"answered, {self.deliveries} deliveries made, {self.events} events proved",
            f"a box was back at work after {back[len(back) // 2]:.1f} s (median), {back[-1]:.1f} s at most "
            f"({self.slowest[1]})",
            *self.late,
            *self.faults,
            f"{len(self.late)} times late, {len(self.faults)} faults",
        ]


class Life:
    """One desk over several rounds."""

    def __init__(self, fleet: Fleet, number: int, summary: Summary) -> None:
        self.fleet, self.summary = fleet, summary
        self.told, self.seq, self.head = Told(), 0, GENESIS.hex()
        fleet.make_desk(number)
        self.place = fleet.judges_place(number)
        fleet.run_in_child("prepare", lambda _say: asyncio.run(prepare(self.place.store)))
        for box in fleet.boxes:
            fleet.start(box)
        self._await_work(now())

    def round(self, fault: Fault, random: Random) -> None:
        self.summary.rounds += 1
        self.summary.kinds[fault.__name__.replace("_", " ")] += 1
        time.sleep(random.uniform(0.1, 0.6))
        try:
            fault(self.fleet, random)
        except TooSlowError as slow:
            self._late(fault, str(slow))
        since = now()
        self._revive()
        self._await_work(since, fault)
        self.told.take(self.fleet.boxes)
        told, seq, head = self.told, self.seq, self.head
        self.summary.messages += len(told.submitted)
        self.summary.acts += len(told.acts)
        self._take_verdict(lambda say: judge_round(self.place, told, seq, head, say), fault)
        for words in term_faults(self.fleet.boxes, self.fleet.ended_terms):
            self._fault(fault, words)

    def end(self) -> None:
        """The boxes end in order; then everything is proved."""
        self.fleet.dismiss()
        self.told.take(self.fleet.boxes)
        for box in self.fleet.boxes:
            self.summary.faults += [f"box {box.number}: {words}" for (words,) in box.words("fault")]
            self.summary.troubles.update(code for code, *_ in box.words("trouble"))
        told, seq, head = self.told, self.seq, self.head
        self._take_verdict(lambda say: judge_round(self.place, told, seq, head, say))
        inboxes = [box.place for box in self.fleet.boxes]
        verdict = self._take_verdict(lambda say: judge_life(self.place, inboxes, told.laid, say))
        self.summary.messages += len(told.laid)
        self.summary.deliveries += verdict["figures"].get("deliveries", 0)
        self.summary.events += verdict["figures"].get("events", 0)

    def _revive(self) -> None:
        """Starts a box again whose process has ended, as a service would: its store was replaced under it."""
        for box in self.fleet.boxes:
            if box.has_ended():
                box.listen()
                self.fleet.kill(box)
                self.fleet.start(box)

    def _await_work(self, since: float, fault: Fault | None = None) -> None:
        """Waits until each box has told a receipt, and one dispatches, after ``since``."""

        def is_back() -> bool:
            self.fleet.listen()
            self._revive()
            told = all(any(at > since for *_, at in box.words("submitted")[-1:]) for box in self.fleet.boxes)
            return told and any(at > since for box in self.fleet.boxes for _, at in box.words("term")[-1:])

        if await_condition(is_back, _PATIENCE_SECONDS) is None:
            self._fault(fault, f"not at work again after {_PATIENCE_SECONDS:.0f} s")
            return
        for box in self.fleet.boxes:
            opened = max((at for (at,) in box.words("running")), default=since)
            first = min(at for *_, at in box.words("submitted") if at > since)
            took = first - max(since, opened)
            if fault is not None:
                self.summary.back.append(took)
                self.summary.slowest = max(self.summary.slowest, (took, fault.__name__.replace("_", " ")))
                if took > BACK_SECONDS * slowness():
                    self._late(fault, f"box {box.number} was at work again after {took:.1f} s")

    def _take_verdict(self, work: Any, fault: Fault | None = None) -> dict[str, Any]:
        ((_, verdict),) = self.fleet.run_in_child("judge", work)
        for kind in ("lost", "leaked", "broken"):
            for words in verdict[kind]:
                self._fault(fault, f"{kind}: {words}")
        if verdict["head"]:
            self.seq, self.head = verdict["seq"], verdict["head"]
        return dict(verdict)

    def _fault(self, fault: Fault | None, words: str) -> None:
        self.summary.faults.append(self._said(fault, words))

    def _late(self, fault: Fault | None, words: str) -> None:
        self.summary.late.append(self._said(fault, words))

    def _said(self, fault: Fault | None, words: str) -> str:
        named = fault.__name__.replace("_", " ") if fault is not None else "at the end"
        said = f"round {self.summary.rounds}, {named}: {words}"
        print(said, file=sys.stderr, flush=True)
        return said


def run(folder: Path, rounds: int, seed: int, rate: float, kinds: tuple[Fault, ...] = FAULTS) -> Summary:
    """Runs so many rounds, each kind of fault in turn in a seeded order. It forks, so the process has no threads."""
    warm_up()
    begun, random, summary = time.monotonic(), Random(seed), Summary()
    fleet = Fleet(folder, rate)
    try:
        waiting: list[Fault] = []
        for life in range(-(-rounds // LIFE)):
            desk = Life(fleet, life, summary)
            for _ in range(min(LIFE, rounds - summary.rounds)):
                waiting = waiting or random.sample(kinds, len(kinds))
                fault = waiting.pop()
                print(f"round {summary.rounds + 1}: {fault.__name__.replace('_', ' ')}", file=sys.stderr, flush=True)
                desk.round(fault, random)
            desk.end()
    finally:
        fleet.close()
        summary.seconds = time.monotonic() - begun
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=25)
    parser.add_argument("--rate", type=float, default=RATE, help=f"messages a second of each of the {BOXES} boxes")
    parser.add_argument("--only", help="the words of one kind of fault")
    parser.add_argument("--json", action="store_true", help="what came of it as one object")
    arguments = parser.parse_args()
    kinds = tuple(each for each in FAULTS if not arguments.only or arguments.only in each.__name__.replace("_", " "))
    with tempfile.TemporaryDirectory() as folder:
        summary = run(Path(folder), arguments.rounds, arguments.seed, arguments.rate, kinds)
    print(json.dumps(vars(summary)) if arguments.json else "\n".join(summary.lines()))
    return 1 if summary.faults or summary.late else 0


if __name__ == "__main__":
    sys.exit(main())
