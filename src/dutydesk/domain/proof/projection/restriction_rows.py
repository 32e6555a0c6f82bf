"""Restrictions and proposals to widen access, by the log."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field

from dutydesk.domain.delivery.items import item_number, restriction_number
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.restrictions import (
    RestrictionDissented,
    RestrictionProposed,
    RestrictionStated,
    RestrictionVoid,
)
from dutydesk.domain.events.routes import ItemCorrected
from dutydesk.domain.proof.projection.said import Column, micros, said, shared
from dutydesk.domain.supervision.restrictions import RestrictionState


@dataclass(slots=True)
class RestrictionColumns:
    """A row of ``restriction``; they are numbered as they were stated."""

    id: int
    owner: Column
    item: Column
    target: str
    denied: int
    at: int
    actor: str


@dataclass(slots=True)
class RestrictionProposalColumns:
    """A row of ``restriction_proposal``."""

    number: int
    owner: Column
    item: Column
    allow: Column
    officer: str
    at: int
    state: str = RestrictionState.PROPOSED.value
    ended_by: Column = None
    ended_at: Column = None
    revision: int = 1


@dataclass(slots=True)
class Restrictions:
    rows: dict[int, RestrictionColumns] = field(default_factory=dict)
    proposals: dict[int, RestrictionProposalColumns] = field(default_factory=dict)

    def add(self, fact: Fact[LogEvent], owner: Column, item: Column, target: str, *, denied: bool) -> None:
        number = len(self.rows) + 1
        target, actor = sys.intern(target), sys.intern(fact.actor)
        self.rows[number] = RestrictionColumns(number, shared(owner), item, target, int(denied), micros(fact.at), actor)


def _item(name: Column) -> Column:
    return item_number(name) if isinstance(name, str) else name


def _stated(restrictions: Restrictions, fact: Fact[RestrictionStated]) -> None:
    event, item = fact.event, _item(said(fact.event.item))
    for targets, denied in ((required(event.deny), True), (required(event.allow), False)):
        for target in targets:
            restrictions.add(fact, said(event.owner), item, target, denied=denied)
    confirmed = optional(event.restriction)
    if confirmed is not None:
        _end(restrictions, fact, confirmed, RestrictionState.RESTRICTED)


def _corrected(restrictions: Restrictions, fact: Fact[ItemCorrected]) -> None:
    """A correction is withheld from those that an earlier body of its family named."""
    for target in optional(fact.event.denied) or ():
        restrictions.add(fact, said(fact.event.owner), item_number(fact.subject), target, denied=True)


def _proposed(restrictions: Restrictions, fact: Fact[RestrictionProposed]) -> None:
    event, number = fact.event, _number(required(fact.event.restriction))
    restrictions.proposals[number] = RestrictionProposalColumns(
        number,
        said(event.owner),
        _item(said(event.item)),
        json.dumps(list(required(event.allow))),
        fact.actor,
        micros(fact.at),
    )


def _number(name: str) -> int:
    number = restriction_number(name)
    if number is None:
        raise IncompleteEvent(f"{name[:40]} is no restriction")
    return number


def _end(restrictions: Restrictions, fact: Fact[LogEvent], name: str, state: RestrictionState) -> None:
    row = restrictions.proposals.get(_number(name))
    if row is not None:
        row.state, row.ended_by, row.ended_at = state.value, fact.actor, micros(fact.at)
        row.revision += 1


def _dissented(restrictions: Restrictions, fact: Fact[RestrictionDissented]) -> None:
    _end(restrictions, fact, required(fact.event.restriction), RestrictionState.DISSENTED)


def _void(restrictions: Restrictions, fact: Fact[RestrictionVoid]) -> None:
    _end(restrictions, fact, required(fact.event.restriction), RestrictionState.VOID)


RESTRICTION_EVENTS = ByType[Restrictions, None]()
RESTRICTION_EVENTS.add(_stated, RestrictionStated)
RESTRICTION_EVENTS.add(_corrected, ItemCorrected)
RESTRICTION_EVENTS.add(_proposed, RestrictionProposed)
RESTRICTION_EVENTS.add(_dissented, RestrictionDissented)
RESTRICTION_EVENTS.add(_void, RestrictionVoid)
