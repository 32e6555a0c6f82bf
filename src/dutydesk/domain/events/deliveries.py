"""Events of the deliveries of an item to its recipients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class DispatchEvent(LogEvent):
    """What happened to the deliveries to ``recipients`` under one version and review cycle."""

    recipients: Logged[tuple[str, ...]]
    version: Logged[int]
    cycle: Logged[int]
    errors: Logged[tuple[str, ...]] = ABSENT


@event
class DeliveriesSending(DispatchEvent):
    kind: ClassVar = EventKind.DELIVERIES_SENDING


@event
class DeliveriesMade(DispatchEvent):
    kind: ClassVar = EventKind.DELIVERIES_MADE


@event
class DeliveriesFailed(DispatchEvent):
    kind: ClassVar = EventKind.DELIVERIES_FAILED


@event
class DeliveriesRequeued(DispatchEvent):
    """``uncounted``: the attempt does not count, because the bureau could not be reached."""

    kind: ClassVar = EventKind.DELIVERIES_REQUEUED

    uncounted: Logged[bool] = ABSENT


@event
class DeliveriesStopped(DispatchEvent):
    """They came back after their item had ended, and are suppressed for that ``cause``; ``uncounted`` as above."""

    kind: ClassVar = EventKind.DELIVERIES_STOPPED

    cause: Logged[str]
    uncounted: Logged[bool]


@event
class DeliveriesDead(DispatchEvent):
    kind: ClassVar = EventKind.DELIVERIES_DEAD


@event
class DeliveriesSuppressed(LogEvent):
    """``suppress`` has each cause with its recipients."""

    kind: ClassVar = EventKind.DELIVERIES_SUPPRESSED

    suppress: Logged[Mapping[str, tuple[str, ...]]]
    cycle: Logged[int]


@event
class RecipientsEvent(LogEvent):
    recipients: Logged[tuple[str, ...]]


@event
class DeliveriesWaiting(RecipientsEvent):
    """For bureaus off the network."""

    kind: ClassVar = EventKind.DELIVERIES_WAITING


@event
class DeliveriesRecallSent(RecipientsEvent):
    """The recall has reached them."""

    kind: ClassVar = EventKind.DELIVERIES_RECALL_SENT


@event
class DeliveriesAccessWithdrawn(RecipientsEvent):
    """Notices for them are queued: their access is withdrawn."""

    kind: ClassVar = EventKind.DELIVERIES_ACCESS_WITHDRAWN


@event
class DeliveriesAccessTold(RecipientsEvent):
    """These notices have reached them."""

    kind: ClassVar = EventKind.DELIVERIES_ACCESS_TOLD


@event
class DeliveryAnswered(LogEvent):
    """A recipient says what it does with its copy, or confirms a recall with its ``outcome``."""

    kind: ClassVar = EventKind.DELIVERY_ANSWERED

    recipient: Logged[str]
    action: Logged[str]
    note: Logged[str | None]
    outcome: Logged[str] = ABSENT
    sender: Logged[str] = ABSENT
    reference: Logged[str] = ABSENT
    content: Logged[str] = ABSENT
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class DeliveryRetried(LogEvent):
    kind: ClassVar = EventKind.DELIVERY_RETRIED

    login: Logged[str]
    recipient: Logged[str]
