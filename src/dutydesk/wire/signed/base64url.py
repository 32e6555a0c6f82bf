"""base64url without padding (RFC 7515), in its one form: what decodes to the same bytes in another way is refused."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from binascii import Error, a2b_base64
from typing import Final

_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError for any other alphabet, padding, space, and bits left over at the end."""
    if not text.isascii() or (not text.replace("-", "").replace("_", "").isalnum() and text):
        raise ValueError("no base64url")
    raw = text.encode()
    try:
        data = a2b_base64(raw.translate(_TO_STANDARD) + b"=" * (-len(raw) % 4))
    except Error as error:
        raise ValueError("no base64url") from error
    if encode(data) != text:
        raise ValueError("no base64url in its one form")
    return data
