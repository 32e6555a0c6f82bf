"""Reads labelled texts, one JSON object a line, for the evaluation of the rules.

``message`` is a whole message of the wire, or with ``base`` the members that differ from one of the complete messages
in ``data/bases.json``: objects are merged, everything else is replaced whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, BinaryIO

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.message import Body, Diffusion, MessageType, NoticeRequest
from dutydesk.domain.rules import DESK_DATA_RULES, RULES
from dutydesk.domain.rules.evaluation import Label
from dutydesk.domain.rules.evidence import ReviewContext
from dutydesk.domain.rules.examination import Finding, RuleTable, examine
from dutydesk.wire.decode.dates import instant
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.reference.directory import data_file

_KEYS = frozenset({"id", "base", "message", "why", "source"})
_EXPECTED, _FORBIDDEN = ("expected", "expected_rules"), ("forbidden", "forbidden_rules")
_MOST_PROBLEMS = 3
#: More than any message; a longer line is not read to its end at once.
MAX_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """One text of a corpus, ready to be examined on the day on which it was sent."""

    label: Label
    body: Body
    type: MessageType
    sender: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class CorpusFault:
    """A line that is not counted; ``words`` say why, in one clause."""

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


class _LineError(ValueError):
    """One line can't be used; the message is one clause."""


@lru_cache(maxsize=1)
def base_messages() -> Mapping[str, Mapping[str, Any]]:
    """The complete messages that lines of a corpus may begin with, by name; no rule finds anything in them."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(data_file("bases.json"))
    return found


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only its beginning, which :func:`read_corpus` then names."""
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        rest = raw
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES + 1)
        yield raw


def read_corpus(name: str, lines: Iterable[bytes], directory: Directory) -> Iterator[LabelledMessage | CorpusFault]:
    """The texts of one file in their order, and each line that is none. Never raises for any bytes."""
    seen: dict[str, int] = {}
    for number, raw in enumerate(lines, 1):
        raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not raw.strip():
            continue
        place = f"{name}, line {number}"
        try:
            found = _read_line(place, raw, directory)
            if found.label.id in seen:
                raise _LineError(f"the id {found.label.id!r} stands on line {seen[found.label.id]} too")
        except _LineError as error:
            yield CorpusFault(place, str(error))
            continue
        seen[found.label.id] = number
        yield found


def message_of_base(base: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A whole message: the base with its changes merged in. Raises ``ValueError`` for an unknown base."""
    known = base_messages()
    if base not in known:
        raise _LineError(f"there is no base {base!r}; bases are {', '.join(known)}")
    return _merged(known[base], changes)


def decode_for_rules(message: Mapping[str, Any], directory: Directory) -> LabelledMessage:
    """The message as the rules read it, without a label, on the day on which it was sent. Raises ``ValueError``."""
    sent = message.get("sent_at")
    at = instant(sent) if isinstance(sent, str) else None
    if at is None:
        raise _LineError("the message has no sent_at, which is the day on which it is examined")
    try:
        raw = json.dumps(message, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _LineError("the message holds half of a character (a lone surrogate)") from error
    decoded = decode_message(raw, directory, at)
    if not isinstance(decoded, DecodedMessage):
        problems = "; ".join(f"{each.path} {each.problem}" for each in decoded.problems[:_MOST_PROBLEMS])
        raise _LineError(f"the intake does not take the message: {problems}")
    match decoded.message:
        case Diffusion(envelope=envelope, body=body):
            type = MessageType.DIFFUSION
        case NoticeRequest(envelope=envelope, body=body):
            type = MessageType.NOTICE_REQUEST
        case _:
            raise _LineError("the message is neither a diffusion nor a notice request, and no rule reads it")
    language = body.language.value if body.language is not None else "-"
    return LabelledMessage(Label("", "", language, frozenset(), frozenset()), body, type, envelope.sender, at)


def context_of(message: LabelledMessage, directory: Directory, table: RuleTable) -> ReviewContext:
    """The context of its review: nothing is on file, every bureau is cleared and takes part in the silver pilot."""
    on = message.sent_at.date()
    return ReviewContext(
        type=message.type,
        sender=message.sender,
        received_on=on,
        directory=directory,
        pilot_members=frozenset(directory.members(on)),
        conflicts=table.conflicts,
        sent_on=on,
    )


def findings_in(message: LabelledMessage, directory: Directory, table: RuleTable) -> tuple[Finding, ...]:
    """What the rules find in the text alone."""
    return examine(message.body, context_of(message, directory, table), table)


def _read_line(place: str, raw: bytes, directory: Directory) -> LabelledMessage:
    line = _object(raw)
    unknown = line.keys() - _KEYS - {*_EXPECTED, *_FORBIDDEN}
    if unknown:
        raise _LineError(
            f"unknown key {min(unknown)!r}; a line may have {', '.join(sorted(_KEYS))}, expected, forbidden"
        )
    identity = line.get("id")
    if not isinstance(identity, str) or not identity.strip():
        raise _LineError("id is missing; each text has a name of its own")
    expected, forbidden = _rules(line, _EXPECTED), _rules(line, _FORBIDDEN)
    if expected & forbidden:
        raise _LineError(f"{min(expected & forbidden)} is both expected and forbidden")
    message = line.get("message", {} if "base" in line else None)
    if not isinstance(message, dict):
        raise _LineError("message must be an object: a whole message, or with base what differs from it")
    if "base" in line:
        message = message_of_base(str(line["base"]), message)
    found = decode_for_rules(message, directory)
    why, source = str(line.get("why") or ""), str(line.get("source") or "")
    label = Label(identity, place, found.label.language, expected, forbidden, why, source)
    return LabelledMessage(label, found.body, found.type, found.sender, found.sent_at)


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_LINE_BYTES:
        raise _LineError(f"the line has more than {MAX_LINE_BYTES:,} bytes")
    try:
        line = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise _LineError("this is no UTF-8; save the file as UTF-8") from error
    except RecursionError as error:
        raise _LineError("this is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _LineError(f"this is no JSON: {error.msg}, at character {error.pos + 1}") from error
    except ValueError as error:
        raise _LineError(f"this is no JSON: {error}") from error
    if not isinstance(line, dict):
        raise _LineError("each line must be one JSON object")
    return line


def _rules(line: Mapping[str, Any], keys: tuple[str, str]) -> frozenset[str]:
    if all(key in line for key in keys):
        raise _LineError(f"{keys[0]} and {keys[1]} are one thing; write one of them")
    key = next((key for key in keys if key in line), keys[0])
    named = line.get(key, [])
    if not isinstance(named, list) or any(not isinstance(rule, str) for rule in named):
        raise _LineError(f'{key} must be a list of rules, such as ["EXC-01"]')
    for rule in named:
        if rule not in RULES:
            near = get_close_matches(rule.upper(), RULES, n=1)
            raise _LineError(f"{key} names {rule!r}, which is no rule{f'; did you mean {near[0]}?' if near else ''}")
        if rule in DESK_DATA_RULES:
            raise _LineError(f"{key} names {rule}, which needs the desk's own data; a text alone can't show it")
    return frozenset(named)


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
