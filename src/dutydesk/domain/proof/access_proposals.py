"""Checks that two persons widened access on an owner's behalf, neither of the owner's country nor of one that gains.

An owner's own message needs nobody else; a denial by an officer needs one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.restrictions import (
    RestrictionDissented,
    RestrictionProposed,
    RestrictionStated,
    RestrictionVoid,
)
from dutydesk.domain.proof.persons import Persons
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.restrictions import EVERYONE


@dataclass(slots=True)
class _Proposed:
    """``overtaken``: a later statement on the same scope ends it; the event that says so comes later."""

    officer: str
    owner: str
    item: str | None
    allow: frozenset[str]
    overtaken: bool = False


class AccessProposals:
    """The proposals that wait for a second person, by name."""

    def __init__(self, persons: Persons, items: Mapping[str, ReplayedItem]) -> None:
        self._persons, self._items = persons, items
        self._waiting: dict[str, _Proposed] = {}
        self._known: set[str] = set()
        self._messages: set[tuple[str, str]] = set()

    def verify_proposal(self, fact: Fact[RestrictionProposed]) -> Iterator[str]:
        name, owner, allow = required(fact.event.restriction), required(fact.event.owner), required(fact.event.allow)
        if name in self._known:
            yield f"{name} was proposed before"
        yield from self._persons.verify_foreign(fact.actor, owner)
        yield from self._persons.verify_no_gain(fact.actor, allow)
        self._known.add(name)
        self._waiting[name] = _Proposed(fact.actor, owner, optional(fact.event.item), frozenset(allow))

    def verify_end(self, fact: Fact[RestrictionDissented | RestrictionVoid]) -> Iterator[str]:
        """Ends a proposal that is turned down or void."""
        name = required(fact.event.restriction)
        known = self._waiting.pop(name, None)
        if known is None:
            yield f"{name} waited for no second person"
        elif fact.kind == "restriction.dissented":
            yield from self._persons.verify_foreign(fact.actor, known.owner)

    def verify_statement(self, fact: Fact[RestrictionStated]) -> Iterator[str]:
        owner, reference = required(fact.event.owner), optional(fact.event.reference)
        if reference is None and self._persons.by_todays_rules and self._persons.is_person(fact.actor):
            yield from self._by_officers(fact, owner)
            return
        if reference is not None:
            if (owner, reference) in self._messages:
                yield f"{owner} restricts its data twice by one message, {reference}"
            self._messages.add((owner, reference))
        for known in self._waiting.values():
            if known.owner == owner and self._scope(known.item) == self._scope(optional(fact.event.item)):
                known.overtaken = True

    def _scope(self, item: str | None) -> int | str | None:
        """A statement on one item covers its whole family of corrections."""
        held = self._items.get(item) if item is not None else None
        return item if held is None or held.root is None else held.root

    def _by_officers(self, fact: Fact[RestrictionStated], owner: str) -> Iterator[str]:
        persons, allow = self._persons, required(fact.event.allow)
        yield from persons.verify_right(fact.actor, Right.RESTRICT)
        yield from persons.verify_foreign(fact.actor, owner)
        if allow:
            yield from self._by_two(fact, owner, frozenset(allow))
        denied = frozenset(required(fact.event.deny))
        for known in self._waiting.values():
            crossing = EVERYONE in denied | known.allow or denied & known.allow
            same = known.owner == owner and self._scope(known.item) == self._scope(optional(fact.event.item))
            if denied and crossing and same:
                known.overtaken = True

    def _by_two(self, fact: Fact[RestrictionStated], owner: str, allow: frozenset[str]) -> Iterator[str]:
        persons, name, first = self._persons, optional(fact.event.restriction), optional(fact.event.confirms)
        if name is None or first is None:
            yield f"{fact.actor} allows {', '.join(sorted(allow))} data of {owner} alone, which needs two officers"
            return
        known = self._waiting.pop(name, None)
        if known is None or known.overtaken:
            yield f"{fact.actor} confirmed {name}, which was not proposed, or no longer stood"
            return
        if (known.owner, known.item, known.allow) != (owner, optional(fact.event.item), allow):
            yield f"{fact.actor} confirmed something else as {name} than was proposed"
        if known.officer != first:
            yield f"{name} was proposed by {known.officer}, not by {first}"
        if fact.actor in (first, known.officer):
            yield f"{name} was proposed and confirmed by one person, {fact.actor}"
        yield from persons.verify_no_gain(fact.actor, allow)
        yield from persons.verify_proposer(known.officer, Right.RESTRICT, owner)
        yield from persons.verify_no_gain(known.officer, allow)
