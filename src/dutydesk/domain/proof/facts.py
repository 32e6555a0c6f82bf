"""One event of the log, opened: its data by name, each of the type that it must have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dutydesk.domain.proof.chain import LogLine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IncompleteEvent(Exception):
    """An event that does not say what the proof needs; ``words`` is one sentence."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Fact:
    """``at`` is UTC. Asking for what is missing or of another type raises Incomplete."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    data: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str):
            raise IncompleteEvent(f"{self.kind} does not say its {key}")
        return value

    def optional_text(self, key: str) -> str | None:
        return None if self.data.get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise IncompleteEvent(f"{self.kind} does not say its {key}")
        return value

    def optional_number(self, key: str) -> int | None:
        return None if self.data.get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        return self.data.get(key) is True

    def names(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise IncompleteEvent(f"{self.kind} does not list its {key}")
        return tuple(value)

    def optional_names(self, key: str) -> tuple[str, ...]:
        return () if self.data.get(key) is None else self.names(key)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.data.get(key)
        if not isinstance(value, dict):
            raise IncompleteEvent(f"{self.kind} does not say its {key}")
        return value

    def instant(self, key: str) -> datetime:
        try:
            at = datetime.fromisoformat(self.text(key))
        except ValueError as error:
            raise IncompleteEvent(f"{self.kind} has no time in its {key}") from error
        if at.tzinfo is None:
            raise IncompleteEvent(f"{self.kind} has a time without a zone in its {key}")
        return at.astimezone(UTC)


def parse_event(line: LogLine) -> Fact:
    """Raises Incomplete for data that is no JSON object, or a time that is none."""
    try:
        data = json.loads(line.data)
        at = _EPOCH + timedelta(microseconds=line.at_us)
    except (ValueError, OverflowError, RecursionError) as error:
        raise IncompleteEvent(f"{line.kind} holds data that can't be read") from error
    if not isinstance(data, dict):
        raise IncompleteEvent(f"{line.kind} holds data that can't be read")
    return Fact(line.seq, at, line.actor, line.kind, line.subject, data)
