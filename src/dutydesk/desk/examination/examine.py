"""What the rules find in a message's body."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import ItemMessage, body_of
from dutydesk.desk.examination.persons import on_file, refused_earlier
from dutydesk.desk.examination.prepare import Beforehand, body_context, identity_in
from dutydesk.desk.examination.silver_quota import share_left
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.messages.message import (
    Kind,
    MessageType,
)
from dutydesk.domain.rules.examination import Finding, FoundInBody, examine
from dutydesk.store.engine.reader import Handle


def examined(
    handle: Handle,
    context: Context,
    message: ItemMessage,
    type: MessageType,
    *,
    own: Item | None = None,
    audience: tuple[Verdict, ...] = (),
    reference_taken: str | None = None,
    ahead: Beforehand | None = None,
    beside_alone: bool = False,
) -> tuple[Finding, ...]:
    """What the rules find in a message's body; nothing in correspondence, which the desk does not read.

    ``own`` is the item whose body this is, or that it corrects: it never speaks against itself. ``ahead``: what was
    found in the message before the transaction began. ``beside_alone``: only what the desk holds beside the body.
    """
    body = body_of(message)
    if body is None:
        return ()
    sender = message.envelope.sender
    now = ahead.identity if ahead is not None else identity_in(body)
    review_context = replace(
        body_context(context, body, type, sender, handle.at, message.envelope.sent_at),
        silver_share_left=share_left(handle, context.settings, sender, own) if body.kind is Kind.SILVER else None,
        earlier=refused_earlier(handle, context, sender, now, own.number if own else None),
        on_file=on_file(handle, now),
        addressed=tuple([verdict.recipient for verdict in audience]),
        restricted=frozenset([v.recipient for v in audience if v.cause is SuppressionCause.RESTRICTED]),
        reference_taken=reference_taken,
    )
    if beside_alone:
        return examine(
            body, review_context, context.rules, FoundInBody(review_context.type, review_context.received_on, {})
        )
    return examine(body, review_context, context.rules, ahead.found if ahead is not None else None)
