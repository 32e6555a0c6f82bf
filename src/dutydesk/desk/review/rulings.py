"""What ends a review: a release to a fixed audience, or a refusal that its sender is told. Who may is asked before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.message import message_of, recipients_of, restricted_from
from dutydesk.desk.delivery.outbox import queue_deliveries
from dutydesk.desk.examination.recheck import reexamine_others_on_person
from dutydesk.desk.examination.resubmission import text_digest
from dutydesk.desk.examination.route import audience_data, cleared_bureaus_for
from dutydesk.desk.review.claims import checklist_of
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.audience import Verdict, addressees, verdicts
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.route import HOLDING_RULES, channel_of
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import InvalidRequest, Obstacle, Refused
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.reviews import ItemRefused, ItemReleased, RefusedTextFields, RulingFields
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.four_eyes import Proposal
from dutydesk.domain.review.guards import RefusalCode
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.supervision.measures import Level, measure_words
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, notices


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided and why. ``proposal`` is the first officer's half where a second one confirms.

    ``demands``: why two persons are needed, by the table and the settings of that moment; empty where one is enough.
    """

    reason: str
    code: RefusalCode | None = None
    articles: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    proposal: Proposal | None = None
    demands: tuple[str, ...] = ()


def current_audience(handle: Handle, context: Context, item: Item, policy: Policy) -> tuple[Verdict, ...]:
    """Who would get the item if it were released at this commit; ``all`` becomes a fixed list only then."""
    message = message_of(handle, context, item)
    sender, today = item.sender or "", handle.at.date()
    codes = addressees(recipients_of(message), sender, today, context.directory)
    scopes = policy.scopes(sender, item.root, restricted_from(message))
    return verdicts(codes, scopes, policy, today, context.directory, cleared_bureaus_for(context, message))


def current_level(item: Item, policy: Policy) -> SenderLevel:
    return policy.level_for(item.sender or "", channel_of(item.type or MessageType.DIFFUSION), item.kind)


def release(transaction: Transaction, context: Context, actor: Actor, item: Item, ruling: Ruling) -> str:
    """Raises Refused for a suspended sender, or where nobody is left to whom it may go."""
    policy = context.policy(transaction)
    supervised = current_level(item, policy)
    if supervised.level is Level.SUSPENDED and supervised.measure is not None:
        raise Refused(
            RefusedCode.SENDER_SUSPENDED,
            f"{item.sender} is suspended under {measure_words(supervised.measure)}; nothing of it is released",
        )
    audience = current_audience(transaction, context, item, policy)
    if not any(verdict.deliver for verdict in audience):
        raise Refused(
            RefusedCode.NO_RECIPIENT_LEFT,
            f"{item.name} has nobody left to whom it may go",
            *(Obstacle("recipient", f"{verdict.recipient}: {verdict.cause}") for verdict in audience),
        )
    released = replace(
        item,
        state=ItemState.RELEASED,
        claim=None,
        escalated=False,
        information_due=None,
        offered_kind=None,
        decided_by=actor.officer,
        proposed_by=None,
        held_before=True,
        notice_number=_notice_number(transaction, item),
    )
    items.save(transaction, item, released)
    transaction.emit(
        actor.officer,
        item.name,
        ItemReleased(
            level=supervised.level.value,
            measure=measure_name(supervised.measure.number) if supervised.measure else None,
            notice_number=released.notice_number,
            checks=tuple(point.id for point in checklist_of(context, item)),
            **_ruling_data(actor, item, ruling),
            **audience_data(audience),
        ),
    )
    queue_deliveries(transaction, context, policy, released, audience, actor.officer)
    transaction.add_to_counter("decisions")
    count = sum(verdict.deliver for verdict in audience)
    published = f"released, published as {released.notice_number}," if released.notice_number else "released"
    return f"{item.name} is {published} to {count} recipient{'s' if count != 1 else ''}"


