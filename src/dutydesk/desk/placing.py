"""Putting an item on its way: what the rules find, which route it takes, who gets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dutydesk.desk.beforehand import Beforehand, body_context, identity_in
from dutydesk.desk.ground import Ground
from dutydesk.desk.persons import is_open_on_person, on_file, refused_earlier
from dutydesk.desk.silver_pilot import share_left
from dutydesk.desk.stopping import KEEPS, close_copies, stop_unsent, tell_holders
from dutydesk.desk.voiding import fall
from dutydesk.domain.audience import Verdict, addressees, verdicts
from dutydesk.domain.compliance import Finding, FoundInBody, Severity, examine
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Delivery, Item
from dutydesk.domain.keeping import retention_end
from dutydesk.domain.messages import (
    Body,
    Confidentiality,
    Correction,
    Correspondence,
    Diffusion,
    Kind,
    Message,
    MessageType,
    NoticeRequest,
    Recipients,
    Urgency,
)
from dutydesk.domain.policy import Policy
from dutydesk.domain.routing import HOLDING_RULES, ExtraReview, Route, RoutingFacts, Way, route
from dutydesk.domain.states import DeliveryState, ItemState, Notice, PostReview, SuppressionCause
from dutydesk.domain.subjects import Person, Thing
from dutydesk.store import deliveries, items
from dutydesk.store.deliveries import Fresh
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction

ItemMessage = Diffusion | NoticeRequest | Correction | Correspondence


@dataclass(frozen=True, slots=True)
class Placing:
    """Where one body leads at one commit. ``extra``: why it is held though nothing else holds it."""

    route: Route
    findings: tuple[Finding, ...]
    audience: tuple[Verdict, ...]
    extra: ExtraReview | None = None

    @property
    def state(self) -> ItemState:
        match self.route.way:
            case Way.OUT:
                return ItemState.RELEASED
            case Way.REVIEW:
                return ItemState.HELD
            case Way.BLOCKED:
                return ItemState.BLOCKED


def body_of(message: ItemMessage) -> Body | None:
    """``None`` for ordinary correspondence, whose text the desk does not read."""
    return None if isinstance(message, Correspondence) else message.body


def recipients_of(message: ItemMessage) -> Recipients | None:
    return message.recipients if isinstance(message, Correspondence) else message.body.recipients


def restricted_from(message: ItemMessage) -> frozenset[str]:
    body = body_of(message)
    return frozenset() if body is None else frozenset(body.restricted_from)


def is_confidential(message: ItemMessage) -> bool:
    body = body_of(message)
    return body is not None and body.confidentiality is Confidentiality.CONFIDENTIAL


def cleared_of(ground: Ground, message: ItemMessage) -> frozenset[str] | None:
    """The bureaus that may receive it by its confidentiality; ``None`` for every one."""
    return ground.cleared(confidential=is_confidential(message))


def retention_until(message: ItemMessage, received: datetime) -> datetime:
    """When the body is due to be purged (RPD 49)."""
    body = body_of(message)
    return retention_end(None if body is None else body.retention_until, received)


def kind_of(message: ItemMessage) -> Kind | None:
    body = body_of(message)
    return None if body is None else body.kind


def urgency_of(message: ItemMessage) -> Urgency:
    body = body_of(message)
    return Urgency.ROUTINE if body is None else body.urgency


def title_of(message: Message) -> tuple[str, str | None]:
    """A line for lists, and the name in its own script; a message's text is never shown."""
    match message:
        case Diffusion(body=body) | NoticeRequest(body=body) | Correction(body=body):
            match body.subject:
                case Person(name=name) if name is not None and (name.family or name.given):
                    family = (name.family or "").upper()
                    return ", ".join(part for part in (family, name.given) if part), name.original_script
                case Person(name=name):
                    return "person without a name", name.original_script if name else None
                case Thing() as thing:
                    return thing.title or thing.type.value, None
        case Correspondence():
            return "ordinary message", None
        case _:
            return "", None


