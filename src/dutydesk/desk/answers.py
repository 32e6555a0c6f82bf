"""What a bureau sends about an earlier message: corrections, withdrawals, information, responses, restrictions.

Each names its own message or item. What it may not know of, another country's item, is answered like one that does
not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dutydesk.desk import references
from dutydesk.desk.ground import Ground
from dutydesk.desk.opening import goes_as, new_item
from dutydesk.desk.persons import remember_person
from dutydesk.desk.placing import (
    body_of,
    is_confidential,
    place,
    placed,
    restricted_from,
    retention_until,
    routing_data,
    title_of,
    urgency_of,
)
from dutydesk.desk.restrict import state_restrictions
from dutydesk.desk.stopping import stop_unsent, tell_holders
from dutydesk.desk.voiding import fall
from dutydesk.domain.errors import Obstacle, Refused
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Delivery, Item, Note, item_number, measure_name
from dutydesk.domain.messages import (
    Check,
    Correction,
    Correspondence,
    Diffusion,
    Information,
    Message,
    MessageType,
    NoticeRequest,
    RecallConfirmation,
    Response,
    Restriction,
    Withdrawal,
)
from dutydesk.domain.routing import Way
from dutydesk.domain.states import (
    HOLDING,
    UNDECIDED_STATES,
    DeliveryState,
    ItemState,
    Notice,
    SuppressionCause,
)
from dutydesk.store import deliveries, items, own_lines, remarks
from dutydesk.store.items import StoredBody
from dutydesk.store.transaction import Transaction
from dutydesk.wire.outcome import Decoded

#: Items that their recipients were told to give up.
_TAKEN_BACK = frozenset({ItemState.RECALLED, ItemState.CANCELLED})

#: A notice in one of these is, or may be, in its recipient's hands.
_ON_ITS_WAY = frozenset({DeliveryState.SENDING, DeliveryState.DELIVERED})

#: States of a delivery from which its recipient may say what it decided.
_ANSWERABLE = frozenset(
    {
        DeliveryState.DELIVERED,
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.ACTING,
        DeliveryState.ACTED,
        DeliveryState.DECLINED,
    }
)


@dataclass(frozen=True, slots=True)
class Acted:
    """The item that was acted on, as it is now; ``None`` for an act on none."""

    item: Item | None
    words: str


def act(transaction: Transaction, ground: Ground, message: Message, actor: str, content: str) -> Acted:
    """``content`` is the message's content hash, which the log keeps.

    Raises Refused, with the path of what is wrong, before anything is written.
    """
    taken = references.named(message, content)
    match message:
        case Withdrawal():
            return _withdraw(transaction, message, actor, taken)
        case Information():
            return _inform(transaction, message, actor, taken)
        case Response():
            return _respond(transaction, message, actor, taken)
        case RecallConfirmation():
            return _confirm_recall(transaction, message, actor, taken)
        case Restriction():
            return _restrict(transaction, ground, message, actor, taken)
        case Diffusion() | NoticeRequest() | Correction() | Correspondence() | Check():
            raise TypeError(f"{type(message).__name__} is no act on an item")


def _refused(path: str, words: str) -> Refused:
    return Refused(words, Obstacle(path, words))


def _own(transaction: Transaction, sender: str, reference: str) -> Item:
    """The sender's own item behind one of its references."""
    number = references.item_behind(transaction, sender, reference)
    if number is None:
        raise _refused("of", f"no earlier item of {sender} has the reference {reference}")
    return items.get(transaction, number)


def correct(
    transaction: Transaction, ground: Ground, raw: bytes, reading: Decoded, message: Correction, actor: str
) -> Item:
    """A new version of an item on which nothing is decided; a child of one that was released."""
    item = _own(transaction, message.envelope.sender, message.of)
    wants_recipients = goes_as(transaction, item) is not MessageType.NOTICE_REQUEST
    if wants_recipients and message.body.recipients is None:
        raise _refused("recipients", f"is missing: {item.name} is no notice request")
    if not wants_recipients and message.body.recipients is not None:
        raise _refused("recipients", f"has no place here: {item.name} is a notice request, and goes to all members")
    if item.type is MessageType.MESSAGE:
        raise _refused("of", f"{item.name} is ordinary correspondence; send a new message instead")
    if item.state in UNDECIDED_STATES:
        return _new_version(transaction, ground, raw, reading, message, item, actor)
    if item.state is ItemState.RELEASED:
        child = new_item(transaction, ground, raw, reading, message, actor, parent=item)
        transaction.emit(actor, EventKind.ITEM_CORRECTED, item.name, child=child.name)
        return child
    raise _refused("of", f"{item.name} is {item.state}; a correction comes too late, send a new message")


