"""Messages about an earlier one: withdrawals, information, responses, confirmations of recalls, restrictions.

Each names a message of its own bureau, or an item. Another country's item gets the same refusal as one that does not
exist.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.proposal_void import void_proposal
from dutydesk.desk.base.suppression import notify_holders, suppress_unsent
from dutydesk.desk.intake import references
from dutydesk.desk.intake.corrections import build_refusal, current_item, own_item
from dutydesk.desk.supervision.restrictions import OwnerStatement, apply_statement, targets_of
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Delivery, Item, Note, item_number
from dutydesk.domain.delivery.states import (
    HOLDING,
    UNDECIDED_STATES,
    DeliveryState,
    ItemState,
    Notice,
    SuppressionCause,
)
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.items import ItemInformed, ItemWithdrawn, ReferenceFields
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import (
    Check,
    Correction,
    Correspondence,
    Diffusion,
    Information,
    NoticeRequest,
    RecallConfirmation,
    Response,
    Restriction,
    Withdrawal,
)
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, notices, remarks
from dutydesk.wire.decode.outcome import DecodedMessage

#: Items that their recipients were told to give up.
_RECALLED_STATES = frozenset({ItemState.RECALLED, ItemState.CANCELLED})

#: States in which a notice is, or may be, with its recipient.
_NOTICE_SENT_STATES = frozenset({DeliveryState.SENDING, DeliveryState.DELIVERED})

#: States of a delivery to which its recipient may respond.
_RESPONSE_STATES = frozenset(
    {
        DeliveryState.DELIVERED,
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.ACTING,
        DeliveryState.ACTED,
        DeliveryState.DECLINED,
    }
)


@value(frozen=True, slots=True)
class FollowUpResult:
    """The item that was acted on, as it is now; ``None`` for no item, or another bureau's."""

    item: Item | None
    words: str


def apply_follow_up(transaction: Transaction, context: Context, decoded: DecodedMessage, actor: str) -> FollowUpResult:
    """Applies a message that acts on an earlier item. The log keeps the hash of its content.

    Raises Refused, with the path of what is wrong, before anything is written.
    """
    taken, message = references.reference_fields(decoded), decoded.message
    match message:
        case Withdrawal():
            return _withdraw(transaction, message, actor, taken)
        case Information():
            return _add_information(transaction, message, actor, taken)
        case Response():
            return _respond(transaction, message, actor, taken)
        case RecallConfirmation():
            return _confirm_recall(transaction, message, actor, taken)
        case Restriction():
            return _restrict(transaction, context, message, actor, taken)
        case Diffusion() | NoticeRequest() | Correction() | Correspondence() | Check():
            raise TypeError(f"{type(message).__name__} is no act on an item")


def _withdraw(
    transaction: Transaction, message: Withdrawal, actor: str, reference_fields: ReferenceFields
) -> FollowUpResult:
    """Withdraws an item: before its release the item ends, after it those who hold a copy are notified."""
    item = current_item(transaction, own_item(transaction, message.envelope.sender, message.of))
    if item.state in UNDECIDED_STATES:
        state, words = ItemState.WITHDRAWN, f"{item.name} was withdrawn before anything went out"
    elif item.state is ItemState.RELEASED:
        state, words = ItemState.CANCELLED, f"{item.name} is cancelled; those who hold it are told"
    else:
        raise build_refusal(
            RefusedCode.WITHDRAWAL_TOO_LATE, "of", f"{item.name} is {item.state}; {_withdrawal_hint(transaction, item)}"
        )
    left = void_proposal(transaction, item, ("its sender withdrew it",), actor)
    ended = replace(left, state=state, claim=None, information_due=None, post_review=None, escalated=False)
    items.save(transaction, item, ended)
    transaction.emit(
        actor, item.name, ItemWithdrawn(state=state.value, reason=message.reason, cycle=item.cycle, **reference_fields)
    )
    if state is ItemState.CANCELLED:
        suppress_unsent(transaction, ended, SuppressionCause.WITHDRAWN, actor)
        notify_holders(transaction, ended, Notice.WITHDRAWAL, message.reason)
    return FollowUpResult(items.get(transaction, item.number), words)


def _withdrawal_hint(transaction: Transaction, item: Item) -> str:
    """Names the released correction that a sender may withdraw in place of a superseded item."""
    if item.state is ItemState.SUPERSEDED:
        family = items.family(transaction, item.root)
        released = next((member for member in reversed(family) if member.state is ItemState.RELEASED), None)
        if released is not None:
            return sentence("withdraw its correction {reference}", reference=released.reference)
    return sentence("there is nothing to withdraw")


def _find_item(transaction: Transaction, about: str) -> Item | None:
    number = item_number(about)
    return None if number is None else items.find(transaction, number)


