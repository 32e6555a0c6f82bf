"""The watch list: persons of registers and of refused or recalled items, filed and searched by likeness."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from dutydesk.desk.matching.folding import PersonFacts, parse_birth
from dutydesk.desk.matching.ranking import rank_by_name
from dutydesk.desk.matching.record_search import COMPARE_LIMIT
from dutydesk.desk.matching.watch_index import HeardPerson, WatchIndex, keys_of_person, likest_cutoff
from dutydesk.domain.frozen import value
from dutydesk.screening import watch_keys
from dutydesk.screening.documents import likeness_key
from dutydesk.screening.names import name_from_text
from dutydesk.screening.score import RecordedPerson, Score, SoughtPerson, phonetic_name, score
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import watched
from dutydesk.store.tables.watched import WatchedPerson

#: Most persons of one key that a search of the store reads.
SEARCH_LIMIT = 2_000


@value(frozen=True, slots=True)
class WatchMatch:
    """A watched person and how like the sought one, with the reasons."""

    person: WatchedPerson
    score: Score


@value(frozen=True, slots=True)
class WatchFinding:
    """What a search of the watch list found.

    ``has_exact``: whole names or documents have to be compared as well; false if certainly none is equal.
    """

    has_exact: bool = True
    matches: tuple[WatchMatch, ...] = ()


@value(frozen=True, slots=True)
class WatchQuery:
    """The person of a message: ``scopes`` are the bureaus of its source, ``exact`` the marks of whole names and
    documents. ``least`` is the number of points from which a person counts as like.
    """

    facts: PersonFacts
    scopes: tuple[str, ...]
    exact: tuple[str, ...]
    least: int


@value(frozen=True, slots=True)
class PreparedWatch:
    """A search ahead of the transaction, by an index of the persons up to the number ``newest``."""

    index: WatchIndex
    newest: int
    finding: WatchFinding

    def current(self, handle: Handle) -> WatchFinding | None:
        """What was found, if nobody is new since."""
        if watched.newest(handle) == self.newest:
            return self.finding
        self.index.expire()
        return None


def file_person(transaction: Transaction, person: WatchedPerson) -> None:
    """File a person in place of what was filed of the same entry or item."""
    remove_person(transaction, entry=person.entry, item=person.item)
    watched.add(transaction, person, keys_of_person(person))


def remove_person(transaction: Transaction, *, entry: int | None = None, item: int | None = None) -> None:
    known = watched.of_entry(transaction, entry) if entry is not None else None
    if item is not None:
        known = watched.of_item(transaction, item)
    if known is not None:
        watched.drop(transaction, known.number, keys_of_person(known))


def draft_person(facts: PersonFacts, scope: str, exact: Iterable[str] = ()) -> WatchedPerson:
    """A person to be filed; the caller sets the entry or the item."""
    return WatchedPerson(
        number=0,
        entry=None,
        item=None,
        scope=scope,
        names=tuple(name.to_text() for name in facts.names),
        birth=str(facts.birth or ""),
        nationalities=facts.nationalities,
        documents=facts.documents,
        exact=tuple(exact),
    )


def facts_of_watched(person: WatchedPerson) -> PersonFacts:
    names = tuple(map(name_from_text, person.names))
    return PersonFacts(names, parse_birth(person.birth), person.nationalities, person.documents)


def prepare(handle: Handle, index: WatchIndex, query: WatchQuery) -> PreparedWatch | None:
    """Search ahead of the transaction; ``None`` where the search has to wait for it."""
    index.refresh(handle)
    newest = index.newest
    if not newest:
        return PreparedWatch(index, newest, WatchFinding(has_exact=False))
    if query.facts.birth is None or watch_keys.sought_ranges(query.facts.names, query.facts.birth):
        return PreparedWatch(index, watched.newest(handle), search(handle, query))
    scopes = (watch_keys.EVERYONE, *query.scopes)
    has_exact = index.has_any(scopes, query.exact, query.facts.birth)
    numbers = index.candidates(scopes, query.facts, query.facts.birth, query.least)
    if not numbers:
        return PreparedWatch(index, newest, WatchFinding(has_exact))
    found = watched.persons(handle, numbers)
    if len(found) < len(numbers):
        return None
    return PreparedWatch(index, newest, WatchFinding(has_exact, _best(found, query)))


def search(handle: Handle, query: WatchQuery) -> WatchFinding:
    """Search the store."""
    facts = query.facts
    if not watched.newest(handle) or not facts.names:
        return WatchFinding()
    numbers = set[int]()
    keys = [] if facts.birth is None else [*chain(*watch_keys.sought_keys(facts.names, facts.birth))]
    ranges = watch_keys.sought_ranges(facts.names, facts.birth)
    for base in map(watch_keys.scope_base, (watch_keys.EVERYONE, *query.scopes)):
        numbers |= watched.with_keys(handle, [base | key for key in sorted(keys)], SEARCH_LIMIT)
        for first, last in ranges:
            numbers |= watched.with_keys_between(handle, base | first, base | last, SEARCH_LIMIT)
    heard = HeardPerson(facts)
    found = [
        person
        for person in watched.persons(handle, sorted(numbers))
        if (cutoff := likest_cutoff(facts, parse_birth(person.birth), person.nationalities, query.least)) is not None
        and heard.sounds_like(heard_names(person), cutoff)
    ]
    return WatchFinding(matches=_best(found, query))


def compare(facts: PersonFacts, person: WatchedPerson, least: int = 0) -> Score:
    """How like both are; reasons are given from ``least`` points."""
    return score(_sought(facts, person), _recorded(person), least)


def _best(found: Iterable[WatchedPerson], query: WatchQuery) -> tuple[WatchMatch, ...]:
    """The persons that reach the least number of points, the likest first."""
    matches = [
        WatchMatch(person, compare(query.facts, person, query.least)) for person in _likest_by_sound(found, query.facts)
    ]
    like = [match for match in matches if match.score.points >= query.least]
    return tuple(sorted(like, key=lambda match: (-match.score.points, match.person.number)))


def heard_names(person: WatchedPerson) -> tuple[str, ...]:
    return tuple(phonetic_name(name_from_text(name)) for name in person.names)


def _likest_by_sound(found: Iterable[WatchedPerson], facts: PersonFacts) -> list[WatchedPerson]:
    """The persons that are compared: of many, those whose names sound most alike."""
    persons = {person.number: person for person in found if person.names}
    if len(persons) <= COMPARE_LIMIT:
        return list(persons.values())
    heard = [(number, "\n".join(heard_names(person)), person.birth) for number, person in persons.items()]
    ranked = rank_by_name(heard, SoughtPerson(facts.names, facts.birth))
    return [persons[number] for number in ranked[:COMPARE_LIMIT]]


def _recorded(person: WatchedPerson) -> RecordedPerson:
    return RecordedPerson(
        tuple(map(name_from_text, person.names)),
        parse_birth(person.birth),
        person.nationalities,
        tuple(number for number, _ in person.documents),
    )


def _sought(facts: PersonFacts, person: WatchedPerson) -> SoughtPerson:
    """The sought person with the one nationality and document that speak most for this watched one.

    An equal number of another issuer is another document, and no evidence.
    """
    shared = [code for code in facts.nationalities if code in person.nationalities]
    alike = {likeness_key(number) for number, _ in person.documents}
    equal = {number for number, _ in person.documents}
    papers = [number for number, _ in facts.documents if likeness_key(number) in alike and number not in equal]
    return SoughtPerson(
        facts.names,
        facts.birth,
        next(iter((*shared, *facts.nationalities)), None),
        next(iter(papers), None),
    )
