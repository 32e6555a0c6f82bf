"""Reading what waits for a second person, how far a recall has come, and which version each recipient holds."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk import widenings
from dutydesk.desk.ground import Ground
from dutydesk.desk.restriction_views import RestrictionRow
from dutydesk.desk.seconding import changes
from dutydesk.desk.views import Holding, ProposalRow, RecallBoard
from dutydesk.domain.items import Item, item_name, restriction_name
from dutydesk.domain.policy import Policy
from dutydesk.domain.restrictions import EVERYONE, NO_DENIALS, Denials, RestrictionProposal
from dutydesk.domain.states import HOLDING, DeliveryState, ItemState
from dutydesk.store import deliveries, items, proposals
from dutydesk.store.handle import Handle


def proposal_row(handle: Handle, ground: Ground, item: Item) -> ProposalRow | None:
    proposal = proposals.of_item(handle, item.number)
    if proposal is None:
        return None
    return ProposalRow(
        officer=proposal.officer,
        decision=proposal.what,
        reason=proposal.reason,
        code=proposal.code,
        articles=proposal.articles,
        overrides=proposal.overrides,
        because=proposal.because,
        at=proposal.at,
        digest=proposal.seen.digest,
        changed=changes(handle, ground, item, proposal),
    )


def restriction_rows(
    handle: Handle, ground: Ground, waiting: Iterable[RestrictionProposal]
) -> tuple[RestrictionRow, ...]:
    return tuple(
        RestrictionRow(
            restriction=restriction_name(found.number),
            owner=found.owner,
            item=item_name(found.item) if found.item is not None else None,
            allow=_named(found.allow),
            officer=found.officer,
            at=found.at,
            words=widenings.said_of(found),
            denied=_named(code for code in found.allow if _denials(ground.policy(handle), found).denied(code)),
            changed=widenings.changes(handle, ground, found),
        )
        for found in waiting
    )


def _denials(policy: Policy, proposal: RestrictionProposal) -> Denials:
    """What is stated now on the scope that the proposal is about."""
    if proposal.item is None:
        return policy.standing.get(proposal.owner, NO_DENIALS)
    return policy.scopes(proposal.owner, proposal.item, frozenset()).item


def _named(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple("all" if target == EVERYONE else target for target in targets)


def recall_board(handle: Handle, item: Item) -> RecallBoard | None:
    """``None`` for what was neither recalled nor cancelled."""
    if item.state not in (ItemState.RECALLED, ItemState.CANCELLED):
        return None
    rows = deliveries.of_item(handle, item.number)
    confirmed = tuple(row.recipient for row in rows if row.state is DeliveryState.RECALL_CONFIRMED)
    told = tuple(row.recipient for row in rows if row.state is DeliveryState.RECALL_SENT)
    return RecallBoard(
        to_be_told=tuple(
            row.recipient
            for row in rows
            if (row.state in HOLDING or row.state is DeliveryState.SENDING) and row.recipient not in (*told, *confirmed)
        ),
        told=told,
        confirmed=confirmed,
    )


def holdings(handle: Handle, item: Item) -> tuple[Holding, ...]:
    """The latest of an item and its corrections that each recipient has; empty where nothing was ever corrected."""
    family = _family(handle, item)
    if len(family) == 1:
        return ()
    latest: dict[str, Holding] = {}
    for member in family:
        for row in deliveries.of_item(handle, member.number):
            if row.state in HOLDING:
                latest[row.recipient] = Holding(row.recipient, member.name, row.version)
    return tuple(latest[recipient] for recipient in sorted(latest))


def _family(handle: Handle, item: Item) -> list[Item]:
    """What an item corrects and what corrects it, from the first to the last."""
    first = item
    while first.parent is not None:
        first = items.get(handle, first.parent)
    family = [first]
    for member in family:
        family += items.children(handle, member.number)
    return family
