"""Signed messages: a JWS (RFC 7515) in flattened JSON or compact form, by Ed25519 (RFC 8037, RFC 9864).

The reader is stricter than the standard: the protected header has ``alg`` and ``kid``, and may have ``typ`` and
``cty``; all else is refused, so that a signature never depends on what its maker says about how to verify it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final, TypeAlias

from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.signatures import MessageSignature
from dutydesk.wire.decode.outcome import Problem
from dutydesk.wire.decode.strict_json import parse_leniently
from dutydesk.wire.files.signatures import SigningKey, fingerprint, is_signed_by
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.words import HEADER_BYTES, KEY_ID_LETTERS, path_of, words_of

#: ``EdDSA`` means the same with an Ed25519 key; RFC 9864 prefers the second name.
ALGORITHMS: Final = frozenset({"EdDSA", "Ed25519"})
SIGNATURE_BYTES: Final = 64
_SPACE: Final = b" \t\r\n"
_MEMBERS: Final = frozenset({"payload", "protected", "signature"})
#: Where one of these stands and no ``schema``, the object is meant as a signed message.
_MARKS: Final = _MEMBERS | {"signatures"}
_SCHEMA: Final = b'"schema"'
_HEADER_MEMBERS: Final = frozenset({"alg", "kid", "typ", "cty"})
_OWN_KEYS: Final = frozenset({"jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"})
_KEY_HINT: Final = re.compile(rb'"kid"[ \t\r\n]*:[ \t\r\n]*"([^"\\]{1,64})"')
_PROTECTED: Final = b'"protected"'
_PROTECTED_HINT: Final = re.compile(_PROTECTED + rb'[ \t\r\n]*:[ \t\r\n]*"([A-Za-z0-9_-]{1,1400})"')
_MEMBER_FORM: Final = rb'[ \t\r\n]*"(payload|protected|signature)"[ \t\r\n]*:[ \t\r\n]*"([A-Za-z0-9_-]*)"[ \t\r\n]*'
#: The flattened form as nearly everybody writes it; any other that means the same is read as JSON.
_PLAIN: Final = re.compile(rb"[ \t\r\n]*\{" + b",".join([_MEMBER_FORM] * len(_MEMBERS)) + rb"\}[ \t\r\n]*")
#: Bureaus sign all of their messages by a few headers.
_REMEMBERED_HEADERS: Final = 512
_Member: TypeAlias = "str | int | float | list[_Member] | dict[str, _Member] | None"


class SignatureFault(Exception):
    """Why a signed message can't be taken."""

    def __init__(self, code: SignatureCode) -> None:
        super().__init__(code.value)
        self.code = code

    @property
    def problem(self) -> Problem:
        return problem_of(self.code)


def problem_of(code: SignatureCode) -> Problem:
    """The problem of an item in quarantine; its path ends in the code."""
    return Problem(path_of(code), words_of(code))


@value(frozen=True, slots=True)
class SignedEnvelope:
    """A signed message whose signature is not verified yet.

    ``payload`` is the message's bytes, ``key`` the name (``kid``) of the key, ``protected`` the header in base64url.
    """

    payload: bytes
    protected: str
    signature: bytes
    key: str

    @property
    def signing_input(self) -> bytes:
        """The bytes that the signature covers (RFC 7515 section 5.1)."""
        return b"%b.%b" % (self.protected.encode(), base64url.encode_ascii(self.payload))

    def is_by(self, public: bytes) -> bool:
        """Whether the signature is that of the key with these 32 bytes."""
        return is_signed_by(public, self.signature, self.signing_input)

    def logged(self) -> MessageSignature:
        return MessageSignature(self.key, self.protected, base64url.encode(self.signature))


