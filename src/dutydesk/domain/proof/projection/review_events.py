"""What the events of a review make of an item: claims, ticks, proposals, decisions, recalls."""

from __future__ import annotations

from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.events.event import Missing, fitting, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.reviews import (
    ClaimEvent,
    ItemAsked,
    ItemDissented,
    ItemEscalated,
    ItemPostReview,
    ItemProposalVoid,
    ItemProposed,
    ItemRecalled,
    ItemRecallProposed,
    ItemRecallRatified,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    ItemTicked,
    ItemUnclaimed,
    ItemUndone,
    ProposalEvent,
)
from dutydesk.domain.proof.projection.delivery_events import put_out
from dutydesk.domain.proof.projection.item_events import json_list
from dutydesk.domain.proof.projection.item_rows import ProjectedItem, ProposalColumns, TickColumns
from dutydesk.domain.proof.projection.network import Network
from dutydesk.domain.proof.projection.said import UNSAID, micros, said, said_time


def apply_claim(item: ProjectedItem, fact: Fact[ClaimEvent]) -> None:
    item.row.claimed_by, item.row.claimed_until = said(fact.event.claimant), said_time(fact.event.lapses_at)
    item.changed()


def apply_unclaim(item: ProjectedItem, _fact: Fact[ItemUnclaimed]) -> None:
    item.row.claimed_by = item.row.claimed_until = None
    item.changed()


def apply_tick(item: ProjectedItem, fact: Fact[ItemTicked]) -> None:
    """The first tick of a point counts."""
    key = required(fact.event.version), required(fact.event.check)
    item.ticks.setdefault(key, TickColumns(fact.actor, micros(fact.at), said(fact.event.note)))
    item.changed()


def apply_proposal(item: ProjectedItem, fact: Fact[ItemProposed]) -> None:
    _propose(item, fact)
    item.row.state, item.row.proposed_by, item.row.information_due = ItemState.PROPOSED.value, fact.actor, None


def apply_recall_proposal(item: ProjectedItem, fact: Fact[ItemRecallProposed]) -> None:
    _propose(item, fact)
    item.row.recall_proposed_by = fact.actor


def _propose(item: ProjectedItem, fact: Fact[ProposalEvent]) -> None:
    event = fact.event
    item.proposal = ProposalColumns(
        officer=fact.actor,
        what=said(event.decision),
        reason=said(event.reason),
        code=said(event.code),
        articles=json_list(required(event.articles)),
        overrides=json_list(required(event.overrides)),
        because=json_list(required(event.because)),
        seen=said(event.digest),
        at=micros(fact.at),
    )
    item.changed()


def _end_proposal(item: ProjectedItem) -> None:
    row, item.proposal = item.row, None
    row.state = ItemState.HELD.value if row.state == ItemState.PROPOSED.value else row.state
    row.proposed_by = row.recall_proposed_by = None


def apply_dissent(item: ProjectedItem, _fact: Fact[ItemDissented]) -> None:
    _end_proposal(item)
    item.changed()


def apply_void(item: ProjectedItem, fact: Fact[ItemProposalVoid]) -> None:
    """Its other change, if there is one, has an event of its own; logs of earlier releases do not say."""
    _end_proposal(item)
    alone = fitting(fact.event.alone)
    if alone is None:
        item.row.revision = UNSAID
    elif alone:
        item.changed()


def apply_release(item: ProjectedItem, fact: Fact[ItemReleased], network: Network) -> None:
    row, item.proposal = item.row, None
    row.state, row.decided_by, row.held_before = ItemState.RELEASED.value, fact.actor, 1
    row.claimed_by = row.claimed_until = row.information_due = row.offered_kind = row.proposed_by = None
    row.escalated = 0
    row.notice_number = said(fact.event.notice_number)
    put_out(item, fact, network)
    item.changed()


def apply_refusal(item: ProjectedItem, fact: Fact[ItemRefused]) -> None:
    row, item.proposal = item.row, None
    row.state, row.decided_by = ItemState.REFUSED.value, fact.actor
    row.claimed_by = row.claimed_until = row.information_due = row.offered_kind = row.proposed_by = None
    row.post_review = None
    row.escalated = 0
    sender, digest = optional(fact.event.sender), optional(fact.event.text_digest)
    if sender is not None and digest is not None:
        item.refused_text = sender, digest
    item.changed()


def apply_question(item: ProjectedItem, fact: Fact[ItemAsked]) -> None:
    row = item.row
    row.state = ItemState.INFORMATION_REQUESTED.value
    row.information_due, row.offered_kind = said_time(fact.event.due_at), said(fact.event.offered_kind)
    item.changed()


def apply_escalation(item: ProjectedItem, _fact: Fact[ItemEscalated]) -> None:
    item.row.escalated = 1
    item.changed()


def apply_return(item: ProjectedItem, fact: Fact[ItemUndone | ItemReopened]) -> None:
    """A release is undone, or a refusal reopened: a new review begins."""
    row = item.row
    row.state, row.cycle, row.decided_by = ItemState.HELD.value, required(fact.event.cycle), None
    item.changed()


def apply_recall(item: ProjectedItem, fact: Fact[ItemRecalled]) -> None:
    row, item.proposal = item.row, None
    row.state, row.decided_by, row.recall_proposed_by = ItemState.RECALLED.value, fact.actor, None
    row.unratified = int(required(fact.event.urgent))
    if row.post_review is not None:
        row.post_review = PostReview.OK.value
    item.changed()


def apply_ratification(item: ProjectedItem, _fact: Fact[ItemRecallRatified]) -> None:
    item.row.unratified = 0
    item.changed()


def apply_post_review(item: ProjectedItem, fact: Fact[ItemPostReview]) -> None:
    row, due = item.row, fact.event.review_due
    row.post_review = said(fact.event.state)
    row.post_review_due = said_time(due) if row.post_review == PostReview.DUE.value else None
    if row.post_review == PostReview.DUE.value and isinstance(due, Missing):
        row.post_review_due = UNSAID
    item.changed()
