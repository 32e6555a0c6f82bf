"""Takes a log's routes again under the rules that the program has today.

The log has no bodies, so rules are not run on texts again: their findings of then get the severity of today's table.
Measures and owners' restrictions are those of the log at that moment, members those of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dutydesk.domain.delivery.audience import Verdict, addressees, verdict
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.delivery.route import HOLDING_RULES, Route, RouteOutcome, RoutingFacts, route
from dutydesk.domain.delivery.states import ItemState, SuppressionCause
from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact, is_of
from dutydesk.domain.events.routes import ItemCorrected, RouteEvent
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Everyone
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.facts import parse_event
from dutydesk.domain.proof.prover import Prover
from dutydesk.domain.proof.replayed_items import ReplayedItem, apply_routing, state_of
from dutydesk.domain.proof.rule_tables import ProofTables
from dutydesk.domain.proof.state import ProofState
from dutydesk.domain.rules.examination import RuleTable, Severity

_ROUTES = frozenset({"item.routed", "item.reread", "item.corrected"})
_STATES = {
    RouteOutcome.RELEASE: ItemState.RELEASED,
    RouteOutcome.REVIEW: ItemState.HELD,
    RouteOutcome.BLOCKED: ItemState.BLOCKED,
}


@value(frozen=True, slots=True)
class RouteResult:
    """Where a route leads, and to which recipients."""

    state: str
    level: str | None
    measure: str | None
    recipients: tuple[str, ...]


@value(frozen=True, slots=True)
class RouteDifference:
    """A route that leads elsewhere today; ``why`` are sentences."""

    item: str
    seq: int
    at: datetime
    then: RouteResult
    now: RouteResult
    why: tuple[str, ...]


@value(frozen=True, slots=True)
class UnjudgedRoute:
    """A route on which the log says too little."""

    item: str
    seq: int
    why: str


@value(frozen=True, slots=True)
class ReplayReport:
    """``routes`` is the number of routes, correspondence included, though rules do not read its bodies."""

    routes: int
    differ: tuple[RouteDifference, ...]
    not_judged: tuple[UnjudgedRoute, ...]


@value(frozen=True, slots=True)
class CurrentRules:
    """Today's rules; ``hold_on_block`` is a setting of the desk."""

    law: ProofTables
    rules: RuleTable
    hold_on_block: bool = False


def replay(lines: Iterable[LogLine], rules: CurrentRules) -> ReplayReport:
    """``lines`` are those of a log whose chain is verified."""
    prover, routes = Prover(rules.law), 0
    differ: list[RouteDifference] = []
    not_judged: list[UnjudgedRoute] = []
    for line in lines:
        prover.add(line)
        if line.kind not in _ROUTES:
            continue
        try:
            fact = parse_event(line)
            if isinstance(fact.event, ItemCorrected) and optional(fact.event.child) is not None:
                continue
            if not is_of(fact, RouteEvent):
                continue
            routes += 1
            found = _differs(prover.world, fact, rules)
        except (IncompleteEvent, ValueError) as error:
            said = (
                error.words
                if isinstance(error, IncompleteEvent)
                else f"{line.kind} names what this release does not know"
            )
            not_judged.append(UnjudgedRoute(line.subject, line.seq, said))
            continue
        if found is not None:
            differ.append(found)
    return ReplayReport(routes, tuple(differ), tuple(not_judged))


def _differs(world: ProofState, fact: Fact[RouteEvent], today: CurrentRules) -> RouteDifference | None:
    item = world.item(fact)
    apply_routing(item, fact.event)
    then = RouteResult(
        state_of(fact.event), optional(fact.event.level), optional(fact.event.measure), required(fact.event.deliver)
    )
    weighed = _weighed(item, today)
    audience = _audience(world, item, fact, today)
    way = _way(world, item, audience, weighed, today)
    deliver = tuple(found.recipient for found in audience if found.deliver)
    measure = measure_name(way.measure) if way.measure is not None else None
    now = RouteResult(_state(fact, way), way.level, measure, deliver)
    if then.state == now.state and then.level == now.level and set(then.recipients) == set(deliver):
        return None
    why = (*way.causes, *_reweighed(item, weighed, today), *_moved(then, audience))
    return RouteDifference(item.name, fact.seq, fact.at, then, now, why)


def _state(fact: Fact[RouteEvent], way: Route) -> ItemState:
    """An item in review stays there when its correction comes: only the review releases it."""
    if fact.kind == "item.corrected" and way.outcome is RouteOutcome.RELEASE:
        return ItemState.HELD
    return _STATES[way.outcome]


def _way(
    world: ProofState, item: ReplayedItem, audience: tuple[Verdict, ...], blocking: frozenset[str], today: CurrentRules
) -> Route:
    facts = RoutingFacts(
        type=item.type,
        kind=item.kind,
        sender=item.sender or "",
        has_audience=any(found.deliver for found in audience),
        blocking=tuple(sorted(blocking)),
        holding=tuple(sorted(item.rules & HOLDING_RULES & today.rules.ids)),
        hold_on_block=today.hold_on_block,
        extra=item.extra,
    )
    return route(facts, world.policy)


def _weighed(item: ReplayedItem, today: CurrentRules) -> frozenset[str]:
    """The rules that fired then and would block now."""
    return frozenset(rule for rule in item.rules if _blocks(rule, item, today.rules))


def _blocks(rule: str, item: ReplayedItem, table: RuleTable) -> bool:
    """Where a rule has a lower severity on thin evidence, its severity of then tells how strong the evidence was."""
    if item.kind is None or table.severity(rule, item.kind, item.type) is not Severity.BLOCK:
        return False
    thin = next((row.thin for row in table.rules if row.id == rule), None)
    return rule in item.blocking or thin is None


def _audience(
    world: ProofState, item: ReplayedItem, fact: Fact[RouteEvent], today: CurrentRules
) -> tuple[Verdict, ...]:
    """The recipients under today's rules. Clearances are a setting that is not replayed: they stay as they were."""
    directory, on = today.law.directory, fact.at.date()
    address = Everyone() if item.recipients is None else item.recipients
    scopes = world.scopes(item)
    uncleared = {code for code, cause in required(fact.event.suppress).items() if cause == SuppressionCause.UNCLEARED}
    found = []
    for code in addressees(address, item.sender or "", on, directory):
        one = verdict(code, scopes, world.policy, on, directory, None)
        is_uncleared = one.deliver and code in uncleared
        found.append(Verdict(code, SuppressionCause.UNCLEARED) if is_uncleared else one)
    return tuple(found)


def _reweighed(item: ReplayedItem, blocking: frozenset[str], today: CurrentRules) -> Iterator[str]:
    for rule in sorted(item.rules - today.rules.ids):
        yield f"{rule} fired then; it is no rule any more"
    for rule in sorted(blocking - item.blocking):
        yield f"{rule} fired then without blocking; today it blocks"
    for rule in sorted((item.blocking - blocking) & today.rules.ids):
        yield f"{rule} blocked then; today it does not"


def _moved(then: RouteResult, audience: tuple[Verdict, ...]) -> Iterator[str]:
    before = set(then.recipients)
    for found in audience:
        if found.cause is not None and found.recipient in before:
            yield f"{found.recipient} was to get it then; today it is kept from it: {found.cause.replace('_', ' ')}"
        elif found.deliver and found.recipient not in before:
            yield f"{found.recipient} was kept from it then; today it would get it"
    gone = before - {found.recipient for found in audience}
    if gone:
        yield f"{', '.join(sorted(gone))} was to get it then; today the address does not mean it"
