"""Forged and faulty signed messages: each goes to quarantine with the code that names what is wrong with it.

A second implementation of RFC 7515 stands beside ours: what it refuses, ours refuses too.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from joserfc import jws as joserfc
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from wire_cases import AT, red

from dutydesk.desk.intake.signatures import judge_signature, open_signed
from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.supervision.keys import BureauKey, KeyRing, LevelOrder, SignatureLevel
from dutydesk.domain.supervision.measures import Channel
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.files.signatures import SigningKey, fingerprint, new_key
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.jws import SignatureFault, SignedEnvelope, read_signed
from signed_messages import compact, envelope, header_of, packed, signed

OWN, FOREIGN, UNKNOWN, EARLIER, LATER, STOLEN = (new_key() for _ in range(6))
MESSAGE = red()
SENDER = str(MESSAGE["sender"])
OTHER = "FR" if SENDER != "FR" else "PL"
DAY = timedelta(days=1)


def _key(of: SigningKey, bureau: str, begin: int = -9, **ends: Any) -> BureauKey:
    return BureauKey(bureau, fingerprint(of.public), of.public, AT + begin * DAY, **ends)


def _ring() -> KeyRing:
    keys = (
        _key(OWN, SENDER),
        _key(FOREIGN, OTHER),
        _key(EARLIER, SENDER, until=AT - DAY),
        _key(LATER, SENDER, begin=1),
        _key(STOLEN, SENDER, revoked_since=AT - DAY),
    )
    orders = {SENDER: (LevelOrder(SignatureLevel.REQUIRED, frozenset(Channel), AT - 9 * DAY),)}
    return KeyRing({key.fingerprint: key for key in keys}, orders)


def _json(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode()


def _with(**changes: Any) -> bytes:
    members = envelope(MESSAGE, OWN) | changes
    return _json({name: value for name, value in members.items() if value is not None})


def _headed(**changes: object) -> bytes:
    return _json(envelope(MESSAGE, OWN, header_of(OWN, **changes)))


def _cut(text: str, by: int = 1) -> str:
    return text[:-by]


def _other_letter(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


RIGHT = envelope(MESSAGE, OWN)
LONG_S = base64url.decode(RIGHT["signature"])
#: The order of the group: S and S + L are the same number to a verifier that is not strict.
ORDER = 2**252 + 27742317777372353535851937790883648493


def _shifted() -> str:
    raised = int.from_bytes(LONG_S[32:], "little") + ORDER
    return base64url.encode(LONG_S[:32] + raised.to_bytes(32, "little"))


C = SignatureCode
FORGERIES: dict[str, tuple[bytes, SignatureCode]] = {
    # keys
    "another bureau's key": (signed(MESSAGE, FOREIGN), C.KEY_OF_ANOTHER),
    "a key that nobody entered": (signed(MESSAGE, UNKNOWN), C.KEY_UNKNOWN),
    "a retired key": (signed(MESSAGE, EARLIER), C.KEY_RETIRED),
    "a key of later": (signed(MESSAGE, LATER), C.KEY_NOT_YET_VALID),
    "a revoked key": (signed(MESSAGE, STOLEN), C.KEY_REVOKED),
    "own key's name, another key's signature": (
        _json(envelope(MESSAGE, FOREIGN, header_of(OWN))),
        C.SIGNATURE_WRONG,
    ),
    "foreign key's name, own signature": (_json(envelope(MESSAGE, OWN, header_of(FOREIGN))), C.KEY_OF_ANOTHER),
    "no key named": (_headed(kid=None), C.KEY_ID_MISSING),
    "an empty key name": (_headed(kid=""), C.KEY_ID_MISSING),
    "a key name of 65 letters": (_headed(kid="k" * 65), C.KEY_ID_TOO_LONG),
    "the key's name with a space": (_headed(kid=fingerprint(OWN.public) + " "), C.KEY_UNKNOWN),
    "the key's name in capitals": (_headed(kid=fingerprint(OWN.public).upper()), C.KEY_UNKNOWN),
    "a key name that is a path": (_headed(kid="../../keys/fr.pem"), C.KEY_UNKNOWN),
    "a key name that is a number": (_headed(kid=7), C.HEADER_NO_TEXT),
    # content
    "a changed byte": (
        _with(payload=base64url.encode(packed(MESSAGE).replace(b"dutydesk/1", b"dutydesk/1", 1)[:-1] + b" }")),
        C.SIGNATURE_WRONG,
    ),
    "another reference": (_with(payload=base64url.encode(packed(MESSAGE | {"reference": "X-1"}))), C.SIGNATURE_WRONG),
    "another sender": (_with(payload=base64url.encode(packed(MESSAGE | {"sender": OTHER}))), C.KEY_OF_ANOTHER),
    "another message's signature": (
        _with(signature=envelope(red(reference="OTHER-1"), OWN)["signature"]),
        C.SIGNATURE_WRONG,
    ),
    "the header of another signature": (
        _with(protected=envelope(MESSAGE, OWN, header_of(OWN, typ="JOSE"))["protected"]),
        C.SIGNATURE_WRONG,
    ),
    "a signature with one letter changed": (
        _with(signature=_other_letter(RIGHT["signature"], 10)),
        C.SIGNATURE_WRONG,
    ),
    "a signature with S raised by the order": (_with(signature=_shifted()), C.SIGNATURE_WRONG),
    "a signature of zeros": (_with(signature=base64url.encode(bytes(64))), C.SIGNATURE_WRONG),
    "a short signature": (_with(signature=base64url.encode(LONG_S[:63])), C.SIGNATURE_LENGTH),
    "a long signature": (_with(signature=base64url.encode(LONG_S + b"\0")), C.SIGNATURE_LENGTH),
    "signed twice": (signed(signed(MESSAGE, OWN), OWN), C.SIGNED_TWICE),
    "signed twice, compact inside": (signed(compact(RIGHT), OWN), C.SIGNED_TWICE),
    # algorithms
    "algorithm none": (_headed(alg="none"), C.ALGORITHM_NONE),
    "algorithm NonE": (_headed(alg="NonE"), C.ALGORITHM_NONE),
    "algorithm none without a signature": (
        compact(envelope(MESSAGE, OWN, header_of(OWN, alg="none")) | {"signature": ""}),
        C.MEMBER_MISSING,
    ),
    "HMAC with the public key": (_headed(alg="HS256"), C.ALGORITHM_OTHER),
    "RSA": (_headed(alg="RS256"), C.ALGORITHM_OTHER),
    "Ed448": (_headed(alg="Ed448"), C.ALGORITHM_OTHER),
    "eddsa in small letters": (_headed(alg="eddsa"), C.ALGORITHM_OTHER),
    "no algorithm": (_headed(alg=None), C.ALGORITHM_OTHER),
    "an algorithm that is a list": (_headed(alg=["EdDSA"]), C.HEADER_NO_TEXT),
    # keys and demands in the header
    "a key in the header (jwk)": (_headed(jwk={"kty": "OKP", "crv": "Ed25519", "x": "AA"}), C.EMBEDDED_KEY),
    "a key's address (jku)": (_headed(jku="https://keys.example/fr"), C.EMBEDDED_KEY),
    "a certificate (x5c)": (_headed(x5c=["MIIB"]), C.EMBEDDED_KEY),
    "a certificate's address (x5u)": (_headed(x5u="https://keys.example/fr"), C.EMBEDDED_KEY),
    "a certificate's digest (x5t)": (_headed(x5t="AA"), C.EMBEDDED_KEY),
    "a demanded extension (crit)": (_headed(crit=["exp"], exp=1), C.CRITICAL_HEADER),
    "an empty crit": (_headed(crit=[]), C.CRITICAL_HEADER),
    "an unencoded payload (b64 false)": (_headed(b64=False), C.PAYLOAD_UNENCODED),
    "b64 with crit": (_headed(b64=False, crit=["b64"]), C.CRITICAL_HEADER),
    "a header with more": (_headed(exp="2030"), C.HEADER_UNKNOWN),
    "a huge header": (_headed(typ="x" * 2_000), C.HEADER_TOO_LARGE),
    "a header of a megabyte": (_headed(typ="x" * 150_000), C.HEADER_TOO_LARGE),
    "a header that is a list": (_json(envelope(MESSAGE, OWN, b'["EdDSA"]')), C.HEADER_UNREADABLE),
    "a header that is no JSON": (_json(envelope(MESSAGE, OWN, b"{alg: EdDSA}")), C.HEADER_UNREADABLE),
    "a header nested deep": (_json(envelope(MESSAGE, OWN, b"[" * 1_000)), C.HEADER_UNREADABLE),
    "a header in UTF-16": (
        _json(envelope(MESSAGE, OWN, json.dumps(header_of(OWN)).encode("utf-16"))),
        C.HEADER_UNREADABLE,
    ),
    "alg twice in the header": (
        _json(envelope(MESSAGE, OWN, b'{"alg": "none", "alg": "EdDSA", "kid": "k"}')),
        C.HEADER_REPEATED,
    ),
    "kid twice in the header": (
        _json(envelope(MESSAGE, OWN, json.dumps(header_of(OWN)).replace("{", '{"kid": "x", ').encode())),
        C.HEADER_REPEATED,
    ),
    # the envelope
    "an unprotected header": (_with(header={"kid": fingerprint(OWN.public)}), C.UNPROTECTED_HEADER),
    "a header beside, with alg none": (_with(header={"alg": "none"}), C.UNPROTECTED_HEADER),
    "many signatures": (
        _json({"payload": RIGHT["payload"], "signatures": [RIGHT, RIGHT]}),
        C.SEVERAL_SIGNATURES,
    ),
    "one signature in the general form": (
        _json({"payload": RIGHT["payload"], "signatures": [RIGHT]}),
        C.SEVERAL_SIGNATURES,
    ),
    "a further member": (_with(note="x"), C.MEMBER_UNKNOWN),
    "the payload twice": (_json(RIGHT).replace(b"{", b'{"payload": "AAAA", ', 1), C.MEMBER_REPEATED),
    "the signature twice": (_json(RIGHT).replace(b"{", b'{"signature": "AAAA", ', 1), C.MEMBER_REPEATED),
    "no protected header": (_with(protected=None), C.MEMBER_MISSING),
    "no signature": (_with(signature=None), C.MEMBER_MISSING),
    "a detached payload": (_with(payload=""), C.MEMBER_MISSING),
    "a payload that is an object": (_with(payload={"text": "x"}), C.MEMBER_NO_TEXT),
    "padding": (_with(signature=RIGHT["signature"] + "=="), C.BAD_BASE64),
    "the other base64 alphabet": (_with(signature="+" + RIGHT["signature"][1:]), C.BAD_BASE64),
    "stray bits at the end": (_with(signature=_cut(RIGHT["signature"]) + "_"), C.BAD_BASE64),
    "a line break inside": (_with(signature=RIGHT["signature"][:40] + "\n" + RIGHT["signature"][40:]), C.BAD_BASE64),
    "letters beyond ASCII": (_with(payload="Ａ" + RIGHT["payload"][1:]), C.BAD_BASE64),
    "something after it": (_json(RIGHT) + b'{"x": 1}', C.TRAILING_DATA),
    "two of them": (_json(RIGHT) + b"\n" + _json(RIGHT), C.TRAILING_DATA),
    "cut off": (_json(RIGHT)[:-20], C.ENVELOPE_UNREADABLE),
    "compact with two parts": (compact(RIGHT).rpartition(b".")[0], C.ENVELOPE_UNREADABLE),
    "compact with five parts": (compact(RIGHT) + b".AA.AA", C.ENVELOPE_UNREADABLE),
    "compact, then more": (compact(RIGHT) + b"\n" + compact(RIGHT), C.TRAILING_DATA),
    "compact with a changed payload": (
        compact(RIGHT | {"payload": base64url.encode(packed(MESSAGE | {"reference": "X-2"}))}),
        C.SIGNATURE_WRONG,
    ),
    "half a character as payload": (_with(payload="\ud800"), C.BAD_BASE64),
    "half a character as header": (_with(protected="\ud800"), C.BAD_BASE64),
    "half a character as signature": (_with(signature="\ud800"), C.BAD_BASE64),
    # none
    "unsigned": (packed(MESSAGE), C.UNSIGNED),
    "unsigned, with spaces before": (b" \n" + packed(MESSAGE), C.UNSIGNED),
}


def outcome(raw: bytes) -> DecodedMessage | str:
    """What intake makes of the input at this bureau, which must sign: the message, or the path of the problem."""
    directory = load_directory()
    opened = open_signed(raw, "0" * 64, directory, AT)
    decoded = decode_message(raw, directory, AT) if opened is None else opened.decode_result
    if not isinstance(decoded, DecodedMessage):
        return decoded.problems[0].path
    judged = judge_signature(decoded, None if opened is None else opened.opened, _ring(), AT)
    return judged if isinstance(judged, DecodedMessage) else f"signature.{judged.value}"


def test_there_are_enough_of_them() -> None:
    assert len(FORGERIES) >= 40
    assert {code for _, code in FORGERIES.values()} == set(SignatureCode)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_by_its_code(name: str) -> None:
    raw, code = FORGERIES[name]
    assert outcome(raw) == f"signature.{code.value}"


def test_the_plain_form_is_taken_for_what_json_says() -> None:
    """What is read without a parser of JSON is the same as with it, which alone reads an escape in a name."""
    names, gaps = ("payload", "protected", "signature"), ("", " ", "\t\r\n")
    parts = [f'"{name}"{gap}:{gap}"{RIGHT[name]}"' for gap in gaps for name in names] + ['"payload":""']
    plain = [f"{gap}{{{gap}{','.join(some)}{gap}}}{gap}".encode() for gap in gaps for some in product(parts, repeat=3)]
    several = [raw for raw, _ in FORGERIES.values()] + plain
    found = [_read(raw) for raw in several]
    assert sum(isinstance(one, SignedEnvelope) for one in found) > 100
    assert [_read(raw.replace(b'"payload"', b'"p\\u0061yload"')) for raw in several] == found


def _read(raw: bytes) -> SignedEnvelope | SignatureCode | None:
    try:
        return read_signed(raw)
    except SignatureFault as fault:
        return fault.code


def test_a_header_that_is_remembered_counts_for_no_key_longer_than_that_is_in_force() -> None:
    """Also where the same header was right in the message before."""
    raw, directory = _json(RIGHT), load_directory()
    decoded, opened = decode_message(packed(MESSAGE), directory, AT), open_signed(raw, "0" * 64, directory, AT)
    assert isinstance(decoded, DecodedMessage)
    assert opened is not None
    for ring in (_ring(), _ring()):
        judged = judge_signature(decoded, opened.opened, ring, AT)
        assert isinstance(judged, DecodedMessage)
        ring.keys[fingerprint(OWN.public)] = _key(OWN, SENDER, revoked_since=AT)  # type: ignore[index]
        again = open_signed(raw, "0" * 64, directory, AT)
        assert again is not None
        assert judge_signature(decoded, again.opened, ring, AT) is SignatureCode.KEY_REVOKED


@pytest.mark.parametrize("form", [_json, compact], ids=["flattened", "compact"])
@pytest.mark.parametrize("spaces", [b"", b"\n", b" \r\n"])
def test_a_right_one_is_taken(form: Callable[[dict[str, Any]], bytes], spaces: bytes) -> None:
    taken = outcome(spaces + form(RIGHT) + spaces)
    assert isinstance(taken, DecodedMessage)
    assert taken.signature is not None
    assert taken.signature.key == fingerprint(OWN.public)
    assert not taken.is_flagged


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_what_the_other_implementation_signs_is_taken(algorithm: str) -> None:
    key = OKPKey.import_key(OWN.private_pem().decode())
    header = {"alg": algorithm, "kid": fingerprint(OWN.public), "typ": "JOSE"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of the older of the two names
        made = joserfc.serialize_compact(header, packed(MESSAGE), key, algorithms=[algorithm])
    assert isinstance(outcome(made.encode()), DecodedMessage)


def other_implementation_takes(raw: bytes, key: SigningKey) -> bool:
    public = OKPKey.import_key(key.public_pem().decode())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = raw.decode().strip()
            if text.startswith("e"):
                joserfc.deserialize_compact(text, public, algorithms=["EdDSA", "Ed25519"])
            else:
                joserfc.deserialize_json(json.loads(text), public, algorithms=["EdDSA", "Ed25519"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return True


def test_the_other_implementation_takes_what_we_sign() -> None:
    assert other_implementation_takes(_json(RIGHT), OWN)
    assert other_implementation_takes(compact(RIGHT), OWN)


def test_we_are_the_stricter_of_the_two() -> None:
    """Nothing that the other one refuses is taken here; some that it takes is not."""
    ours = {name for name, (raw, _) in FORGERIES.items() if isinstance(outcome(raw), DecodedMessage)}
    assert ours == set()
    assert any(other_implementation_takes(raw, OWN) for raw, _ in FORGERIES.values())
