"""Explain an item's route and audience at a past time, from the log alone; later changes do not count."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.context import Context, format_utc
from dutydesk.desk.base.rows import RouteExplanation, VerdictRow
from dutydesk.desk.base.settings_log import PastSettings, past_settings
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.audience import addressees, verdict
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.route import HOLDING_RULES, RoutingFacts, route
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.event import IncompleteEvent, LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.facts import parse_event
from dutydesk.domain.proof.past_item import PastItem, past_item
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.supervision.policy import Policy
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.tables import past as store_past


def explain_past_route(handle: Handle, context: Context, item: Item, at: datetime) -> RouteExplanation:
    """Return the route that the item's body of that time had under the rules of that time.

    The rules are the measures, restrictions, clearances, membership and network of ``at``. Raises Refused for a time
    before the item was received, or where the log lacks the data.
    """
    if at < item.received_at:
        raise Refused(
            RefusedCode.BEFORE_RECEIPT,
            sentence(
                "{name} was received at {received_at}; before that it had no route",
                name=item.name,
                received_at=format_utc(item.received_at),
            ),
        )
    past = _state_at(handle, item, at)
    if past.body is None:
        return RouteExplanation(item.name, None, None, item.causes, (), at, past.state)
    policy, then = context.policies.as_of(handle, at), past_settings(handle, at)
    recipients = _recipients(context, item, past, past.body, policy, then, at)
    has_audience = past.audience is not None or any(row.verdict == "deliver" for row in recipients)
    past_route = route(_routing_facts(item, past.body, then, has_audience=has_audience), policy)
    measure = measure_name(past_route.measure) if past_route.measure is not None else None
    return RouteExplanation(item.name, past_route.level, measure, past_route.causes, recipients, at, past.state)


def _state_at(handle: Handle, item: Item, at: datetime) -> PastItem:
    try:
        return past_item(_facts_until(handle, item, at))
    except IncompleteEvent as incomplete:
        raise Refused(
            RefusedCode.LOG_INCOMPLETE,
            sentence(
                "the log does not show the state of {name} at {at}: {words}",
                name=item.name,
                at=format_utc(at),
                words=incomplete.words,
            ),
        ) from incomplete


def _facts_until(handle: Handle, item: Item, at: datetime) -> list[Fact[LogEvent]]:
    events = store_past.events_until(handle, item.name, at)
    return [
        parse_event(LogLine(e.seq, to_us(e.at), e.actor, e.kind, e.subject, e.data, e.previous, e.hash)) for e in events
    ]


def _recipients(
    context: Context, item: Item, past: PastItem, body: ReplayedItem, policy: Policy, then: PastSettings, at: datetime
) -> tuple[VerdictRow, ...]:
    """Return a verdict for each recipient: those of the release, or before one, those addressed on that date."""
    sender, directory = item.sender or "", context.directory
    if past.audience is None:
        address: Recipients = Everyone() if body.recipients is None else body.recipients
        causes: dict[str, str | None] = dict.fromkeys(addressees(address, sender, at.date(), directory))
    else:
        causes = dict(sorted(past.audience.items()))
    scopes = policy.scopes(sender, item.root, body.restricted_from)
    confidential = item.confidential if past.confidential is None else past.confidential
    cleared = then.cleared if confidential else None
    rows = []
    for recipient, logged_cause in causes.items():
        cause = logged_cause or verdict(recipient, scopes, policy, at.date(), directory, cleared).cause
        holds = recipient in past.holders
        waiting = "offline" if cause is None and not holds and recipient in policy.offline else None
        rows.append(VerdictRow(recipient, "deliver" if cause is None else "suppress", cause, waiting, holds))
    return tuple(rows)


def _routing_facts(item: Item, body: ReplayedItem, then: PastSettings, *, has_audience: bool) -> RoutingFacts:
    return RoutingFacts(
        type=body.type,
        kind=body.kind,
        sender=item.sender or "",
        has_audience=has_audience,
        blocking=tuple(sorted(body.blocking)),
        holding=tuple(sorted(body.rules & HOLDING_RULES)),
        hold_on_block=then.hold_on_block,
        extra=body.extra,
    )
