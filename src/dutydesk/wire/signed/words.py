"""The clause that says of each code what is wrong with a message's signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.language.sentences import sentence

#: The header's bytes, and the letters of a key's name, that are taken.
HEADER_BYTES: Final = 1_024
KEY_ID_LETTERS: Final = 64

_WORDS: Final[Mapping[SignatureCode, str]] = {
    SignatureCode.ENVELOPE_UNREADABLE: sentence("looks signed, but is no JWS in flattened JSON and no compact one"),
    SignatureCode.TRAILING_DATA: sentence("is followed by something else; send one signed message and nothing more"),
    SignatureCode.MEMBER_REPEATED: sentence("has a member more than once; name payload, protected and signature once"),
    SignatureCode.MEMBER_MISSING: sentence("lacks its payload, its protected header or itself"),
    SignatureCode.MEMBER_UNKNOWN: sentence("comes with a member beside payload, protected and signature"),
    SignatureCode.MEMBER_NO_TEXT: sentence("comes with a payload, protected or signature that is no text"),
    SignatureCode.SEVERAL_SIGNATURES: sentence("comes in the form for several; send the flattened or the compact one"),
    SignatureCode.UNPROTECTED_HEADER: sentence("comes with a header that it does not cover"),
    SignatureCode.BAD_BASE64: sentence("or what it covers is not base64url without padding"),
    SignatureCode.HEADER_TOO_LARGE: sentence("comes with a header of more than {most:,} bytes", most=HEADER_BYTES),
    SignatureCode.HEADER_UNREADABLE: sentence("comes with a protected header that is no JSON object"),
    SignatureCode.HEADER_REPEATED: sentence("comes with a protected header that has a member more than once"),
    SignatureCode.HEADER_UNKNOWN: sentence("comes with a protected header that has more than alg, kid, typ and cty"),
    SignatureCode.HEADER_NO_TEXT: sentence("comes with a protected header in which a member is no text"),
    SignatureCode.ALGORITHM_NONE: sentence("says that there is none (alg none); sign with EdDSA"),
    SignatureCode.ALGORITHM_OTHER: sentence("is by another algorithm than EdDSA with Ed25519"),
    SignatureCode.EMBEDDED_KEY: sentence("brings or names its own key; only keys that this desk has entered count"),
    SignatureCode.CRITICAL_HEADER: sentence("demands an extension by crit; none is known here"),
    SignatureCode.PAYLOAD_UNENCODED: sentence("comes with b64 in its header; encode the payload and leave that out"),
    SignatureCode.KEY_ID_MISSING: sentence("names no key; set kid to the key's fingerprint"),
    SignatureCode.KEY_ID_TOO_LONG: sentence("names its key by more than {most} characters", most=KEY_ID_LETTERS),
    SignatureCode.KEY_UNKNOWN: sentence("is by a key that no bureau has at this desk"),
    SignatureCode.KEY_OF_ANOTHER: sentence("is by the key of another bureau than the sender; SECURITY ALARM"),
    SignatureCode.KEY_NOT_YET_VALID: sentence("is by a key that is not in force yet"),
    SignatureCode.KEY_RETIRED: sentence("is by a key that is not in force any more"),
    SignatureCode.KEY_REVOKED: sentence("is by a key that was revoked; SECURITY ALARM"),
    SignatureCode.SIGNATURE_LENGTH: sentence("has not the 64 bytes of Ed25519"),
    SignatureCode.SIGNATURE_WRONG: sentence(
        "is not that of its key over these bytes, which may have been changed; SECURITY ALARM"
    ),
    SignatureCode.SIGNED_TWICE: sentence("covers what is signed already; sign the message itself, once"),
    SignatureCode.UNSIGNED: sentence("is missing, and the sender's messages must be signed; SECURITY ALARM"),
}

#: The beginning of the path of every problem of a signature.
PATH: Final = "signature"


def words_of(code: SignatureCode) -> str:
    return _WORDS[code]


def path_of(code: SignatureCode) -> str:
    """The path of the problem; programs know it by its end."""
    return f"{PATH}.{code.value}"
