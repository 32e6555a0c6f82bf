"""The table of rules in force at each moment by the log, and whether findings and decisions fit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.store import RulesChanged, StoreMade
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.state import ProofState, TableInForce, one_of
from dutydesk.domain.rules.examination import RuleTable, Severity


def verify_made(world: ProofState, fact: Fact[StoreMade]) -> Iterator[str]:
    yield from world.persons.verify_founder(fact)
    digest = optional(fact.event.table)
    if digest is not None:
        yield from _put_in_force(world, fact, digest)


def verify_change(world: ProofState, fact: Fact[RulesChanged]) -> Iterator[str]:
    """The desk itself names the table; the log's own account of what was in force before must fit."""
    if world.persons.is_person(fact.actor):
        yield f"{fact.actor} signed a change of the table of rules, which only the desk itself does"
    was = optional(fact.event.was)
    if world.tables and was != world.tables[-1].digest:
        yield f"a table of rules follows on {_short(was)}, but {_short(world.tables[-1].digest)} was in force"
    yield from _put_in_force(world, fact, required(fact.event.digest))


def _put_in_force(world: ProofState, fact: Fact[StoreMade | RulesChanged], digest: str) -> Iterator[str]:
    four_eyes = _by_type(required(fact.event.four_eyes))
    overridable = frozenset(required(fact.event.overridable))
    table = world.law.tables.get(digest)
    world.tables.append(TableInForce(fact.seq, digest, table is not None))
    if table is not None and (dict(table.four_eyes), table.overridable) != (four_eyes, overridable):
        yield f"the log says of the table {_short(digest)} that other rules take two persons than stands in it"
        four_eyes, overridable = dict(table.four_eyes), table.overridable
    world.law = replace(world.law, four_eyes=four_eyes, overridable=overridable)


def _by_type(said: Mapping[str, tuple[str, ...]]) -> dict[MessageType, frozenset[str]]:
    try:
        return {MessageType(type): frozenset(rules) for type, rules in said.items()}
    except ValueError as error:
        raise IncompleteEvent("a table of rules names an unknown type") from error


def verify_findings(world: ProofState, item: ReplayedItem) -> Iterator[str]:
    """The findings of a route are of rules that the table in force has, and block as it says."""
    table = world.law.tables.get(world.tables[-1].digest) if world.tables else None
    if table is None or item.kind is None:
        return
    unknown = item.rules - table.ids
    if unknown:
        yield f"{one_of(unknown)} fired on {item.name}, but the table of rules in force has no such rule"
    stray = frozenset(rule for rule in item.rules & table.ids if not _may_weigh(table, item, rule))
    if stray:
        yield f"the findings of {item.name} weigh otherwise than the table of rules in force says: {one_of(stray)}"
    if item.blocking - item.rules:
        yield f"{one_of(item.blocking - item.rules)} blocks {item.name}, but did not fire"


def _may_weigh(table: RuleTable, item: ReplayedItem, rule: str) -> bool:
    """Whether the rule's severity, or that of a doubtful case, is the one that the log says."""
    row = table.find(rule)
    if row is None or item.kind is None:
        return False
    severity = row.severities.of(item.kind, item.type)
    logged = Severity.BLOCK if rule in item.blocking else Severity.FLAG
    return severity is not None and logged in (severity, row.thin)


def _short(digest: str | None) -> str:
    return "no named table" if digest is None else digest[:16]
