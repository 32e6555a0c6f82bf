"""A long run of the desk against the model: ``python tests/model/long_run.py --steps 50000 --seed 7 [--shrink]``.

Prints at the end how often each row of the table of states was used. Stops at the first fault with all steps up to it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import model_path  # noqa: F401
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test
from model_machine import DeskMachine
from model_rows import ROWS, TABLE, TALLY
from model_runs import machine_settings, walk_through

PER_MACHINE = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the counts as JSON, and leave the fixed walks out")
    parser.add_argument("--shrink", action="store_true", help="minimise a fault; takes a desk for each try")
    arguments = parser.parse_args()
    began, number = time.monotonic(), arguments.seed
    while TALLY.steps < arguments.steps:
        machines = max(1, min(200, (arguments.steps - TALLY.steps) // PER_MACHINE))
        run_state_machine_as_test(
            seed(number)(DeskMachine), settings=machine_settings(machines, PER_MACHINE, shrink=arguments.shrink)
        )
        number += 1_000_003
        if not arguments.json:
            print(f"{TALLY.steps} steps on {TALLY.machines} desks, {time.monotonic() - began:.0f} s", flush=True)
    if arguments.json:
        print(json.dumps({"steps": TALLY.steps, "reached": TALLY.reached}))
        return 0
    walked = walk_through()
    print("by steps that nobody chose, by the fixed walks:")
    for row, names in TABLE.items():
        print(row)
        for name in names:
            print(f"  {TALLY.reached[name]:7} {walked[name]:5}  {name}")
    missed = sorted(ROWS - (TALLY.reached + walked).keys())
    lucky = len(ROWS & TALLY.reached.keys())
    print(f"rows gone through: {lucky} of {len(ROWS)}, with the walks {len(ROWS) - len(missed)}")
    for name in missed:
        print(f"nothing went through: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
