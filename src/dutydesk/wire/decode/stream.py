"""Reads messages from files and pipes; at most one message is in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, count
from typing import BinaryIO, Final

from dutydesk.domain.countries import Directory
from dutydesk.domain.frozen import value
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.message import decode_message, reject_oversize
from dutydesk.wire.decode.outcome import DecodeResult

_CHUNK: Final = 64 * 1024


@value(frozen=True, slots=True)
class RawMessage:
    """One message as received.

    ``line`` counts from 1. ``size`` (bytes) and ``sha256`` (lower-case hex) are of the whole message, without the
    newline that ends it in a file of lines. Of an ``oversize`` message ``raw`` is only the beginning.
    """

    line: int
    raw: bytes
    sha256: str
    size: int
    oversize: bool


def read_one(stream: BinaryIO) -> RawMessage:
    """The whole stream as one message; an empty stream is a message without bytes."""
    return _gather(iter(lambda: stream.read(_CHUNK), b""), 1)


def read_lines(stream: BinaryIO) -> Iterator[RawMessage]:
    """One message for each line that is not blank; blank lines count in the numbering."""
    for number in count(1):
        parts = _line_parts(stream)
        first = next(parts, None)
        if first is None:
            return
        message = _gather(chain((first,), parts), number)
        if message.oversize or message.raw.strip(b" \t\r\n"):
            yield message


def decode_raw(raw_message: RawMessage, directory: Directory, at: datetime) -> DecodeResult:
    """As ``decode_message``; a message above the limit is rejected by its size alone."""
    if raw_message.oversize:
        return reject_oversize(raw_message.size, raw_message.sha256, raw_message.raw)
    return decode_message(raw_message.raw, directory, at)


def _line_parts(stream: BinaryIO) -> Iterator[bytes]:
    """The next line in parts, without its newline; a blank line is one empty part, the end of the stream is no part."""
    while part := stream.readline(_CHUNK):
        yield part.removesuffix(b"\n")
        if part.endswith(b"\n"):
            return


def _gather(parts: Iterator[bytes], number: int) -> RawMessage:
    """The message of these parts; bytes above the limit are only hashed."""
    digest = hashlib.sha256()
    kept = bytearray()
    size = 0
    for part in parts:
        digest.update(part)
        size += len(part)
        kept += part[: limits.MESSAGE_BYTES - len(kept)]
    return RawMessage(number, bytes(kept), digest.hexdigest(), size, size > limits.MESSAGE_BYTES)
