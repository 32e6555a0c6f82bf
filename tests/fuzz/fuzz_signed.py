"""Targets that read signatures: of the bureaus' messages, and of the desk's lines."""

from __future__ import annotations

import json
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fuzz_kit import Target, require, require_fit_for_terminal
from fuzz_reading import AT

from dutydesk.desk.intake.signatures import judge_signature, open_signed
from dutydesk.domain.supervision.keys import BureauKey, KeyRing
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.files.signatures import SigningKey, fingerprint, read_key
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.jws import SignatureFault, key_hint, read_signed
from dutydesk.wire.signed.lines import DeliveryFault, LogHead, sign_lines, verify_line

#: The first byte of an input says what the rest is: the whole input, a header, or a payload; the latter two are signed.
WHOLE, HEADER, PAYLOAD = b"w", b"h", b"p"
HEADER_MEMBERS = {"alg", "kid", "typ", "cty"}


@cache
def own_key() -> SigningKey:
    """The same key in every run."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return read_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "key")


@cache
def _ring() -> KeyRing:
    key = own_key()
    return KeyRing({fingerprint(key.public): BureauKey("DE", fingerprint(key.public), key.public, AT)})


def signed_as(header: bytes, payload: bytes) -> bytes:
    """A compact JWS by the own key, whatever its header says."""
    covered = f"{base64url.encode(header)}.{base64url.encode(payload)}"
    return f"{covered}.{base64url.encode(own_key().sign(covered.encode()))}".encode()


def usual_header() -> bytes:
    return json.dumps({"alg": "EdDSA", "kid": fingerprint(own_key().public)}).encode()


def check_jws(raw: bytes) -> None:
    """Input is no signed message, or faulty by a code, or is exactly what the key signed under a sound header."""
    kind, rest = raw[:1], raw[1:]
    content = {HEADER: lambda: signed_as(rest, b'{"a": 1}'), PAYLOAD: lambda: signed_as(usual_header(), rest)}
    made = content.get(kind, lambda: rest)()
    key_hint(made)
    try:
        envelope = read_signed(made)
    except SignatureFault as fault:
        require_fit_for_terminal(fault.problem.problem)
        return
    if envelope is not None:
        header = json.loads(base64url.decode(envelope.protected))
        require(set(header) <= HEADER_MEMBERS, f"took the header {header}")
        require(header["alg"] in ("EdDSA", "Ed25519") and header["kid"] == envelope.key, f"took the header {header}")
        require(kind != PAYLOAD or envelope.payload == rest, "took another payload than was signed")
    opened = open_signed(made, "0" * 64, load_directory(), AT)
    require((opened is None) == (envelope is None), "opened what is not signed, or left it closed")
    if opened is not None and isinstance(opened.decode_result, DecodedMessage):
        judged = judge_signature(opened.decode_result, opened.opened, _ring(), AT)
        right = envelope is not None and envelope.is_by(own_key().public)
        require(not isinstance(judged, DecodedMessage) or right, "took what the key did not sign")


@cache
def _line() -> bytes:
    parts = [(b'{"delivery": "D-000001/1.1/PL", ', b'"notice": "recall", "item": "D-000001"}')] * 3
    end = b"".join(sign_lines(parts, own_key(), LogHead(7, "ab" * 32), AT)[1])
    return parts[0][0] + parts[0][1].removesuffix(b"}") + end


def check_line(raw: bytes) -> None:
    """A line is exactly one that was signed, or faulty by a code; ``@`` stands for a right line."""
    made = raw.replace(b"@", _line())
    try:
        found = verify_line(made, {fingerprint(own_key().public): own_key().public})
    except DeliveryFault as fault:
        require_fit_for_terminal(fault.code.meaning)
        return
    said = made.removesuffix(b"\n").rpartition(b', "signature": ')[0]
    require(said == _line().rpartition(b', "signature": ')[0], f"took {found} of other bytes")


TARGETS = (
    Target(
        "jws",
        check_jws,
        (
            b'"alg"',
            b'"EdDSA"',
            b'"none"',
            b'"kid"',
            b'"crit"',
            b'"b64"',
            b"false",
            b'"jwk"',
            b'"x5c"',
            b'"typ"',
            b'"payload"',
            b'"protected"',
            b'"signature"',
            b'"signatures"',
            b'"header"',
            b'"schema"',
            b"{",
            b"}",
            b".",
            b"eyJ",
            b"=",
            b"\\u0061",
            b"w",
            b"h",
            b"p",
        ),
    ),
    Target(
        "line",
        check_line,
        (b"@", b'"signature"', b'"seal"', b'"salt"', b'"place"', b'"path"', b'"delivery"', b", ", b"}", b"\n"),
    ),
)
