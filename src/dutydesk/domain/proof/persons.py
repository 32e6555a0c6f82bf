"""Who the officers were at each moment, by the log: their roles and countries, and what those allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dutydesk.domain.officers import RESERVED_ACTORS, Officer, Right, Role, own_country_refusal, refusal_of
from dutydesk.domain.proof.facts import Fact, Incomplete


class Persons:
    """The officers that events have entered so far. A person is a name; two logins of one person are one person."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._parents = parents
        self._known: dict[str, Officer] = {}
        self._founder: str | None = None

    def founded(self, fact: Fact) -> Iterator[str]:
        self._founder = fact.text("by")
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
        """Nobody decides on an item, or a measure, of the own country or of its sub-bureau."""
        officer = self._known.get(name)
        if officer is None or country is None:
            return
        words = own_country_refusal(officer, country, self._parents.get(country))
        if words is not None:
            yield words

    def is_person(self, name: str) -> bool:
        return name not in RESERVED_ACTORS
