"""The state by the log so far, and to whom an item may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.events.clock_steps import ClockSteps
from dutydesk.domain.events.event import IncompleteEvent, LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.access_proposals import AccessProposals
from dutydesk.domain.proof.bureau_bits import BureauBits
from dutydesk.domain.proof.bureau_routes import RouteProof
from dutydesk.domain.proof.handovers import Handovers
from dutydesk.domain.proof.measures import Measures
from dutydesk.domain.proof.owners import Owners
from dutydesk.domain.proof.persons import Persons
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.rule_tables import ProofTables
from dutydesk.domain.supervision.key_book import KeyBook
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.domain.supervision.restrictions import Scopes


@value(frozen=True, slots=True)
class TableInForce:
    """A table that the log names, from event ``seq`` on. ``is_known``: its content was there to be compared."""

    seq: int
    digest: str
    is_known: bool


@dataclass(slots=True)
class ProofState:
    """``cleared`` are the bureaus cleared for confidential items by the noted settings; ``None`` for all.

    ``families`` are the items of each family that has a correction, by its root. ``officers_read_denied``: by the
    settings, officers with a country read bodies that are denied to it. ``sources_of_hits`` has the source of each hit
    on an imported record. ``tables`` are the tables of rules that the log named. ``notices`` has by number the key, and
    where it stands. ``clock_steps`` are those of releases that hold to what had ended before a step.
    """

    law: ProofTables
    persons: Persons
    roll: BureauBits
    policy: Policy
    measures: Measures
    widenings: AccessProposals
    owners: Owners = field(default_factory=Owners)
    handovers: Handovers = field(default_factory=Handovers)
    keys: KeyBook = field(default_factory=KeyBook)
    clock_steps: ClockSteps = field(default_factory=ClockSteps)
    bureau_routes: RouteProof = field(default_factory=RouteProof)
    items: dict[str, ReplayedItem] = field(default_factory=dict)
    families: dict[int, list[ReplayedItem]] = field(default_factory=dict)
    sources_of_hits: dict[str, str] = field(default_factory=dict)
    offline: int = 0
    cleared: int | None = None
    officers_read_denied: bool = False
    deliveries: int = 0
    tables: list[TableInForce] = field(default_factory=list)
    notices: dict[int, tuple[str, str]] = field(default_factory=dict)
    references: set[tuple[str, str]] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)
    segment: int = 0

    def item(self, fact: Fact[LogEvent]) -> ReplayedItem:
        item = self.items.get(fact.subject)
        if item is None:
            raise IncompleteEvent(f"{fact.kind} is about {fact.subject}, which never came in")
        return item

    def sender_level(self, item: ReplayedItem) -> SenderLevel:
        """The sender's level for this item, by the measures in force."""
        return self.policy.level_for(item.sender or "", channel_of(item.type), item.kind)

    def addressed(self, item: ReplayedItem, at: datetime) -> int:
        """The recipients that the item's address means on that day."""
        if item.recipients is None:
            return self.roll.members_on(at.date()) & ~self.roll.of((item.sender or "",))
        return self.roll.of(code for code in item.recipients if code != item.sender)

    def delivery_breaches(self, item: ReplayedItem, recipients: int, at: datetime) -> Iterator[str]:
        """Why some of these recipients may not get the item at that moment, a sentence for each cause."""
        unknown = recipients & ~self.roll.known_on(at.date())
        if unknown:
            yield f"{self.named(unknown)} did not belong to the network on {at.date()}"
        denied = self._denied(item, recipients)
        if denied:
            yield f"{item.sender} had denied {item.name} to {', '.join(denied)}"
        uncleared = 0 if self.cleared is None or not item.confidential else recipients & ~self.cleared
        if uncleared:
            yield f"{item.name} is confidential, and {self.named(uncleared)} was not cleared for that"
        if self.measures.suspends:
            suspended = [code for code in self.roll.codes(recipients) if self.policy.is_suspended(code)]
            if suspended:
                yield f"{', '.join(suspended)} was suspended, and may receive nothing"

    def scopes(self, item: ReplayedItem) -> Scopes:
        """The owner's restrictions on the item at this point of the log."""
        standing = self.policy.scopes(item.sender or "", None, item.restricted_from)
        return replace(standing, family=self.owners.denials_for(item))

    def members(self, item: ReplayedItem) -> list[ReplayedItem]:
        """The item and its family, in the order in which they came in."""
        return self.families.get(item.root or 0, [item])

    def reads(self, officer: str, item: ReplayedItem) -> bool:
        """Whether the item's body may be shown to the officer at this moment."""
        if self.officers_read_denied or not self.persons.by_todays_rules:
            return True
        return self.persons.reads(officer, item.sender, self.scopes(item))

    def _denied(self, item: ReplayedItem, recipients: int) -> list[str]:
        scopes = self.scopes(item)
        if scopes.is_empty:
            return []
        parents = self.policy.parents
        return [code for code in self.roll.codes(recipients) if scopes.denies(code, parents.get(code))]

    def named(self, found: int) -> str:
        return ", ".join(self.roll.codes(found))


def new_proof_state(law: ProofTables) -> ProofState:
    parents, owners = law.directory.parents, Owners()
    persons = Persons(parents)
    measures = Measures(persons)
    policy = Policy(0, measures.in_force, owners.owner_denials, owners.family_denials, frozenset(), parents)
    items: dict[str, ReplayedItem] = {}
    return ProofState(
        law, persons, BureauBits(law.directory), policy, measures, AccessProposals(persons, items), owners, items=items
    )


def one_of(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
