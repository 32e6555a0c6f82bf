"""What a second officer signs: the proposal itself, and what a confirm of it would bring about. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dutydesk.desk.base.context import Context, stamp
from dutydesk.desk.base.proposal_rows import Follows, ItemProposal, MeasureProposal
from dutydesk.desk.base.rows import ItemView, ProposalRow, Standing
from dutydesk.desk.base.withheld import Eyes
from dutydesk.desk.supervision.enforcement import after, effects
from dutydesk.desk.views.countries import measure_row
from dutydesk.desk.views.items import show
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.delivery.states import HOLDING, DeliveryState, ItemState
from dutydesk.domain.errors import Conflict
from dutydesk.domain.review.four_eyes import Proposed
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
            follows=_of_measure(handle, policy, measure.country, _without(policy, measure)),
        )
    if measure.state is not MeasureState.PROPOSED:
        raise Conflict(f"{row.measure} is {row.state}; nothing waits for a second officer")
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
        follows=_of_measure(handle, policy, measure.country, would_be),
        changed=_changed(measure, policy),
    )


def _without(policy: Policy, measure: Measure) -> dict[str, Measure]:
    """The measures in force once this one is lifted; one that is ordered for later only is not among them anyway."""
    return {code: each for code, each in policy.in_force.items() if each.number != measure.number}


def _changed(measure: Measure, policy: Policy) -> tuple[str, ...]:
    in_force = policy.in_force.get(measure.country)
    if (in_force.number if in_force else None) == measure.over:
        return ()
    now = f"{measure_name(in_force.number)} since {stamp(in_force.effective_at)}" if in_force else "no measure"
    return (f"it was proposed over {measure_name(measure.over) if measure.over else 'no measure'}; in force is {now}",)


def _of_measure(handle: Handle, policy: Policy, country: str, would_be: Mapping[str, Measure]) -> Follows:
    then = replace(policy, in_force=dict(would_be))
    moved = effects(handle, country, then)
    return Follows(
        state_before=_level(policy, country),
        state_after=_level(then, country),
        before=moved.now,
        after=after(handle, moved, then),
        would_change={"queued": len(moved.queued), "held": len(moved.held), "blocked": len(moved.blocked)},
    )


def _level(policy: Policy, country: str) -> Level:
    """The strictest that counts for a country: its own, or its parent bureau's."""
    found = (policy.in_force.get(code) for code in (country, policy.parents.get(country)) if code is not None)
    return strictest(measure.level for measure in found if measure is not None)


def item_proposal(handle: Handle, context: Context, number: int, eyes: Eyes) -> ItemProposal:
    """The item and its proposal, read together. Raises NotFound."""
    view = show(handle, context, number, eyes)
    follows = None if view.proposal is None else _of_item(handle, context, view, view.proposal)
    return ItemProposal(view, follows)


def _of_item(handle: Handle, context: Context, view: ItemView, proposal: ProposalRow) -> Follows:
    now = effects(handle, view.row.sender or "", context.policy(handle)).now
    waiting = sum(row.state in _WAITING for row in view.deliveries)
    unsent = any(row.state in _UNSENT for row in view.deliveries)
    holders = sum(row.state in HOLDING for row in view.deliveries)
    going = sum(verdict.verdict == "deliver" for verdict in view.audience)
    match Proposed(proposal.decision):
        case Proposed.RELEASE:
            state, then, left = ItemState.RELEASED, Standing(now.queued + 1, now.held - 1, now.blocked), going
        case Proposed.REFUSE:
            state, then, left = ItemState.REFUSED, replace(now, held=now.held - 1), waiting
        case Proposed.RECALL:
            state, then, left = ItemState.RECALLED, replace(now, queued=now.queued - unsent), 0
    change = {
        "queued": then.queued - now.queued,
        "held": then.held - now.held,
        "blocked": then.blocked - now.blocked,
    }
    return Follows(view.row.state, state, now, then, change, (waiting, left), (holders, holders))
