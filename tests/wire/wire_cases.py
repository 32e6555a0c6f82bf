"""Shared parts of the wire's tests: example messages, the directory, a clock, and ways to spoil a message."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodeResult, QuarantinedMessage, RejectedMessage
from dutydesk.wire.reference.directory import load_directory

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.json"))
AT = datetime(2022, 5, 11, 12, 0, tzinfo=UTC)
Object = dict[str, Any]


def example(name: str) -> Object:
    found: Object = json.loads((Path(__file__).parent.parent / "examples" / f"{name}.json").read_bytes())
    return found


def red(**changes: object) -> Object:
    return example("red-diffusion") | changes


def with_value(message: Object, path: str, value: object) -> Object:
    """A copy of the message with this value in the field at the dotted path."""
    changed = copy.deepcopy(message)
    place = changed
    *parents, last = path.split(".")
    for key in parents:
        place = place[key]
    place[last] = value
    return changed


def packed(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def read(message: Object | bytes) -> DecodeResult:
    raw = message if isinstance(message, bytes) else packed(message)
    return decode_message(raw, load_directory(), AT)


def problems(reading: DecodeResult) -> dict[str, str]:
    assert isinstance(reading, RejectedMessage | QuarantinedMessage), reading
    return {problem.path: problem.problem for problem in reading.problems}


def rejected(message: Object | bytes) -> dict[str, str]:
    reading = read(message)
    assert isinstance(reading, RejectedMessage), reading
    return problems(reading)


def quarantined(message: Object | bytes) -> dict[str, str]:
    reading = read(message)
    assert isinstance(reading, QuarantinedMessage), reading
    return problems(reading)
