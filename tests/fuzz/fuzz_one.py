"""Runs one target in a process of its own: reports its progress as JSON lines and stores every input that escapes.

With atheris installed it is guided by coverage, otherwise it uses the seeded mutator; both count and judge the same
way.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import fuzz_path  # noqa: F401
from fuzz_kit import Bounded
from fuzz_mutator import GROWN_EACH, MOST_BYTES, Mutator

SAID_EACH_SECONDS = 0.5
MOST_KEPT = 20


class Run:
    """The inputs so far, and the escapes: each kind of escape once, with its input."""

    def __init__(self, bounded: Bounded, found: Path | None) -> None:
        self.bounded = bounded
        self.found = found
        self.escapes = 0
        self.kinds: dict[str, str] = {}
        self._said = 0.0

    def take(self, raw: bytes) -> None:
        try:
            self.bounded(raw)
        except Exception as error:
            self._keep(raw, error)
        if time.monotonic() - self._said > SAID_EACH_SECONDS:
            self.say()

    def _keep(self, raw: bytes, error: Exception) -> None:
        self.escapes += 1
        last = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        if kind in self.kinds or len(self.kinds) >= MOST_KEPT:
            return
        self.kinds[kind] = f"{kind}: {error}"[:600]
        if self.found is not None:
            self.found.mkdir(parents=True, exist_ok=True)
            path = self.found / f"{self.bounded.target.name}-{sha256(raw).hexdigest()[:12]}"
            path.write_bytes(raw)
            self.kinds[kind] += f" [{path}]"

    def say(self, *, done: bool = False) -> None:
        self._said = time.monotonic()
        line = {"inputs": self.bounded.inputs, "escapes": self.escapes, "done": done}
        if done:
            cost = {"steps": self.bounded.most_steps, "memory": self.bounded.most_memory}
            line |= {"kinds": list(self.kinds.values()), **cost}
        print(json.dumps(line), flush=True)


def plain(name: str, most: int, seed: int, found: Path | None) -> Run:
    """Runs the seeded mutator: the same inputs for the same seed."""
    from fuzz_targets import TARGETS, corpus

    target = TARGETS[name]
    run = Run(Bounded(target), found)
    for raw in Mutator(corpus(name), target.words, seed, may_be_long=target.may_be_long).inputs(most):
        run.take(raw)
    return run


def guided(atheris: ModuleType, name: str, most: int, seed: int, found: Path | None) -> None:
    """Runs guided by coverage; half of the mutations are the engine's and half the mutator's. Ends the process."""
    with atheris.instrument_imports(include=["dutydesk"]):
        from fuzz_targets import TARGETS, corpus, folders

    target = TARGETS[name]
    run = Run(Bounded(target), found)
    mutator = Mutator(corpus(name), target.words, seed, may_be_long=target.may_be_long)

    def take(raw: bytes) -> None:
        run.take(raw)
        if target.may_be_long and run.bounded.inputs % GROWN_EACH == 0:
            run.take(mutator.grown(raw))
        if run.bounded.inputs >= most:
            run.say(done=True)
            raise SystemExit(0)

    def change(raw: bytes, longest: int, number: int) -> bytes:
        if number % 2:
            return bytes(atheris.Mutate(raw, longest))
        return mutator.changed(raw, longest)

    with tempfile.TemporaryDirectory(prefix="dutydesk-fuzz-") as grown:
        flags = [f"-max_len={MOST_BYTES}", f"-seed={seed + 1}", "-len_control=0", "-rss_limit_mb=4096", "-verbosity=0"]
        arguments = [
            sys.argv[0],
            *flags,
            f"-atheris_runs={most}",
            f"-artifact_prefix={grown}/",
            grown,
            *map(str, folders(name)),
        ]
        atheris.Setup(arguments, take, custom_mutator=change)
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--inputs", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--found", type=Path)
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    if not asked.plain:
        import atheris

        guided(atheris, asked.name, asked.inputs, asked.seed, asked.found)
        return
    plain(asked.name, asked.inputs, asked.seed, asked.found).say(done=True)


if __name__ == "__main__":
    main()
