"""The officers at each moment by the log: their roles and countries, and what those allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.people import OfficerEvent, PresenceEvent
from dutydesk.domain.events.store import RulesNoted, StoreMade
from dutydesk.domain.review.officers import (
    PERSON_RULES_EDITION,
    RESERVED_ACTORS,
    Officer,
    Right,
    Role,
    beneficiary_error,
    may_read_denied,
    own_country_error,
    role_error,
)
from dutydesk.domain.supervision.restrictions import Scopes


class Persons:
    """The officers by the events so far. A name is a person; several logins of one name are one person.

    The log says from where on today's rules on persons hold; its earlier part is checked by the rules of that time.
    """

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._parents = parents
        self._known: dict[str, Officer] = {}
        self._founder: str | None = None
        self._rules = 1

    @property
    def by_todays_rules(self) -> bool:
        """Whether both persons of a proposal are checked when it is carried out, and two are needed to widen access."""
        return self._rules >= PERSON_RULES_EDITION

    def apply_edition(self, fact: Fact[StoreMade | RulesNoted]) -> Iterator[str]:
        """A later release continues the log; an earlier one can't, because it does not open the store."""
        rules = optional(fact.event.rules) or 1
        if rules < self._rules:
            yield f"{fact.kind} goes back to earlier rules on persons"
        self._rules = max(self._rules, rules)

    def verify_founder(self, fact: Fact[StoreMade]) -> Iterator[str]:
        self._founder = required(fact.event.by)
        yield from self.apply_edition(fact)
        if fact.seq != 1:
            yield "a store is made once, by the first event"

    def verify_officer_entry(self, fact: Fact[OfficerEvent]) -> Iterator[str]:
        """Only an administrator enters officers; the founder of the store enters himself or herself first."""
        try:
            officer = Officer(fact.subject, Role(required(fact.event.role)), required(fact.event.country))
        except ValueError as error:
            raise IncompleteEvent(f"{fact.kind} names an unknown role") from error
        is_founder = not self._known and fact.actor == fact.subject == self._founder
        if not is_founder:
            yield from self.verify_right(fact.actor, Right.ADMINISTER)
        if officer.name in RESERVED_ACTORS:
            yield f"{officer.name!r} is how the desk itself signs, and no person's name"
        self._known[officer.name] = officer

    def verify_sign_in(self, fact: Fact[PresenceEvent]) -> Iterator[str]:
        """Officers open and leave the console under their own names."""
        if fact.actor != fact.subject:
            yield f"{fact.actor} signed in or out as {fact.subject}"

    def verify_right(self, name: str, right: Right) -> Iterator[str]:
        officer = self._known.get(name)
        words = f"{name!r} was no officer at that time" if officer is None else role_error(officer, right)
        if words is not None:
            yield words

    def verify_foreign(self, name: str, country: str | None) -> Iterator[str]:
        """Officers do not decide on items or measures of their own country, its parent or its sub-bureaus."""
        officer = self._known.get(name)
        if officer is None or country is None:
            return
        words = own_country_error(officer, country, self._parents)
        then_own = officer.country in (country, self._parents.get(country))
        if words is not None and (then_own or self.by_todays_rules):
            yield words

    def verify_no_gain(self, name: str, targets: Iterable[str]) -> Iterator[str]:
        """Officers do not widen access for their own country."""
        officer = self._known.get(name)
        words = None if officer is None else beneficiary_error(officer, targets, self._parents)
        if words is not None:
            yield words

    def verify_proposer(self, name: str, right: Right, country: str | None) -> Iterator[str]:
        """Checks the first person of a proposal again when it is carried out."""
        if self.by_todays_rules:
            yield from self.verify_right(name, right)
            yield from self.verify_foreign(name, country)

    def reads(self, name: str, sender: str | None, scopes: Scopes) -> bool:
        """Whether the person's country may see a body under its owner's denials."""
        officer = self._known.get(name)
        return officer is None or may_read_denied(officer, sender, scopes, self._parents)

    def is_person(self, name: str) -> bool:
        return name not in RESERVED_ACTORS
