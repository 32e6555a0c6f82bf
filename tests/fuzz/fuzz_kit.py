"""Shared parts of the fuzzer's targets: the characters a terminal may get, the cost of an input, and escapes."""

from __future__ import annotations

import re
import signal
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

#: C0 except newline, DEL, C1, bidirectional controls and marks, and lone surrogates.
_UNFIT = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: Upper bounds on one input. ``STEPS`` counts calls of Python and C functions: a constant plus a number per byte. CPU
#: seconds are the process's own, so that other work on the machine does not count.
STEPS, STEPS_A_BYTE = 50_000, 60
MEMORY, MEMORY_A_BYTE = 4_000_000, 400
CPU_SECONDS = 3.0
#: Counting makes a run many times slower.
COUNTED_CPU_SECONDS = 60.0
#: Steps and memory are counted on one input in this many, and on one in this many of the long inputs.
COUNTED_EACH, LONG, LONG_COUNTED_EACH = 64, 16_384, 4
#: The first run loads tables and compiles patterns, which stay in memory.
WARM_UP = 3


class Escape(Exception):
    """A property that does not hold for an input."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target. ``check`` raises nothing or Escape; any other exception is an escape too."""

    name: str
    check: Callable[[bytes], None]
    #: Words that mutations insert.
    words: tuple[bytes, ...]
    #: Whether a mutation may grow an input to the longest message.
    may_be_long: bool = True


def require(holds: bool, words: str) -> None:
    if not holds:
        raise Escape(words)


def require_fit_for_terminal(text: str, *, multiline: bool = False) -> None:
    found = _UNFIT.search(text)
    if found is None and not multiline and "\n" in text:
        raise Escape(f"a newline would reach a terminal in {text[:200]!r}")
    if found is not None:
        raise Escape(f"U+{ord(found[0]):04X} would reach a terminal in {text[:200]!r}")


def text_of(raw: bytes) -> str:
    """The input as a command-line argument: bytes that are not UTF-8 become lone surrogates."""
    return raw.decode("utf-8", "surrogateescape")


class Bounded:
    """Runs a target's check within its bounds and counts the inputs."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.inputs = self._long = 0
        self.most_steps = self.most_memory = 0

    def __call__(self, raw: bytes) -> None:
        """Raises what the check raises, or Escape for an input that costs too much."""
        self.inputs += 1
        self._long += len(raw) >= LONG
        turn = self._long % LONG_COUNTED_EACH if len(raw) >= LONG else self.inputs % COUNTED_EACH
        if turn or self.inputs <= WARM_UP:
            with _cpu_limit(CPU_SECONDS):
                self.target.check(raw)
            return
        with _cpu_limit(COUNTED_CPU_SECONDS):
            steps, memory = _cost_of(lambda: self.target.check(raw))
        self.most_steps, self.most_memory = max(steps, self.most_steps), max(memory, self.most_memory)
        require(steps <= STEPS + STEPS_A_BYTE * len(raw), f"{len(raw):,} bytes took {steps:,} steps")
        require(memory <= MEMORY + MEMORY_A_BYTE * len(raw), f"{len(raw):,} bytes took {memory:,} bytes of memory")


def _cost_of(work: Callable[[], None]) -> tuple[int, int]:
    """The number of calls, and the peak memory above the memory before."""
    steps = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    tracemalloc.start()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
        return steps, tracemalloc.get_traced_memory()[1]
    finally:
        sys.setprofile(before)
        tracemalloc.stop()


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """Limits CPU time, because a regular expression that backtracks is a single call."""

    def late(_number: int, _frame: FrameType | None) -> None:
        raise Escape(f"more than {seconds} seconds of CPU")

    signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
