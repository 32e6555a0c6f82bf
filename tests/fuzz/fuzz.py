"""Fuzzes with a million inputs: ``python tests/fuzz/fuzz.py --inputs 1000000 [--target wire]``.

Each target runs in a process of its own, one per core at a time. Exits with 1 if an input escaped.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import fuzz_path  # noqa: F401
from fuzz_targets import TARGETS
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ONE = Path(__file__).with_name("fuzz_one.py")
INPUTS = 1_000_000


@dataclass
class TargetResult:
    """The result of one target. ``said`` is the end of the process's output if it failed."""

    name: str
    inputs: int = 0
    escapes: int = 0
    steps: int = 0
    memory: int = 0
    kinds: list[str] = field(default_factory=list)
    said: str = ""


def one(name: str, inputs: int, asked: argparse.Namespace, advance: Callable[[int], None]) -> TargetResult:
    found = TargetResult(name)
    command = [sys.executable, str(ONE), name, "--inputs", str(inputs), "--seed", str(asked.seed)]
    command += ["--found", str(asked.found), *(["--plain"] if asked.plain else [])]
    done = False
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith("{"):
                continue
            said = json.loads(line)
            done = said.pop("done") or done
            for key, value in said.items():
                setattr(found, key, value)
            advance(found.inputs)
        process.wait()
        if not done:
            errors.seek(0)
            found.escapes += 1
            found.said = errors.read().decode(errors="replace")[-2_000:] or f"ended with {process.returncode}"
    return found


def run(names: list[str], asked: argparse.Namespace) -> list[TargetResult]:
    share = -(-asked.inputs // len(names))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar, ThreadPoolExecutor(asked.jobs) as pool:
        tasks = {name: bar.add_task(name, total=share) for name in names}

        def fuzz(name: str) -> TargetResult:
            return one(name, share, asked, lambda inputs: bar.update(tasks[name], completed=min(inputs, share)))

        return list(pool.map(fuzz, names))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS, help="in all, shared among the targets")
    parser.add_argument("--target", action="append", choices=TARGETS, help="only this one; may be given again")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--plain", action="store_true", help="the seeded mutator alone, without coverage")
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="where inputs that escape are kept")
    asked = parser.parse_args()
    if not asked.plain and find_spec("atheris") is None:
        asked.plain = True
        print("atheris is not installed (the extra fuzz has it): the seeded mutator runs alone", file=sys.stderr)
    found = run(asked.target or list(TARGETS), asked)
    for each in found:
        print(
            f"{each.name:<10} {each.inputs:>9,} inputs, {each.escapes} escapes; "
            f"most {each.steps:,} steps and {each.memory / 1e6:.1f} MB for one input"
        )
        for line in (*each.kinds, each.said):
            if line:
                print(f"  {line}")
    inputs, escapes = sum(each.inputs for each in found), sum(each.escapes for each in found)
    print(f"{inputs:,} inputs, {escapes} escapes, {'seeded' if asked.plain else 'guided by coverage'}")
    return 1 if escapes else 0


if __name__ == "__main__":
    sys.exit(main())
