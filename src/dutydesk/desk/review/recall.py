"""Recall an item that was sent and should not have been (RPD 128-129; design, race rule 10).

Each recipient that has a copy is notified. A recall takes two officers, or one where it is urgent and a supervisor
ratifies it later. While it is proposed, no further copy of the item is sent, and each holder of a copy is warned.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.bodies import require_sound
from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.proposal_void import keep_review
from dutydesk.desk.base.suppression import notify_holders, suppress_unsent
from dutydesk.desk.examination.recheck import reexamine_others_on_person
from dutydesk.desk.review.claims import decider_words, last_changes, require_revision
from dutydesk.desk.review.propose import propose
from dutydesk.desk.review.rulings import Ruling, notify_sender
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState, Notice, PostReview, SuppressionCause
from dutydesk.domain.errors import Conflict, NotAllowed, Refused
from dutydesk.domain.events.reviews import ItemPostReview, ItemRecalled, ItemRecallRatified
from dutydesk.domain.review.four_eyes import ProposedDecision, ReviewSnapshot
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, proposals

TWO_PERSON_REASONS = ("a recall is decided by two officers",)


def recall(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    number: int,
    reason: str,
    *,
    urgent: bool = False,
    expected: int | None = None,
) -> CommandResult:
    """Propose a recall; an urgent one takes effect at once, on one officer's signature.

    ``expected`` is the revision that the officer read. Raises Conflict, Refused, NotAllowed, NotFound, InvalidRequest.
    """
    item = context.item_to_review(transaction, actor, number)
    reason = require_text(reason, sentence("a reason"))
    _require_released(transaction, item)
    require_revision(transaction, item, expected)
    if item.recall_proposed_by is not None:
        raise Conflict(
            ConflictCode.ALREADY_PROPOSED,
            sentence(
                "{recall_proposed_by} has already proposed to recall {name}; confirm it or dissent",
                recall_proposed_by=item.recall_proposed_by,
                name=item.name,
            ),
            *last_changes(transaction, item),
        )
    if urgent:
        words = apply_recall(transaction, context, actor, item, Ruling(reason), urgent=True)
        keep_review(actor.officer, "recall, urgent", reason, item, transaction)
        return _result(transaction, number, sentence("{words}; a supervisor ratifies it", words=words))
    propose(transaction, actor, item, ProposedDecision.RECALL, Ruling(reason), TWO_PERSON_REASONS, recall_basis(item))
    keep_review(actor.officer, ProposedDecision.RECALL.value, reason, item, transaction)
    notify_holders(
        transaction, item, Notice.CAVEAT, sentence("under examination: do not rely on it until the desk says more")
    )
    return _result(
        transaction, number, sentence("the recall of {name} waits for a second officer to confirm it", name=item.name)
    )


def recall_basis(item: Item) -> ReviewSnapshot:
    """Return the basis of a recall: the version and cycle that were released."""
    return ReviewSnapshot(item.version, item.cycle)


def _require_released(handle: Handle, item: Item) -> None:
    match item.state:
        case ItemState.RELEASED:
            return
        case ItemState.RECALLED | ItemState.CANCELLED:
            raise Conflict(
                ConflictCode.ALREADY_RECALLED,
                sentence("{name} is already {state}{item}", name=item.name, state=item.state, item=decider_words(item)),
                *last_changes(handle, item),
            )
        case ItemState.SUPERSEDED:
            family = items.family(handle, item.root)
            released = next((member for member in reversed(family) if member.state is ItemState.RELEASED), None)
            hint = f"; recall its correction {released.name}" if released is not None else ""
            raise Refused(RefusedCode.SUPERSEDED, sentence("{name} is superseded{hint}", name=item.name, hint=hint))
        case _:
            raise Refused(
                RefusedCode.NOT_RELEASED,
                sentence("{name} is {state}; only what was released can be recalled", name=item.name, state=item.state),
            )


def apply_recall(
    transaction: Transaction, context: Context, actor: Actor, item: Item, ruling: Ruling, *, urgent: bool = False
) -> str:
    """Recall the item: suppress unsent deliveries and notify each recipient that has a copy.

    A recipient to which a copy is being sent is notified once it is delivered. No level stops a recall; it also goes
    to recipients that have been suspended since. Returns a sentence on the result.
    """
    ended = replace(
        item,
        state=ItemState.RECALLED,
        decided_by=actor.officer,
        recall_proposed_by=None,
        unratified=urgent,
        post_review=PostReview.OK if item.post_review is not None else None,
    )
    items.save(transaction, item, ended)
    transaction.emit(
        actor.officer,
        item.name,
        ItemRecalled(
            login=actor.login,
            reason=ruling.reason,
            urgent=urgent,
            proposed_by=ruling.proposal.officer if ruling.proposal else None,
            digest=ruling.proposal.seen.digest if ruling.proposal else None,
            version=item.version,
            cycle=item.cycle,
        ),
    )
    suppress_unsent(transaction, ended, SuppressionCause.RECALLED, actor.officer)
    told = notify_holders(transaction, ended, Notice.RECALL, ruling.reason)
    notify_sender(transaction, ended, Notice.RECALL, {"reason": ruling.reason})
    transaction.add_to_counter("decisions")
    reexamine_others_on_person(transaction, context, ended)
    return sentence("{name} is recalled; {summary}", name=item.name, summary=told.summary)


def ratify(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Ratify an urgent recall, as a supervisor other than the officer who recalled.

    Raises Refused where no recall waits to be ratified, NotAllowed, NotFound.
    """
    item = context.item_to_review(transaction, actor, number, Right.RATIFY)
    if not item.unratified:
        raise Refused(
            RefusedCode.NO_RECALL_TO_RATIFY,
            sentence("nothing waits to be ratified on {name}, which is {state}", name=item.name, state=item.state),
        )
    if item.decided_by == actor.officer:
        raise NotAllowed(
            NotAllowedCode.OWN_RECALL,
            sentence("{officer} recalled {name}; another person must ratify it", officer=actor.officer, name=item.name),
        )
    items.save(transaction, item, replace(item, unratified=False))
    transaction.emit(actor.officer, item.name, ItemRecallRatified(login=actor.login, recalled_by=item.decided_by))
    keep_review(actor.officer, "ratify", "", item, transaction)
    return _result(transaction, number, sentence("the recall of {name} is ratified", name=item.name))


