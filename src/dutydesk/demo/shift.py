"""A shift of sample traffic: the lines that bureaus send and the acts of the desk, as files and as values."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from itertools import accumulate, takewhile
from pathlib import Path

import tomli

from dutydesk.domain.frozen import value

LINES_FILE = "shift.jsonl"
ACTS_FILE = "acts.toml"


class ShiftError(ValueError):
    """The sample data can't be read; the message says what to do."""


@value(frozen=True, slots=True)
class ScriptedAct:
    """One act of the desk at a moment of the shift.

    ``act`` and the names in ``arguments`` are those of the command line. An argument ``measure`` that is a country's
    code means the measure in force on that country.
    """

    at: datetime
    actor: str
    act: str
    arguments: tuple[tuple[str, str], ...] = ()

    def argument(self, name: str) -> str | None:
        return dict(self.arguments).get(name)


@value(frozen=True, slots=True)
class DemoShift:
    """The lines of a shift in the order of sending, and the acts of the desk.

    ``lines`` hold one wire message each, without the line end. ``due`` has the moment of each line: ``sent_at`` of the
    ordinary ones. ``hostile`` are the indices of lines that do harm, on purpose or by mistake; ``broken`` are those
    among them that the wire must not decode. All other lines are valid ``dutydesk/1``.

    No line is an ``information``, ``response`` or ``recall_confirmation``: these reply to the desk and name its item
    numbers, so that only a bureau that has received something can write them.
    """

    lines: tuple[bytes, ...]
    due: tuple[datetime, ...]
    acts: tuple[ScriptedAct, ...]
    hostile: frozenset[int]
    broken: frozenset[int]


def shorten_shift(shift: DemoShift, messages: int) -> DemoShift:
    """The first ``messages`` lines of ``shift`` and the acts up to the last of them."""
    if messages >= len(shift.lines):
        return shift
    kept = max(messages, 0)
    due = shift.due[:kept]
    return replace(
        shift,
        lines=shift.lines[:kept],
        due=due,
        acts=tuple(takewhile(lambda act: act.at <= due[-1], shift.acts)) if due else (),
        hostile=frozenset(index for index in shift.hostile if index < kept),
        broken=frozenset(index for index in shift.broken if index < kept),
    )


def format_time(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_sent_at(line: bytes) -> datetime | None:
    """The ``sent_at`` of a line, or ``None`` if it can't be read or has no zone."""
    try:
        message = json.loads(line)
        sent_at = datetime.fromisoformat(message["sent_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return sent_at if sent_at.tzinfo is not None else None


def due_times(lines: tuple[bytes, ...], hostile: frozenset[int]) -> tuple[datetime, ...]:
    """When each line is sent, in UTC; a hostile line, whose own time does not count, follows the line before it."""
    sent_times = [None if index in hostile else parse_sent_at(line) for index, line in enumerate(lines)]
    known = [at.astimezone(UTC) for at in sent_times if at is not None]
    opening = known[0] if known else datetime.fromtimestamp(0, UTC)
    return tuple(accumulate((opening if at is None else at.astimezone(UTC) for at in sent_times), max))


def write_shift(shift: DemoShift, directory: Path) -> None:
    """Write ``shift.jsonl`` and ``acts.toml``; the same shift gives the same bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / LINES_FILE).write_bytes(lines_bytes(shift))
    (directory / ACTS_FILE).write_bytes(acts_bytes(shift))


def lines_bytes(shift: DemoShift) -> bytes:
    return b"".join(line + b"\n" for line in shift.lines)


def acts_bytes(shift: DemoShift) -> bytes:
    """The acts and the marks of the lines as TOML."""
    parts = [
        "# The desk's acts in this shift, by time. Arguments are named as on the command line;\n"
        "# a measure named by a country is the one in force on it.\n"
        "# Lines are counted from 0; broken ones must not decode, the other hostile ones must.\n"
        "[lines]\n"
        f"hostile = {sorted(shift.hostile)}\n"
        f"broken = {sorted(shift.broken)}\n"
    ]
    for act in shift.acts:
        pairs = [f"at = {format_time(act.at)}", f"actor = {_quoted(act.actor)}", f"act = {_quoted(act.act)}"]
        pairs += [f"{name} = {_quoted(value)}" for name, value in act.arguments]
        parts.append("[[act]]\n" + "".join(f"{pair}\n" for pair in pairs))
    return "\n".join(parts).encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def load_shift(directory: Path | None = None) -> DemoShift:
    """Load the shift in ``directory``, by default the sample data of the package.

    Raises ``ShiftError`` if the files are missing or can't be read.
    """
    found = directory or sample_data_folder()
    try:
        raw = (found / LINES_FILE).read_bytes()
        script = tomli.loads((found / ACTS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise ShiftError(f"{missing.filename} is missing: write it with dutydesk.demo.generate") from missing
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as fault:
        raise ShiftError(f"the sample data in {found} cannot be read ({fault}): write it again") from fault
    lines = tuple(raw.removesuffix(b"\n").split(b"\n")) if raw else ()
    try:
        acts = tuple(_parse_act(entry) for entry in script.get("act", []))
        marks = script.get("lines", {})
        hostile, broken = frozenset(marks.get("hostile", ())), frozenset(marks.get("broken", ()))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise ShiftError(f"{found / ACTS_FILE} is not a script of acts ({fault}): write it again") from fault
    return DemoShift(lines=lines, due=due_times(lines, hostile), acts=acts, hostile=hostile, broken=broken)


def _parse_act(entry: dict[str, object]) -> ScriptedAct:
    at = entry["at"]
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError(f"an act at {at!s}, which is no time with a zone")
    arguments = tuple((name, str(value)) for name, value in entry.items() if name not in ("at", "actor", "act"))
    return ScriptedAct(at=at, actor=str(entry["actor"]), act=str(entry["act"]), arguments=arguments)


def sample_data_folder() -> Path:
    """The folder of the sample data: in the installed package, or at the top of a source checkout."""
    package = Path(str(resources.files("dutydesk")))
    installed, checkout = package / "sample_data", package.parent.parent / "sample_data"
    return checkout if not installed.is_dir() and checkout.is_dir() else installed
