"""Decide on a held item: release, refuse, ask or escalate. A decision that takes two officers is proposed."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.bodies import NOT_RELEASED, require_sound, trusted_findings
from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.examination.route import effective_type
from dutydesk.desk.review.claims import checklist_of, last_changes, require_claim, require_claimable, require_revision
from dutydesk.desk.review.propose import propose, review_basis
from dutydesk.desk.review.rulings import Ruling, nobody_left, notify_sender, refuse, release, require_refusal_code
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item, Review
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import Conflict, InvalidRequest, Obstacle, Refused
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.reviews import ItemAsked, ItemEscalated
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.four_eyes import ProposedDecision, four_eyes_reasons
from dutydesk.domain.review.guards import Decision, RefusalCode, blocking_rules, release_obstacles
from dutydesk.domain.review.officers import Right
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import joined, sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, proposals, remarks


@value(frozen=True, slots=True)
class Deciding:
    """An officer's decision.

    ``expected`` is the revision that the officer read. ``code`` is required to refuse. ``overrides`` are the rules
    whose blocking findings a supervisor overrides. ``kind`` is the kind under which a notice request is to be
    published, or is offered to its sender, where it differs from the kind requested.
    """

    decision: Decision
    reason: str
    code: RefusalCode | None = None
    articles: tuple[str, ...] = ()
    expected: int | None = None
    overrides: tuple[str, ...] = ()
    kind: Kind | None = None


def decide(transaction: Transaction, context: Context, actor: Actor, number: int, wanted: Deciding) -> CommandResult:
    """Apply an officer's decision to an item, or propose it where it takes two officers.

    Raises Conflict where another officer was first, Refused with every obstacle, BodyChanged, NotAllowed, NotFound,
    InvalidRequest.
    """
    item = context.item_to_review(transaction, actor, number, Right.OVERRIDE if wanted.overrides else Right.REVIEW)
    reason = require_text(wanted.reason, sentence("a reason"))
    if wanted.decision is Decision.REFUSE:
        require_refusal_code(wanted.code)
    require_claimable(transaction, item)
    _refuse_proposed(transaction, item)
    require_revision(transaction, item, wanted.expected)
    if wanted.decision is not Decision.ESCALATE:
        require_claim(transaction, item, actor.officer)
    match wanted.decision:
        case Decision.RELEASE | Decision.REFUSE:
            words = _apply_decision(transaction, context, actor, item, reason, wanted)
        case Decision.ASK:
            words = _ask(transaction, context, actor, item, reason, wanted)
            transaction.add_to_counter("decisions")
        case Decision.ESCALATE:
            words = _escalate(transaction, actor, item, reason, wanted)
    review = Review(
        actor.officer,
        wanted.decision.value,
        reason,
        wanted.code.value if wanted.code else None,
        wanted.articles,
        transaction.at,
        item.cycle,
    )
    remarks.add_review(transaction, number, review)
    after = items.get(transaction, number)
    return CommandResult(after.name, after.state, after.revision, words)


def _refuse_proposed(handle: Handle, item: Item) -> None:
    proposal = proposals.of_item(handle, item.number)
    if proposal is not None:
        raise Conflict(
            ConflictCode.ALREADY_PROPOSED,
            sentence(
                "{officer} proposed to {what} {name} at {at}; confirm it or dissent",
                officer=proposal.officer,
                what=proposal.what,
                name=item.name,
                at=format_utc(proposal.at),
            ),
            *last_changes(handle, item),
        )


def _apply_decision(
    transaction: Transaction, context: Context, actor: Actor, item: Item, reason: str, wanted: Deciding
) -> str:
    """Release or refuse the item, or propose it where findings, settings or an override require two officers."""
    findings = trusted_findings(transaction, item)
    type = effective_type(transaction, item)
    because = four_eyes_reasons(findings, type, context.rules, context.settings.four_eyes, wanted.overrides)
    ruling = Ruling(reason, wanted.code, wanted.articles, wanted.overrides, demands=because)
    what = ProposedDecision(wanted.decision.value)
    if what is ProposedDecision.RELEASE:
        _require_releasable(transaction, context, actor, item, wanted)
    elif wanted.overrides:
        raise InvalidRequest(
            InvalidRequestCode.OVERRIDE_NEEDS_RELEASE, sentence("an override is for a release; a refusal needs none")
        )
    context.live.require_item(transaction, item.number)
    if because:
        seen = review_basis(transaction, context, item)
        if what is ProposedDecision.RELEASE and not seen.deliver:
            raise Refused(RefusedCode.NO_RECIPIENT_LEFT, nobody_left(item))
        propose(transaction, actor, item, what, ruling, because, seen)
        return sentence(
            "{name}: {decision} is proposed; a second officer must confirm ({because})",
            name=item.name,
            decision=wanted.decision,
            because=joined(because, "; "),
        )
    if what is ProposedDecision.RELEASE:
        return release(transaction, context, actor, item, ruling)
    return refuse(transaction, context, actor, item, ruling)


def _require_releasable(transaction: Transaction, context: Context, actor: Actor, item: Item, wanted: Deciding) -> None:
    require_sound(transaction, item, NOT_RELEASED)
    if item.state is ItemState.INFORMATION_REQUESTED:
        raise Refused(
            RefusedCode.QUESTION_OPEN,
            sentence(
                "a question to {sender} is open on {name}; it can be released after the reply, or refused now",
                sender=item.sender,
                name=item.name,
            ),
        )
    if wanted.kind is not None and wanted.kind is not item.kind:
        raise Refused(
            RefusedCode.KIND_WITHOUT_CONSENT,
            sentence(
                "{name} asks for {kind}; it is published as {wanted} only with its sender's consent: "
                "ask with --kind {wanted}, and its sender consents by a correction of that kind (RPD "
                "78)",
                name=item.name,
                kind=item.kind,
                wanted=wanted.kind,
            ),
        )
    findings = items.findings_of(transaction, item.number, item.version)
    _require_overridable(transaction, context, actor, item, wanted, {finding.rule for finding in findings})
    ticks = remarks.ticks_of(transaction, item.number, item.version)
    overridden = frozenset(wanted.overrides)
    obstacles = release_obstacles(checklist_of(context, item), ticks, findings, overridden)
    if obstacles:
        ticks_open = any(obstacle.what == "tick" for obstacle in obstacles)
        code = RefusedCode.OPEN_TICKS if ticks_open else RefusedCode.BLOCKING_FINDINGS
        words = _not_yet(context, item, _summary(obstacles), blocking_rules(findings, overridden))
        raise Refused(code, words, *obstacles)


def _not_yet(context: Context, item: Item, obstacles: str, blocking: tuple[str, ...]) -> str:
    """Says why the item can't be released, and what its officer can do."""
    if not blocking:
        return sentence(
            "{name} can't be released yet: {obstacles}; judge and tick what is open",
            name=item.name,
            obstacles=obstacles,
        )
    if all(map(context.rules.may_be_overridden, blocking)):
        return sentence(
            "{name} can't be released yet: {obstacles}; ask {sender} for a correction, refuse it, or let a supervisor "
            "override {rules}",
            name=item.name,
            obstacles=obstacles,
            sender=item.sender,
            rules=", ".join(blocking),
        )
    return sentence(
        "{name} can't be released yet: {obstacles}; ask {sender} for a correction, or refuse it",
        name=item.name,
        obstacles=obstacles,
        sender=item.sender,
    )


