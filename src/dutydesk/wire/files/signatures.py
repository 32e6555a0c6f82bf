"""Ed25519 keys in PEM files (PKCS 8, SubjectPublicKeyInfo), and signatures by them (RFC 8032).

The library is loaded at the first key: most commands, and the console before its first picture, need none.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}", re.ASCII)
_ONE_BLOCK = re.compile(rb"\s*-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]*-----END \1-----\s*")


@value(frozen=True, slots=True)
class SigningKey:
    """A signing key. ``public`` is the 32 bytes of RFC 8032; the private half is never displayed."""

    public: bytes
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def private_pem(self) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def public_pem(self) -> bytes:
        return public_pem(self.public)


def new_key() -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return _signing_key(Ed25519PrivateKey.generate())


def _require_one_key(raw: bytes, name: str, code: InvalidRequestCode) -> None:
    """Raises InvalidRequest where anything stands before or after the key, such as a second one.

    The library reads the first key of its kind, which need not be the one that a person sees.
    """
    if b"-----BEGIN " in raw and _ONE_BLOCK.fullmatch(raw) is None:
        raise InvalidRequest(
            code,
            sentence("{name} holds something before or after a key; name a file with that one key alone", name=name),
        )


def read_key(raw: bytes, name: str) -> SigningKey:
    """Read a private Ed25519 key.

    Raises InvalidRequest for anything else, for a key with a passphrase, and for anything beside the key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    _require_one_key(raw, name, InvalidRequestCode.NOT_A_PRIVATE_KEY)
    try:
        key = load_pem_private_key(raw, password=None)
    except TypeError as error:
        raise InvalidRequest(
            InvalidRequestCode.KEY_HAS_PASSPHRASE,
            sentence("{name} is locked with a passphrase, and nobody is asked for one; name a key without", name=name),
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PRIVATE_KEY,
            sentence("{name} holds no private key; make one with: dutydesk audit key FILE", name=name),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidRequest(
            InvalidRequestCode.WRONG_KIND_OF_KEY,
            sentence(
                "{name} holds a key of another kind than Ed25519; make one with: dutydesk audit key FILE", name=name
            ),
        )
    return _signing_key(key)


def _signing_key(key: Ed25519PrivateKey) -> SigningKey:
    return SigningKey(key.public_key().public_bytes_raw(), key)


def read_public(raw: bytes, name: str) -> bytes:
    """Read the 32 bytes of a public Ed25519 key. Raises InvalidRequest for anything else, or anything beside it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    _require_one_key(raw, name, InvalidRequestCode.NOT_A_PUBLIC_KEY)
    try:
        key = load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PUBLIC_KEY,
            sentence("{name} holds no public key; audit key FILE leaves one in FILE.pub", name=name),
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidRequest(
            InvalidRequestCode.WRONG_KIND_OF_KEY, sentence("{name} holds a key of another kind than Ed25519", name=name)
        )
    return key.public_bytes_raw()


def public_pem(public: bytes) -> bytes:
    """A public key's 32 bytes as a PEM text. Raises ValueError for other bytes."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _public_key(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=1_024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    """The same keys verify again and again."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(public)


def is_signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        _public_key(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """The SHA-256 of the key's 32 bytes, in base64 without padding: short enough to be kept on paper."""
    return "SHA256:" + b64encode(sha256(public).digest()).decode().rstrip("=")


def is_fingerprint(text: str) -> bool:
    return _FINGERPRINT.fullmatch(text) is not None
