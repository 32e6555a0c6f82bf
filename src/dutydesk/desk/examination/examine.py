"""The findings of the rules on a message's body."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of
from dutydesk.desk.base.routing_memory import NOBODY, Audience
from dutydesk.desk.examination.review_context import ExaminedMessage, review_context
from dutydesk.domain.rules.examination import BodyFindings, Finding, examine
from dutydesk.store.engine.reader import Handle


def examine_message(
    handle: Handle,
    context: Context,
    subject: ExaminedMessage,
    audience: Audience = NOBODY,
    reference_taken: str | None = None,
) -> tuple[Finding, ...]:
    """The findings of all rules. Correspondence, which the desk does not read, has none."""
    body, prepared = body_of(subject.message), subject.prepared
    if body is None:
        return ()
    facts = review_context(handle, context, subject, body, audience, reference_taken)
    return examine(body, facts, context.rules, prepared.body_findings if prepared is not None else None)


def examine_history(handle: Handle, context: Context, subject: ExaminedMessage) -> tuple[Finding, ...]:
    """The findings of those rules alone that compare the body with what the desk holds."""
    body = body_of(subject.message)
    if body is None:
        return ()
    facts = review_context(handle, context, subject, body)
    return examine(body, facts, context.rules, BodyFindings(facts.type, facts.received_on, {}))
