"""base64url without padding (RFC 7515), in its one form: what decodes to the same bytes in another way is refused."""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Sequence
from typing import Final

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#: The last letters that carry no bits beyond the last byte, by the number of letters after the last four.
_LAST: Final = {0: _LETTERS, 2: _LETTERS[::16], 3: _LETTERS[::4]}


def encode(data: bytes) -> str:
    return encode_ascii(data).decode()


def encode_ascii(data: bytes) -> bytes:
    return b2a_base64(data, newline=False).replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=")


def encode_each(parts: Sequence[bytes], letters: int) -> list[bytes]:
    """The same in ASCII for many parts of one length at once; ``letters`` are those of each part."""
    fill = bytes(-len(parts[0]) % 3) if parts else b""
    text = b2a_base64(fill.join(parts) + fill, newline=False).translate(_TO_URL)
    step = (letters + 3) // 4 * 4
    return [text[begin : begin + letters] for begin in range(0, len(text), step)]


def decode(text: str) -> bytes:
    """Raises ValueError for any other alphabet, padding, space, and bits left over at the end."""
    return decode_ascii(text.encode())


def decode_ascii(raw: bytes) -> bytes:
    """The same of bytes."""
    over = len(raw) % 4
    if b"+" in raw or b"/" in raw or b"=" in raw or (raw and raw[-1] not in _LAST.get(over, b"")):
        raise ValueError("no base64url in its one form")
    try:
        return a2b_base64(raw.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(raw) % 4), strict_mode=True)
    except Error as error:
        raise ValueError("no base64url") from error
