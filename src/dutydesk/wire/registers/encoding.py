"""Text files as office programs write them: UTF-8 with or without a byte order mark, UTF-16 with one.

Readers get UTF-8. Half a surrogate pair, and half a character at the end of a file, become bytes that are no UTF-8, so
that the reader refuses the line in which they stand and no other.
"""

from __future__ import annotations

import codecs
from typing import Final

from dutydesk.wire.registers.rows import LineSource, UnreadableFileError

_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_NO_UTF_8: Final = b"\xff"
_CHUNK_BYTES: Final = 64 * 1024


def to_utf8(raw: bytes) -> bytes:
    """The whole file as UTF-8 without a byte order mark. Raises UnreadableFileError for UTF-32 and unmarked UTF-16."""
    encoding = _encoding_of(raw)
    if encoding is None:
        return raw.removeprefix(codecs.BOM_UTF8)
    text = _Utf16Text(encoding)
    return text.decode(raw[2:]) + text.end()


def utf8_lines(file: LineSource) -> LineSource:
    """The file as UTF-8 without a byte order mark, read on demand. Raises UnreadableFileError like :func:`to_utf8`."""
    first = file.readline(_CHUNK_BYTES)
    encoding = _encoding_of(first)
    if encoding is None:
        return _FirstLine(first.removeprefix(codecs.BOM_UTF8), file)
    return _Utf16Lines(first[2:], file, encoding)


def _encoding_of(begin: bytes) -> str | None:
    """The kind of UTF-16 that a byte order mark states; ``None`` stands for UTF-8."""
    if begin.startswith(_UTF_32):
        raise UnreadableFileError("the file is UTF-32; save it as UTF-8")
    if begin[:2] in _UTF_16:
        return _UTF_16[begin[:2]]
    empty = [byte == 0 for byte in begin[:4]]
    if empty in ([True, False, True, False], [False, True, False, True]):
        raise UnreadableFileError("the file looks like UTF-16 without a byte order mark; save it as UTF-8")
    return None


class _Utf16Text:
    """Turns UTF-16 into UTF-8, piece by piece."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")

    def decode(self, raw: bytes) -> bytes:
        return self._decoder.decode(raw).encode("utf-8", "surrogatepass")

    def end(self) -> bytes:
        try:
            return self._decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return _NO_UTF_8


class _FirstLine:
    """A file of which the first bytes were read."""

    def __init__(self, first: bytes, file: LineSource) -> None:
        self._first = first
        self._file = file

    def readline(self, size: int = -1, /) -> bytes:
        if not self._first:
            return self._file.readline(size)
        begin, self._first = self._first, b""
        if 0 <= size < len(begin):
            begin, self._first = begin[:size], begin[size:]
        elif not begin.endswith(b"\n"):
            begin += self._file.readline(size - len(begin) if size >= 0 else -1)
        return begin


class _Utf16Lines:
    """A file in UTF-16, line by line as UTF-8."""

    def __init__(self, first: bytes, file: LineSource, encoding: str) -> None:
        self._file = file
        self._text = _Utf16Text(encoding)
        self._ready = bytearray(self._text.decode(first))
        self._ended = False

    def readline(self, size: int = -1, /) -> bytes:
        searched = 0
        while (end := self._ready.find(b"\n", searched)) < 0 and not self._ended:
            searched = len(self._ready)
            if 0 <= size <= searched:
                break
            self._fill()
        length = end + 1 if end >= 0 else len(self._ready)
        if size >= 0:
            length = min(length, size)
        line = bytes(self._ready[:length])
        del self._ready[:length]
        return line

    def _fill(self) -> None:
        raw = self._file.readline(_CHUNK_BYTES)
        self._ready += self._text.decode(raw) if raw else self._text.end()
        self._ended = not raw
