"""Ordering measures and their later steps. Each takes the write lock first and reads the level inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dutydesk.desk.enforce import enforce
from dutydesk.desk.ground import Act, Answer, Ground, required, stamp
from dutydesk.desk.signers import Signing, lost_right, require_second, require_unchanged
from dutydesk.domain.errors import BadCall, Conflict, NotAllowed, Obstacle, Refused
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import measure_name
from dutydesk.domain.officers import Officer, Right
from dutydesk.domain.supervision import (
    Coverage,
    Endorsement,
    Level,
    LiftProposal,
    Measure,
    MeasureState,
    described,
    eases,
    is_due,
)
from dutydesk.store import log, measures, network
from dutydesk.store.handle import Handle
from dutydesk.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Order:
    """What an officer enters. ``expected`` is the bureau's measure revision that the officer saw, if any."""

    country: str
    level: Level
    coverage: Coverage
    order: str
    by: str
    reason: str
    effective: datetime | None = None
    review_by: datetime | None = None
    expected: int | None = None


def live(handle: Handle, country: str) -> list[Measure]:
    """The country's measures that are in force, ordered for later, or waiting for a second officer."""
    states = (MeasureState.EFFECTIVE, MeasureState.ORDERED, MeasureState.PROPOSED)
    return [measure for measure in measures.of_country(handle, country) if measure.state in states]


def drafted(handle: Handle, ground: Ground, order: Order, officer: str) -> Measure:
    """The measure that an order would make. Raises BadCall, in one sentence, for an order that makes no sense."""
    at = handle.at
    bureau = ground.directory.bureau(order.country, at.date())
    if bureau is None:
        raise BadCall(ground.directory.refusal(order.country, at.date()))
    effective = order.effective or at
    if effective < at:
        raise BadCall(f"a measure can't be backdated: {stamp(effective)} is past, it is {stamp(at)}")
    review_by = order.review_by or effective + ground.settings.measure_review
    if review_by <= effective:
        raise BadCall(f"the review date {stamp(review_by)} is not after the measure's start {stamp(effective)}")
    in_force = _in_force(live(handle, order.country))
    return Measure(
        number=0,
        country=order.country,
        level=order.level,
        coverage=order.coverage,
        order=required(order.order, "the order's reference (--order)"),
        by=required(order.by, "who decided it (--by)"),
        reason=required(order.reason, "the reason (--reason)"),
        officer=officer,
        ordered_at=at,
        effective_at=effective,
        review_by=review_by,
        state=MeasureState.ORDERED,
        endorsement=Endorsement.AWAITING,
        endorsement_due=at + ground.settings.endorsement_due,
        over=in_force.number if in_force else None,
    )


def _in_force(found: list[Measure]) -> Measure | None:
    return next((measure for measure in found if measure.in_force), None)


def order(transaction: Transaction, ground: Ground, act: Act, wanted: Order) -> tuple[Answer, Measure]:
    """Tightening takes one signature and may be immediate; what eases is proposed until another person confirms."""
    officer = ground.officer(transaction, act, Right.MEASURE)
    ground.refuse_own_country(officer, wanted.country)
    measure = drafted(transaction, ground, wanted, act.officer)
    found = live(transaction, measure.country)
    _refuse_crossing(transaction, wanted, measure, found)
    in_force = _in_force(found)
    easing = eases(measure, in_force)
    if easing:
        measure = replace(measure, state=MeasureState.PROPOSED)
    measure = replace(measure, number=measures.add(transaction, measure))
    transaction.emit(
        act.officer,
        EventKind.MEASURE_PROPOSED if easing else EventKind.MEASURE_ORDERED,
        measure_name(measure.number),
        login=act.login,
        **_data(measure),
    )
    if not easing:
        _void_pending(transaction, measure, found, act.officer)
        if is_due(measure, transaction.at):
            measure = _put_in_force(transaction, ground, measure, act.officer)
    words = (
        f"{measure_name(measure.number)} eases {measure.country}; it waits for a second officer's confirm"
        if easing
        else f"{measure.country} is {measure.level} from {stamp(measure.effective_at)}"
    )
    return _answer(transaction, measure.number, words), measures.get(transaction, measure.number)


