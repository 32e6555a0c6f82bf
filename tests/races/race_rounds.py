"""Runs thousands of rounds: ``python tests/races/race_rounds.py --rounds 5000``. Prints how often each side won."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import race_path  # noqa: F401
from race_judge import winner_of
from race_judge_owners import JUDGES
from race_kit import Result, Round, race
from race_list import MADE as FIRST_MADE
from race_list import RACES as FIRST_RACES
from race_list import text_of
from race_owners import OWNER_MADE, OWNER_RACES

from desks import AT, Bench, MovedClock
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from engine_under_test import IS_ON_CLUSTER, make_store

PEOPLE = (
    ("Ines", Role.SUPERVISOR),
    ("Oskar", Role.SUPERVISOR),
    ("Jonas", Role.OFFICER),
    ("Mara", Role.OFFICER),
)
RACES = FIRST_RACES | {race.name: race for race in OWNER_RACES}
MADE = FIRST_MADE | OWNER_MADE
#: Races whose rounds each need a country of their own.
OWN = frozenset(
    {
        "suspension against release",
        "suspension against confirm",
        "order against order",
        "held level against lease",
        "demotion against lift",
        "change of country against lift",
        "demotion against easing",
        "change of country against easing",
    }
)
#: Prepared in advance, from a sender with level direct.
DIRECT = frozenset({"purge against legal hold"})
#: Rounds on one store, and how many of them may need their own country: at most the number of members.
MOST_ROUNDS = 400
MOST_OWN = 180
_KEPT = ("RU", "DE", "PL", "FR")


async def prepare_store(path: Path, names: list[str]) -> list[Round]:
    """A store with everything that can be prepared in advance; many items share a commit."""
    path.with_name("desk.toml").write_text("four_eyes = ['IDN-04']\n", "utf-8")
    clock = MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    bench = Bench(desk, clock)
    for name, role in PEOPLE:
        await desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
    await bench.order("RU", Level.HELD)
    free = (row.code for row in await desk.queries.countries() if row.code not in _KEPT and len(row.code) == 2)
    rounds = []
    for place, name in enumerate(names):
        with_ = {"sender": next(free) if name in OWN else "RU", "judged": MADE.get(name, (None, False))[1]}
        with_["place"] = place
        if name not in MADE or name in DIRECT:
            with_["sender"] = with_["sender"] if name in OWN else "DE"
            with_["message"] = text_of(with_["sender"])
        rounds.append(Round(name, place, with_))
    for each in rounds:
        if each.race == "suspension against confirm":
            await bench.order(each.with_["sender"], Level.HELD)
    await asyncio.gather(*(MADE[each.race][0](bench, each.with_) for each in rounds if each.race in MADE))
    await desk.close()
    return rounds


async def judge(path: Path, results: list[Result]) -> Counter[str]:
    """Requires that each round has a winner and a loser, and that the log proves that no delivery was forbidden."""
    desk = await open_desk(path, MovedClock(AT))
    try:
        assert desk.store.engine.is_shared is IS_ON_CLUSTER, "the races are on the engine under test"
        bench, won = Bench(desk, MovedClock(AT)), Counter[str]()
        handed = [key for result in results for told in result.told for key in told.handed]
        assert len(handed) == len(set(handed)), "something was handed over twice"
        for result in results:
            name = result.round.race
            judge = JUDGES.get(name)
            winner = await (judge(bench, result) if judge is not None else winner_of(bench, result, frozenset(handed)))
            won[f"{name}: {winner}"] += 1
        proof = await prove_store(desk.store, desk.context)
        assert proof.holds, proof.breaches[:3]
        return won
    finally:
        await desk.close()


def run(folder: Path, rounds: int, races: tuple[str, ...] = tuple(RACES)) -> Counter[str]:
    """Returns how often each side won. Raises AssertionError with the first round that is wrong."""
    won, names = Counter[str](), [races[place % len(races)] for place in range(rounds)]
    own = sum(name in OWN for name in races)
    most = min(MOST_ROUNDS, MOST_OWN * len(races) // own) if own else MOST_ROUNDS
    for part in range(0, rounds, most):
        path = folder / f"desk-{part}" / "desk.db"
        path.parent.mkdir()
        ready = asyncio.run(prepare_store(path, sorted(names[part : part + most], key=list(RACES).index)))
        won += asyncio.run(judge(path, race(path, RACES, ready)))
    return won


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5_000)
    parser.add_argument("--race", action="append", choices=list(RACES), help="only this one; may be repeated")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        won = run(Path(folder), arguments.rounds, tuple(arguments.race or RACES))
    for words, count in sorted(won.items()):
        print(f"{count:6}  {words}")
    print(f"{sum(won.values())} rounds in {time.monotonic() - began:.0f} s: one winner each, every loser told by whom")
    return 0


if __name__ == "__main__":
    sys.exit(main())
