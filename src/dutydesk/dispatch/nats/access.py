"""With what a desk reaches a NATS server: the file of its key, and who signs the server's certificate."""

from __future__ import annotations

import os
import shlex
import ssl
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.places import ServerAddress
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

#: The name of the key's file next to the store, where no other is named.
KEY_FILE: Final = "nats.nk"
_MOST_BYTES: Final = 4_096
_USER_SEED: Final = b"SU"


@value(frozen=True, slots=True)
class NatsAccess:
    """``key`` is a file with the seed of an nkey, ``ca`` one with certificates; ``None`` for none."""

    key: Path | None = None
    ca: Path | None = None


def require_packages() -> None:
    """Raises InvalidRequest where the packages of the extra are missing."""
    if any(find_spec(package) is None for package in ("nats", "nkeys")):
        raise InvalidRequest(
            InvalidRequestCode.NATS_NOT_INSTALLED,
            sentence("NATS needs packages that are not installed; run: pip install 'dutydesk[nats]'"),
        )


def require_tls(address: ServerAddress, realm: str) -> None:
    """Raises InvalidRequest where a LIVE desk would speak to another machine without TLS."""
    if realm == "live" and not address.tls and not address.is_loopback:
        raise InvalidRequest(
            InvalidRequestCode.TLS_DEMANDED,
            sentence(
                "a LIVE desk speaks to another machine by TLS only; write tls://{hosts}", hosts=",".join(address.hosts)
            ),
        )


def read_seed(file: Path) -> str:
    """The seed of a user's nkey. Raises InvalidRequest; no text of the file is ever repeated."""
    with open_file(file) as source:
        found = os.fstat(source.fileno())
        text = source.read(_MOST_BYTES)
    if found.st_uid not in (os.geteuid(), 0) or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InvalidRequest(
            InvalidRequestCode.NATS_KEY_EXPOSED,
            sentence(
                "{file} is a secret key that others may read or own; run: chown {user} {quoted} && chmod 600 {quoted}",
                file=file,
                user=os.geteuid(),
                quoted=shlex.quote(str(file)),
            ),
        )
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(b"#")]
    if len(lines) != 1 or public_key(lines[0]) is None:
        raise InvalidRequest(
            InvalidRequestCode.NATS_KEY_UNUSABLE,
            sentence("{file} holds no single key of a NATS user, such as ops-box nats-key makes", file=file),
        )
    return lines[0].decode("ascii")


def check_ca(file: Path) -> None:
    """Raises InvalidRequest for a file that holds no certificates."""
    with open_file(file, follow_links=True):
        pass
    try:
        ssl.create_default_context(cafile=str(file))
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            InvalidRequestCode.NATS_CA_UNUSABLE,
            sentence("{file} holds no certificates in PEM", file=file),
        ) from error


def make_seed() -> bytes:
    """A new seed of a user's nkey. Needs the packages of the extra."""
    import nkeys

    return bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))


def public_key(seed: bytes) -> str | None:
    """The public key of a user's seed; ``None`` if it is none. Needs the packages of the extra."""
    import nkeys

    if not seed.startswith(_USER_SEED):
        return None
    try:
        return bytes(nkeys.from_seed(bytearray(seed)).public_key).decode("ascii")
    except (nkeys.NkeysError, ValueError):
        return None


def is_public_key(text: str) -> bool:
    """Whether a text is the public key of a NATS user: base32 with the prefix U and a checksum (CRC-16)."""
    from base64 import b32decode
    from binascii import Error, crc_hqx

    if len(text) != 56 or not text.startswith("U"):
        return False
    try:
        raw = b32decode(text)
    except (Error, ValueError):
        return False
    return crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")
