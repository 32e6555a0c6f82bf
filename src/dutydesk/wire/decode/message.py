"""Decodes one message from its bytes.

A fast way accepts valid messages and reports nothing. A careful way reads the others again and lists every fault.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from json.encoder import encode_basestring_ascii
from typing import Final

import jiter
import msgspec

from dutydesk.domain.countries import Directory
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits, shapes
from dutydesk.wire.decode.claims import claimed_identity
from dutydesk.wire.decode.convert import repeated_recipients, to_message
from dutydesk.wire.decode.meaning import ReceiptDay, receipt_day
from dutydesk.wire.decode.outcome import WHOLE_MESSAGE, DecodedMessage, DecodeResult, Problem, RejectedMessage
from dutydesk.wire.decode.strict_json import parse_leniently

_ESCAPED_NUL: Final = b"\\u0000"
_DELETE: Final = b"\x7f"
_SPACE: Final = b" \t\r\n"
_decode: Final = msgspec.json.Decoder(shapes.MessageShape).decode
_encode: Final = msgspec.json.Encoder(order="sorted").encode


def decode_message(raw: bytes, directory: Directory, at: datetime) -> DecodeResult:
    """Decode ``raw``, received at ``at``; codes are looked up on that day (UTC).

    It never raises for any bytes. Raises ``ValueError`` if ``at`` has no zone.
    """
    receipt = receipt_day(directory, at)
    sha256 = hashlib.sha256(raw).hexdigest()
    if len(raw) > limits.MESSAGE_BYTES:
        return reject_oversize(len(raw), sha256, raw[: limits.MESSAGE_BYTES])
    return _decode_fast(raw, sha256, receipt) or _decode_carefully(raw, sha256, receipt)


def decode_carefully(raw: bytes, directory: Directory, at: datetime) -> DecodeResult:
    """The same result as :func:`decode_message`, by the careful way alone; ``raw`` must be within the limit."""
    return _decode_carefully(raw, hashlib.sha256(raw).hexdigest(), receipt_day(directory, at))


def reject_oversize(size: int, sha256: str, beginning: bytes) -> RejectedMessage:
    """The result for a message of too many bytes, of which only the beginning is available."""
    words = sentence(
        "has {size:,} bytes; at most {message_bytes:,} (256 KiB) are taken",
        size=size,
        message_bytes=limits.MESSAGE_BYTES,
    )
    reference, sender = claimed_identity(parse_leniently(beginning))
    return RejectedMessage((Problem(WHOLE_MESSAGE, words),), sha256, reference, sender)


def _decode_fast(raw: bytes, sha256: str, receipt: ReceiptDay) -> DecodedMessage | None:
    if _ESCAPED_NUL in raw:
        return None
    try:
        shape = _decode(raw)
        content = _encode(shape)
        canonical = content if content.isascii() and _DELETE not in content else _in_ascii(content)
        if not _is_shortest(raw, canonical if raw.isascii() else content):
            jiter.from_json(raw, catch_duplicate_keys=True)
        message = to_message(shape, receipt)
    except (ValueError, RecursionError):
        return None
    return DecodedMessage(message, sha256, hashlib.sha256(canonical).hexdigest(), repeated_recipients(shape))


def _is_shortest(raw: bytes, content: bytes) -> bool:
    """Whether ``raw`` is as short as its content can be written, but for space, so that no key stands in it twice.

    ``content`` must have each character in as few bytes as it can be written with in ``raw``: a delete character takes
    one byte, and more where ``content`` is in ASCII.
    """
    return len(raw.translate(None, _SPACE)) == len(content.translate(None, b" ")) and _DELETE not in raw


def _in_ascii(content: bytes) -> bytes:
    """JSON without space, with ``\\u00e9`` and the like for all that is not printable ASCII."""
    text = content.decode()
    if "\\" not in text and "\x7f" not in text:
        escaped = text.encode("ascii", "backslashreplace").replace(rb"\x", rb"\u00")
        if rb"\U" not in escaped:  # JSON writes two escapes for a character above U+FFFF.
            return escaped
    # This escapes quotes and backslashes too, of which there are some in JSON; that is taken back.
    quoted = encode_basestring_ascii(text)[1:-1]
    return quoted.replace(r"\\", "\0").replace(r"\"", '"').replace("\0", "\\").encode()


def _decode_carefully(raw: bytes, sha256: str, receipt: ReceiptDay) -> DecodeResult:
    from dutydesk.wire.decode.careful import decode_with_problems  # Loads pydantic's models, which takes long.

    return decode_with_problems(raw, sha256, receipt)


def load_words_of_problems() -> None:
    """Loads what words the problems of a faulty message, so that the first one is not kept waiting for it."""
    import dutydesk.wire.decode.careful  # noqa: F401
