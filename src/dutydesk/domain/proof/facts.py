"""A line of the log as an event with fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import IncompleteEvent, LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.proof.chain import LogLine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_event(line: LogLine) -> Fact[LogEvent]:
    """Raises IncompleteEvent for data that is no JSON object, a time that is none, and an unknown kind."""
    try:
        data = json.loads(line.data)
        at = _EPOCH + timedelta(microseconds=line.at_us)
    except (ValueError, OverflowError, RecursionError) as error:
        raise IncompleteEvent(f"{line.kind} holds data that can't be read") from error
    return Fact(line.seq, at, line.actor, line.kind, line.subject, parse_data(line.kind, data))
