"""Propose a decision that takes two officers.

The store keeps the basis that the first officer saw; the proposal is void once it changes.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.review.rulings import Ruling, current_audience, current_level
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.reviews import ItemProposed, ItemRecallProposed
from dutydesk.domain.review.four_eyes import Proposal, ProposedDecision, ReviewSnapshot
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, measures, proposals


def review_basis(handle: Handle, context: Context, item: Item) -> ReviewSnapshot:
    """Return the present basis of a release or a refusal: version, audience, findings, level and restrictions."""
    policy = context.policy(handle)
    supervised = current_level(item, policy)
    try:
        audience = current_audience(handle, context, item, policy)
    except (NotFound, BodyChanged):  # the body is missing or changed: the item may still be refused
        audience = ()
    owners = tuple(code for code in (item.sender, policy.parents.get(item.sender or "")) if code is not None)
    return ReviewSnapshot(
        version=item.version,
        cycle=item.cycle,
        deliver=tuple(verdict.recipient for verdict in audience if verdict.cause is None),
        suppress=tuple((verdict.recipient, verdict.cause.value) for verdict in audience if verdict.cause is not None),
        findings=tuple(
            (f.rule, f.severity.value, f.field) for f in items.findings_of(handle, item.number, item.version)
        ),
        level=supervised.level.value,
        measure=measure_name(supervised.measure.number) if supervised.measure else None,
        restrictions=measures.latest_restriction(handle, owners, item.root),
    )


def propose(
    transaction: Transaction,
    actor: Actor,
    item: Item,
    what: ProposedDecision,
    ruling: Ruling,
    reasons: tuple[str, ...],
    basis: ReviewSnapshot,
) -> None:
    """Store the first officer's proposal and mark the item as waiting for the second officer."""
    proposal = Proposal(
        actor.officer,
        what,
        ruling.reason,
        ruling.code,
        ruling.articles,
        ruling.overrides,
        reasons,
        basis,
        transaction.at,
    )
    proposals.add(transaction, item.number, proposal)
    match what:
        case ProposedDecision.RELEASE | ProposedDecision.REFUSE:
            after = replace(item, state=ItemState.PROPOSED, proposed_by=actor.officer, information_due=None)
        case ProposedDecision.RECALL:
            after = replace(item, recall_proposed_by=actor.officer)
    items.save(transaction, item, after)
    transaction.emit(
        actor.officer,
        item.name,
        (ItemRecallProposed if what is ProposedDecision.RECALL else ItemProposed)(
            login=actor.login,
            decision=what.value,
            reason=ruling.reason,
            code=ruling.code.value if ruling.code else None,
            articles=tuple(ruling.articles),
            overrides=tuple(ruling.overrides),
            because=tuple(reasons),
            version=item.version,
            cycle=item.cycle,
            digest=basis.digest,
        ),
    )
