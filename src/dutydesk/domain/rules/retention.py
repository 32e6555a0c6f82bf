"""Rules on the end of retention and its renewal."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body
from dutydesk.domain.records.retention import RENEWAL_MONTHS, RETENTION_YEARS
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.values import Day, day_of, months_after, years_after
from dutydesk.language.sentences import sentence


def retention_limit(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """RET-01: the end of retention is given and at most 5 years from receipt."""
    if body.retention_until is None:
        return (Evidence("retention_until", "", sentence("No end of retention is set.")),)
    latest: Day = years_after(day_of(context.received_on), RETENTION_YEARS)
    if day_of(body.retention_until) <= latest:
        return ()
    message = sentence(
        "Retention until {retention_until} is longer than {retention_years} years from receipt.",
        retention_until=body.retention_until,
        retention_years=RETENTION_YEARS,
    )
    return (Evidence("retention_until", str(body.retention_until), message),)


def renewal_due(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """RET-02: retention has not ended and ends more than 6 months from receipt."""
    until = body.retention_until
    if until is None:
        return ()
    if until < context.received_on:
        return (
            Evidence(
                "retention_until", str(until), sentence("Retention ended on {until}, before receipt.", until=until)
            ),
        )
    if day_of(until) > months_after(day_of(context.received_on), RENEWAL_MONTHS):
        return ()
    message = sentence(
        "Retention ends on {until}, within {renewal_months} months: a renewal needs the source's reason now.",
        until=until,
        renewal_months=RENEWAL_MONTHS,
    )
    return (Evidence("retention_until", str(until), message),)