def _add_information(
    transaction: Transaction, message: Information, actor: str, reference_fields: ReferenceFields
) -> FollowUpResult:
    item = _find_item(transaction, message.about)
    if item is None or item.sender != message.envelope.sender:
        raise build_refusal(
            RefusedCode.NOT_OWN_ITEM, "about", f"{message.about} is no item of {message.envelope.sender}"
        )
    if item.state not in UNDECIDED_STATES:
        raise build_refusal(
            RefusedCode.NO_OPEN_QUESTION, "about", f"{item.name} is {item.state}; no question of the desk is open on it"
        )
    answered = item
    if item.state is ItemState.INFORMATION_REQUESTED:
        answered = replace(item, state=ItemState.HELD, information_due=None)
    items.save(transaction, item, answered)
    note = Note(f"bureau {message.envelope.sender}", message.text, transaction.at)
    remarks.add_remark(transaction, item.number, note)
    transaction.emit(
        actor, item.name, ItemInformed(state=answered.state.value, text=digest_of(message.text), **reference_fields)
    )
    return FollowUpResult(items.get(transaction, item.number), f"the answer is attached to {item.name}")


def _own_delivery(transaction: Transaction, message: Response | RecallConfirmation) -> tuple[Item, Delivery]:
    """The sender's own delivery. A country that was sent nothing does not learn whether the item exists."""
    sender, item = message.envelope.sender, _find_item(transaction, message.about)
    row = deliveries.of_recipient(transaction, item.number, sender) if item is not None else None
    if item is None or row is None:
        raise build_refusal(
            RefusedCode.NOT_DELIVERED_TO_SENDER, "about", f"{message.about} was not delivered to {sender}"
        )
    return item, row


def _respond(
    transaction: Transaction, message: Response, actor: str, reference_fields: ReferenceFields
) -> FollowUpResult:
    """Records a recipient's response. It decides freely, may decline without a reason, and may change its mind.

    A response on a recalled copy is logged, and does not change the state of the delivery.
    """
    item, row = _own_delivery(transaction, message)
    given_up = row.state in (DeliveryState.RECALL_SENT, DeliveryState.RECALL_CONFIRMED)
    if row.state not in _RESPONSE_STATES and not given_up:
        raise build_refusal(
            RefusedCode.NOT_DELIVERED_TO_SENDER,
            "about",
            f"{message.about} was not delivered to {message.envelope.sender}",
        )
    if not given_up:
        answered = replace(row, state=DeliveryState(message.action.value))
        deliveries.save(transaction, item.number, [row], [answered])
    transaction.emit(
        actor,
        item.name,
        DeliveryAnswered(recipient=row.recipient, action=message.action.value, note=message.note, **reference_fields),
    )
    return FollowUpResult(None, f"{message.envelope.sender} {message.action} {item.name}")


def _confirm_recall(
    transaction: Transaction, message: RecallConfirmation, actor: str, reference_fields: ReferenceFields
) -> FollowUpResult:
    """Records the confirmation of a recall, a withdrawal, or withdrawn access; both kinds may be open on one copy."""
    item, row = _own_delivery(transaction, message)
    recalled = _is_recalled(transaction, item, row) and row.state in HOLDING - {DeliveryState.RECALL_CONFIRMED}
    closed = [
        notice
        for notice in notices.access_notices(transaction, item.number)
        if notice.recipient == row.recipient and notice.state in _NOTICE_SENT_STATES
    ]
    if not recalled and not closed:
        raise build_refusal(
            RefusedCode.NO_RECALL_SENT, "about", f"no recall of {message.about} was sent to {message.envelope.sender}"
        )
    for notice in closed:
        notices.confirm_notice(transaction, notice)
    if recalled:
        confirmed = replace(row, state=DeliveryState.RECALL_CONFIRMED)
        deliveries.save(transaction, item.number, [row], [confirmed])
    transaction.emit(
        actor,
        item.name,
        DeliveryAnswered(
            recipient=row.recipient,
            action="recall_confirmed" if recalled else "access_confirmed",
            outcome=message.outcome.value,
            note=message.note,
            **reference_fields,
        ),
    )
    what = "the recall of" if recalled else "that its access is withdrawn to"
    return FollowUpResult(None, f"{message.envelope.sender} confirmed {what} {item.name}")


def _is_recalled(transaction: Transaction, item: Item, row: Delivery) -> bool:
    """Whether the recipient was told to give its copy up, also because of a later correction or a purge."""
    return item.state in _RECALLED_STATES or any(
        notice.recipient == row.recipient and notice.notice in (Notice.RECALL, Notice.WITHDRAWAL)
        for notice in notices.notices_of(transaction, item.number)
    )


def _restrict(
    transaction: Transaction, context: Context, message: Restriction, actor: str, reference_fields: ReferenceFields
) -> FollowUpResult:
    owner = message.envelope.sender
    item = own_item(transaction, owner, message.of) if message.of is not None else None
    denied, allowed = targets_of(message.deny), targets_of(message.allow)
    stated = OwnerStatement(owner, item, denied, allowed, actor, taken=reference_fields)
    words = apply_statement(transaction, context, stated)
    return FollowUpResult(item, words)