def _new_version(
    transaction: Transaction,
    ground: Ground,
    raw: bytes,
    reading: Decoded,
    message: Correction,
    item: Item,
    actor: str,
) -> Item:
    """Ticks fall with the old version, because they belong to a body; what is held stays held."""
    at, policy = transaction.at, ground.policy(transaction)
    goes = goes_as(transaction, item)
    placing = place(transaction, ground, policy, message, goes, item=item)
    title, original_script = title_of(message)
    body = body_of(message)
    left = fall(transaction, item, ("its sender corrected it",), actor)
    corrected = replace(
        placed(left, placing, ground, at),
        version=item.version + 1,
        kind=body.kind if body else None,
        urgency=urgency_of(message),
        title=title,
        original_script=original_script,
        restricted_from=restricted_from(message),
        confidential=is_confidential(message),
        information_due=None,
        offered_kind=None,
        retention_until=retention_until(message, at),
        retention_asked=False,
    )
    if placing.route.way is Way.OUT:
        causes = (*placing.route.causes, "was held before, and finishes its review")
        corrected = replace(corrected, state=ItemState.HELD, causes=causes, post_review=None, post_review_due=None)
    items.save(transaction, item, corrected)
    items.add_body(
        transaction,
        StoredBody(item.number, corrected.version, at, reading.sha256, placing.findings, (), raw),
    )
    remember_person(transaction, corrected, body)
    transaction.emit(
        actor,
        EventKind.ITEM_CORRECTED,
        item.name,
        version=corrected.version,
        sender=message.envelope.sender,
        reference=message.envelope.reference,
        retention_until=corrected.retention_until.isoformat() if corrected.retention_until else None,
        sha256=reading.sha256,
        state=corrected.state.value,
        level=corrected.level,
        measure=measure_name(corrected.measure) if corrected.measure else None,
        **routing_data(placing, message, goes),
    )
    return items.get(transaction, item.number)


def _withdraw(transaction: Transaction, message: Withdrawal, actor: str, taken: Mapping[str, Json]) -> Acted:
    """The first commit wins: before a release it ends the item, after it cancels what has gone out."""
    item = _own(transaction, message.envelope.sender, message.of)
    if item.state in UNDECIDED_STATES:
        state, words = ItemState.WITHDRAWN, f"{item.name} was withdrawn before anything went out"
    elif item.state is ItemState.RELEASED:
        state, words = ItemState.CANCELLED, f"{item.name} is cancelled; those who hold it are told"
    else:
        raise _refused("of", f"{item.name} is {item.state}; {_instead(transaction, item)}")
    left = fall(transaction, item, ("its sender withdrew it",), actor)
    ended = replace(left, state=state, claim=None, information_due=None, post_review=None, escalated=False)
    items.save(transaction, item, ended)
    transaction.emit(
        actor, EventKind.ITEM_WITHDRAWN, item.name, state=state.value, reason=message.reason, cycle=item.cycle, **taken
    )
    if state is ItemState.CANCELLED:
        stop_unsent(transaction, ended, SuppressionCause.WITHDRAWN, actor)
        tell_holders(transaction, ended, Notice.WITHDRAWAL, message.reason)
    return Acted(items.get(transaction, item.number), words)


def _instead(transaction: Transaction, item: Item) -> str:
    """What a sender may withdraw in place of something that is over: the correction that took its place."""
    child = next((child for child in items.children(transaction, item.number)), None)
    if item.state is ItemState.SUPERSEDED and child is not None:
        return f"withdraw its correction {child.reference}"
    return "there is nothing to withdraw"


def _about(transaction: Transaction, about: str) -> Item | None:
    number = item_number(about)
    return None if number is None else items.find(transaction, number)