class _Repeated(Exception):
    """A member stands in an object more than once; ``names`` are all of its members."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names


def read_signed(raw: bytes) -> SignedEnvelope | None:
    """Read a signed message; ``None`` for bytes that are not meant as one. Raises SignatureFault."""
    text = raw.strip(_SPACE) if raw[:1] in (b" ", b"\t", b"\r", b"\n", b"e") else raw
    if text[:1] == b"e" and b"." in text:
        return _read_compact(text)
    if text[:1] != b"{" or _SCHEMA in raw:  # what is signed is in base64, so that every message names its schema first
        return None
    plain = _PLAIN.fullmatch(raw)
    if plain is not None:
        parts = dict(zip(plain.group(1, 3, 5), plain.group(2, 4, 6), strict=True))
        if len(parts) == len(_MEMBERS):
            return _read_parts(parts[b"protected"], parts[b"payload"], parts[b"signature"])
    try:
        members = _object_of(raw)
    except _Repeated as repeated:
        if _is_ordinary(repeated.names):
            return None
        raise SignatureFault(SignatureCode.MEMBER_REPEATED) from None
    except (ValueError, RecursionError) as error:
        tree = parse_leniently(raw).tree
        if not isinstance(tree, dict) or _is_ordinary(frozenset(map(str, tree))):
            return None
        is_longer = isinstance(error, json.JSONDecodeError) and error.msg == "Extra data"
        raise SignatureFault(SignatureCode.TRAILING_DATA if is_longer else SignatureCode.ENVELOPE_UNREADABLE) from None
    return None if _is_ordinary(frozenset(members)) else _read_flattened(members)


def key_hint(raw: bytes) -> str | None:
    """What the message may name as its key, at little cost; ``None`` where that is not seen at once."""
    place = raw.rfind(_PROTECTED) if raw[:1] == b"{" else -1
    found = _PROTECTED_HINT.match(raw, place) if place >= 0 else None
    part = found[1] if found is not None else raw[:2_000].partition(b".")[0] if raw[:1] == b"e" else b""
    return _hint_of_header(part)


@lru_cache(_REMEMBERED_HEADERS)
def _hint_of_header(protected: bytes) -> str | None:
    try:
        named = _KEY_HINT.search(base64url.decode_ascii(protected))
        return None if named is None else named[1].decode("ascii")
    except ValueError:
        return None


def require_message(envelope: SignedEnvelope) -> None:
    """Raises SignatureFault where what was signed is a signed message again."""
    try:
        inner = read_signed(envelope.payload)
    except SignatureFault:
        raise SignatureFault(SignatureCode.SIGNED_TWICE) from None
    if inner is not None:
        raise SignatureFault(SignatureCode.SIGNED_TWICE)


def sign_message(message: bytes, key: SigningKey) -> bytes:
    """A message as a JWS in flattened JSON, as a bureau sends it."""
    header = json.dumps({"alg": "EdDSA", "kid": fingerprint(key.public)}).encode()
    protected, payload = base64url.encode(header), base64url.encode(message)
    signature = base64url.encode(key.sign(f"{protected}.{payload}".encode()))
    return json.dumps({"payload": payload, "protected": protected, "signature": signature}).encode()


def _is_ordinary(names: frozenset[str]) -> bool:
    """Whether an object with these members is no signed message, but a message or something else."""
    return "schema" in names or not names & _MARKS


def _object_of(raw: bytes) -> dict[str, _Member]:
    """A JSON object. Raises ValueError, RecursionError, or _Repeated for the outermost object."""
    text = raw.decode()
    pairs = json.loads(text, object_pairs_hook=_MemberPairs, parse_constant=_refuse_constant)
    if not isinstance(pairs, _MemberPairs):
        raise ValueError("no object")
    names = frozenset(name for name, _ in pairs)
    if len(names) < len(pairs):
        raise _Repeated(names)
    return dict(pairs)


class _MemberPairs(list[tuple[str, _Member]]):
    """The members of an object in their order, each as often as it stands there."""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _read_compact(text: bytes) -> SignedEnvelope:
    if any(space in text for space in (b" ", b"\t", b"\r", b"\n")):
        raise SignatureFault(SignatureCode.TRAILING_DATA)
    parts = text.split(b".")
    if len(parts) != len(_MEMBERS):
        raise SignatureFault(SignatureCode.ENVELOPE_UNREADABLE)
    if not text.isascii():
        raise SignatureFault(SignatureCode.BAD_BASE64)
    protected, payload, signature = parts
    return _read_parts(protected, payload, signature)


def _read_flattened(members: dict[str, _Member]) -> SignedEnvelope:
    if "signatures" in members:
        raise SignatureFault(SignatureCode.SEVERAL_SIGNATURES)
    if "header" in members:
        raise SignatureFault(SignatureCode.UNPROTECTED_HEADER)
    if members.keys() - _MEMBERS:
        raise SignatureFault(SignatureCode.MEMBER_UNKNOWN)
    if _MEMBERS - members.keys():
        raise SignatureFault(SignatureCode.MEMBER_MISSING)
    protected, payload, signature = members["protected"], members["payload"], members["signature"]
    if not (isinstance(protected, str) and isinstance(payload, str) and isinstance(signature, str)):
        raise SignatureFault(SignatureCode.MEMBER_NO_TEXT)
    texts = (protected, payload, signature)
    return _read_parts(*(text.encode("ascii", "replace") for text in texts))  # "?" is no base64url


def _read_parts(protected: bytes, payload: bytes, signature: bytes) -> SignedEnvelope:
    if not (protected and payload and signature):
        raise SignatureFault(SignatureCode.MEMBER_MISSING)
    key = _key_of_header(protected)
    made = _decoded(signature)
    if len(made) != SIGNATURE_BYTES:
        raise SignatureFault(SignatureCode.SIGNATURE_LENGTH)
    return SignedEnvelope(_decoded(payload), protected.decode(), made, key)


def _decoded(text: bytes) -> bytes:
    try:
        return base64url.decode_ascii(text)
    except ValueError:
        raise SignatureFault(SignatureCode.BAD_BASE64) from None


@lru_cache(_REMEMBERED_HEADERS)
def _key_of_header(protected: bytes) -> str:
    """The name of the key, where all of the header is as it must be. Nothing is looked up: whose key that is, and
    whether it is in force, is decided for each message.
    """
    if len(protected) * 3 // 4 > HEADER_BYTES:
        raise SignatureFault(SignatureCode.HEADER_TOO_LARGE)
    try:
        header = _object_of(_decoded(protected))
    except _Repeated:
        raise SignatureFault(SignatureCode.HEADER_REPEATED) from None
    except (ValueError, RecursionError):
        raise SignatureFault(SignatureCode.HEADER_UNREADABLE) from None
    for names, code in (
        (_OWN_KEYS, SignatureCode.EMBEDDED_KEY),
        ({"crit"}, SignatureCode.CRITICAL_HEADER),
        ({"b64"}, SignatureCode.PAYLOAD_UNENCODED),
    ):
        if header.keys() & names:
            raise SignatureFault(code)
    if header.keys() - _HEADER_MEMBERS:
        raise SignatureFault(SignatureCode.HEADER_UNKNOWN)
    if not all(isinstance(each, str) for each in header.values()):
        raise SignatureFault(SignatureCode.HEADER_NO_TEXT)
    algorithm, key = str(header.get("alg", "")), str(header.get("kid", ""))
    if algorithm.casefold() == "none":
        raise SignatureFault(SignatureCode.ALGORITHM_NONE)
    if algorithm not in ALGORITHMS:
        raise SignatureFault(SignatureCode.ALGORITHM_OTHER)
    if not key:
        raise SignatureFault(SignatureCode.KEY_ID_MISSING)
    if len(key) > KEY_ID_LETTERS:
        raise SignatureFault(SignatureCode.KEY_ID_TOO_LONG)
    return key
