"""Events of restrictions on the data of an owner, on all of it or on one item and its family (RPD 58)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class RestrictionStated(LogEvent):
    """By the owner's message, which has a ``reference``, by one officer, or by two: then ``confirms`` is the first."""

    kind: ClassVar = EventKind.RESTRICTION_STATED

    owner: Logged[str]
    item: Logged[str | None]
    deny: Logged[tuple[str, ...]]
    allow: Logged[tuple[str, ...]]
    login: Logged[str] = ABSENT
    restriction: Logged[str] = ABSENT
    confirms: Logged[str] = ABSENT
    sender: Logged[str] = ABSENT
    reference: Logged[str] = ABSENT
    content: Logged[str] = ABSENT
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class RestrictionProposed(LogEvent):
    kind: ClassVar = EventKind.RESTRICTION_PROPOSED

    login: Logged[str]
    restriction: Logged[str]
    owner: Logged[str]
    item: Logged[str | None]
    allow: Logged[tuple[str, ...]]


@event
class RestrictionDissented(LogEvent):
    """``own``: its proposer takes it back."""

    kind: ClassVar = EventKind.RESTRICTION_DISSENTED

    restriction: Logged[str]
    owner: Logged[str]
    item: Logged[str | None]
    login: Logged[str]
    proposer: Logged[str]
    own: Logged[bool]
    reason: Logged[str]


@event
class RestrictionVoid(LogEvent):
    kind: ClassVar = EventKind.RESTRICTION_VOID

    restriction: Logged[str]
    owner: Logged[str]
    item: Logged[str | None]
    proposer: Logged[str]
    differences: Logged[tuple[str, ...]]
