"""An officer's decision on a held item: release, refuse, ask, escalate, and undo while nothing has left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutydesk.desk.claims import checklist_of, expect, require_claim, require_claimable
from dutydesk.desk.ground import Act, Answer, Ground, required, stamp
from dutydesk.desk.placing import audience_data, recipients_of, restricted_from, send_out
from dutydesk.desk.reading import message_of
from dutydesk.desk.resends import digest_of
from dutydesk.desk.stopping import anything_sent, stop_unsent
from dutydesk.domain.audience import Verdict, addressees, verdicts
from dutydesk.domain.errors import BadCall, Obstacle, Refused
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Item, Review, measure_name
from dutydesk.domain.messages import MessageType
from dutydesk.domain.officers import Right
from dutydesk.domain.policy import Policy
from dutydesk.domain.review import Decision, RefusalCode, release_obstacles
from dutydesk.domain.routing import channel_of
from dutydesk.domain.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.supervision import Level, described
from dutydesk.store import deliveries, items
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Deciding:
    """What an officer decides. ``expected`` is the revision that was read; ``code`` is needed to refuse."""

    decision: Decision
    reason: str
    code: RefusalCode | None = None
    articles: tuple[str, ...] = ()
    expected: int | None = None


def decide(transaction: Transaction, ground: Ground, act: Act, number: int, wanted: Deciding) -> Answer:
    """Raises Conflict if somebody else was first, Refused with every obstacle, NotAllowed, BadCall."""
    reason = required(wanted.reason, "the reason (--reason)")
    if wanted.decision is Decision.REFUSE:
        _refusal_code(wanted)
    item = items.get(transaction, number)
    ground.judge(transaction, act, item)
    require_claimable(transaction, item)
    expect(transaction, item, wanted.expected)
    if wanted.decision is not Decision.ESCALATE:
        require_claim(transaction, item, act.officer)
    if item.state is ItemState.INFORMATION_REQUESTED and wanted.decision is Decision.ASK:
        raise Refused(f"a question is open on {item.name} already; note adds to it")
    match wanted.decision:
        case Decision.RELEASE:
            words = _release(transaction, ground, act, item, reason, wanted)
        case Decision.REFUSE:
            words = _refuse(transaction, act, item, reason, wanted)
        case Decision.ASK:
            words = _ask(transaction, ground, act, item, reason)
        case Decision.ESCALATE:
            words = _escalate(transaction, act, item, reason)
    review = Review(
        act.officer,
        wanted.decision.value,
        reason,
        wanted.code.value if wanted.code else None,
        wanted.articles,
        transaction.at,
        item.cycle,
    )
    items.add_review(transaction, number, review)
    if wanted.decision is not Decision.ESCALATE:
        transaction.count("decisions")
    after = items.get(transaction, number)
    return Answer(after.name, after.state, after.revision, words)


def audience_now(handle: Handle, ground: Ground, item: Item, policy: Policy) -> tuple[Verdict, ...]:
    """Who would get the item if it were released at this commit; ``all`` becomes a fixed list only then."""
    message = message_of(handle, ground, item)
    sender, today = item.sender or "", handle.at.date()
    codes = addressees(recipients_of(message), sender, today, ground.directory)
    scopes = policy.scopes(sender, item.number, restricted_from(message))
    return verdicts(codes, scopes, policy, today, ground.directory)


def _release(transaction: Transaction, ground: Ground, act: Act, item: Item, reason: str, wanted: Deciding) -> str:
    policy = ground.policy(transaction)
    supervised = policy.supervised(item.sender or "", channel_of(item.type or MessageType.DIFFUSION), item.kind)
    if supervised.level is Level.SUSPENDED and supervised.measure is not None:
        raise Refused(f"{item.sender} is suspended under {described(supervised.measure)}; nothing of it is released")
    findings = items.findings_of(transaction, item.number, item.version)
    ticks = items.ticks_of(transaction, item.number, item.version)
    obstacles = release_obstacles(checklist_of(ground, item), ticks, findings)
    if obstacles:
        raise Refused(f"{item.name} can't be released yet: {_summary(obstacles)}", *obstacles)
    audience = audience_now(transaction, ground, item, policy)
    if not any(verdict.deliver for verdict in audience):
        raise Refused(
            f"{item.name} has nobody left to whom it may go",
            *(Obstacle("recipient", f"{verdict.recipient}: {verdict.cause}") for verdict in audience),
        )
    released = replace(
        item,
        state=ItemState.RELEASED,
        claim=None,
        escalated=False,
        information_due=None,
        decided_by=act.officer,
        held_before=True,
    )
    items.save(transaction, item, released)
    transaction.emit(
        act.officer,
        EventKind.ITEM_RELEASED,
        item.name,
        login=act.login,
        reason=reason,
        articles=list(wanted.articles),
        version=item.version,
        cycle=item.cycle,
        level=supervised.level.value,
        measure=measure_name(supervised.measure.number) if supervised.measure else None,
        checks=[point.id for point in checklist_of(ground, item)],
        **audience_data(audience),
    )
    send_out(transaction, ground, policy, released, audience, act.officer)
    count = sum(verdict.deliver for verdict in audience)
    return f"{item.name} is released to {count} recipient{'s' if count != 1 else ''}"


def _summary(obstacles: tuple[Obstacle, ...]) -> str:
    open_ticks = sum(obstacle.what == "tick" for obstacle in obstacles)
    blocking = len(obstacles) - open_ticks
    parts = []
    if open_ticks:
        parts.append(f"{open_ticks} point{'s' if open_ticks != 1 else ''} of the checklist not ticked")
    if blocking:
        parts.append(f"{blocking} blocking finding{'s' if blocking != 1 else ''}")
    return ", ".join(parts)


def _refuse(transaction: Transaction, act: Act, item: Item, reason: str, wanted: Deciding) -> str:
    code = _refusal_code(wanted)
    refused = replace(
        item,
        state=ItemState.REFUSED,
        claim=None,
        escalated=False,
        information_due=None,
        decided_by=act.officer,
        post_review=None,
    )
    items.save(transaction, item, refused)
    _remember(transaction, item)
    transaction.count(f"refusal:{code}")
    transaction.emit(
        act.officer,
        EventKind.ITEM_REFUSED,
        item.name,
        login=act.login,
        reason=reason,
        code=code.value,
        articles=list(wanted.articles),
        version=item.version,
        cycle=item.cycle,
    )
    _tell_sender(transaction, refused, Notice.REFUSED, {"code": code.value, "articles": list(wanted.articles)})
    return f"{item.name} is refused ({code}); {item.sender} is told"


def _remember(transaction: Transaction, item: Item) -> None:
    raw = items.body_of(transaction, item.number, item.version).raw
    if item.sender is not None and raw is not None and item.type is not MessageType.MESSAGE:
        items.remember_refused(transaction, item.sender, digest_of(raw), item.number)


def _refusal_code(wanted: Deciding) -> RefusalCode:
    if wanted.code is None:
        raise BadCall("a refusal needs its code: --code art_2, art_3 or other")
    return wanted.code


def _ask(transaction: Transaction, ground: Ground, act: Act, item: Item, text: str) -> str:
    due = transaction.at + ground.settings.information_due
    asked = replace(item, state=ItemState.INFORMATION_REQUESTED, information_due=due)
    items.save(transaction, item, asked)
    transaction.emit(
        act.officer, EventKind.ITEM_ASKED, item.name, login=act.login, text=text, due=stamp(due), cycle=item.cycle
    )
    _tell_sender(transaction, asked, Notice.INFORMATION_REQUEST, {"text": text, "due": stamp(due)})
    return f"{item.sender} is asked; its answer is due {stamp(due)}"


def _escalate(transaction: Transaction, act: Act, item: Item, reason: str) -> str:
    items.save(transaction, item, replace(item, escalated=True))
    transaction.emit(act.officer, EventKind.ITEM_ESCALATED, item.name, login=act.login, reason=reason)
    return f"{item.name} is in the supervisors' queue"


def _tell_sender(transaction: Transaction, item: Item, notice: Notice, data: dict[str, Json]) -> None:
    if item.sender is not None:
        deliveries.add_notice(transaction, item, item.sender, notice, {"reference": item.reference, **data})


def undo(transaction: Transaction, ground: Ground, act: Act, number: int) -> Answer:
    """Takes an officer's release back while nothing of it has left the desk."""
    item = items.get(transaction, number)
    ground.judge(transaction, act, item)
    if item.state is not ItemState.RELEASED:
        raise Refused(f"{item.name} is {item.state}; only a release can be undone")
    if not item.held_before:
        raise Refused(f"{item.name} went out by its route, not by an officer's release; recall is the way back")
    rows = deliveries.of_item(transaction, number)
    if anything_sent(transaction, item) or any(row.attempts for row in rows):
        raise Refused(f"{item.name} is on its way already; recall is the way back")
    stop_unsent(transaction, item, SuppressionCause.WITHDRAWN, act.officer)
    held = replace(item, state=ItemState.HELD, cycle=item.cycle + 1, decided_by=None)
    items.save(transaction, item, held)
    transaction.emit(
        act.officer, EventKind.ITEM_UNDONE, item.name, login=act.login, cycle=held.cycle, officer=item.decided_by
    )
    after = items.get(transaction, number)
    return Answer(after.name, after.state, after.revision, f"the release of {item.name} is undone; it is held again")


def retry(transaction: Transaction, ground: Ground, act: Act, number: int, recipient: str) -> Answer:
    """Gives a dead delivery its tries back; the rules are read again when it is next handed over."""
    item = items.get(transaction, number)
    ground.officer(transaction, act, Right.RETRY)
    row = deliveries.get(transaction, number, recipient)
    if row.state is not DeliveryState.DEAD:
        raise Refused(f"the delivery of {item.name} to {recipient} is {row.state}; only a dead one is retried")
    queued = replace(row, state=DeliveryState.QUEUED, attempts=0, due_at=transaction.at, error=None)
    deliveries.change(transaction, number, [row], [queued])
    transaction.emit(act.officer, EventKind.DELIVERY_RETRIED, item.name, login=act.login, recipient=recipient)
    after = items.get(transaction, number)
    return Answer(after.name, queued.state, after.revision, f"{recipient} gets {item.name} at the next hand-over")
