"""Apply a release or a refusal. The caller has checked the right to do so."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.letters import letter
from dutydesk.desk.base.message import ItemMessage, message_of
from dutydesk.desk.base.routing_memory import audience_data
from dutydesk.desk.delivery.outbox import queue_deliveries
from dutydesk.desk.examination import route
from dutydesk.desk.examination.recheck import reexamine_others_on_person
from dutydesk.desk.examination.resubmission import text_digest
from dutydesk.desk.review.claims import checklist_of
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.route import HOLDING_RULES, channel_of
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import InvalidRequest, Obstacle, Refused
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.reviews import ItemRefused, ItemReleased, RefusedTextFields, RulingFields
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.four_eyes import Proposal
from dutydesk.domain.review.guards import RefusalCode
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.supervision.measures import Level, measure_words
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, notices


@value(frozen=True, slots=True)
class Ruling:
    """A decision and its reasons.

    ``proposal`` is the first officer's proposal where a second one confirms it. ``demands`` says why two officers were
    required, by the rule table and the settings of that time; empty where one is enough.
    """

    reason: str
    code: RefusalCode | None = None
    articles: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    proposal: Proposal | None = None
    demands: tuple[str, ...] = ()


def current_audience(handle: Handle, context: Context, item: Item, policy: Policy) -> tuple[Verdict, ...]:
    """Return a verdict for each recipient as if the item were released now; a release fixes this list."""
    return audience_of(handle, context, item, message_of(handle, context, item), policy)


def audience_of(
    handle: Handle, context: Context, item: Item, message: ItemMessage, policy: Policy
) -> tuple[Verdict, ...]:
    """The same for another message of the item, such as an earlier version."""
    return route.audience_of(context, policy, handle.at.date(), item.sender or "", message, item.root).verdicts


def current_level(item: Item, policy: Policy) -> SenderLevel:
    """Return the level, and its measure, that the policy sets for the item's sender, channel and kind."""
    return policy.level_for(item.sender or "", channel_of(item.type or MessageType.DIFFUSION), item.kind)


def release(transaction: Transaction, context: Context, actor: Actor, item: Item, ruling: Ruling) -> str:
    """Release the item to its present audience and queue its deliveries; return a sentence on the result.

    Raises Refused for a suspended sender, or where no recipient may receive the item.
    """
    policy = context.policy(transaction)
    supervised = current_level(item, policy)
    if supervised.level is Level.SUSPENDED and supervised.measure is not None:
        raise Refused(
            RefusedCode.SENDER_SUSPENDED,
            sentence(
                "{sender} is suspended under {measure}, so that none of its items can be released; refuse it, or wait "
                "until the measure is lifted",
                sender=item.sender,
                measure=measure_words(supervised.measure),
            ),
        )
    audience = current_audience(transaction, context, item, policy)
    if not any(verdict.deliver for verdict in audience):
        raise Refused(
            RefusedCode.NO_RECIPIENT_LEFT,
            nobody_left(item),
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
            code=ABSENT if ruling.code is None else ruling.code.value,
            **_ruling_data(actor, item, ruling),
            **audience_data(audience),
        ),
    )
    queue_deliveries(transaction, context, policy, released, audience, actor.officer)
    transaction.add_to_counter("decisions")
    count = sum(verdict.deliver for verdict in audience)
    published = (
        sentence("released, published as {notice_number},", notice_number=released.notice_number)
        if released.notice_number
        else sentence("released")
    )
    template = (
        marked("{name} is {published} to {count} recipient")
        if count == 1
        else marked("{name} is {published} to {count} recipients")
    )
    return sentence(template, name=item.name, published=published, count=count)


def nobody_left(item: Item) -> str:
    """Says that the item has no audience, and what can be done."""
    return sentence(
        "no recipient may receive {name}; ask {sender} for other recipients, or refuse it",
        name=item.name,
        sender=item.sender,
    )


def _notice_number(transaction: Transaction, item: Item) -> str | None:
    """Return the number under which a notice is published (RPD 79), or ``None`` for other types.

    A correction keeps the number of the notice that it corrects.
    """
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
    """Refuse the item and notify its sender; return a sentence on the result. Raises InvalidRequest without a code."""
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
    disclosed = disclosed_articles(context.rules, ruling.articles)
    notify_sender(transaction, refused, Notice.REFUSED, {"code": code.value, "articles": list(disclosed)})
    reexamine_others_on_person(transaction, context, refused)
    withheld = [article for article in ruling.articles if article not in disclosed]
    but = (
        sentence(
            ", but not of {withheld}: that would show what the desk holds on the person", withheld=", ".join(withheld)
        )
        if withheld
        else ""
    )
    return sentence(
        "{name} is refused ({code}); {sender} is told{but}", name=item.name, code=code, sender=item.sender, but=but
    )


def disclosed_articles(table: RuleTable, articles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the articles that a sender may be told.

    Articles that name a rule on registers or history, or the article of such rules only, are left out: they would
    disclose what the desk holds on the person.
    """
    other_articles = [rule.article.casefold() for rule in table.rules if rule.id not in HOLDING_RULES]
    holding_rules = [rule for rule in table.rules if rule.id in HOLDING_RULES]
    ids = [rule.id.casefold() for rule in holding_rules]
    own_articles = [article for rule in holding_rules if (article := rule.article.casefold()) not in other_articles]

    def discloses(article: str) -> bool:
        written = article.strip().casefold()
        is_part = any(written in own for own in own_articles) and not any(written in other for other in other_articles)
        return is_part or any(word in written for word in (*ids, *own_articles))

    return tuple(article for article in articles if not discloses(article))


def _ruling_data(actor: Actor, item: Item, ruling: Ruling) -> RulingFields:
    """Return the data of a decision for the log; a confirmed one names the proposer and the digest of its basis."""
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
    """Return the code. Raises InvalidRequest where it is missing."""
    if code is None:
        raise InvalidRequest(
            InvalidRequestCode.REFUSAL_CODE_MISSING, sentence("a refusal needs its code: --code art_2, art_3 or other")
        )
    return code


def _keep_digest(transaction: Transaction, item: Item) -> RefusedTextFields:
    """Store a digest of the refused text, to recognise a resubmission; return its data for the log, empty if none."""
    raw = bodies.verified_bytes(transaction, item)
    if item.sender is not None and raw is not None and item.type is not MessageType.MESSAGE:
        digest = text_digest(raw)
        items.add_refused_text(transaction, item.sender, digest, item.number)
        return {"sender": item.sender, "text_digest": digest}
    return {}


def notify_sender(transaction: Transaction, item: Item, notice: Notice, data: dict[str, Json]) -> None:
    """Queue a notice about the item to its sender, with the sender's reference; nothing where the sender is unknown."""
    if item.sender is not None:
        words = letter(item.sender, {"reference": item.reference, **data})
        notices.add_notice(transaction, item, item.sender, notice, words)
