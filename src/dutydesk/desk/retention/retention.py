"""Apply deadlines, set legal holds and purge bodies whose retention has ended (RPD 50-51)."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.suppression import notify_holders, notify_last_holders, suppress_unsent
from dutydesk.desk.examination import filing, watch
from dutydesk.desk.retention import retention_check
from dutydesk.desk.review.rulings import notify_sender
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ENDED_STATES, ItemState, Notice, SuppressionCause
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.items import ItemLegalHold, ItemPurged, ItemRetentionAsked
from dutydesk.domain.events.log import Json
from dutydesk.domain.events.reviews import ItemEscalated
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items, log_queries

PURGED_TITLE = "purged"
RETENTION_ENDED = sentence("its retention has ended (RPD 51)")


def apply_deadlines(transaction: Transaction) -> None:
    """Escalate items whose sender has not replied in time, and ask sources about their retention.

    Runs in every transaction, so that no deadline depends on a timer. A sender's silence escalates the item and
    decides nothing. Six months before the end of retention, the source is asked whether there is a reason to keep its
    data longer (RPD 50).
    """
    for item in items.to_escalate(transaction):
        items.save(transaction, item, replace(item, escalated=True))
        due = format_utc(item.information_due) if item.information_due else None
        transaction.emit("system", item.name, ItemEscalated(reason=sentence("no answer by {due}", due=due)))
    for item in items.retention_to_renew(transaction):
        if retention_check.was_source_asked(transaction, item):
            continue
        items.save(transaction, item, replace(item, retention_asked=True))
        until = format_utc(item.retention_until) if item.retention_until else None
        transaction.emit("system", item.name, ItemRetentionAsked(until=until))
        question: dict[str, Json] = {
            "until": until,
            "text": sentence(
                "Is there a reason to keep these data longer? Say so by a correction with a later retention_until; "
                "without one they are deleted (RPD 50-51)."
            ),
        }
        notify_sender(transaction, item, Notice.RETENTION_QUESTION, question)


def is_anything_due(handle: Handle) -> bool:
    """Whether :func:`apply_deadlines` has items to process."""
    return bool(items.to_escalate(handle) or items.retention_to_renew(handle))


def legal_hold(
    transaction: Transaction, context: Context, actor: Actor, number: int, reason: str | None, *, held: bool
) -> CommandResult:
    """Put an item under legal hold, which excludes it from the purge, or lift that hold.

    Raises Refused where nothing would change or the body is purged, NotAllowed, NotFound, InvalidRequest.
    """
    officer = context.officer(transaction, actor, Right.LEGAL_HOLD)
    reason = require_text(reason, sentence("a reason")) if reason is not None else None
    item = items.get(transaction, number)
    context.refuse_own_country(officer, item.sender)
    if item.state is ItemState.PURGED:
        raise Refused(RefusedCode.BODY_PURGED, sentence("{name} is purged; its body is gone", name=item.name))
    if item.legal_hold == held == retention_check.is_on_hold(transaction, item):
        raise Refused(
            RefusedCode.LEGAL_HOLD_UNCHANGED,
            sentence("{name} is already under legal hold", name=item.name)
            if held
            else sentence("{name} is not under legal hold", name=item.name),
        )
    items.save(transaction, item, replace(item, legal_hold=held))
    transaction.emit(actor.officer, item.name, ItemLegalHold(login=actor.login, held=held, reason=reason))
    after = items.get(transaction, number)
    words = (
        sentence("{name} is under legal hold", name=item.name)
        if held
        else sentence("the legal hold on {name} is lifted", name=item.name)
    )
    return CommandResult(after.name, after.state, after.revision, words)


@value(frozen=True, slots=True)
class Purge:
    """The result of a purge: ``purged`` item names, and ``kept`` names past their retention, each with the reason.

    ``erased``: no byte of what was purged is left in the store's file or its write-ahead log. Otherwise the file is too
    large to be written anew while officers work, or a process was reading it. ``left_to_vacuum``: the store is on a
    cluster, which keeps old versions of rows until its owner runs VACUUM FULL.
    """

    purged: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    erased: bool = True
    left_to_vacuum: bool = False


def purge(transaction: Transaction, context: Context, actor: Actor) -> Purge:
    """Delete the bodies of ended items that are past their retention (RPD 51); hashes, events and chain stay.

    Reads at most as many items as the limits allow for one purge. Raises NotAllowed.
    """
    context.officer(transaction, actor, Right.PURGE)
    purged: list[str] = []
    kept: list[tuple[str, str]] = []
    expired = items.past_retention(transaction, context.limits.batches.purged_items)
    logged = log_queries.items(transaction, [item.name for item in expired])
    for item in expired:
        reason = retention_check.retention_reason(transaction, context, item, logged[item.name])
        reason = reason or _retention_reason(item)
        if reason is not None:
            kept.append((item.name, reason))
        else:
            _purge(transaction, actor, item)
            purged.append(item.name)
    return Purge(tuple(purged), tuple(kept))


def _retention_reason(item: Item) -> str | None:
    if item.legal_hold:
        return sentence("legal hold")
    if item.state not in ENDED_STATES:
        return sentence("it is {state}", state=item.state)
    if item.recall_proposed_by is not None or item.unratified:
        return sentence("its recall waits for a second person")
    return None


def _purge(transaction: Transaction, actor: Actor, item: Item) -> None:
    hashes = tuple(bodies.logged_hashes(transaction, item.number))
    if item.state is ItemState.RELEASED:
        suppress_unsent(transaction, item, SuppressionCause.WITHDRAWN, actor.officer)
        notify_holders(transaction, item, Notice.WITHDRAWAL, RETENTION_ENDED)
    elif item.state is ItemState.SUPERSEDED:
        notify_last_holders(transaction, item, Notice.WITHDRAWAL, RETENTION_ENDED)
    purged = replace(
        item,
        state=ItemState.PURGED,
        title=PURGED_TITLE,
        original_script=None,
        post_review=None,
        post_review_due=None,
        claim=None,
    )
    items.save(transaction, item, purged)
    items.purge(transaction, item.number)
    filing.remove_record(transaction, item.number)
    watch.forget_item(transaction, item.number)
    transaction.emit(
        actor.officer,
        item.name,
        ItemPurged(
            login=actor.login,
            was=item.state.value,
            sha256=hashes,
            until=format_utc(item.retention_until) if item.retention_until else None,
            urgency=item.urgency.value,
        ),
    )
