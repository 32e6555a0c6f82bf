"""Streams of any size are read within bounds."""

from __future__ import annotations

import hashlib
import io
import tracemalloc

import pytest
from wire_cases import AT, packed, red

from dutydesk.wire.decode import limits
from dutydesk.wire.decode.outcome import DecodedMessage, QuarantinedMessage, RejectedMessage
from dutydesk.wire.decode.stream import RawMessage, decode_raw, read_lines, read_one
from dutydesk.wire.reference.directory import load_directory

GIGABYTE = 1024**3


class Endless(io.RawIOBase):
    """A stream of this many bytes ``x``, made as they are read."""

    def __init__(self, size: int, end: bytes = b"") -> None:
        self._left = size
        self._end = end

    def readable(self) -> bool:
        return True

    def _take(self, size: int) -> bytes:
        if self._left:
            part = min(size, self._left)
            self._left -= part
            return b"x" * part
        end, self._end = self._end[:size], self._end[size:]
        return end

    def read(self, size: int = -1) -> bytes:
        assert size >= 0
        return self._take(size)

    def readline(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0
        part = self._take(size)
        head, newline, rest = part.partition(b"\n")
        self._end = rest + self._end
        return head + newline


def lines(data: bytes) -> list[RawMessage]:
    return list(read_lines(io.BytesIO(data)))


def test_lines_keep_their_numbers_and_bytes() -> None:
    found = lines(b'{"a":1}\n\n \t\r\n{"b":2}\r\n{"c":3}')
    assert [(message.line, message.raw) for message in found] == [(1, b'{"a":1}'), (4, b'{"b":2}\r'), (5, b'{"c":3}')]
    assert all(message.sha256 == hashlib.sha256(message.raw).hexdigest() for message in found)
    assert all(message.size == len(message.raw) and not message.oversize for message in found)


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n  \n"])
def test_no_message_in_blank_lines(data: bytes) -> None:
    assert lines(data) == []


def test_a_file_is_one_message_to_its_last_byte() -> None:
    message = read_one(io.BytesIO(b'{\n"a": 1}\n'))
    assert (message.line, message.raw, message.size) == (1, b'{\n"a": 1}\n', 10)
    assert isinstance(decode_raw(read_one(io.BytesIO(b"")), load_directory(), AT), RejectedMessage)


def test_the_limit_is_met_exactly() -> None:
    full = b"x" * limits.MESSAGE_BYTES
    at_limit, beyond = lines(full + b"\n" + full + b"y\n")
    assert (at_limit.oversize, at_limit.raw) == (False, full)
    assert (beyond.oversize, beyond.size, beyond.raw) == (True, limits.MESSAGE_BYTES + 1, full)
    assert beyond.sha256 == hashlib.sha256(full + b"y").hexdigest()


def test_an_oversize_line_does_not_hide_the_next() -> None:
    too_long = packed(red(text="x" * 300_000))
    first, second, third = lines(too_long + b"\n" + packed(red()) + b"\n{")
    directory = load_directory()
    answer = decode_raw(first, directory, AT)
    assert isinstance(answer, RejectedMessage)
    assert answer.sha256 == hashlib.sha256(too_long).hexdigest()
    assert answer.problems[0].problem == f"has {len(too_long):,} bytes; at most 262,144 (256 KiB) are taken"
    assert (answer.reference, answer.sender) == ("SE/2022/4-117", "SE")
    assert isinstance(decode_raw(second, directory, AT), DecodedMessage)
    assert isinstance(decode_raw(third, directory, AT), QuarantinedMessage)


@pytest.mark.parametrize("as_lines", [False, True])
def test_a_gigabyte_is_hashed_but_never_held(as_lines: bool) -> None:
    stream = Endless(GIGABYTE, b"\n{}\n" if as_lines else b"")
    expected = hashlib.sha256()
    for _ in range(1024):
        expected.update(b"x" * 1024**2)
    tracemalloc.start()
    try:
        found = list(read_lines(stream)) if as_lines else [read_one(stream)]  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * limits.MESSAGE_BYTES
    assert (found[0].size, found[0].oversize, found[0].sha256) == (GIGABYTE, True, expected.hexdigest())
    assert [message.line for message in found] == ([1, 2] if as_lines else [1])
