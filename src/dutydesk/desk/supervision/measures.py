"""Order a measure, bring it into force and endorse it.

Each command takes the write lock first and reads the level inside it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.supervision.enforcement import enforce
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.errors import Conflict, InvalidRequest, Obstacle, Refused
from dutydesk.domain.events.event import ABSENT, Logged
from dutydesk.domain.events.measures import (
    MeasureDeclined,
    MeasureEffective,
    MeasureEndorsed,
    MeasureOrdered,
    MeasureProposed,
    MeasureReplaced,
    MeasureVoid,
    OrderFields,
)
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.domain.supervision.measures import (
    Coverage,
    Endorsement,
    Level,
    Measure,
    MeasureState,
    is_due,
    is_weaker,
    measure_words,
)
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, measures


@value(frozen=True, slots=True)
class Order:
    """An order as an officer enters it.

    ``expected`` is the bureau's measure revision that the officer read; ``None`` skips that check.
    """

    country: str
    level: Level
    coverage: Coverage
    order: str
    by: str
    reason: str
    effective: datetime | None = None
    review_by: datetime | None = None
    expected: int | None = None


def current_measures(handle: Handle, country: str) -> list[Measure]:
    """Return the country's measures that are in force, ordered for later or waiting for a second officer."""
    states = (MeasureState.EFFECTIVE, MeasureState.ORDERED, MeasureState.PROPOSED)
    return [measure for measure in measures.of_country(handle, country) if measure.state in states]


def draft_measure(handle: Handle, context: Context, order: Order, officer: str) -> Measure:
    """Return the measure that an order would create, without its number.

    Raises InvalidRequest for an unknown bureau, a start in the past, a review date that is not after the start, or an
    empty text.
    """
    at = handle.at
    bureau = context.directory.bureau(order.country, at.date())
    if bureau is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(order.country, at.date())
        )
    effective = order.effective or at
    if effective < at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_PAST,
            sentence(
                "a measure can't be backdated: {effective} is past, now is {at}",
                effective=format_utc(effective),
                at=format_utc(at),
            ),
        )
    review_by = order.review_by or effective + context.settings.measure_review
    if review_by <= effective:
        raise InvalidRequest(
            InvalidRequestCode.REVIEW_BEFORE_START,
            sentence(
                "the review date {review_by} is not after the measure's start {effective}",
                review_by=format_utc(review_by),
                effective=format_utc(effective),
            ),
        )
    in_force = measure_in_force(current_measures(handle, order.country))
    return Measure(
        number=0,
        country=order.country,
        level=order.level,
        coverage=order.coverage,
        order=require_text(order.order, sentence("the order number"), InvalidRequestCode.ORDER_MISSING),
        by=require_text(order.by, sentence("who decided it"), InvalidRequestCode.DECIDER_MISSING),
        reason=require_text(order.reason, sentence("a reason")),
        officer=officer,
        ordered_at=at,
        effective_at=effective,
        review_by=review_by,
        state=MeasureState.ORDERED,
        endorsement=Endorsement.AWAITING,
        endorsement_due=at + context.settings.endorsement_due,
        over=in_force.number if in_force else None,
    )


def measure_in_force(found: list[Measure]) -> Measure | None:
    """Return the first of these measures that is in force, or ``None``."""
    return next((measure for measure in found if measure.in_force), None)


def order(transaction: Transaction, context: Context, actor: Actor, wanted: Order) -> CommandResult:
    """Order a measure; return the result and the measure.

    A stricter measure takes one officer and can take effect at once. A weaker one is proposed and waits for a second
    officer. Raises NotAllowed, InvalidRequest, and Conflict where it clashes with another order for the country.
    """
    officer = context.officer(transaction, actor, Right.MEASURE)
    context.refuse_own_country(officer, wanted.country)
    measure = draft_measure(transaction, context, wanted, actor.officer)
    found = current_measures(transaction, measure.country)
    _refuse_conflicting_order(transaction, wanted, measure, found)
    in_force = measure_in_force(found)
    easing = is_weaker(measure, in_force)
    if easing:
        measure = replace(measure, state=MeasureState.PROPOSED)
    measure = replace(measure, number=measures.add(transaction, measure))
    transaction.emit(
        actor.officer,
        measure_name(measure.number),
        (MeasureProposed if easing else MeasureOrdered)(
            login=actor.login,
            review_at=measure.review_by.isoformat(),
            endorsement_due=measure.endorsement_due.isoformat(),
            over=measure_name(measure.over) if measure.over is not None else None,
            **order_data(measure),
        ),
    )
    if not easing:
        _void_pending(transaction, measure, found, actor.officer)
        if is_due(measure, transaction.at):
            measure = apply_measure(transaction, context, measure, actor.officer)
    words = (
        sentence(
            "{number} eases {country}; it waits for a second officer to confirm it",
            number=measure_name(measure.number),
            country=measure.country,
        )
        if easing
        else sentence(
            "{country} is {level} from {effective_at}",
            country=measure.country,
            level=measure.level,
            effective_at=format_utc(measure.effective_at),
        )
    )
    return measure_result(transaction, measure.number, words)


