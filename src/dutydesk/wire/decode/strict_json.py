"""Careful parsing of JSON that the fast way has not accepted, to report everything that is wrong with it.

No function recurses deeper than the allowed depth, and no number has more digits than fit 64 bits.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections import Counter
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import jiter

from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.outcome import WHOLE_MESSAGE, Problem

_LONGEST_INTEGER: Final = len(str(limits.INTEGER_MIN))
_SPACE: Final = b" \t\r\n"
_BYTE_ORDER_MARKS: Final = (
    (BOM_UTF8, "begins with a byte order mark (byte 0): send UTF-8 without one"),
    (BOM_UTF32_LE, "is UTF-32 (byte order mark at byte 0): send UTF-8"),
    (BOM_UTF32_BE, "is UTF-32 (byte order mark at byte 0): send UTF-8"),
    (BOM_UTF16_LE, "is UTF-16 (byte order mark at byte 0): send UTF-8"),
    (BOM_UTF16_BE, "is UTF-16 (byte order mark at byte 0): send UTF-8"),
)
# Possessive quantifiers: no input is scanned twice.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_SIMPLE_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_KEY_SHOWN: Final = 64


class UndecodableError(ValueError):
    """The bytes are no JSON in UTF-8; the argument is a clause that says where and why."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    items: list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class _InvalidNumber:
    problem: str


@dataclass(slots=True)
class JsonContent:
    """The parsed content, and its faults before any schema is applied.

    In ``tree`` an unacceptable number is ``None``; of a duplicate key the last value counts.
    """

    tree: object
    problems: list[Problem] = field(default_factory=list)
    repeated_keys: frozenset[str] = frozenset()


def parse_json(raw: bytes) -> JsonContent:
    """Parse ``raw``, which must be within the limit of bytes; raises ``UndecodableError``."""
    text = _text(raw)
    depth, shallow = _cut_depth(raw)
    content = JsonContent(None)
    if depth > limits.DEPTH:
        content.problems.append(
            Problem(
                WHOLE_MESSAGE,
                sentence(
                    "is nested {depth:,} levels deep; at most {most} levels are taken",
                    depth=depth,
                    most=limits.DEPTH,
                ),
            )
        )
        text = shallow.decode()
    try:
        pairs = _decoder(lenient="\0" in text).decode(text)
    except json.JSONDecodeError as fault:
        if depth > limits.DEPTH:
            return content
        raise UndecodableError(_where(fault, text)) from None
    if isinstance(pairs, _Pairs):
        content.repeated_keys = frozenset(key for key, n in Counter(key for key, _ in pairs.items).items() if n > 1)
    content.tree = _plain(pairs, WHOLE_MESSAGE, content.problems)
    return content


def parse_leniently(raw: bytes) -> JsonContent:
    """Parse the first object of invalid JSON, or its beginning. Never raises."""
    body = _cut_depth(raw.removeprefix(BOM_UTF8).lstrip(_SPACE))[1]
    try:
        pairs, _ = _decoder(lenient=True).raw_decode(body.decode("utf-8", "surrogateescape"))
    except ValueError:
        try:
            return JsonContent(jiter.from_json(body, partial_mode=True, catch_duplicate_keys=True))
        except ValueError:
            return JsonContent(None)
    content = JsonContent(None)
    if isinstance(pairs, _Pairs):
        content.repeated_keys = frozenset(key for key, n in Counter(key for key, _ in pairs.items).items() if n > 1)
        content.tree = dict(pairs.items)
    return content


def child_path(path: str, key: str | int) -> str:
    """The path of a field or an entry: dotted if the key is a plain word, else in brackets, quoted, in ASCII."""
    if isinstance(key, int):
        return f"[{key}]" if path == WHOLE_MESSAGE else f"{path}[{key}]"
    if _SIMPLE_KEY.fullmatch(key):
        return key if path == WHOLE_MESSAGE else f"{path}.{key}"
    return f"{path}[{_quoted(key)}]"


def _quoted(key: str) -> str:
    cut = key if len(key) <= _LONGEST_KEY_SHOWN else key[:_LONGEST_KEY_SHOWN] + "..."
    return json.dumps(cut)


