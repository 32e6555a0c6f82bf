"""What a second officer signs: the proposal itself, and what a confirm of it would bring about. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dutydesk.desk.base.context import Context, format_utc
from dutydesk.desk.base.proposal_rows import ConfirmPreview, ItemProposal, MeasureProposal
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.base.rows import CountryCounts, ItemView, ProposalRow
from dutydesk.desk.supervision.enforcement import affected_items, counts_after
from dutydesk.desk.views.countries import measure_row
from dutydesk.desk.views.items import show
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.delivery.states import HOLDING, DeliveryState, ItemState
from dutydesk.domain.errors import Conflict
from dutydesk.domain.review.four_eyes import ProposedDecision
from dutydesk.domain.supervision.measures import Level, Measure, MeasureState, strictest
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import measures

_WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
_UNSENT = _WAITING | {DeliveryState.SENDING, DeliveryState.DEAD}


def measure_proposal(handle: Handle, context: Context, number: int) -> MeasureProposal:
    """Raises NotFound for an unknown measure, Conflict where nothing is proposed on it."""
    measure, policy = measures.get(handle, number), context.policy(handle)
    row = measure_row(measure, policy)
    if measure.lift is not None:
        lift = measure.lift
        return MeasureProposal(
            row=row,
            what="lift",
            officer=lift.officer,
            at=lift.at,
            order=lift.order,
            by=lift.by,
            reason=lift.reason,
            effective_at=handle.at,
            follows=_measure_consequences(handle, policy, measure.country, _measures_without(policy, measure)),
        )
    if measure.state is not MeasureState.PROPOSED:
        raise Conflict(
            ConflictCode.MEASURE_NOT_PROPOSED, f"{row.measure} is {row.state}; nothing waits for a second officer"
        )
    would_be = {**policy.in_force, measure.country: replace(measure, state=MeasureState.EFFECTIVE)}
    return MeasureProposal(
        row=row,
        what="easing",
        officer=measure.officer,
        at=measure.ordered_at,
        order=measure.order,
        by=measure.by,
        reason=measure.reason,
        effective_at=max(measure.effective_at, handle.at),
        follows=_measure_consequences(handle, policy, measure.country, would_be),
        changed=_level_changes(measure, policy),
    )


def _measures_without(policy: Policy, measure: Measure) -> dict[str, Measure]:
    """The measures in force once this one is lifted; one that is ordered for later only is not among them anyway."""
    return {code: each for code, each in policy.in_force.items() if each.number != measure.number}


def _level_changes(measure: Measure, policy: Policy) -> tuple[str, ...]:
    in_force = policy.in_force.get(measure.country)
    if (in_force.number if in_force else None) == measure.over:
        return ()
    now = f"{measure_name(in_force.number)} since {format_utc(in_force.effective_at)}" if in_force else "no measure"
    return (f"it was proposed over {measure_name(measure.over) if measure.over else 'no measure'}; in force is {now}",)


def _measure_consequences(
    handle: Handle, policy: Policy, country: str, would_be: Mapping[str, Measure]
) -> ConfirmPreview:
    then = replace(policy, in_force=dict(would_be))
    moved = affected_items(handle, country, then)
    return ConfirmPreview(
        state_before=_level(policy, country),
        state_after=_level(then, country),
        before=moved.current_counts,
        after=counts_after(handle, moved, then),
        would_change={"queued": len(moved.queued), "held": len(moved.held), "blocked": len(moved.blocked)},
    )


def _level(policy: Policy, country: str) -> Level:
    """The strictest that counts for a country: its own, or its parent bureau's."""
    found = (policy.in_force.get(code) for code in (country, policy.parents.get(country)) if code is not None)
    return strictest(measure.level for measure in found if measure is not None)


def item_proposal(handle: Handle, context: Context, number: int, eyes: Visibility) -> ItemProposal:
    """The item and its proposal, read together. Raises NotFound."""
    view = show(handle, context, number, eyes)
    follows = None if view.proposal is None else _item_consequences(handle, context, view, view.proposal)
    return ItemProposal(view, follows)


def _item_consequences(handle: Handle, context: Context, view: ItemView, proposal: ProposalRow) -> ConfirmPreview:
    now = affected_items(handle, view.row.sender or "", context.policy(handle)).current_counts
    waiting = sum(row.state in _WAITING for row in view.deliveries)
    unsent = any(row.state in _UNSENT for row in view.deliveries)
    holders = sum(row.state in HOLDING for row in view.deliveries)
    going = sum(verdict.verdict == "deliver" for verdict in view.audience)
    match ProposedDecision(proposal.decision):
        case ProposedDecision.RELEASE:
            state, then, left = ItemState.RELEASED, CountryCounts(now.queued + 1, now.held - 1, now.blocked), going
        case ProposedDecision.REFUSE:
            state, then, left = ItemState.REFUSED, replace(now, held=now.held - 1), waiting
        case ProposedDecision.RECALL:
            state, then, left = ItemState.RECALLED, replace(now, queued=now.queued - unsent), 0
    change = {
        "queued": then.queued - now.queued,
        "held": then.held - now.held,
        "blocked": then.blocked - now.blocked,
    }
    return ConfirmPreview(view.row.state, state, now, then, change, (waiting, left), (holders, holders))
