"""Voids proposals whose item was corrected, withdrawn, suspended or superseded before a second person confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dutydesk.domain.delivery.items import Item, Review
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.reviews import ItemProposalVoid
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import proposals, remarks


def without_proposal(item: Item) -> Item:
    """The item without its proposal."""
    state = ItemState.HELD if item.state is ItemState.PROPOSED else item.state
    return replace(item, state=state, proposed_by=None, recall_proposed_by=None)


def void_proposal(
    transaction: Transaction, item: Item, reasons: Iterable[str], actor: str, *, alone: bool = False
) -> Item:
    """Voids the item's proposal, if there is one. The caller saves the item that is returned.

    The event names the proposer, who learns of it that way. ``alone``: nothing else happens to the item.
    """
    proposal = proposals.of_item(transaction, item.number)
    if proposal is None:
        return item
    proposals.drop(transaction, item.number)
    transaction.emit(
        actor,
        item.name,
        ItemProposalVoid(
            proposer=proposal.officer,
            decision=proposal.what.value,
            differences=tuple(reasons),
            cycle=item.cycle,
            alone=alone,
        ),
    )
    return without_proposal(item)


def keep_review(officer: str, decision: str, reason: str, item: Item, transaction: Transaction) -> None:
    """Records one officer's review of the item."""
    remarks.add_review(
        transaction, item.number, Review(officer, decision, reason, None, (), transaction.at, item.cycle)
    )
