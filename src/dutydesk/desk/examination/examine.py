"""What the rules find in a message's body."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import ItemMessage, body_of
from dutydesk.desk.examination.persons import earlier_refusals, register_matches
from dutydesk.desk.examination.prepare import PreparedMessage, body_context, identity_in_body
from dutydesk.desk.examination.silver_quota import remaining_share
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.messages.message import (
    Kind,
    MessageType,
)
from dutydesk.domain.rules.examination import BodyFindings, Finding, examine
from dutydesk.store.engine.reader import Handle


def examine_message(
    handle: Handle,
    context: Context,
    message: ItemMessage,
    type: MessageType,
    *,
    own_item: Item | None = None,
    audience: tuple[Verdict, ...] = (),
    reference_taken: str | None = None,
    prepared: PreparedMessage | None = None,
    skip_body: bool = False,
) -> tuple[Finding, ...]:
    """What the rules find in a message's body; nothing in correspondence, which the desk does not read.

    ``own`` is the item whose body this is, or that it corrects: it never speaks against itself. ``ahead``: what was
    found in the message before the transaction began. ``beside_alone``: only what the desk holds beside the body.
    """
    body = body_of(message)
    if body is None:
        return ()
    sender = message.envelope.sender
    now = prepared.identity if prepared is not None else identity_in_body(body)
    review_context = replace(
        body_context(context, body, type, sender, handle.at, message.envelope.sent_at),
        silver_share_left=remaining_share(handle, context.settings, sender, own_item)
        if body.kind is Kind.SILVER
        else None,
        earlier=earlier_refusals(handle, context, sender, now, own_item.number if own_item else None),
        on_file=register_matches(handle, now),
        addressed=tuple([verdict.recipient for verdict in audience]),
        restricted=frozenset([v.recipient for v in audience if v.cause is SuppressionCause.RESTRICTED]),
        reference_taken=reference_taken,
    )
    if skip_body:
        return examine(
            body, review_context, context.rules, BodyFindings(review_context.type, review_context.received_on, {})
        )
    return examine(body, review_context, context.rules, prepared.body_findings if prepared is not None else None)
