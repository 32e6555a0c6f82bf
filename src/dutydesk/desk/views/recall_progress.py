"""Reading what waits for a second person, how far a recall has come, and which version each recipient holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import Holding, ProposalRow, RecallBoard
from dutydesk.desk.review.confirm import changes
from dutydesk.desk.supervision import restriction_proposals
from dutydesk.domain.delivery.items import Item, item_name, restriction_name
from dutydesk.domain.delivery.states import HOLDING, SENT, DeliveryState, ItemState
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import EVERYONE, NO_DENIALS, Denials, RestrictionProposal
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import deliveries, items, proposals


def proposal_row(handle: Handle, context: Context, item: Item) -> ProposalRow | None:
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
        changed=changes(handle, context, item, proposal),
        identity=proposal.identity,
    )


def restriction_rows(
    handle: Handle, context: Context, waiting: Iterable[RestrictionProposal]
) -> tuple[RestrictionRow, ...]:
    return tuple(
        RestrictionRow(
            restriction=restriction_name(found.number),
            owner=found.owner,
            item=item_name(found.item) if found.item is not None else None,
            allow=_named(found.allow),
            officer=found.officer,
            at=found.at,
            words=restriction_proposals.said_of(found),
            denied=_named(code for code in found.allow if _denials(handle, context.policy(handle), found).denied(code)),
            changed=restriction_proposals.changes(handle, context, found),
        )
        for found in waiting
    )


def _denials(handle: Handle, policy: Policy, proposal: RestrictionProposal) -> Denials:
    """What is stated now on the scope that the proposal is about."""
    if proposal.item is None:
        return policy.standing.get(proposal.owner, NO_DENIALS)
    return policy.on_families.get(items.get(handle, proposal.item).root, NO_DENIALS)


def _named(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple("all" if target == EVERYONE else target for target in targets)


def recall_board(handle: Handle, item: Item) -> RecallBoard | None:
    """``None`` for what was neither recalled nor cancelled. It has those too who hold only what the item corrects."""
    if item.state not in (ItemState.RECALLED, ItemState.CANCELLED):
        return None
    by_recipient = _earlier_copies(handle, item) | {
        row.recipient: row.state for row in deliveries.of_item(handle, item.number) if row.state in SENT
    }
    confirmed = _in(by_recipient, DeliveryState.RECALL_CONFIRMED)
    told = _in(by_recipient, DeliveryState.RECALL_SENT)
    return RecallBoard(
        to_be_told=tuple(sorted(by_recipient.keys() - {*told, *confirmed})),
        told=told,
        confirmed=confirmed,
    )


def _in(by_recipient: Mapping[str, DeliveryState], state: DeliveryState) -> tuple[str, ...]:
    return tuple(sorted(recipient for recipient, found in by_recipient.items() if found is state))


def _earlier_copies(handle: Handle, item: Item) -> dict[str, DeliveryState]:
    """How the latest of what the item took the place of stands that each recipient holds."""
    members = [member.number for member in items.superseded_before(handle, item)]
    rows = deliveries.alike(handle, members)
    return {
        recipient: alike.state
        for number in members
        for alike in rows[number]
        if alike.state in HOLDING
        for recipient in alike.recipients
    }


def holdings(handle: Handle, item: Item) -> tuple[Holding, ...]:
    """The latest of an item and its corrections that each recipient has; empty where nothing was ever corrected."""
    corrections = items.corrections_of(handle, item.root)
    if not corrections:
        return ()
    latest: dict[str, Holding] = {}
    for number, rows in deliveries.alike(handle, [item.root, *corrections]).items():
        for alike in rows:
            if alike.state in HOLDING:
                name = item_name(number)
                latest |= {recipient: Holding(recipient, name, alike.version) for recipient in alike.recipients}
    return tuple(latest[recipient] for recipient in sorted(latest))
