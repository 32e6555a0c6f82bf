"""The result of a suite: figures with their ratios and goals, its settings and versions, and what is unequal in it."""

from __future__ import annotations

import asyncio
import math
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec

#: Called with the step that begins, and the share of the suite that is done.
StepReporter = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """``ratio`` is to what ``of`` names, in the same run; ``missing`` is the reason why there is no value."""

    what: str
    value: float | None
    unit: str
    ratio: float | None = None
    of: str | None = None
    goal: str | None = None
    met: bool | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """``versions`` by program or package; ``unequal`` are sentences on how the compared systems differ."""

    suite: str
    figures: tuple[Figure, ...]
    settings: Mapping[str, object]
    versions: dict[str, str] = field(default_factory=dict)
    unequal: tuple[str, ...] = ()


def at_least(
    title: str, value: float, unit: str, goal: float, ratio: float | None = None, of: str | None = None
) -> Figure:
    return Figure(title, value, unit, ratio, of, f">= {goal:,g} {unit}", value >= goal)


def at_most(title: str, value: float, unit: str, goal: float) -> Figure:
    return Figure(title, value, unit, goal=f"<= {goal:,g} {unit}", met=value <= goal)


def peer_figure(title: str, value: float, unit: str, ours: float, goal: float | None = None) -> Figure:
    """A peer's figure, with how many times as fast the desk is, and how many times it should be."""
    ratio = ours / value
    words = None if goal is None else f">= {goal:g} x it"
    return Figure(title, value, unit, ratio, "ours / it", words, None if goal is None else ratio >= goal)


def missing_figure(title: str, unit: str, reason: str) -> Figure:
    return Figure(title, None, unit, missing=reason)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that the given share does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def latency_figures(
    title: str, seconds: Sequence[float], p99: float | None = None, longest: float | None = None
) -> list[Figure]:
    """Median, 99th percentile and longest, in milliseconds, with the goals."""
    each = [1000 * one for one in seconds]
    found = [Figure(f"{title}, median of {len(each):,}", percentile(each, 0.5), "ms")]
    for words, value, goal in (("99 of 100 within", percentile(each, 0.99), p99), ("the longest", max(each), longest)):
        name = f"{title}, {words}"
        found.append(Figure(name, value, "ms") if goal is None else at_most(name, value, "ms", goal))
    return found


def missing_packages(*names: str) -> str | None:
    """Why these packages can't be used, or ``None``."""
    lacking = [name for name in names if find_spec(name) is None]
    return f"the Python package {' or '.join(lacking)} is not installed" if lacking else None


def find_program(name: str, *folders: str) -> str | None:
    """The path of a program, also outside the search path."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *folders)))


def own_versions() -> dict[str, str]:
    from dutydesk.store.engines.sqlite.binding import binding, sqlite_version

    return {
        "dutydesk": version("dutydesk") if _is_installed() else "from its sources",
        "Python": platform.python_version(),
        "SQLite": f"{sqlite_version()} by {binding()}",
        "system": f"{platform.system()} {platform.release()}",
        "processors": str(len(os.sched_getaffinity(0))),
    }


def _is_installed() -> bool:
    from importlib.metadata import PackageNotFoundError

    try:
        version("dutydesk")
    except PackageNotFoundError:
        return False
    return True


async def version_line(*command: str) -> str:
    """The line in which a program names its version."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode(errors="replace").splitlines()[0] if out else "unknown"


def python_command(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]
