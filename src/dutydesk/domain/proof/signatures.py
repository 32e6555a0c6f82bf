"""Checks that each message was signed as its sender's level demanded, by a key in force at that moment.

The log has the signature, and the store the bytes that it covers: whoever has both verifies the signature itself too.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.events.accepted import is_flagged, reference_of, signature_of
from dutydesk.domain.events.checks import CheckTaken
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.items import FollowUpEvent
from dutydesk.domain.events.keys import KeyEvent
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.events.routes import VersionEvent
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.messages.signatures import MessageSignature
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Channel


def apply_bureau_key(world: ProofState, fact: Fact[KeyEvent]) -> Iterator[str]:
    """Administrators change no keys of their own country."""
    yield from world.persons.verify_foreign(fact.actor, fact.subject)
    yield from world.keys.apply(fact)


def verify_signature(world: ProofState, fact: Fact[LogEvent]) -> Iterator[str]:
    """The message of this event was signed by a key of its sender, or did not have to be."""
    sender, reference = reference_of(fact.event)
    channel = _channel(fact.event) if sender is not None and reference is not None else None
    if sender is None or channel is None:
        return
    made, flagged = signature_of(fact.event), is_flagged(fact.event)
    if made is None and not flagged and not world.keys.orders:
        return
    level = world.keys.ring.level(sender, channel, fact.at)
    if made is not None:
        yield from _verify_key(world, fact, sender, made)
    elif level is SignatureLevel.REQUIRED:
        yield f"{reference} of {sender} was taken without a signature, though {sender} had to sign"
    elif (level is SignatureLevel.PREFERRED) != flagged:
        yield f"{reference} of {sender} was not signed, and is flagged otherwise than its level of signature says"


def _verify_key(world: ProofState, fact: Fact[LogEvent], sender: str, made: MessageSignature) -> Iterator[str]:
    fault = world.keys.ring.key_fault(made.key, sender, fact.at)
    if fault is not None:
        yield f"{fact.subject} is said to be signed by the key {made.key} of {sender}: {fault.value}"
    if _named_key(made.protected) != made.key:
        yield f"{fact.subject} has a signature whose header names another key than the log"


def _named_key(protected: str) -> object:
    try:
        header = json.loads(urlsafe_b64decode(protected + "=" * (-len(protected) % 4)))
    except (ValueError, RecursionError):
        return None
    return header.get("kid") if isinstance(header, dict) else None


def _channel(event: LogEvent) -> Channel | None:
    """The channel of the message; ``None`` for events that bring none."""
    match event:
        case IntakeAccepted():
            return channel_of(_type(optional(event.type)))
        case VersionEvent():
            return Channel.DIFFUSION if optional(event.type) is None else channel_of(_type(optional(event.type)))
        case RestrictionStated():
            return Channel.RECORD
        case CheckTaken():
            return Channel.CHECK
        case FollowUpEvent() | DeliveryAnswered():
            return Channel.MESSAGE
        case _:
            return None


def _type(name: str | None) -> MessageType:
    try:
        return MessageType(name or MessageType.DIFFUSION)
    except ValueError as error:
        raise IncompleteEvent(f"a message is of the unknown type {name}") from error
