"""Public keys as OpenSSH writes them (RFC 4253 section 6.6): one line of type, base64 and comment."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence

#: Types that OpenSSH takes today; DSA and keys with options in front are refused.
KEY_TYPES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
_MAX_BYTES = 16_384


def read_public_key(file: Path) -> str:
    """The key without its comment, which its holder may have written. Raises InvalidRequest."""
    with open_file(file) as source:
        text = source.read(_MAX_BYTES).decode("ascii", errors="replace")
    if "PRIVATE KEY" in text:
        raise InvalidRequest(
            InvalidRequestCode.PRIVATE_KEY_GIVEN,
            sentence("{file} is a private key: it stays with its officer; name the file that ends in .pub", file=file),
        )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    fields = lines[0].split() if len(lines) == 1 else []
    if len(fields) < 2 or fields[0] not in KEY_TYPES or not _has_type(fields[1], fields[0]):
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PUBLIC_KEY,
            sentence("{file} holds no single public key of OpenSSH, such as ssh-keygen -t ed25519 makes", file=file),
        )
    return f"{fields[0]} {fields[1]}"


def _has_type(encoded: str, type: str) -> bool:
    """Whether the key's own type field, after its length, is ``type``."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    return blob.startswith(len(type).to_bytes(4, "big") + type.encode()) and len(blob) > len(type) + 4
