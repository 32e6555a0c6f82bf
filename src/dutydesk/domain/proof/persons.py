"""Who the officers were at each moment, by the log: their roles and countries, and what those allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dutydesk.domain.proof.facts import Fact, Incomplete
from dutydesk.domain.review.officers import (
    RESERVED_ACTORS,
    RULES_OF_PERSONS,
    Officer,
    Right,
    Role,
    beneficiary_refusal,
    may_read_denied,
    own_country_refusal,
    refusal_of,
)
from dutydesk.domain.supervision.restrictions import Scopes


class Persons:
    """The officers that events have entered so far. A person is a name; two logins of one person are one person.

    A log says since when it was written under today's rules on persons: an earlier part is judged by those of then.
    """

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._parents = parents
        self._known: dict[str, Officer] = {}
        self._founder: str | None = None
        self._rules = 1

    @property
    def by_todays_rules(self) -> bool:
        """Whether both persons of every proposal are judged when it is carried out, and widening takes two."""
        return self._rules >= RULES_OF_PERSONS

    def ruled(self, fact: Fact) -> Iterator[str]:
        """A later release writes on in the log; an earlier one can't, because it does not open the store any more."""
        rules = fact.maybe_number("rules") or 1
        if rules < self._rules:
            yield f"{fact.kind} goes back to earlier rules on persons"
        self._rules = max(self._rules, rules)

    def founded(self, fact: Fact) -> Iterator[str]:
        self._founder = fact.text("by")
        yield from self.ruled(fact)
        if fact.seq != 1:
            yield "a store is made once, by the first event"

    def entered(self, fact: Fact) -> Iterator[str]:
        """Only an administrator enters officers; the store's maker enters himself or herself as the first."""
        try:
            officer = Officer(fact.subject, Role(fact.text("role")), fact.text("country"))
        except ValueError as error:
            raise Incomplete(f"{fact.kind} names an unknown role") from error
        is_founder = not self._known and fact.actor == fact.subject == self._founder
        if not is_founder:
            yield from self.may(fact.actor, Right.ADMINISTER)
        if officer.name in RESERVED_ACTORS:
            yield f"{officer.name!r} is how the desk itself signs, and no person's name"
        self._known[officer.name] = officer

    def signed(self, fact: Fact) -> Iterator[str]:
        """Nobody opens or leaves the console as another."""
        if fact.actor != fact.subject:
            yield f"{fact.actor} signed in or out as {fact.subject}"

    def may(self, name: str, right: Right) -> Iterator[str]:
        officer = self._known.get(name)
        words = f"{name!r} was no officer at that time" if officer is None else refusal_of(officer, right)
        if words is not None:
            yield words

    def is_foreign_to(self, name: str, country: str | None) -> Iterator[str]:
        """Nobody decides on an item, or a measure, of the own country, its parent or its sub-bureaus."""
        officer = self._known.get(name)
        if officer is None or country is None:
            return
        words = own_country_refusal(officer, country, self._parents)
        then_own = officer.country in (country, self._parents.get(country))
        if words is not None and (then_own or self.by_todays_rules):
            yield words

    def gains_nothing(self, name: str, targets: Iterable[str]) -> Iterator[str]:
        """Nobody widens access for the own country."""
        officer = self._known.get(name)
        words = None if officer is None else beneficiary_refusal(officer, targets, self._parents)
        if words is not None:
            yield words

    def still_may(self, name: str, right: Right, country: str | None) -> Iterator[str]:
        """The first person of a proposal, judged again when it is carried out."""
        if self.by_todays_rules:
            yield from self.may(name, right)
            yield from self.is_foreign_to(name, country)

    def reads(self, name: str, sender: str | None, scopes: Scopes) -> bool:
        """Whether the person's country lets him or her read a body on which its owner's denials lie."""
        officer = self._known.get(name)
        return officer is None or may_read_denied(officer, sender, scopes, self._parents)

    def is_person(self, name: str) -> bool:
        return name not in RESERVED_ACTORS
