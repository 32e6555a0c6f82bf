"""List what waits for one officer: proposals for the officer's signature, claims, and the officer's own proposals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.supervision.restriction_proposals import describe_proposal
from dutydesk.desk.views.items import row_for
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import NotAllowed
from dutydesk.domain.frozen import value
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.supervision.measures import MeasureState
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import items, log, measures, officers, proposals, remarks, restriction_proposals

#: Items of the review queue that are looked through.
MAX_QUEUE = 2_000


class WorkKind(StrEnum):
    """Why an item, measure or bureau is on the list; in this order."""

    SIGN = "sign"
    ANSWERED = "answered"
    CLAIMED = "claimed"
    PROPOSED = "proposed"


@value(frozen=True, slots=True)
class WorkRow:
    """``subject`` is an item, a measure or a bureau; ``proposer`` made what waits, and is empty for a claim.

    ``what`` is the decision that was proposed, a level, ``lift``, ``recall``, ``ratify`` or ``restriction``; of a
    claimed item its state, or ``answered`` if its sender has answered the desk's question. An answered item that nobody
    has claimed is on the list of the officer who asked. ``title`` is the sender's text, as the reader may see it.
    ``at``: since when it waits, or until when the claim lasts.
    """

    kind: WorkKind
    subject: str
    what: str
    proposer: str
    title: str
    at: datetime | None


def own_work(handle: Handle, context: Context, name: str, eyes: Visibility) -> list[WorkRow]:
    """Return what waits for an officer, what to sign first. What the officer may not sign is left out."""
    officer = officers.find_by_name(handle, name)
    if officer is None:
        return []
    found = [
        *_items(handle, context, officer, eyes),
        *_recalls(handle, context, officer, eyes),
        *_measures(handle, context, officer),
        *_restrictions(handle, context, officer),
    ]
    return sorted(found, key=lambda row: tuple(WorkKind).index(row.kind))


def _kind(context: Context, officer: Officer, proposer: str, country: str | None, right: Right) -> WorkKind | None:
    """Whether the officer proposed it, may sign it, or neither."""
    if proposer == officer.name:
        return WorkKind.PROPOSED
    try:
        context.refuse_own_country(officer, country)
    except NotAllowed:
        return None
    return WorkKind.SIGN if officer.may(right) else None


def _items(handle: Handle, context: Context, officer: Officer, eyes: Visibility) -> Iterator[WorkRow]:
    queue = items.review_queue(handle, MAX_QUEUE)
    answered = log.answered(handle, [item.name for item in queue if item.state is ItemState.HELD])
    for item in queue:
        title = row_for(item, eyes).title
        if item.state is ItemState.PROPOSED and item.proposed_by is not None:
            kind = _kind(context, officer, item.proposed_by, item.sender, Right.REVIEW)
            proposal = proposals.of_item(handle, item.number)
            if kind is not None and proposal is not None:
                yield WorkRow(kind, item.name, proposal.what, item.proposed_by, title, proposal.at)
        if item.claimed_by(handle.at) == officer.name and item.proposed_by != officer.name:
            what = "answered" if item.name in answered else item.state
            yield WorkRow(WorkKind.CLAIMED, item.name, what, "", title, item.claim.until if item.claim else None)
        elif item.name in answered and item.claimed_by(handle.at) is None and _asked(handle, item, officer):
            yield WorkRow(WorkKind.ANSWERED, item.name, "answered", item.sender or "", title, None)


def _asked(handle: Handle, item: Item, officer: Officer) -> bool:
    """Whether the officer asked the last question on the item."""
    questions = [review for review in remarks.reviews_of(handle, item.number) if review.decision == Decision.ASK]
    return bool(questions) and questions[-1].officer == officer.name


def _recalls(handle: Handle, context: Context, officer: Officer, eyes: Visibility) -> Iterator[WorkRow]:
    for item in items.recalls_proposed(handle):
        yield from _recall(handle, context, officer, eyes, item, item.recall_proposed_by or "", Right.REVIEW)
    for item in items.unratified(handle):
        yield from _recall(handle, context, officer, eyes, item, item.decided_by or "", Right.RATIFY)


def _recall(
    handle: Handle, context: Context, officer: Officer, eyes: Visibility, item: Item, proposer: str, right: Right
) -> Iterator[WorkRow]:
    kind = _kind(context, officer, proposer, item.sender, right)
    proposal = proposals.of_item(handle, item.number)
    if kind is not None:
        what = "ratify" if right is Right.RATIFY else "recall"
        yield WorkRow(kind, item.name, what, proposer, row_for(item, eyes).title, proposal.at if proposal else None)


def _measures(handle: Handle, context: Context, officer: Officer) -> Iterator[WorkRow]:
    for measure in measures.all_measures(handle):
        lift = measure.lift
        if lift is None and measure.state is not MeasureState.PROPOSED:
            continue
        proposer, at = (measure.officer, measure.ordered_at) if lift is None else (lift.officer, lift.at)
        kind = _kind(context, officer, proposer, measure.country, Right.MEASURE)
        if kind is not None:
            what = f"{measure.level}" if lift is None else "lift"
            yield WorkRow(kind, measure_name(measure.number), what, proposer, measure.country, at)


def _restrictions(handle: Handle, context: Context, officer: Officer) -> Iterator[WorkRow]:
    for proposal in restriction_proposals.waiting(handle):
        kind = _kind(context, officer, proposal.officer, proposal.owner, Right.RESTRICT)
        if kind is not None:
            subject = item_name(proposal.item) if proposal.item is not None else proposal.owner
            yield WorkRow(kind, subject, "restriction", proposal.officer, describe_proposal(proposal), proposal.at)