def _text(raw: bytes) -> str:
    for mark, why in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            raise UndecodableError(why)
    try:
        return raw.decode()
    except UnicodeDecodeError as fault:
        raise UndecodableError(f"is not UTF-8: byte 0x{raw[fault.start]:02x} at byte offset {fault.start}") from None


def _cut_depth(raw: bytes) -> tuple[int, bytes]:
    """The depth of ``raw``, and ``raw`` with ``null`` in place of anything deeper than allowed."""
    if raw.count(b"[") + raw.count(b"{") <= limits.DEPTH:
        return 0, raw
    deepest = depth = kept_to = 0
    kept: list[bytes] = []
    for token in _TOKEN.finditer(raw):
        mark = raw[token.start()]
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth == limits.DEPTH + 1:
                kept += (raw[kept_to : token.start()], b"null")
                kept_to = len(raw)
        elif mark in b"]}":
            if depth == limits.DEPTH + 1:
                kept_to = token.end()
            depth -= 1
    return deepest, b"".join((*kept, raw[kept_to:]))


def _decoder(*, lenient: bool) -> json.JSONDecoder:
    """``lenient`` accepts control bytes in texts, which are reported later."""
    return json.JSONDecoder(
        object_pairs_hook=_Pairs,
        parse_constant=lambda name: _InvalidNumber(f"is {name}; numbers must be finite"),
        parse_int=_integer,
        parse_float=_float,
        strict=not lenient,
    )


def _integer(digits: str) -> int | _InvalidNumber:
    if len(digits) > _LONGEST_INTEGER:
        return _InvalidNumber(f"is an integer of {len(digits.lstrip('-')):,} digits; integers must fit 64 bits")
    number = int(digits)
    if not limits.INTEGER_MIN <= number <= limits.INTEGER_MAX:
        return _InvalidNumber(f"is {number}; integers must fit 64 bits")
    return number


def _float(digits: str) -> float | _InvalidNumber:
    number = float(digits)
    return number if isfinite(number) else _InvalidNumber(f"is {digits[:32]}; numbers must be finite")


def _where(fault: json.JSONDecodeError, text: str) -> str:
    offset = len(text[: fault.pos].encode())
    place = f"byte {offset:,} (line {fault.lineno}, column {fault.colno})"
    if not text[fault.pos :].strip() or fault.msg.startswith("Unterminated string"):
        return f"is cut off: the JSON value that is open at {place} does not end"
    if fault.msg == "Extra data":
        return f"goes on after the end of the JSON value, at {place}"
    return f"is not JSON at {place}: {fault.msg[0].lower()}{fault.msg[1:].removesuffix(' at')}"


def _plain(value: object, path: str, problems: list[Problem]) -> object:
    match value:
        case str():
            _check_text(value, path, problems)
        case _InvalidNumber():
            problems.append(Problem(path, value.problem))
            return None
        case _Pairs():
            return _plain_object(value, path, problems)
        case list():
            return [_plain(entry, child_path(path, index), problems) for index, entry in enumerate(value)]
    return value


def _plain_object(pairs: _Pairs, path: str, problems: list[Problem]) -> dict[str, object]:
    found: dict[str, object] = {}
    if len({key for key, _ in pairs.items}) < len(pairs.items):
        doubled = [(key, n) for key, n in Counter(key for key, _ in pairs.items).items() if n > 1]
        problems.extend(
            Problem(path, sentence("has the key {key} {n:,} times", key=_quoted(key), n=n)) for key, n in doubled
        )
    for key, value in pairs.items:
        place = child_path(path, key)
        _check_text(key, place, problems)
        found[key] = _plain(value, place, problems)
    return found


def _check_text(text: str, path: str, problems: list[Problem]) -> None:
    if "\0" in text:
        problems.append(
            Problem(
                path,
                sentence(
                    "holds a NUL character at position {position:,}; it is not taken", position=text.index(chr(0))
                ),
            )
        )
    if not text.isascii() and (found := _SURROGATE.search(text)):
        problems.append(
            Problem(
                path,
                sentence(
                    "holds half a surrogate pair, U+{letter:04X}, at position {position:,}",
                    letter=ord(found[0]),
                    position=found.start(),
                ),
            )
        )