def post_review(
    transaction: Transaction, context: Context, actor: Actor, number: int, *, keep: bool, reason: str
) -> CommandResult:
    """Review an item after its release: keep it released (``keep``), or propose its recall.

    Raises Refused where no review is due, Conflict where a recall is proposed, BodyChanged, NotAllowed, NotFound,
    InvalidRequest.
    """
    item = context.item_to_review(transaction, actor, number)
    reason = require_text(reason, sentence("a reason"))
    if item.post_review is not PostReview.DUE:
        raise Refused(
            RefusedCode.NO_REVIEW_DUE,
            sentence("no review is due on {name}, which is {state}", name=item.name, state=item.state),
        )
    if not keep:
        return recall(transaction, context, actor, number, reason)
    if item.recall_proposed_by is not None:
        raise Conflict(
            ConflictCode.RECALL_PROPOSED,
            sentence(
                "{recall_proposed_by} proposed to recall {name}; dissent from that first",
                recall_proposed_by=item.recall_proposed_by,
                name=item.name,
            ),
            *last_changes(transaction, item),
        )
    require_sound(transaction, item, sentence("it can't be kept released; recall it"))
    items.save(transaction, item, replace(item, post_review=PostReview.OK, post_review_due=None))
    transaction.emit(
        actor.officer, item.name, ItemPostReview(login=actor.login, state=PostReview.OK.value, reason=reason)
    )
    keep_review(actor.officer, "reviewed, stands", reason, item, transaction)
    transaction.add_to_counter("decisions")
    return _result(transaction, number, sentence("{name} was reviewed and stays released", name=item.name))


def proposed_at(handle: Handle, item: Item) -> str:
    """Return the time of the item's proposal, for use in a sentence."""
    proposal = proposals.of_item(handle, item.number)
    return format_utc(proposal.at) if proposal is not None else "an unknown time"


def _result(transaction: Transaction, number: int, words: str) -> CommandResult:
    item = items.get(transaction, number)
    return CommandResult(item.name, item.state, item.revision, words)
