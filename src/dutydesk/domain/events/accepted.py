"""What the events of accepted messages have in common: whose message it is, and by which hash it is known again."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.events.checks import CheckTaken
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.items import FollowUpEvent
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.events.routes import VersionEvent
from dutydesk.domain.messages.signatures import MessageSignature

#: Messages that make an item or a version of its body, which is kept; messages that act on an item, or ask.
_BODY_EVENTS: Final = (IntakeAccepted, VersionEvent)
_ACT_EVENTS: Final = (FollowUpEvent, DeliveryAnswered, RestrictionStated, CheckTaken)


def reference_of(event: LogEvent) -> tuple[str | None, str | None]:
    """The sender and the reference. Logs of earlier releases do not name them in all of these events.

    Raises IncompleteEvent, as all functions here, for values of another type.
    """
    if isinstance(event, (_BODY_EVENTS, _ACT_EVENTS)):
        return optional(event.sender), optional(event.reference)
    return None, None


def content_of(event: LogEvent) -> str | None:
    """The hash of what the message says."""
    return optional(event.content) if isinstance(event, _ACT_EVENTS) else None


def sha256_of(event: LogEvent) -> str | None:
    """The SHA-256 of the message's bytes, in hex."""
    return optional(event.sha256) if isinstance(event, _BODY_EVENTS) else None


def signature_of(event: LogEvent) -> MessageSignature | None:
    """The signature by which the message came; ``None`` for one without, and for other events."""
    if not isinstance(event, (_BODY_EVENTS, _ACT_EVENTS)):
        return None
    parts = optional(event.signature)
    if parts is None:
        return None
    if set(parts) != {"key", "protected", "signature"}:
        raise IncompleteEvent(f"{event.kind} does not have the parts of its signature")
    return MessageSignature(parts["key"], parts["protected"], parts["signature"])


def is_flagged(event: LogEvent) -> bool:
    """Whether the message was taken without a signature, though its sender prefers them."""
    return isinstance(event, (_BODY_EVENTS, _ACT_EVENTS)) and optional(event.unsigned) is True