def _require_overridable(
    transaction: Transaction, context: Context, actor: Actor, item: Item, wanted: Deciding, fired: set[str]
) -> None:
    """Raise an error for an override that is not allowed.

    A supervisor may override a penalty rule, with a reason (RPD 83(1)(b)); no one may override another rule. Raises
    NotAllowed, Refused, and InvalidRequest for a rule that did not fire.
    """
    for rule in wanted.overrides:
        context.officer(transaction, actor, Right.OVERRIDE)
        if not context.rules.may_be_overridden(rule):
            raise Refused(
                RefusedCode.NOT_OVERRIDABLE,
                sentence(
                    "{rule} can't be overridden; ask {sender} for a correction, or refuse {name}",
                    rule=rule,
                    sender=item.sender,
                    name=item.name,
                ),
                Obstacle("override", sentence("{rule} blocks until its cause is gone", rule=rule)),
            )
        if rule not in fired:
            raise InvalidRequest(
                InvalidRequestCode.OVERRIDE_NEEDS_FINDING,
                sentence("{rule} did not fire on this version; there is nothing to override", rule=rule),
            )


def _summary(obstacles: tuple[Obstacle, ...]) -> str:
    open_ticks = sum(obstacle.what == "tick" for obstacle in obstacles)
    blocking = len(obstacles) - open_ticks
    parts = []
    if open_ticks:
        parts.append(
            sentence(
                marked("{count} point of the checklist not ticked")
                if open_ticks == 1
                else marked("{count} points of the checklist not ticked"),
                count=open_ticks,
            )
        )
    if blocking:
        parts.append(
            sentence(
                marked("{count} blocking finding") if blocking == 1 else marked("{count} blocking findings"),
                count=blocking,
            )
        )
    return joined(parts)


def _ask(transaction: Transaction, context: Context, actor: Actor, item: Item, text: str, wanted: Deciding) -> str:
    """Send the sender a question with its due date.

    ``wanted.kind`` is the kind under which a notice request could be published if its sender consents.
    """
    kind = wanted.kind
    if item.state is ItemState.INFORMATION_REQUESTED:
        raise Refused(
            RefusedCode.QUESTION_ALREADY_OPEN,
            sentence("a question is open on {name} already; add a note", name=item.name),
        )
    if kind is not None and item.type is not MessageType.NOTICE_REQUEST:
        raise InvalidRequest(
            InvalidRequestCode.KIND_NOT_OFFERED,
            sentence(
                "another kind is offered for a notice request only; {name} is a {type}", name=item.name, type=item.type
            ),
        )
    due = transaction.at + context.settings.information_due
    asked = replace(item, state=ItemState.INFORMATION_REQUESTED, information_due=due, offered_kind=kind)
    items.save(transaction, item, asked)
    transaction.emit(
        actor.officer,
        item.name,
        ItemAsked(
            login=actor.login,
            text=text,
            due=format_utc(due),
            cycle=item.cycle,
            offered_kind=kind,
            due_at=due.isoformat(),
            code=ABSENT if wanted.code is None else wanted.code.value,
            articles=wanted.articles or ABSENT,
        ),
    )
    data: dict[str, Json] = {"text": text, "due": format_utc(due)}
    if kind is not None:
        data["offered_kind"] = kind.value
    notify_sender(transaction, asked, Notice.INFORMATION_REQUEST, data)
    return sentence("{sender} is asked; its reply is due {due}", sender=item.sender, due=format_utc(due))


def _escalate(transaction: Transaction, actor: Actor, item: Item, reason: str, wanted: Deciding) -> str:
    items.save(transaction, item, replace(item, escalated=True))
    escalated = ItemEscalated(
        login=actor.login,
        reason=reason,
        code=ABSENT if wanted.code is None else wanted.code.value,
        articles=wanted.articles or ABSENT,
    )
    transaction.emit(actor.officer, item.name, escalated)
    return sentence("{name} is in the supervisors' queue", name=item.name)