def _refuse_conflicting_order(handle: Handle, wanted: Order, measure: Measure, found: list[Measure]) -> None:
    """Raise Conflict, naming the other order, where the order clashes with one that exists."""
    revision = bureaus.rows(handle)[measure.country].measure_revision
    latest = found[-1] if found else None
    if wanted.expected is not None and wanted.expected != revision:
        first = measures.of_country(handle, measure.country)[-1:]
        raise Conflict(
            ConflictCode.ORDER_OVERTAKEN,
            sentence("another order for {country} was entered first; read it", country=measure.country),
            *map(measure_obstacle, first),
        )
    for other in found:
        if (other.level, other.coverage, other.order) == (measure.level, measure.coverage, measure.order):
            raise Conflict(
                ConflictCode.SAME_ORDER,
                sentence("{number} already orders the same", number=measure_name(other.number)),
                measure_obstacle(other),
            )
    pending = [other for other in found if other.state is MeasureState.ORDERED]
    if pending and measure.effective_at > handle.at:
        raise Conflict(
            ConflictCode.LATER_ORDER_PENDING,
            sentence("{number} is already ordered for later; lift it first", number=measure_name(pending[0].number)),
            measure_obstacle(pending[0]),
        )
    for other in pending:
        if is_weaker(measure, other) and is_weaker(other, measure):
            raise Conflict(
                ConflictCode.LATER_ORDER_DIFFERS,
                sentence(
                    "{number} is ordered for later and covers other channels or kinds; name those too, "
                    "or lift it first",
                    number=measure_name(other.number),
                ),
                measure_obstacle(other),
            )
    if latest is not None and latest.state is MeasureState.PROPOSED and is_weaker(measure, measure_in_force(found)):
        raise Conflict(
            ConflictCode.ALREADY_PROPOSED,
            sentence("{number} is already proposed; confirm it or dissent", number=measure_name(latest.number)),
            measure_obstacle(latest),
        )


def measure_obstacle(measure: Measure) -> Obstacle:
    """Describe a measure, with its order and officer, as the obstacle of a refusal."""
    words = sentence(
        "{number}: {country} {level}, order {order} of {by}, entered by {officer} at {ordered_at}, {shown_state}",
        number=measure_name(measure.number),
        country=measure.country,
        level=measure.level,
        order=measure.order,
        by=measure.by,
        officer=measure.officer,
        ordered_at=format_utc(measure.ordered_at),
        shown_state=measure.shown_state,
    )
    return Obstacle("measure", words)


def _void_pending(transaction: Transaction, new: Measure, found: list[Measure], actor: str) -> None:
    """End what a new order makes obsolete: proposed easings, weaker pending orders, and the proposal to lift.

    The proposal to lift is voided only where the new order takes effect later; otherwise the measure itself ends.
    """
    for other in found:
        weaker = other.state is MeasureState.ORDERED and not is_weaker(new, other)
        if other.state is MeasureState.PROPOSED or weaker:
            ended_at = end_before_start(other, transaction.at)
            ended = replace(other, state=MeasureState.REPLACED, ended_at=ended_at, lift=None)
            measures.save(transaction, ended)
            emit_void(transaction, actor, other, measure_name(new.number))
        elif other.lift is not None and other.state is MeasureState.EFFECTIVE and new.effective_at > transaction.at:
            measures.save(transaction, replace(other, lift=None))
            emit_void(transaction, actor, other, lift=True)


def emit_void(
    transaction: Transaction, actor: str, measure: Measure, by: Logged[str] = ABSENT, *, lift: Logged[bool] = ABSENT
) -> None:
    """Write the event of a voided measure or proposal, with the officer who proposed it."""
    easing = measure.officer if measure.state is MeasureState.PROPOSED else None
    proposer = measure.lift.officer if measure.lift is not None else easing
    transaction.emit(actor, measure_name(measure.number), MeasureVoid(proposer=proposer, by=by, lift=lift))


def void_stale_easing(transaction: Transaction, country: str, by: int, actor: str) -> None:
    """Void each proposed easing that was made over another measure than the one in force (race rule 6).

    A new easing can then be proposed. ``by`` is the number of the measure that came into force or was lifted.
    """
    found = current_measures(transaction, country)
    in_force = measure_in_force(found)
    for other in found:
        if other.state is MeasureState.PROPOSED and other.over != (in_force.number if in_force else None):
            ended_at = end_before_start(other, transaction.at)
            measures.save(transaction, replace(other, state=MeasureState.REPLACED, ended_at=ended_at))
            emit_void(transaction, actor, other, measure_name(by))


