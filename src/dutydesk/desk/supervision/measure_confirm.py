"""Propose to lift a measure; confirm a lift or an easing, or dissent from it. Each takes two officers."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.signers import SignerRequirements, proposer_refusal, require_fit_confirmer, require_unchanged
from dutydesk.desk.supervision.enforcement import enforce
from dutydesk.desk.supervision.measures import (
    apply_measure,
    current_measures,
    end_before_start,
    measure_in_force,
    measure_obstacle,
    measure_result,
    order_data,
    require_measure,
    void_stale_easing,
)
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.errors import Conflict, NotAllowed, Obstacle, Refused
from dutydesk.domain.events.measures import (
    MeasureDissented,
    MeasureLifted,
    MeasureLiftProposed,
    MeasureOrdered,
    MeasureVoid,
)
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.measures import LiftProposal, Measure, MeasureState, is_due
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log, measures


def lift(
    transaction: Transaction, context: Context, actor: Actor, number: int, decision: str, by: str, reason: str
) -> CommandResult:
    """Propose to lift a measure; it stays in force until a second officer confirms.

    Raises Refused where the measure has ended or is only proposed, Conflict where a lift is proposed already.
    """
    measure, _officer = require_measure(transaction, context, actor, number)
    if measure.state not in (MeasureState.EFFECTIVE, MeasureState.ORDERED):
        raise Refused(
            RefusedCode.MEASURE_ENDED,
            sentence("{number} is {state}; there is nothing to lift", number=measure_name(number), state=measure.state),
        )
    if measure.lift is not None:
        raise Conflict(
            ConflictCode.ALREADY_PROPOSED,
            sentence(
                "{officer} proposed to lift {number} at {at}; confirm it or dissent",
                officer=measure.lift.officer,
                number=measure_name(number),
                at=format_utc(measure.lift.at),
            ),
            measure_obstacle(measure),
        )
    proposal = LiftProposal(
        require_text(decision, sentence("the order number"), InvalidRequestCode.ORDER_MISSING),
        require_text(by, sentence("who decided it"), InvalidRequestCode.DECIDER_MISSING),
        require_text(reason, sentence("a reason")),
        actor.officer,
        transaction.at,
    )
    measures.save(transaction, replace(measure, lift=proposal))
    transaction.emit(
        actor.officer,
        measure_name(number),
        MeasureLiftProposed(login=actor.login, order=proposal.order, by=proposal.by, reason=proposal.reason),
    )
    return measure_result(
        transaction,
        number,
        sentence("the lift of {number} waits for a second officer to confirm it", number=measure_name(number)),
    )


def confirm(
    transaction: Transaction, context: Context, actor: Actor, number: int, expected: int | None = None
) -> CommandResult:
    """Confirm a proposed lift or easing as the second officer.

    ``expected`` is the measure's revision that the officer read. Raises Conflict where it has changed or nothing is
    proposed, NotAllowed, and StaleProposal where the proposer lost the right or another measure is in force. This
    transaction is then rolled back, and the caller calls :func:`void_if_stale` in a new one.
    """
    measure, _officer = require_measure(transaction, context, actor, number)
    proposer = _proposer(transaction, measure)
    signing = _signing(measure, proposer)
    require_fit_confirmer(transaction, context, actor, signing)
    if expected is not None and expected != measure.revision:
        name = measure_name(number)
        raise Conflict(
            ConflictCode.MEASURE_CHANGED,
            sentence("{name} has changed since you read it; read it again", name=name),
            *_last_change(transaction, name),
        )
    require_unchanged(signing, changes_since_proposal(transaction, context, measure))
    if measure.lift is not None:
        return _confirm_lift(transaction, context, actor, measure)
    effective = max(measure.effective_at, transaction.at)
    measures.save(transaction, replace(measure, state=MeasureState.ORDERED, effective_at=effective))
    ordered = measures.get(transaction, number)
    transaction.emit(
        actor.officer, measure_name(number), MeasureOrdered(login=actor.login, confirms=proposer, **order_data(ordered))
    )
    if is_due(ordered, transaction.at):
        apply_measure(transaction, context, ordered, actor.officer)
    return measure_result(
        transaction,
        number,
        sentence(
            "{country} is {level} from {effective}",
            country=measure.country,
            level=measure.level,
            effective=format_utc(effective),
        ),
    )


def _signing(measure: Measure, proposer: str) -> SignerRequirements:
    return SignerRequirements(measure_name(measure.number), proposer, Right.MEASURE, measure.country)


def changes_since_proposal(handle: Handle, context: Context, measure: Measure) -> tuple[str, ...]:
    """Return what has changed since a lift or an easing was proposed, in sentences.

    Empty where nothing has changed or nothing is proposed.
    """
    if measure.lift is None and measure.state is not MeasureState.PROPOSED:
        return ()
    lost = proposer_refusal(handle, context, _signing(measure, _proposer(handle, measure)))
    found = [lost] if lost is not None else []
    if measure.lift is None:
        in_force = measure_in_force(current_measures(handle, measure.country))
        if (in_force.number if in_force else None) != measure.over:
            now = (
                sentence("{number} is in force", number=measure_name(in_force.number))
                if in_force
                else sentence("no measure is in force")
            )
            before = (
                sentence("over {over}", over=measure_name(measure.over)) if measure.over else sentence("when none was")
            )
            found.append(sentence("{now}; it was proposed {before}", now=now, before=before))
    return tuple(found)


def void_if_stale(transaction: Transaction, context: Context, number: int) -> None:
    """End a proposed easing or lift that can no longer be confirmed; do nothing where it still can."""
    measure = measures.get(transaction, number)
    changed = changes_since_proposal(transaction, context, measure)
    if not changed:
        return
    proposer, is_lift = _proposer(transaction, measure), measure.lift is not None
    if is_lift:
        after = replace(measure, lift=None)
    else:
        ended_at = end_before_start(measure, transaction.at)
        after = replace(measure, state=MeasureState.REPLACED, ended_at=ended_at)
    measures.save(transaction, after)
    transaction.emit(
        "system", measure_name(number), MeasureVoid(lift=is_lift, proposer=proposer, differences=tuple(changed))
    )


def _proposer(handle: Handle, measure: Measure) -> str:
    if measure.lift is not None:
        return measure.lift.officer
    if measure.state is MeasureState.PROPOSED:
        return measure.officer
    name = measure_name(measure.number)
    raise Conflict(
        ConflictCode.MEASURE_NOT_PROPOSED,
        sentence("{name} is {state}; nothing waits for a second officer", name=name, state=measure.state),
        *_last_change(handle, name),
    )


def _last_change(handle: Handle, name: str) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            event.kind, sentence("{actor}: {kind} at {at}", actor=event.actor, kind=event.kind, at=format_utc(event.at))
        )
        for event in log.of_subject(handle, name)[-1:]
    )


def _confirm_lift(transaction: Transaction, context: Context, actor: Actor, measure: Measure) -> CommandResult:
    previous_policy, name = context.policy(transaction), measure_name(measure.number)
    lifted = replace(measure, state=MeasureState.LIFTED, ended_at=transaction.at, lift=None)
    measures.save(transaction, lifted)
    proposal = measure.lift
    transaction.emit(
        actor.officer,
        name,
        MeasureLifted(
            login=actor.login,
            country=measure.country,
            confirms=proposal.officer if proposal else None,
            order=proposal.order if proposal else None,
            by=proposal.by if proposal else None,
            reason=proposal.reason if proposal else None,
        ),
    )
    void_stale_easing(transaction, measure.country, measure.number, actor.officer)
    enforce(transaction, context, measure.country, previous_policy, actor.officer)
    return measure_result(
        transaction, measure.number, sentence("{name} is lifted; what is held finishes its review", name=name)
    )


def dissent(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Turn down a proposed lift or easing as the second officer; the measure in force does not change.

    The log keeps both opinions. Raises NotAllowed for the proposer, Conflict where nothing is proposed.
    """
    measure, _officer = require_measure(transaction, context, actor, number)
    proposer = _proposer(transaction, measure)
    if proposer == actor.officer:
        raise NotAllowed(
            NotAllowedCode.OWN_PROPOSAL,
            sentence(
                "{officer} proposed it; another person must dissent from {number}",
                officer=actor.officer,
                number=measure_name(number),
            ),
        )
    reason = require_text(reason, sentence("a reason"))
    if measure.lift is not None:
        after = replace(measure, lift=None)
    else:
        after = replace(measure, state=MeasureState.LIFTED, ended_at=end_before_start(measure, transaction.at))
    measures.save(transaction, after)
    transaction.emit(
        actor.officer, measure_name(number), MeasureDissented(login=actor.login, proposer=proposer, reason=reason)
    )
    return measure_result(
        transaction,
        number,
        sentence("the proposal of {proposer} is rejected; both opinions are kept", proposer=proposer),
    )
