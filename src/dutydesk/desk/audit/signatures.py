"""Verify the signatures of the messages in a store: the log has them, and the bodies are what they cover."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.accepted import signature_of
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, fitting
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.routes import VersionEvent
from dutydesk.domain.messages.signatures import MessageSignature
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.facts import parse_event
from dutydesk.domain.proof.prover import Breach
from dutydesk.domain.supervision.keys import KeyRing
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log
from dutydesk.store.tables.bureau_keys import KeyRingReader
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.jws import SignedEnvelope

#: What the data of an event has in it that names a signature.
_MARK = '"signature"'


def signature_breaches(handle: Handle) -> Iterator[Breach]:
    """Each item whose body is not what its sender signed by the key that the log names; purged bodies are left out.

    Whether that key was in force is proved from the log alone (:mod:`dutydesk.domain.proof.signatures`).
    """
    ring = KeyRingReader().current(handle)
    if not ring.keys:
        return
    for line in log.walk(handle):
        if isinstance(line.data, str) and _MARK in line.data and not _holds(handle, ring, line):
            words = f"the body of {line.subject} is not what its sender signed, by the signature and the key in the log"
            yield Breach(line.seq, words, line.subject)


def _holds(handle: Handle, ring: KeyRing, line: LogLine) -> bool:
    try:
        fact = parse_event(line)
        made, version = signature_of(fact.event), _version(fact)
    except IncompleteEvent:
        return True  # the proof names it
    number = item_number(fact.subject)
    if made is None or version is None or number is None:
        return True
    raw = handle.value("body_raw", item=number, version=version)
    return not isinstance(raw, bytes) or is_signature_of(ring, made, raw)


def _version(fact: Fact[LogEvent]) -> int | None:
    match fact.event:
        case IntakeAccepted():
            return 1
        case VersionEvent():
            return fitting(fact.event.version)
        case _:
            return None


def is_signature_of(ring: KeyRing, made: MessageSignature, message: bytes) -> bool:
    """Whether the message's bytes were signed by the key that the signature names."""
    key = ring.keys.get(made.key)
    try:
        signature = base64url.decode(made.signature)
    except ValueError:
        return False
    return key is not None and SignedEnvelope(message, made.protected, signature, made.key).is_by(key.public)