def end_before_start(measure: Measure, at: datetime) -> datetime:
    """Return the end of a measure that never came into force: now, or its start if that is earlier.

    A look-up at a past time then never finds the measure in force.
    """
    return min(measure.effective_at, at)


def apply_due_measures(transaction: Transaction, context: Context) -> None:
    """Bring due measures into force. Runs first in every transaction, so that no measure depends on a timer."""
    for measure in measures.due(transaction):
        apply_measure(transaction, context, measure, "system")


def apply_measure(transaction: Transaction, context: Context, measure: Measure, actor: str) -> Measure:
    """Bring a measure into force: replace the one in force, void stale easings and enforce the new policy."""
    previous_policy = context.policy(transaction)
    in_force = measure_in_force(current_measures(transaction, measure.country))
    if in_force is not None:
        ended = replace(in_force, state=MeasureState.REPLACED, ended_at=transaction.at, lift=None)
        measures.save(transaction, ended)
        transaction.emit(actor, measure_name(in_force.number), MeasureReplaced(by=measure_name(measure.number)))
    measures.save(transaction, replace(measure, state=MeasureState.EFFECTIVE))
    transaction.emit(actor, measure_name(measure.number), MeasureEffective(**order_data(measure)))
    void_stale_easing(transaction, measure.country, measure.number, actor)
    enforce(transaction, context, measure.country, previous_policy, actor)
    return measures.get(transaction, measure.number)


def order_data(measure: Measure) -> OrderFields:
    """Return the fields of an order as the log records them."""
    return {
        "country": measure.country,
        "level": measure.level.value,
        "channels": tuple(sorted(channel.value for channel in measure.coverage.channels)),
        "kinds": tuple(sorted(kind.value for kind in measure.coverage.kinds)),
        "order": measure.order,
        "by": measure.by,
        "reason": measure.reason,
        "effective_at": format_utc(measure.effective_at),
        "in_force_from": measure.effective_at.isoformat(),
        "review_by": format_utc(measure.review_by),
    }


def endorse(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    number: int,
    by: str,
    decision: str,
    *,
    declined: bool = False,
) -> CommandResult:
    """Record that a measure is endorsed, or that endorsement is declined; its state does not change.

    A declined measure stays in force and raises an alarm until a lift is proposed. Raises Conflict where it is
    endorsed or declined already, Refused where the measure has ended.
    """
    measure, _officer = require_measure(transaction, context, actor, number)
    if measure.endorsement is not Endorsement.AWAITING:
        raise Conflict(
            ConflictCode.ALREADY_ENDORSED,
            sentence(
                "{number} is already {endorsement}, by {endorsed_by}",
                number=measure_name(number),
                endorsement=measure.endorsement,
                endorsed_by=measure.endorsed_by,
            ),
            measure_obstacle(measure),
        )
    if measure.state in (MeasureState.LIFTED, MeasureState.REPLACED):
        raise Refused(
            RefusedCode.MEASURE_ENDED,
            sentence(
                "{number} has ended ({state}); there is nothing to endorse",
                number=measure_name(number),
                state=measure.state,
            ),
        )
    endorsement = Endorsement.DECLINED if declined else Endorsement.ENDORSED
    by = require_text(by, sentence("who endorsed it"), InvalidRequestCode.DECIDER_MISSING)
    decision = require_text(decision, sentence("the order number"), InvalidRequestCode.ORDER_MISSING)
    measures.save(transaction, replace(measure, endorsement=endorsement, endorsed_by=by, endorsement_order=decision))
    transaction.emit(
        actor.officer,
        measure_name(number),
        (MeasureDeclined if declined else MeasureEndorsed)(login=actor.login, by=by, order=decision),
    )
    words = sentence("{measure} is {endorsement}", measure=measure_words(measure), endorsement=endorsement)
    return measure_result(transaction, number, words + ("; it stays in force until it is lifted" if declined else ""))


def require_measure(transaction: Transaction, context: Context, actor: Actor, number: int) -> tuple[Measure, Officer]:
    """Return the measure and the officer. Raises NotFound, and NotAllowed for the role or the officer's own country."""
    officer = context.officer(transaction, actor, Right.MEASURE)
    measure = measures.get(transaction, number)
    context.refuse_own_country(officer, measure.country)
    return measure, officer


def measure_result(transaction: Transaction, number: int, words: str) -> CommandResult:
    """Return the measure's present state and revision, with the sentence for the officer."""
    measure = measures.get(transaction, number)
    return CommandResult(measure_name(number), measure.shown_state, measure.revision, words)
