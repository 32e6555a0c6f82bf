"""Read an item's open proposals, the progress of its recall, and the version that each recipient holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import HolderRow, ProposalRow, RecallBoard
from dutydesk.desk.review.confirm import changes_since_proposal
from dutydesk.desk.supervision import restriction_proposals
from dutydesk.domain.delivery.items import Item, item_name, restriction_name
from dutydesk.domain.delivery.states import HOLDING, SENT, DeliveryState, ItemState
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import EVERYONE, NO_DENIALS, Denials, RestrictionProposal
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import deliveries, items, proposals


def proposal_row(handle: Handle, context: Context, item: Item) -> ProposalRow | None:
    """Return the item's open proposal with what has changed since it was made, or ``None``."""
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
        changed=changes_since_proposal(handle, context, item, proposal),
        identity=proposal.identity,
    )


def restriction_rows(
    handle: Handle, context: Context, waiting: Iterable[RestrictionProposal]
) -> tuple[RestrictionRow, ...]:
    """Return open proposals to allow data, each with the codes denied now and what has changed since."""
    return tuple(
        RestrictionRow(
            restriction=restriction_name(found.number),
            owner=found.owner,
            item=item_name(found.item) if found.item is not None else None,
            allow=_target_names(found.allow),
            officer=found.officer,
            at=found.at,
            words=restriction_proposals.describe_proposal(found),
            denied=_target_names(
                code for code in found.allow if _denials(handle, context.policy(handle), found).denies(code)
            ),
            changed=restriction_proposals.changes_since_proposal(handle, context, found),
        )
        for found in waiting
    )


def _denials(handle: Handle, policy: Policy, proposal: RestrictionProposal) -> Denials:
    """Return the denials in force on the proposal's scope: all the owner's data, or one family."""
    if proposal.item is None:
        return policy.owner_denials.get(proposal.owner, NO_DENIALS)
    return policy.family_denials.get(items.get(handle, proposal.item).root, NO_DENIALS)


def _target_names(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple("all" if target == EVERYONE else target for target in targets)


def recall_board(handle: Handle, item: Item) -> RecallBoard | None:
    """Return which recipients were notified of the item's recall and which confirmed it.

    Recipients that hold only an item which this one corrected are included. ``None`` for an item that is neither
    recalled nor cancelled.
    """
    if item.state not in (ItemState.RECALLED, ItemState.CANCELLED):
        return None
    by_recipient = _earlier_copies(handle, item) | {
        row.recipient: row.state for row in deliveries.of_item(handle, item.number) if row.state in SENT
    }
    confirmed = _recipients_in(by_recipient, DeliveryState.RECALL_CONFIRMED)
    told = _recipients_in(by_recipient, DeliveryState.RECALL_SENT)
    return RecallBoard(
        to_be_told=tuple(sorted(by_recipient.keys() - {*told, *confirmed})),
        told=told,
        confirmed=confirmed,
    )


def _recipients_in(by_recipient: Mapping[str, DeliveryState], state: DeliveryState) -> tuple[str, ...]:
    return tuple(sorted(recipient for recipient, found in by_recipient.items() if found is state))


def _earlier_copies(handle: Handle, item: Item) -> dict[str, DeliveryState]:
    """Return, by recipient, the delivery state of the latest superseded member of the family that it holds."""
    members = [member.number for member in items.superseded_before(handle, item)]
    rows = deliveries.groups_of_items(handle, members)
    return {
        recipient: alike.state
        for number in members
        for alike in rows[number]
        if alike.state in HOLDING
        for recipient in alike.recipients
    }


def copies_held(handle: Handle, item: Item) -> tuple[HolderRow, ...]:
    """Return the latest member of the family that each recipient holds; empty for an item without corrections."""
    corrections = items.corrections_of(handle, item.root)
    if not corrections:
        return ()
    latest: dict[str, HolderRow] = {}
    for number, rows in deliveries.groups_of_items(handle, [item.root, *corrections]).items():
        for alike in rows:
            if alike.state in HOLDING:
                name = item_name(number)
                latest |= {recipient: HolderRow(recipient, name, alike.version) for recipient in alike.recipients}
    return tuple(latest[recipient] for recipient in sorted(latest))