def _refuse_crossing(handle: Handle, wanted: Order, measure: Measure, found: list[Measure]) -> None:
    """Two orders for one country at once: the second gets a conflict that shows the first."""
    revision = network.rows(handle)[measure.country].measure_revision
    latest = found[-1] if found else None
    if wanted.expected is not None and wanted.expected != revision:
        first = measures.of_country(handle, measure.country)[-1:]
        raise Conflict(f"another order for {measure.country} was first; look at it again", *map(_shown, first))
    for other in found:
        if (other.level, other.coverage, other.order) == (measure.level, measure.coverage, measure.order):
            raise Conflict(f"{measure_name(other.number)} orders the same already", _shown(other))
    pending = [other for other in found if other.state is MeasureState.ORDERED]
    if pending and measure.effective_at > handle.at:
        raise Conflict(
            f"{measure_name(pending[0].number)} is ordered for later already; lift it first", _shown(pending[0])
        )
    for other in pending:
        if eases(measure, other) and eases(other, measure):
            raise Conflict(
                f"{measure_name(other.number)} is ordered for later and covers other channels or kinds; "
                "name those too, or lift it first",
                _shown(other),
            )
    if latest is not None and latest.state is MeasureState.PROPOSED and eases(measure, _in_force(found)):
        raise Conflict(f"{measure_name(latest.number)} is proposed already; confirm it or dissent", _shown(latest))


def _shown(measure: Measure) -> Obstacle:
    words = (
        f"{measure_name(measure.number)}: {measure.country} {measure.level}, order {measure.order} of {measure.by}, "
        f"entered by {measure.officer} at {stamp(measure.ordered_at)}, {measure.shown_state}"
    )
    return Obstacle("measure", words)


def _void_pending(transaction: Transaction, new: Measure, found: list[Measure], actor: str) -> None:
    """A new order ends proposals, which saw another state of things, and pending orders that are weaker than itself."""
    for other in found:
        weaker = other.state is MeasureState.ORDERED and not eases(new, other)
        if other.state is MeasureState.PROPOSED or weaker:
            ended_at = _never_in_force(other, transaction.at)
            ended = replace(other, state=MeasureState.REPLACED, ended_at=ended_at, lift=None)
            measures.save(transaction, ended)
            _emit_void(transaction, actor, other, by=measure_name(new.number))
        elif other.lift is not None and other.state is MeasureState.EFFECTIVE and new.effective_at > transaction.at:
            measures.save(transaction, replace(other, lift=None))
            _emit_void(transaction, actor, other, lift=True)


def _emit_void(transaction: Transaction, actor: str, measure: Measure, **data: Json) -> None:
    """Name whoever made the proposal that falls, beside who made it fall."""
    easing = measure.officer if measure.state is MeasureState.PROPOSED else None
    proposer = measure.lift.officer if measure.lift is not None else easing
    transaction.emit(actor, EventKind.MEASURE_VOID, measure_name(measure.number), proposer=proposer, **data)


def _void_stale(transaction: Transaction, country: str, by: int, actor: str) -> None:
    """A proposed easing that saw another measure in force is void (race rule 6), so that a new one can be proposed."""
    found = live(transaction, country)
    in_force = _in_force(found)
    for other in found:
        if other.state is MeasureState.PROPOSED and other.over != (in_force.number if in_force else None):
            ended_at = _never_in_force(other, transaction.at)
            measures.save(transaction, replace(other, state=MeasureState.REPLACED, ended_at=ended_at))
            _emit_void(transaction, actor, other, by=measure_name(by))


def _never_in_force(measure: Measure, at: datetime) -> datetime:
    """The end of a measure that ends before it counted: not after its start, so that no past time finds it in force."""
    return min(measure.effective_at, at)


def bring_into_force(transaction: Transaction, ground: Ground) -> None:
    """Runs first in every transaction: a measure counts from its instant, whether or not anything ticked."""
    for measure in measures.due(transaction):
        _put_in_force(transaction, ground, measure, "system")


def _put_in_force(transaction: Transaction, ground: Ground, measure: Measure, actor: str) -> Measure:
    before = ground.policy(transaction)
    in_force = _in_force(live(transaction, measure.country))
    if in_force is not None:
        ended = replace(in_force, state=MeasureState.REPLACED, ended_at=transaction.at, lift=None)
        measures.save(transaction, ended)
        transaction.emit(
            actor,
            EventKind.MEASURE_REPLACED,
            measure_name(in_force.number),
            by=measure_name(measure.number),
        )
    measures.save(transaction, replace(measure, state=MeasureState.EFFECTIVE))
    transaction.emit(actor, EventKind.MEASURE_EFFECTIVE, measure_name(measure.number), **_data(measure))
    _void_stale(transaction, measure.country, measure.number, actor)
    enforce(transaction, ground, measure.country, before, actor)
    return measures.get(transaction, measure.number)