def _inform(transaction: Transaction, message: Information, actor: str, taken: Mapping[str, Json]) -> Acted:
    item = _about(transaction, message.about)
    if item is None or item.sender != message.envelope.sender:
        raise _refused("about", f"{message.about} is no item of {message.envelope.sender}")
    if item.state not in UNDECIDED_STATES:
        raise _refused("about", f"{item.name} is {item.state}; no question of the desk is open on it")
    answered = item
    if item.state is ItemState.INFORMATION_REQUESTED:
        answered = replace(item, state=ItemState.HELD, information_due=None)
    items.save(transaction, item, answered)
    note = Note(f"bureau {message.envelope.sender}", message.text, transaction.at)
    remarks.add_remark(transaction, item.number, note)
    transaction.emit(
        actor,
        EventKind.ITEM_INFORMED,
        item.name,
        state=answered.state.value,
        **taken,
    )
    return Acted(items.get(transaction, item.number), f"the answer is attached to {item.name}")


def _delivery_to(transaction: Transaction, message: Response | RecallConfirmation) -> tuple[Item, Delivery]:
    """The sender's own delivery. A country that was sent nothing does not learn whether the item exists."""
    sender, item = message.envelope.sender, _about(transaction, message.about)
    row = deliveries.of_recipient(transaction, item.number, sender) if item is not None else None
    if item is None or row is None:
        raise _refused("about", f"{message.about} was not delivered to {sender}")
    return item, row


def _respond(transaction: Transaction, message: Response, actor: str, taken: Mapping[str, Json]) -> Acted:
    """The recipient decides freely, may decline without a reason, and may change its mind.

    What it says of a copy that it was told to give up is kept in the log, and does not undo the telling.
    """
    item, row = _delivery_to(transaction, message)
    given_up = row.state in (DeliveryState.RECALL_SENT, DeliveryState.RECALL_CONFIRMED)
    if row.state not in _ANSWERABLE and not given_up:
        raise _refused("about", f"{message.about} was not delivered to {message.envelope.sender}")
    if not given_up:
        answered = replace(row, state=DeliveryState(message.action.value))
        deliveries.change(transaction, item.number, [row], [answered])
    transaction.emit(
        actor,
        EventKind.DELIVERY_ANSWERED,
        item.name,
        recipient=row.recipient,
        action=message.action.value,
        note=message.note,
        **taken,
    )
    return Acted(None, f"{message.envelope.sender} {message.action} {item.name}")


def _confirm_recall(
    transaction: Transaction, message: RecallConfirmation, actor: str, taken: Mapping[str, Json]
) -> Acted:
    """Of a recall or a withdrawal, and of access that the owner withdrew: both may be open on one copy."""
    item, row = _delivery_to(transaction, message)
    recalled = item.state in _TAKEN_BACK and row.state in HOLDING - {DeliveryState.RECALL_CONFIRMED}
    closed = [
        notice
        for notice in own_lines.access_notices(transaction, item.number)
        if notice.recipient == row.recipient and notice.state in _ON_ITS_WAY
    ]
    if not recalled and not closed:
        raise _refused("about", f"no recall of {message.about} was sent to {message.envelope.sender}")
    for notice in closed:
        own_lines.confirm_notice(transaction, notice)
    if recalled:
        confirmed = replace(row, state=DeliveryState.RECALL_CONFIRMED)
        deliveries.change(transaction, item.number, [row], [confirmed])
    transaction.emit(
        actor,
        EventKind.DELIVERY_ANSWERED,
        item.name,
        recipient=row.recipient,
        action="recall_confirmed" if recalled else "access_confirmed",
        outcome=message.outcome.value,
        note=message.note,
        **taken,
    )
    what = "the recall of" if recalled else "that its access is withdrawn to"
    return Acted(None, f"{message.envelope.sender} confirmed {what} {item.name}")


def _restrict(
    transaction: Transaction, ground: Ground, message: Restriction, actor: str, taken: Mapping[str, Json]
) -> Acted:
    owner = message.envelope.sender
    item = _own(transaction, owner, message.of) if message.of is not None else None
    words = state_restrictions(transaction, ground, owner, item, message.deny, message.allow, actor, taken)
    return Acted(item, words)
