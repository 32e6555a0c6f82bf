"""Opens signed messages, and decides by the keys in force whether a message is taken as it was signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import type_of
from dutydesk.domain.supervision.keys import KeyRing, SignatureLevel
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult, QuarantinedMessage, RejectedMessage
from dutydesk.wire.signed.jws import SignatureFault, SignedEnvelope, problem_of, read_signed, require_message


@value(frozen=True, slots=True)
class OpenedMessage:
    """A signed message. ``verified_with`` is the key by which its signature was found right, if that was tried."""

    envelope: SignedEnvelope
    verified_with: bytes | None = None


@value(frozen=True, slots=True)
class SignedInput:
    """Input that is signed or looks so: what is decoded of it, and its envelope where that could be read."""

    decode_result: DecodeResult
    opened: OpenedMessage | None


def open_signed(raw: bytes, digest: str, directory: Directory, at: datetime) -> SignedInput | None:
    """Opens input that is meant as a signed message, received at ``at``; ``None`` for any other.

    ``digest`` is the SHA-256 of all the input; input in quarantine keeps that one. No signature is verified here.
    """
    try:
        envelope = read_signed(raw)
        if envelope is None:
            return None
        require_message(envelope)
    except SignatureFault as fault:
        return SignedInput(QuarantinedMessage((fault.problem,), digest, None, None), None)
    decoded = decode_message(envelope.payload, directory, at)
    if not isinstance(decoded, DecodedMessage):
        decoded = replace(decoded, sha256=digest)
    return SignedInput(decoded, OpenedMessage(envelope))


def verify_ahead(opened: OpenedMessage | None, ring: KeyRing) -> OpenedMessage | None:
    """The message with the key that its signature is right by, where that is a bureau's by ``ring``.

    It is verified before the store is locked, so that officers wait for none of it; whether the key is in force is
    decided by :func:`judge_signature`, which verifies what was not verified here.
    """
    key = None if opened is None else ring.keys.get(opened.envelope.key)
    if opened is None or key is None or not opened.envelope.is_by(key.public):
        return opened
    return OpenedMessage(opened.envelope, key.public)


def judge_signature(
    decoded: DecodedMessage, opened: OpenedMessage | None, ring: KeyRing, at: datetime
) -> DecodedMessage | SignatureCode:
    """The message with its signature, or why it can't be taken at that moment."""
    if opened is None and not ring.orders:
        return decoded
    sender = decoded.message.envelope.sender
    if opened is None:
        level = ring.level(sender, channel_of(type_of(decoded.message)), at)
        if level is SignatureLevel.REQUIRED:
            return SignatureCode.UNSIGNED
        return replace(decoded, is_flagged=True) if level is SignatureLevel.PREFERRED else decoded
    envelope = opened.envelope
    fault = ring.key_fault(envelope.key, sender, at)
    if fault is not None:
        return fault
    public = ring.keys[envelope.key].public
    if opened.verified_with != public and not envelope.is_by(public):
        return SignatureCode.SIGNATURE_WRONG
    return replace(decoded, signature=envelope.logged())


def quarantined(decoded: DecodedMessage, code: SignatureCode, digest: str) -> QuarantinedMessage:
    """A message that is not taken because of its signature; ``digest`` is the SHA-256 of the input."""
    envelope = decoded.message.envelope
    return QuarantinedMessage((problem_of(code),), digest, envelope.reference, envelope.sender)


def has_signature_fault(reading: RejectedMessage | QuarantinedMessage) -> bool:
    """Whether input was refused because of its signature."""
    return any(problem.path.startswith("signature.") for problem in reading.problems)
