"""Read a proposal as a second officer sees it: the proposal itself, and what its confirmation would change."""

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
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import measures

_WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED})
_UNSENT = _WAITING | {DeliveryState.SENDING, DeliveryState.DEAD}


def measure_proposal(handle: Handle, context: Context, number: int) -> MeasureProposal:
    """Return the lift or easing that is proposed on a measure.

    Raises NotFound for an unknown measure, Conflict where nothing is proposed on it.
    """
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
            ConflictCode.MEASURE_NOT_PROPOSED,
            sentence("{measure} is {state}; nothing waits for a second officer", measure=row.measure, state=row.state),
        )
    new_measures = {**policy.in_force, measure.country: replace(measure, state=MeasureState.EFFECTIVE)}
    return MeasureProposal(
        row=row,
        what="easing",
        officer=measure.officer,
        at=measure.ordered_at,
        order=measure.order,
        by=measure.by,
        reason=measure.reason,
        effective_at=max(measure.effective_at, handle.at),
        follows=_measure_consequences(handle, policy, measure.country, new_measures),
        changed=_level_changes(measure, policy),
    )


def _measures_without(policy: Policy, measure: Measure) -> dict[str, Measure]:
    """Return the measures in force without this one; the list does not change if it is only ordered for later."""
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
    new_policy = replace(policy, in_force=dict(would_be))
    affected = affected_items(handle, country, new_policy)
    return ConfirmPreview(
        state_before=_level(policy, country),
        state_after=_level(new_policy, country),
        before=affected.current_counts,
        after=counts_after(handle, affected, new_policy),
        would_change={"queued": len(affected.queued), "held": len(affected.held), "blocked": len(affected.blocked)},
    )


def _level(policy: Policy, country: str) -> Level:
    """Return the strictest level that applies to a country: its own or its parent bureau's."""
    found = (policy.in_force.get(code) for code in (country, policy.parents.get(country)) if code is not None)
    return strictest(measure.level for measure in found if measure is not None)


def item_proposal(handle: Handle, context: Context, number: int, eyes: Visibility) -> ItemProposal:
    """Return the item with its proposal and what a confirmation would change, from one snapshot. Raises NotFound."""
    view = show(handle, context, number, eyes)
    follows = None if view.proposal is None else _item_consequences(handle, context, view, view.proposal)
    return ItemProposal(view, follows)


def _item_consequences(handle: Handle, context: Context, view: ItemView, proposal: ProposalRow) -> ConfirmPreview:
    now = affected_items(handle, view.row.sender or "", context.policy(handle)).current_counts
    waiting = sum(row.state in _WAITING for row in view.deliveries)
    has_unsent = any(row.state in _UNSENT for row in view.deliveries)
    holders = sum(row.state in HOLDING for row in view.deliveries)
    audience = sum(verdict.verdict == "deliver" for verdict in view.audience)
    match ProposedDecision(proposal.decision):
        case ProposedDecision.RELEASE:
            state, after = ItemState.RELEASED, CountryCounts(now.queued + 1, now.held - 1, now.blocked)
            waiting_after = audience
        case ProposedDecision.REFUSE:
            state, after, waiting_after = ItemState.REFUSED, replace(now, held=now.held - 1), waiting
        case ProposedDecision.RECALL:
            state, after, waiting_after = ItemState.RECALLED, replace(now, queued=now.queued - has_unsent), 0
    change = {
        "queued": after.queued - now.queued,
        "held": after.held - now.held,
        "blocked": after.blocked - now.blocked,
    }
    return ConfirmPreview(view.row.state, state, now, after, change, (waiting, waiting_after), (holders, holders))
