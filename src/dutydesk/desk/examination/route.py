"""Routing: findings, route and audience of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import (
    ItemMessage,
    body_of,
    is_confidential,
    kind_of,
    recipients_of,
    restricted_from,
)
from dutydesk.desk.base.routing_memory import Addressing, Audience
from dutydesk.desk.examination.examine import examine_message
from dutydesk.desk.examination.persons import has_open_item_on_person, identity_in_body
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.route import HOLDING_RULES, ExtraReview, Route, RouteOutcome, RoutingFacts
from dutydesk.domain.delivery.states import (
    ItemState,
    PostReview,
)
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.routes import RouteFields
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import (
    MessageType,
)
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import items


@value(frozen=True, slots=True)
class RoutingResult:
    """Route, findings and audience of a message. ``extra_review`` is why it is held where nothing else holds it."""

    route: Route
    findings: tuple[Finding, ...]
    audience: Audience
    extra_review: ExtraReview | None = None

    @property
    def state(self) -> ItemState:
        match self.route.outcome:
            case RouteOutcome.RELEASE:
                return ItemState.RELEASED
            case RouteOutcome.REVIEW:
                return ItemState.HELD
            case RouteOutcome.BLOCKED:
                return ItemState.BLOCKED


def audience_of(
    context: Context, policy: Policy, on: date, sender: str, message: ItemMessage, family: int | None
) -> Audience:
    """Who gets a sender's message if it goes out on that day under that policy.

    ``family`` is the number of the first item of its family; ``None`` for a new item that corrects nothing.
    """
    cleared = context.cleared_bureaus(confidential=is_confidential(message))
    addressing = Addressing(sender, family, recipients_of(message), restricted_from(message), cleared)
    return context.routing.audience(policy, on, context.directory, addressing)


def route_message(
    handle: Handle, context: Context, subject: ExaminedMessage, *, corrects_undecided: bool = False
) -> RoutingResult:
    """Examines a message and chooses its route and audience.

    ``corrects_undecided``: it corrects an item that is still in review, and does not go out without a review.
    """
    message, type, own, policy = subject.message, subject.type, subject.own_item, context.policy(handle)
    sender, today = message.envelope.sender, handle.at.date()
    audience = audience_of(context, policy, today, sender, message, own.root if own else None)
    findings = examine_message(handle, context, subject, audience)
    facts = RoutingFacts(
        type=type,
        kind=kind_of(message),
        sender=sender,
        has_audience=audience.has_recipients,
        blocking=tuple(dict.fromkeys(f.rule for f in findings if f.severity is Severity.BLOCK)),
        holding=tuple(dict.fromkeys(f.rule for f in findings if f.rule in HOLDING_RULES)),
        hold_on_block=context.settings.hold_on_block,
    )
    way = context.routing.route(policy, today, context.directory, facts)
    extra = (
        _extra_review(handle, context, message, corrects_undecided=corrects_undecided)
        if way.outcome is RouteOutcome.RELEASE
        else None
    )
    if extra is not None:
        way = context.routing.route(policy, today, context.directory, replace(facts, extra=extra))
    return RoutingResult(way, findings, audience, extra)


def _extra_review(
    handle: Handle, context: Context, message: ItemMessage, *, corrects_undecided: bool
) -> ExtraReview | None:
    """Why a message that would be released at once is held first. Correspondence, which nobody reads, never is.

    Where the desk draws samples, it also holds messages on a person with an undecided item. A register would hold every
    message on the person, and a second message must not show that the first was only a sample.
    """
    body = body_of(message)
    if body is None:
        return None
    if corrects_undecided:
        return ExtraReview.UNFINISHED
    one_in = context.settings.sample_review
    if not one_in:
        return None
    if context.draw_sample(one_in):
        return ExtraReview.SAMPLE
    is_open = has_open_item_on_person(handle, context, message.envelope.sender, identity_in_body(body))
    return ExtraReview.IN_REVIEW if is_open else None


def apply_route(item: Item, result: RoutingResult, context: Context, at: datetime) -> Item:
    """The item with the fields that follow from its route."""
    return replace(item, **route_fields(result, context, at))


def route_fields(result: RoutingResult, context: Context, at: datetime) -> dict[str, Any]:
    """The fields of an item that follow from its route."""
    way = result.route
    return {
        "state": result.state,
        "level": way.level,
        "measure": way.measure,
        "causes": way.causes,
        "routed_at": at,
        "post_review": PostReview.DUE if way.post_review else None,
        "post_review_due": at + context.settings.post_review_due if way.post_review else None,
    }


def routing_data(
    result: RoutingResult, message: ItemMessage, type: MessageType, review_due: datetime | None
) -> RouteFields:
    """What a route was based on, so that the log alone proves it right."""
    recipients = recipients_of(message)
    kind = kind_of(message)
    return {
        "type": type.value,
        "item_kind": kind.value if kind else None,
        "rules": tuple(sorted({finding.rule for finding in result.findings})),
        "blocking": tuple(sorted({finding.rule for finding in result.findings if finding.severity is Severity.BLOCK})),
        "recipients": recipients if isinstance(recipients, tuple) else "all",
        "restricted_from": tuple(sorted(restricted_from(message))),
        "confidential": is_confidential(message),
        **result.audience.fields,
        "extra_review": result.extra_review.value if result.extra_review is not None else ABSENT,
        "causes": tuple(result.route.causes),
        "review_due": ABSENT if review_due is None else review_due.isoformat(),
        "findings": items.findings_digest(result.findings),
    }


def review_deadline(item: Item) -> str | None:
    """Until when a released item is to be reviewed; ``None`` where no review is due."""
    due = item.post_review_due if item.post_review is PostReview.DUE else None
    return due.isoformat() if due is not None else None


def effective_type(handle: Handle, item: Item) -> MessageType:
    """The type under which an item is examined, routed and sent; for a correction, that of its family's first item."""
    root = item if item.family is None else items.get(handle, item.family)
    return root.type or MessageType.DIFFUSION