def _data(measure: Measure) -> dict[str, Json]:
    return {
        "country": measure.country,
        "level": measure.level.value,
        "channels": sorted(channel.value for channel in measure.coverage.channels),
        "kinds": sorted(kind.value for kind in measure.coverage.kinds),
        "order": measure.order,
        "by": measure.by,
        "reason": measure.reason,
        "effective_at": stamp(measure.effective_at),
        "in_force_from": measure.effective_at.isoformat(),
        "review_by": stamp(measure.review_by),
    }


def endorse(
    transaction: Transaction, ground: Ground, act: Act, number: int, by: str, decision: str, *, declined: bool
) -> Answer:
    """Endorsement stands beside the measure: a declined one makes a task to lift, and lifts nothing by itself."""
    measure, _officer = _measure_for(transaction, ground, act, number)
    if measure.endorsement is not Endorsement.AWAITING:
        raise Conflict(
            f"{measure_name(number)} is {measure.endorsement} already, by {measure.endorsed_by}", _shown(measure)
        )
    if measure.state in (MeasureState.LIFTED, MeasureState.REPLACED):
        raise Refused(f"{measure_name(number)} has ended ({measure.state}); there is nothing to endorse")
    endorsement = Endorsement.DECLINED if declined else Endorsement.ENDORSED
    by, decision = required(by, "who endorsed it (--by)"), required(decision, "the order's reference (--order)")
    measures.save(transaction, replace(measure, endorsement=endorsement, endorsed_by=by, endorsement_order=decision))
    transaction.emit(
        act.officer,
        EventKind.MEASURE_DECLINED if declined else EventKind.MEASURE_ENDORSED,
        measure_name(number),
        login=act.login,
        by=by,
        order=decision,
    )
    words = f"{described(measure)} is {endorsement}"
    return _answer(transaction, number, words + ("; it stays in force until it is lifted" if declined else ""))


def lift(
    transaction: Transaction, ground: Ground, act: Act, number: int, decision: str, by: str, reason: str
) -> Answer:
    """Half of a lift: it stays in force until another person confirms."""
    measure, _officer = _measure_for(transaction, ground, act, number)
    if measure.state not in (MeasureState.EFFECTIVE, MeasureState.ORDERED):
        raise Refused(f"{measure_name(number)} is {measure.state}; there is nothing to lift")
    if measure.lift is not None:
        raise Conflict(
            f"{measure.lift.officer} proposed to lift {measure_name(number)} at {stamp(measure.lift.at)}; "
            "confirm it or dissent",
            _shown(measure),
        )
    proposal = LiftProposal(
        required(decision, "the order's reference (--order)"),
        required(by, "who decided it (--by)"),
        required(reason, "the reason (--reason)"),
        act.officer,
        transaction.at,
    )
    measures.save(transaction, replace(measure, lift=proposal))
    transaction.emit(
        act.officer,
        EventKind.MEASURE_LIFT_PROPOSED,
        measure_name(number),
        login=act.login,
        order=proposal.order,
        by=proposal.by,
        reason=proposal.reason,
    )
    return _answer(transaction, number, f"the lift of {measure_name(number)} waits for a second officer's confirm")


def confirm(transaction: Transaction, ground: Ground, act: Act, number: int, expected: int | None = None) -> Answer:
    """The second person's word. Raises StaleProposal where the proposer lost the right, or another measure is in force.

    The caller then voids it by :func:`void_if_stale`, in a transaction of its own: this one is rolled back.
    ``expected`` is the measure's revision that the officer has read.
    """
    measure, _officer = _measure_for(transaction, ground, act, number)
    proposer = _proposer(transaction, measure)
    signing = _signing(measure, proposer)
    require_second(transaction, ground, act, signing)
    if expected is not None and expected != measure.revision:
        name = measure_name(number)
        raise Conflict(f"{name} has changed since you read it; look at it again", *_last_act(transaction, name))
    require_unchanged(signing, changes(transaction, ground, measure))
    if measure.lift is not None:
        return _confirm_lift(transaction, ground, act, measure)
    effective = max(measure.effective_at, transaction.at)
    measures.save(transaction, replace(measure, state=MeasureState.ORDERED, effective_at=effective))
    ordered = measures.get(transaction, number)
    transaction.emit(
        act.officer,
        EventKind.MEASURE_ORDERED,
        measure_name(number),
        login=act.login,
        confirms=proposer,
        **_data(ordered),
    )
    if is_due(ordered, transaction.at):
        _put_in_force(transaction, ground, ordered, act.officer)
    return _answer(transaction, number, f"{measure.country} is {measure.level} from {stamp(effective)}")


