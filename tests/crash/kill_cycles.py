"""Kill cycles: ``python tests/crash/kill_cycles.py --cycles 1000 --seed 1``.

Each cycle runs a dispatcher, a console and officers on one store, kills them with SIGKILL at a named point or a random
instant, brings the desk back and checks that every promise was kept. With ``DUTYDESK_TEST_ENGINE=postgresql`` the
stores are databases of a cluster that the run starts itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import crash_path  # noqa: F401
from crash_children import Child, Say, until
from crash_crew import TREE_SECONDS, WAL_BYTES, Place, back_up, decide, dispatch, feed, follow, prepare, submit
from crash_judge import Promised, Verdict, recover
from crash_points import POINTS, Point, arm
from crash_traffic import Traffic, write_messages
from crash_tree import watch, witness
from crash_warm import warm_up

import engine_under_test
from dutydesk.domain.limits import DispatchLimits
from free_ports import free_port
from ptys import Terminal

#: Cycles on one store; its whole log is proved after each.
LIFE = 12
MESSAGES = 6
POINT_SECONDS = 60.0
RANDOM_SECONDS = 0.35
#: What a recovery may take of the processor, so that a busy box is no fault; and by the clock, so that it ends.
RECOVERY_SECONDS = 60.0
HUNG_SECONDS = 900.0
#: The share of cycles that end at a named point; the others end at a random instant.
NAMED = 0.7
#: The share of cycles with a random instant in which nobody dispatches.
UNDISPATCHED = 0.2
#: One cycle in this many uses the real console, on a terminal, in place of the follower.
CONSOLE_EACH = 25
#: A dispatcher that dies there has leased deliveries, for the next one to take back.
IN_HAND = [point for point in POINTS if point.name in ("leased, not handed over", "handed over, not marked")]


@dataclass
class Summary:
    cycles: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    acts: int = 0
    deliveries: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)
    engine: str = ""
    lost: int = 0
    leaked: int = 0
    broken: int = 0

    def lines(self) -> list[str]:
        kills = [f"{count:6}  {name}" for name, count in sorted(self.kills.items())]
        missed = [
            f"{count:6}  {name} (not reached in time; killed all the same)" for name, count in self.missed.items()
        ]
        return [
            *kills,
            *sorted(missed),
            f"{self.cycles} cycles on {self.engine}, {sum(self.kills.values())} kills: {self.messages} messages and "
            f"{self.acts} acts of officers were acknowledged, {self.deliveries} deliveries made, {self.doubled} "
            "hand-overs repeated under the same key",
            f"{self.lost} lost, {self.leaked} leaked, {self.broken} broken",
        ]


def children_that_reach(point: Point) -> tuple[str, ...]:
    """The children that may reach the point; a console that stands by may be the one that dispatches."""
    return ("dispatcher", "follower") if point.who == "dispatcher" else (point.who,)


class Life:
    """One store and its promises, over several cycles."""

    def __init__(self, folder: Path, template: Path, random: Random, *, deaf: bool) -> None:
        self.place = Place(
            folder, deaf, DispatchLimits(wal_bytes=WAL_BYTES, tree_seconds=TREE_SECONDS, checkpoint_every=timedelta(0))
        )
        self.random = random
        self.traffic = Traffic(random)
        self.promised = Promised()
        self.failures: list[str] = []
        self.cycles = self.doubled = self.deliveries = 0
        folder.mkdir()
        engine_under_test.copy_store(template, self.place.store)
        watch(self.place, free_port())
        self.place.inbox.mkdir()

    def cycle(self, number: int, summary: Summary, point: Point | None, *, console: bool) -> Verdict:
        mark = f"c{number}"
        self.cycles += 1
        messages = self.traffic.some(MESSAGES, mark)
        self.promised = Promised(messages, seq=self.promised.seq, head=self.promised.head)
        write_messages(self.place.inbox, mark, messages)
        if point is not None and point.takes_over:
            self._run_until_killed(f"{mark}a", summary, self.random.choice(IN_HAND), console=False)
        self._run_until_killed(mark, summary, point, console=console)
        verdict = self._recover()
        verdict.broken += self.failures
        self.failures = []
        summary.messages += len(self.promised.laid) + len(self.promised.submitted)
        summary.acts += len(self.promised.acts)
        summary.doubled += verdict.doubled - self.doubled
        summary.deliveries += verdict.figures.get("deliveries", 0) - self.deliveries
        self.doubled, self.deliveries = verdict.doubled, verdict.figures.get("deliveries", 0)
        self.promised.seq, self.promised.head = verdict.seq, verdict.head
        return verdict

    def _run_until_killed(self, mark: str, summary: Summary, point: Point | None, *, console: bool) -> None:
        """Starts all children once and kills them."""
        nth = self.random.randint(1, point.most) if point is not None else 0
        seed = self.random.randrange(1 << 30)
        work: dict[str, Callable[[Say], Coroutine[Any, Any, None]]] = {
            "dispatcher": lambda say: dispatch(self.place, say),
            "follower": lambda say: follow(self.place, say),
            "officer": lambda say: decide(self.place, seed, mark, say),
            "backup": lambda say: back_up(self.place, mark, say),
            "command": lambda say: submit(self.place, seed, mark, say),
            "witness": lambda say: witness(self.place, say),
            "feeder": lambda say: feed(self.place, seed, mark, say),
        }

        def start(name: str) -> Child:
            def live(say: Say) -> None:
                if point is not None and name in children_that_reach(point):
                    arm(point, nth, say)
                asyncio.run(work[name](say))

            return Child(name, live)

        children = [start(name) for name in self._crew(point, console=console)]
        terminal = Terminal(self.place.store) if console else None
        if terminal is not None:
            at_work = ("standing by", "dispatching")  # it dispatches itself where no other process does
            terminal.until(lambda: any(words in terminal.text for words in at_work), "the console never came")
        armed = [child for child in children if point is None or child.name in children_that_reach(point)]
        self._await_instant(armed, summary, point)
        self.random.shuffle(children)
        for child in children:
            child.kill()
        if terminal is not None:
            terminal.close()
        self._take_down(children)

    def _crew(self, point: Point | None, *, console: bool) -> list[str]:
        """The children at work. If nobody dispatches, a command makes the checkpoint itself before it exits."""
        desk = ["dispatcher", *(() if console else ("follower",))]
        if point is not None and point.fed:
            return [*desk, "feeder"]
        if point is not None and point.witnessed:
            return [*desk, "officer", "witness"]
        match point.who if point is not None else None:
            case "command":
                return ["officer", "command"]
            case "backup":
                return [*desk, "officer", "backup"]
            case None if not console and self.random.random() < UNDISPATCHED:
                return ["officer", "command"]
            case None:
                return [*desk, "officer", "command"]
        return [*desk, "officer"]

    def _await_instant(self, children: list[Child], summary: Summary, point: Point | None) -> None:
        """Waits for the instant of the kill.

        ``children`` are those that may reach the point or that start a random delay.
        """
        if point is None:
            if self.random.random() < 0.7:
                until(children, "running", POINT_SECONDS)
            time.sleep(self.random.uniform(0, RANDOM_SECONDS))
            summary.kills["at a random instant"] += 1
        elif until(children, "at", POINT_SECONDS):
            if point.within:
                time.sleep(self.random.uniform(0, 0.0015))
            summary.kills[point.name] += 1
        else:
            summary.missed[point.name] += 1

    def _take_down(self, children: list[Child]) -> None:
        for child in children:
            if child.wait() != -signal.SIGKILL:
                self.failures.append(f"the {child.name} ended by itself; its words are above")
            self.promised.submitted += [(message, receipt) for message, receipt in child.words("submitted")]
            laid = [message for (message,) in child.words("laid")]
            self.promised.laid += laid
            answered = {message["reference"] for message in (*laid, *(told for told, _ in self.promised.submitted))}
            self.promised.tried += [m for (m,) in child.words("submits") if m["reference"] not in answered]
            self.promised.backups += [path for (path,) in child.words("backed up")]
            self.promised.acts += [(each[0], each[1], each[2], each[3]) for each in child.words("done")]

    def _recover(self) -> Verdict:
        def work(say: Say) -> None:
            say("verdict", asdict(asyncio.run(recover(self.place, self.promised))))

        child = Child("recovery", work)
        if not _comes_back(child):
            words = f"the desk did not come back in {child.processor_seconds():.0f} s of the processor"
            child.kill()
            return Verdict(broken=[words], seq=self.promised.seq, head=self.promised.head)
        child.wait()
        return Verdict(**child.words("verdict")[0][0])


def _comes_back(recovery: Child) -> bool:
    """Whether a recovery reports its verdict before its limits; false at once where it ends without."""
    begin = time.monotonic()
    while not until([recovery], "verdict", 5.0):
        if recovery.has_ended or time.monotonic() - begin > HUNG_SECONDS:
            return False
        if recovery.processor_seconds() > RECOVERY_SECONDS:
            return False
    return True


def run(folder: Path, cycles: int, seed: int, progress: bool, points: Sequence[Point] = POINTS) -> Summary:
    summary, random = Summary(), Random(seed)
    warm_up()
    template = folder / "template.db"
    engine_under_test.prepare_place(template, is_dropped=False)
    assert Child("template", lambda say: asyncio.run(prepare(template))).wait() == 0
    life, lives = None, 0
    order: list[Point] = []
    began = time.monotonic()
    for number in range(1, cycles + 1):
        if life is None or life.cycles == LIFE:
            if life is not None:
                engine_under_test.remove_store(life.place.store)
                shutil.rmtree(life.place.folder)
            lives += 1
            life = Life(folder / f"life-{lives}", template, Random(random.randrange(1 << 30)), deaf=lives % 3 == 2)
        order = order or random.sample(points, len(points))
        point = order.pop() if random.random() < NAMED else None
        if point is not None and point.in_spool and life.place.deaf:
            point = None
        verdict = life.cycle(number, summary, point, console=number % CONSOLE_EACH == 0)
        summary.cycles, summary.engine = number, verdict.engine or summary.engine
        summary.lost += len(verdict.lost)
        summary.leaked += len(verdict.leaked)
        summary.broken += len(verdict.broken)
        where = point.name if point else "at a random instant"
        summary.faults += [f"cycle {number}, {where}: {words}" for words in verdict.faults()]
        if verdict.faults():
            life = None  # its store stays as it is; the others go on with a new one
        if progress:
            figures = f"{summary.lost} lost, {summary.leaked} leaked, {summary.broken} broken"
            print(f"\r{number}/{cycles} cycles, {time.monotonic() - began:.0f} s, {figures} ", end="", file=sys.stderr)
    if progress:
        print(file=sys.stderr)
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for the stores, which stays; a fault's store is in it")
    parser.add_argument("--json", action="store_true", help="the summary as one object")
    names = [point.name for point in POINTS]
    parser.add_argument("--at", action="append", choices=names, help="only this point, beside random instants; again")
    arguments = parser.parse_args()
    points = [point for point in POINTS if not arguments.at or point.name in arguments.at]
    began = time.monotonic()
    if arguments.keep is not None:
        arguments.keep.mkdir()
        summary = run(arguments.keep, arguments.cycles, arguments.seed, sys.stderr.isatty(), points)
    else:
        with tempfile.TemporaryDirectory() as folder:
            summary = run(Path(folder), arguments.cycles, arguments.seed, sys.stderr.isatty(), points)
    if arguments.json:
        print(json.dumps(vars(summary)))
    else:
        print("\n".join((*summary.faults[:20], *summary.lines(), f"{time.monotonic() - began:.0f} s")))
    return 1 if summary.faults else 0


if __name__ == "__main__":
    sys.exit(main())
