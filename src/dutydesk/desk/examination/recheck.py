"""Examines an item again by some rules, when more is known of its person than at its intake."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.message import message_of
from dutydesk.desk.examination.examine import examine_history
from dutydesk.desk.examination.like_items import other_open_items_on_person
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.desk.examination.route import effective_type
from dutydesk.desk.examination.watch import file_item
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.routes import ItemExaminedAgain
from dutydesk.domain.rules.examination import Severity
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items

_EARLIER_ITEM_RULES = frozenset({"HIS-01"})


def reexamine_item(
    transaction: Transaction, context: Context, item: Item, rules: frozenset[str], actor: Actor | None = None
) -> None:
    """Replaces an item's findings by these rules; a released item with new findings is reviewed again.

    ``rules`` compare the body with what the desk holds. ``actor`` is the officer who asked for it; without one the desk
    itself signs the event.
    """
    try:
        message = message_of(transaction, context, item)
    except (NotFound, BodyChanged):
        return
    own = item if item.parent is None else items.get(transaction, item.parent)
    found = examine_history(transaction, context, ExaminedMessage(message, effective_type(transaction, item), own))
    known = items.findings_of(transaction, item.number, item.version)
    order = {rule.id: place for place, rule in enumerate(context.rules.rules)}
    new = [finding for finding in found if finding.rule in rules]
    kept = [finding for finding in known if finding.rule not in rules]
    findings = sorted((*kept, *new), key=lambda finding: order.get(finding.rule, len(order)))
    if tuple(findings) == known:
        return
    items.set_findings(transaction, item.number, item.version, tuple(findings))
    after, due = item, None
    if item.state is ItemState.RELEASED:
        due = transaction.at + context.settings.post_review_due
        after = replace(item, post_review=PostReview.DUE, post_review_due=due)
    items.save(transaction, item, after)
    transaction.emit(
        "system" if actor is None else actor.officer,
        item.name,
        ItemExaminedAgain(
            new=tuple(sorted({finding.rule for finding in new})),
            rules=tuple(sorted({finding.rule for finding in findings})),
            blocking=tuple(sorted({finding.rule for finding in findings if finding.severity is Severity.BLOCK})),
            post_review=after.post_review,
            login=ABSENT if actor is None else actor.login,
            review_due=ABSENT if due is None else due.isoformat(),
            findings=items.findings_digest(findings),
        ),
    )


def reexamine_others_on_person(transaction: Transaction, context: Context, item: Item) -> None:
    """Applies HIS-01 again to the source's open items on a person whose item was refused, recalled or reopened.

    From then on the person is on the watch list, or no longer.
    """
    file_item(transaction, item)
    for other in other_open_items_on_person(transaction, context, item):
        reexamine_item(transaction, context, other, _EARLIER_ITEM_RULES)