def _signing(measure: Measure, proposer: str) -> Signing:
    return Signing(measure_name(measure.number), proposer, Right.MEASURE, measure.country)


def changes(handle: Handle, ground: Ground, measure: Measure) -> tuple[str, ...]:
    """What has changed since a lift or an easing was proposed; empty where nothing has, or nothing is proposed."""
    if measure.lift is None and measure.state is not MeasureState.PROPOSED:
        return ()
    lost = lost_right(handle, ground, _signing(measure, _proposer(handle, measure)))
    found = [lost] if lost is not None else []
    if measure.lift is None:
        in_force = _in_force(live(handle, measure.country))
        if (in_force.number if in_force else None) != measure.over:
            now = f"{measure_name(in_force.number)} is in force" if in_force else "no measure is in force"
            was = f"proposed over {measure_name(measure.over)}" if measure.over else "proposed where none was"
            found.append(f"{now}; it was {was}")
    return tuple(found)


def void_if_stale(transaction: Transaction, ground: Ground, number: int) -> None:
    """Ends the proposal of an easing or a lift that can no longer be confirmed; leaves one that stands as it is."""
    measure = measures.get(transaction, number)
    changed = changes(transaction, ground, measure)
    if not changed:
        return
    proposer, is_lift = _proposer(transaction, measure), measure.lift is not None
    if is_lift:
        after = replace(measure, lift=None)
    else:
        ended_at = _never_in_force(measure, transaction.at)
        after = replace(measure, state=MeasureState.REPLACED, ended_at=ended_at)
    measures.save(transaction, after)
    transaction.emit(
        "system",
        EventKind.MEASURE_VOID,
        measure_name(number),
        lift=is_lift,
        proposer=proposer,
        differences=list(changed),
    )


def _proposer(handle: Handle, measure: Measure) -> str:
    if measure.lift is not None:
        return measure.lift.officer
    if measure.state is MeasureState.PROPOSED:
        return measure.officer
    name = measure_name(measure.number)
    raise Conflict(f"{name} is {measure.state}; nothing waits for a second officer", *_last_act(handle, name))


def _last_act(handle: Handle, name: str) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(event.kind, f"{event.actor}: {event.kind} at {stamp(event.at)}")
        for event in log.of_subject(handle, name)[-1:]
    )


def _confirm_lift(transaction: Transaction, ground: Ground, act: Act, measure: Measure) -> Answer:
    before, name = ground.policy(transaction), measure_name(measure.number)
    lifted = replace(measure, state=MeasureState.LIFTED, ended_at=transaction.at, lift=None)
    measures.save(transaction, lifted)
    proposal = measure.lift
    transaction.emit(
        act.officer,
        EventKind.MEASURE_LIFTED,
        name,
        login=act.login,
        country=measure.country,
        confirms=proposal.officer if proposal else None,
        order=proposal.order if proposal else None,
        by=proposal.by if proposal else None,
        reason=proposal.reason if proposal else None,
    )
    _void_stale(transaction, measure.country, measure.number, act.officer)
    enforce(transaction, ground, measure.country, before, act.officer)
    return _answer(transaction, measure.number, f"{name} is lifted; what is held finishes its review")


def dissent(transaction: Transaction, ground: Ground, act: Act, number: int, reason: str) -> Answer:
    """The second person's no: the measure stays as it was; both opinions are in the log."""
    measure, _officer = _measure_for(transaction, ground, act, number)
    proposer = _proposer(transaction, measure)
    if proposer == act.officer:
        raise NotAllowed(f"{act.officer} proposed it; another person must say no to {measure_name(number)}")
    reason = required(reason, "the reason (--reason)")
    if measure.lift is not None:
        after = replace(measure, lift=None)
    else:
        after = replace(measure, state=MeasureState.LIFTED, ended_at=_never_in_force(measure, transaction.at))
    measures.save(transaction, after)
    transaction.emit(
        act.officer,
        EventKind.MEASURE_DISSENTED,
        measure_name(number),
        login=act.login,
        proposer=proposer,
        reason=reason,
    )
    return _answer(transaction, number, f"the proposal of {proposer} is turned down; both opinions are kept")


def _measure_for(transaction: Transaction, ground: Ground, act: Act, number: int) -> tuple[Measure, Officer]:
    officer = ground.officer(transaction, act, Right.MEASURE)
    measure = measures.get(transaction, number)
    ground.refuse_own_country(officer, measure.country)
    return measure, officer


def _answer(transaction: Transaction, number: int, words: str) -> Answer:
    measure = measures.get(transaction, number)
    return Answer(measure_name(number), measure.shown_state, measure.revision, words)