def _notice_number(transaction: Transaction, item: Item) -> str | None:
    """A notice request that is found in order is published under a number; its correction bears the same (RPD 79)."""
    known = item
    while known.notice_number is None and known.parent is not None:
        known = items.get(transaction, known.parent)
    if known.notice_number is not None:
        return known.notice_number
    if item.type is not MessageType.NOTICE_REQUEST:
        return None
    transaction.run("desk_next_notice")
    return f"N-{transaction.at:%Y}/{transaction.value('desk_notices'):05d}"


def refuse(transaction: Transaction, context: Context, actor: Actor, item: Item, ruling: Ruling) -> str:
    code = require_refusal_code(ruling.code)
    refused = replace(
        item,
        state=ItemState.REFUSED,
        claim=None,
        escalated=False,
        information_due=None,
        offered_kind=None,
        decided_by=actor.officer,
        proposed_by=None,
        post_review=None,
    )
    items.save(transaction, item, refused)
    text = _keep_digest(transaction, item)
    transaction.add_to_counter(f"refusal:{code}")
    transaction.add_to_counter("decisions")
    ruled = _ruling_data(actor, item, ruling)
    transaction.emit(actor.officer, item.name, ItemRefused(code=code.value, **text, **ruled))
    told = disclosed_articles(context.rules, ruling.articles)
    notify_sender(transaction, refused, Notice.REFUSED, {"code": code.value, "articles": list(told)})
    reexamine_others_on_person(transaction, context, refused)
    kept = [article for article in ruling.articles if article not in told]
    but = f", but not of {', '.join(kept)}: that would tell what the desk holds on the person" if kept else ""
    return f"{item.name} is refused ({code}); {item.sender} is told{but}"


def disclosed_articles(table: RuleTable, articles: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that name a rule on registers or history, or an article on which only such rules rest."""
    other = [rule.article.casefold() for rule in table.rules if rule.id not in HOLDING_RULES]
    untold = [rule for rule in table.rules if rule.id in HOLDING_RULES]
    ids = [rule.id.casefold() for rule in untold]
    own = [article for rule in untold if (article := rule.article.casefold()) not in other]

    def tells(article: str) -> bool:
        written = article.strip().casefold()
        part = any(written in whole for whole in own) and not any(written in whole for whole in other)
        return part or any(mark in written for mark in (*ids, *own))

    return tuple(article for article in articles if not tells(article))


def _ruling_data(actor: Actor, item: Item, ruling: Ruling) -> RulingFields:
    """What the log keeps of a decision; a second person's names the first and what that one saw."""
    proposal = ruling.proposal
    return {
        "login": actor.login,
        "reason": ruling.reason,
        "articles": tuple(ruling.articles),
        "overrides": tuple(ruling.overrides),
        "version": item.version,
        "cycle": item.cycle,
        "demands": tuple(ruling.demands),
        "proposed_by": ABSENT if proposal is None else proposal.officer,
        "digest": ABSENT if proposal is None else proposal.seen.digest,
    }


def require_refusal_code(code: RefusalCode | None) -> RefusalCode:
    if code is None:
        raise InvalidRequest(
            InvalidRequestCode.REFUSAL_CODE_MISSING, "a refusal needs its code: --code art_2, art_3 or other"
        )
    return code


def _keep_digest(transaction: Transaction, item: Item) -> RefusedTextFields:
    """Keeps the refused text as a digest; returns what the log keeps of it."""
    raw = bodies.verified_bytes(transaction, item)
    if item.sender is not None and raw is not None and item.type is not MessageType.MESSAGE:
        digest = text_digest(raw)
        items.add_refused_text(transaction, item.sender, digest, item.number)
        return {"sender": item.sender, "text_digest": digest}
    return {}


def notify_sender(transaction: Transaction, item: Item, notice: Notice, data: dict[str, Json]) -> None:
    if item.sender is not None:
        notices.add_notice(transaction, item, item.sender, notice, {"reference": item.reference, **data})
