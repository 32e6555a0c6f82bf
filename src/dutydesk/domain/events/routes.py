"""Events by which a body is examined and an item gets its route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Literal, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


class AudienceFields(TypedDict):
    """Who is to get an item, and who is not, each with the cause."""

    deliver: tuple[str, ...]
    suppress: dict[str, str]


class RouteFields(AudienceFields):
    """What a route rests on; the fields of ``RouteEvent``."""

    type: str
    item_kind: str | None
    rules: tuple[str, ...]
    blocking: tuple[str, ...]
    recipients: tuple[str, ...] | Literal["all"]
    restricted_from: tuple[str, ...]
    confidential: bool
    extra_review: Logged[str]
    causes: tuple[str, ...]
    review_due: Logged[str]
    findings: Logged[str]


@event
class RouteEvent(LogEvent):
    """What a route rests on and where it leads, so that the log alone shows that it is right.

    ``rules`` are those that fire on the body, ``blocking`` those of them that block. ``deliver`` are the recipients of
    the audience, ``suppress`` those kept out, each with the cause. ``level`` and ``measure`` are the sender's.
    ``parent`` is the item that this one corrects, ``family`` the item from which both descend. ``causes`` explain the
    route. ``review_due`` is when a review after release is due, absent without one; ``findings`` the digest of what the
    rules found, absent where that is nothing.
    """

    state: Logged[str] = ABSENT
    level: Logged[str | None] = ABSENT
    measure: Logged[str | None] = ABSENT
    post_review: Logged[str | None] = ABSENT
    retention_until: Logged[str | None] = ABSENT
    family: Logged[str] = ABSENT
    type: Logged[str] = ABSENT
    item_kind: Logged[str | None] = field(default=ABSENT, metadata={"key": "kind"})
    rules: Logged[tuple[str, ...]] = ABSENT
    blocking: Logged[tuple[str, ...]] = ABSENT
    recipients: Logged[tuple[str, ...] | Literal["all"]] = ABSENT
    restricted_from: Logged[tuple[str, ...]] = ABSENT
    confidential: Logged[bool] = ABSENT
    deliver: Logged[tuple[str, ...]] = ABSENT
    suppress: Logged[Mapping[str, str]] = ABSENT
    extra_review: Logged[str] = ABSENT
    causes: Logged[tuple[str, ...]] = ABSENT
    review_due: Logged[str] = ABSENT
    findings: Logged[str] = ABSENT


@event
class ItemRouted(RouteEvent):
    """The first route of an item."""

    kind: ClassVar = EventKind.ITEM_ROUTED

    parent: Logged[str | None] = ABSENT


@event
class VersionEvent(RouteEvent):
    """A new version of an item's body, with the message that brings it and its route.

    ``content`` is the hash of what the message says; ``signature`` and ``unsigned`` are as in ``SignatureFields``.
    """

    version: Logged[int] = ABSENT
    sender: Logged[str] = ABSENT
    reference: Logged[str | None] = ABSENT
    sha256: Logged[str] = ABSENT
    content: Logged[str] = ABSENT
    signature: Logged[Mapping[str, str]] = ABSENT
    unsigned: Logged[bool] = ABSENT


@event
class ItemReread(VersionEvent):
    """Quarantined input is read as a message after all."""

    kind: ClassVar = EventKind.ITEM_REREAD

    login: Logged[str] = ABSENT


class CorrectionNotes(TypedDict, total=False):
    """What is special about a correction; fields of ``ItemCorrected``."""

    owner: str
    denied: tuple[str, ...]
    other_person: str


@event
class ItemCorrected(VersionEvent):
    """A correction: a new version, or the item ``child``.

    ``denied`` are the bureaus from which it, or the item, is now withheld on behalf of ``owner``; absent for none.
    ``other_person`` is the sender of a correction that describes another person than the item.
    """

    kind: ClassVar = EventKind.ITEM_CORRECTED

    child: Logged[str] = ABSENT
    owner: Logged[str] = ABSENT
    denied: Logged[tuple[str, ...]] = ABSENT
    other_person: Logged[str] = ABSENT


@event
class ItemExaminedAgain(LogEvent):
    """``new`` are the rules that fire now and did not before. Without ``login`` the desk examines by itself.

    ``review_due`` is when the review after release is due, absent where it is not released; ``findings`` the digest of
    what the rules found, absent where that is nothing.
    """

    kind: ClassVar = EventKind.ITEM_EXAMINED_AGAIN

    new: Logged[tuple[str, ...]]
    rules: Logged[tuple[str, ...]]
    blocking: Logged[tuple[str, ...]]
    post_review: Logged[str | None]
    login: Logged[str] = ABSENT
    review_due: Logged[str] = ABSENT
    findings: Logged[str] = ABSENT
