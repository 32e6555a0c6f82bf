"""Values as JSON for other programs: one line of ASCII that is safe for a terminal."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import PurePath

from dutydesk.domain.messages.message import Everyone
from dutydesk.domain.messages.subjects import PartialDate


def to_json_line(value: object) -> str:
    """``value`` as JSON in one line of ASCII; keys keep their order.

    Accepts JSON values, dataclasses (as objects of their fields), enums (their value), times (RFC 3339, UTC), dates,
    partial dates, sets (sorted), paths, and ``Everyone`` (``"all"``). Raises ``ValueError`` for a time without a zone
    or a number that is not finite, ``TypeError`` for anything else.
    """
    return json.dumps(value, default=_plain, allow_nan=False)


def _plain(value: object) -> object:
    match value:
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{value} has no zone")
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Everyone():
            return "all"
        case PartialDate() | PurePath():
            return str(value)
        case Enum():
            return value.value
        case set() | frozenset():
            return sorted(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {part.name: getattr(value, part.name) for part in fields(value)}
    raise TypeError(f"{type(value).__name__} has no form in JSON")
