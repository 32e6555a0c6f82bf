"""The codes of faults of a message's signature, and of a delivery's."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class SignatureCode(Code):
    """A message whose signature is wrong goes to quarantine; the path of its problem is `signature.` and the code."""

    # The envelope (RFC 7515)
    ENVELOPE_UNREADABLE = (
        "envelope_unreadable",
        "The input looks like a signed message, but is neither a JWS in flattened JSON nor a compact one.",
        "Send the JSON object or the three parts that the signing library made.",
    )
    TRAILING_DATA = (
        "trailing_data",
        "Something follows the signed message.",
        "Send one signed message a file or line, and nothing else.",
    )
    MEMBER_REPEATED = (
        "member_repeated",
        "A member of the signed message stands in it more than once.",
        "Name payload, protected and signature once each.",
    )
    MEMBER_MISSING = (
        "member_missing",
        "The signed message lacks payload, protected or signature.",
        "Send all three; a payload is never detached.",
    )
    MEMBER_UNKNOWN = (
        "member_unknown",
        "The signed message has a member that the desk does not know.",
        "Send payload, protected and signature alone.",
    )
    MEMBER_NO_TEXT = (
        "member_no_text",
        "Payload, protected or signature is not a text.",
        "Write each of them in base64url, as RFC 7515 demands.",
    )
    SEVERAL_SIGNATURES = (
        "several_signatures",
        "The message is in the general JSON form, which can have several signatures.",
        "Send the flattened form or the compact one, with one signature.",
    )
    UNPROTECTED_HEADER = (
        "unprotected_header",
        "The message has a header that no signature covers.",
        "Put everything into the protected header.",
    )
    BAD_BASE64 = (
        "bad_base64",
        "A part of the signed message is not base64url without padding.",
        "Use base64url (RFC 4648 section 5), without = and without stray bits at its end.",
    )

    # Its protected header
    HEADER_TOO_LARGE = (
        "header_too_large",
        "The protected header has more than 1,024 bytes.",
        "Name alg and kid, and typ or cty if your library writes them.",
    )
    HEADER_UNREADABLE = (
        "header_unreadable",
        "The protected header is not a JSON object.",
        "Let a signing library write it.",
    )
    HEADER_REPEATED = (
        "header_repeated",
        "A member of the protected header stands in it more than once.",
        "Name each member once.",
    )
    HEADER_UNKNOWN = (
        "header_unknown",
        "The protected header has a member that the desk does not know.",
        "Name alg and kid, and typ or cty if your library writes them.",
    )
    HEADER_NO_TEXT = (
        "header_no_text",
        "A member of the protected header is not a text.",
        "Write alg, kid, typ and cty as texts.",
    )
    ALGORITHM_NONE = (
        "algorithm_none",
        "The header says that the message is not signed.",
        "Sign with EdDSA; the desk never takes the algorithm none.",
    )
    ALGORITHM_OTHER = (
        "algorithm_other",
        "The algorithm is not EdDSA by Ed25519.",
        "Sign with alg EdDSA (or Ed25519) and an Ed25519 key.",
    )
    EMBEDDED_KEY = (
        "embedded_key",
        "The header brings or names its own key.",
        "Leave out jwk, jku, x5u, x5c and x5t; the desk uses only keys that an administrator entered.",
    )
    CRITICAL_HEADER = (
        "critical_header",
        "The header demands an extension by crit.",
        "Leave crit out; the desk knows no extension.",
    )
    PAYLOAD_UNENCODED = (
        "payload_unencoded",
        "The header has b64, by which a payload may be left unencoded.",
        "Leave b64 out, and encode the payload in base64url.",
    )
    KEY_ID_MISSING = (
        "key_id_missing",
        "The header names no key.",
        "Set kid to the fingerprint that bureaus keys list shows.",
    )
    KEY_ID_TOO_LONG = (
        "key_id_too_long",
        "The key's name has more than 64 characters.",
        "Set kid to the fingerprint that bureaus keys list shows.",
    )

    # The key
    KEY_UNKNOWN = (
        "key_unknown",
        "No bureau has a key of that name at this desk.",
        "Have an administrator enter the key with bureaus keys add, then reread the item.",
    )
    KEY_OF_ANOTHER = (
        "key_of_another",
        "The key belongs to another bureau than the message's sender. SECURITY ALARM.",
        "Ask both bureaus, by another way than this one, who sent it.",
    )
    KEY_NOT_YET_VALID = (
        "key_not_yet_valid",
        "The key is not in force yet.",
        "Sign with the key in force, or send it again once the new one is.",
    )
    KEY_RETIRED = (
        "key_retired",
        "The key was in force, and is not any more.",
        "Sign with the key in force.",
    )
    KEY_REVOKED = (
        "key_revoked",
        "The key was revoked. SECURITY ALARM.",
        "Ask the bureau, by another way than this one, who sent it.",
    )

    # The signature
    SIGNATURE_LENGTH = (
        "signature_length",
        "The signature has not the 64 bytes of Ed25519.",
        "Send the signature that the library made.",
    )
    SIGNATURE_WRONG = (
        "signature_wrong",
        "The signature is not that of the key over these bytes: either was changed. SECURITY ALARM.",
        "Ask the bureau to send the message again.",
    )
    SIGNED_TWICE = (
        "signed_twice",
        "What was signed is a signed message again.",
        "Sign the message itself, once.",
    )
    UNSIGNED = (
        "unsigned",
        "The message is not signed, and its sender's messages must be. SECURITY ALARM.",
        "Ask the bureau, by another way than this one, who sent it, and for a signed one.",
    )


class DeliveryProofCode(Code):
    """A line of the desk whose signature does not hold: the recipient must not act on it."""

    LINE_UNREADABLE = (
        "line_unreadable",
        "The line is not one JSON object in UTF-8, or has a member twice.",
        "Verify the line exactly as the desk wrote it.",
    )
    LINE_UNSIGNED = (
        "line_unsigned",
        "The line has no signature at its end.",
        "Ask the desk whether it signs; if it does, the line is not its own.",
    )
    PROOF_UNREADABLE = (
        "proof_unreadable",
        "The line's signature has not the members and lengths that it must have.",
        "Do not act on the line, and tell the desk.",
    )
    DESK_KEY_UNKNOWN = (
        "desk_key_unknown",
        "The line is signed by a key that was not named.",
        "Name every public key of the desk that you were given with --key.",
    )
    SEAL_WRONG = (
        "seal_wrong",
        "The signature over the batch is not that of the key.",
        "Do not act on the line, and tell the desk.",
    )
    NOT_IN_BATCH = (
        "not_in_batch",
        "The line is not one of those that the desk signed: it was changed, or belongs to another batch.",
        "Do not act on the line, and tell the desk.",
    )
    OTHER_RECIPIENT = (
        "other_recipient",
        "The line is for another bureau.",
        "Do not act on the line, and tell the desk.",
    )