def examined(
    handle: Handle,
    ground: Ground,
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
    context = replace(
        body_context(ground, body, type, sender, handle.at, message.envelope.sent_at),
        silver_share_left=share_left(handle, ground.settings, sender, own) if body.kind is Kind.SILVER else None,
        earlier=refused_earlier(handle, ground, sender, now, own.number if own else None),
        on_file=on_file(handle, now),
        addressed=tuple([verdict.recipient for verdict in audience]),
        restricted=frozenset([v.recipient for v in audience if v.cause is SuppressionCause.RESTRICTED]),
        reference_taken=reference_taken,
    )
    if beside_alone:
        return examine(body, context, ground.rules, FoundInBody(context.type, context.received_on, {}))
    return examine(body, context, ground.rules, ahead.found if ahead is not None else None)


def place(
    handle: Handle,
    ground: Ground,
    policy: Policy,
    message: ItemMessage,
    type: MessageType,
    *,
    item: Item | None = None,
    corrects: Item | None = None,
    ahead: Beforehand | None = None,
    unfinished: bool = False,
) -> Placing:
    """``type`` is what the body is examined and routed as: a correction goes as what it corrects.

    ``item`` is the one whose body this is, where it has a number; ``corrects`` the one that a new item corrects.
    ``unfinished``: it corrects what the desk still reviews, and does not go out without a review.
    """
    own = item or corrects
    sender, today = message.envelope.sender, handle.at.date()
    codes = addressees(recipients_of(message), sender, today, ground.directory)
    scopes = policy.scopes(sender, own.root if own else None, restricted_from(message))
    audience = verdicts(codes, scopes, policy, today, ground.directory, cleared_of(ground, message))
    findings = examined(handle, ground, message, type, own=own, audience=audience, ahead=ahead)
    facts = RoutingFacts(
        type=type,
        kind=kind_of(message),
        sender=sender,
        has_audience=any(verdict.deliver for verdict in audience),
        blocking=tuple(dict.fromkeys(f.rule for f in findings if f.severity is Severity.BLOCK)),
        holding=tuple(dict.fromkeys(f.rule for f in findings if f.rule in HOLDING_RULES)),
        hold_on_block=ground.settings.hold_on_block,
    )
    way = route(facts, policy)
    extra = _extra_review(handle, ground, message, unfinished=unfinished) if way.way is Way.OUT else None
    if extra is not None:
        way = route(replace(facts, extra=extra), policy)
    return Placing(way, findings, audience, extra)


def _extra_review(handle: Handle, ground: Ground, message: ItemMessage, *, unfinished: bool) -> ExtraReview | None:
    """Why a message that would go out at once is held first. Correspondence, which nobody reads, never is.

    With samples, a person whom the desk reviews is held again: a register would hold every message on a person, and
    a second message must not show that the first was a sample.
    """
    body = body_of(message)
    if body is None:
        return None
    if unfinished:
        return ExtraReview.UNFINISHED
    one_in = ground.settings.sample_review
    if not one_in:
        return None
    if ground.chosen(one_in):
        return ExtraReview.SAMPLE
    is_open = is_open_on_person(handle, ground, message.envelope.sender, identity_in(body))
    return ExtraReview.IN_REVIEW if is_open else None


def placed(item: Item, placing: Placing, ground: Ground, at: datetime) -> Item:
    """The item with its route and what follows from it."""
    return replace(item, **routed(placing, ground, at))


def routed(placing: Placing, ground: Ground, at: datetime) -> dict[str, Any]:
    """An item's fields that follow from its route."""
    way = placing.route
    return {
        "state": placing.state,
        "level": way.level,
        "measure": way.measure,
        "causes": way.causes,
        "routed_at": at,
        "post_review": PostReview.DUE if way.post_review else None,
        "post_review_due": at + ground.settings.post_review_due if way.post_review else None,
    }


def audience_data(audience: tuple[Verdict, ...]) -> dict[str, Json]:
    """Who is to get it and who is not, as the log keeps it."""
    return {
        "deliver": [verdict.recipient for verdict in audience if verdict.cause is None],
        "suppress": {verdict.recipient: verdict.cause.value for verdict in audience if verdict.cause is not None},
    }


def routing_data(placing: Placing, message: ItemMessage, type: MessageType) -> dict[str, Json]:
    """What a route rested on, as the log keeps it, so that the log alone shows that it was right."""
    recipients = recipients_of(message)
    kind = kind_of(message)
    return {
        "type": type.value,
        "kind": kind.value if kind else None,
        "rules": sorted({finding.rule for finding in placing.findings}),
        "blocking": sorted({finding.rule for finding in placing.findings if finding.severity is Severity.BLOCK}),
        "recipients": list(recipients) if isinstance(recipients, tuple) else "all",
        "restricted_from": sorted(restricted_from(message)),
        "confidential": is_confidential(message),
        **audience_data(placing.audience),
        **({"extra_review": placing.extra.value} if placing.extra is not None else {}),
    }


def first_rows(ground: Ground, policy: Policy, audience: tuple[Verdict, ...], at: datetime) -> list[Fresh]:
    """The rows of a new item that goes out: those that are alike together."""
    due = at + ground.settings.dispatch_delay
    everybody = [verdict.recipient for verdict in audience]
    if policy.offline.isdisjoint(everybody) and all(verdict.cause is None for verdict in audience):
        return [Fresh(DeliveryState.QUEUED, None, False, due, everybody)] if everybody else []
    alike: dict[tuple[SuppressionCause | None, bool], list[str]] = {}
    for verdict in audience:
        waits = verdict.cause is None and verdict.recipient in policy.offline
        alike.setdefault((verdict.cause, waits), []).append(verdict.recipient)
    return [
        Fresh(DeliveryState.QUEUED if cause is None else DeliveryState.SUPPRESSED, cause, waits, due, recipients)
        for (cause, waits), recipients in alike.items()
    ]


def send_out(
    transaction: Transaction, ground: Ground, policy: Policy, item: Item, audience: tuple[Verdict, ...], actor: str
) -> None:
    """Writes one row for each recipient, in the releasing transaction."""
    due = transaction.at + ground.settings.dispatch_delay
    rows = [_row(item, verdict, policy, due) for verdict in audience]
    replaced = deliveries.of_item(transaction, item.number) if item.cycle > 1 else []
    deliveries.put(transaction, item.number, rows, replaced)
    if item.parent is not None:
        supersede(transaction, policy, items.get(transaction, item.parent), item, actor)


def _row(item: Item, verdict: Verdict, policy: Policy, due: datetime) -> Delivery:
    if verdict.cause is not None:
        state, waiting = DeliveryState.SUPPRESSED, False
    else:
        state, waiting = DeliveryState.QUEUED, verdict.recipient in policy.offline
    return Delivery(item.number, verdict.recipient, item.version, item.cycle, state, verdict.cause, waiting, due_at=due)


def supersede(transaction: Transaction, policy: Policy, parent: Item, child: Item, actor: str) -> None:
    """The released correction takes the place of what it corrects; what of that had not left is stopped.

    Whom the owner keeps the correction from, and who holds what it corrects, is told that its access is withdrawn.
    An undecided correction that was itself taken back by this one stands for nothing: what it corrected is superseded.
    """
    while parent.state is ItemState.WITHDRAWN and parent.parent is not None:
        parent = items.get(transaction, parent.parent)
    if parent.state is not ItemState.RELEASED:
        return
    stop_unsent(transaction, parent, SuppressionCause.WITHDRAWN, actor)
    left = fall(transaction, parent, (f"its correction {child.name} was released",), actor)
    over = replace(left, state=ItemState.SUPERSEDED, post_review=None)
    items.save(transaction, parent, over)
    if parent.recall_proposed_by is not None:
        tell_holders(transaction, over, Notice.CAVEAT_LIFTED, f"its correction {child.name} takes its place")
    scopes = policy.scopes(child.sender or "", child.root, child.restricted_from)
    if not scopes.deny_nobody:
        rows = deliveries.of_item(transaction, parent.number)
        copies = [(parent.number, row.recipient) for row in rows if row.state in KEEPS]
        close_copies(transaction, policy, scopes, copies, actor)
    transaction.emit(actor, EventKind.ITEM_SUPERSEDED, parent.name, by=child.name, post_review=due_review(parent))


def due_review(item: Item) -> str | None:
    """Until when the item is to be reviewed after it went out; ``None`` where that is not due."""
    due = item.post_review_due if item.post_review is PostReview.DUE else None
    return due.isoformat() if due is not None else None


def notice_kind(type: MessageType | None) -> Notice:
    """What a delivery of an item is called in the spool."""
    match type:
        case MessageType.NOTICE_REQUEST:
            return Notice.NOTICE
        case MessageType.CORRECTION:
            return Notice.CORRECTION
        case MessageType.MESSAGE:
            return Notice.MESSAGE
        case _:
            return Notice.DIFFUSION
