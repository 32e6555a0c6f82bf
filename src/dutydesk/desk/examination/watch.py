"""The persons whom a message is compared with: those of registers, and of its source's refused and recalled items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.folding import PersonFacts, fold_names, parse_birth
from dutydesk.desk.matching.watch_list import WatchFinding, WatchMatch, WatchQuery
from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import PersonName
from dutydesk.domain.rules.likeness import Identity, Likeness, likeness
from dutydesk.domain.rules.registers import EarlierItem, Register, RegisterEntry, RegisterMatch
from dutydesk.screening import names
from dutydesk.screening.watch_keys import EVERYONE
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, persons, records, watched
from dutydesk.store.tables.watched import WatchedPerson

#: States in which the desk ended an item against its sender's wish; a sender's own withdrawal does not count.
REFUSED_OR_RECALLED = frozenset({ItemState.REFUSED, ItemState.RECALLED})
EARLIER_ITEM_LIMIT = 5


@value(frozen=True, slots=True)
class SourcePerson:
    """The person of a message of ``sender``, for exact comparison and for the matcher of the checks.

    ``keys`` are the :func:`~dutydesk.store.tables.persons.key_rows` of the identity.
    """

    sender: str
    identity: Identity
    facts: PersonFacts
    keys: tuple[tuple[str, str], ...]


def source_bureaus(directory: Directory, sender: str) -> tuple[str, ...]:
    """The sender, its parent bureau and the sub-bureaus of both, by which a refused message may come back."""
    root = root_bureau(directory, sender)
    return (root, *directory.sub_bureaus(root))


def watch_query(context: Context, person: SourcePerson) -> WatchQuery:
    return WatchQuery(
        person.facts,
        source_bureaus(context.directory, person.sender),
        tuple([mark for mark, _ in person.keys]),
        context.settings.likeness_score,
    )


def find_watched(handle: Handle, context: Context, person: SourcePerson) -> WatchFinding:
    """Searches the watch list for the persons who are like this one."""
    return watch_list.search(handle, watch_query(context, person))


# What the rules on history and registers compare


@value(frozen=True, slots=True)
class LikePerson:
    """A person of a register's entry or an earlier item, by its ``reference``, and how like the sought one.

    ``points`` and ``reasons`` are empty where it is certain. ``watched`` is its number on the watch list, 0 for none.
    """

    reference: str
    likeness: Likeness
    points: int = 0
    reasons: str = ""
    watched: int = 0


def earlier_refusals(
    handle: Handle, context: Context, person: SourcePerson, found: WatchFinding, own_number: int | None
) -> tuple[EarlierItem, ...]:
    """The source's refused and recalled items on the same or a like person but ``own``: the certain first, then those
    of the same name, then the likest.
    """
    earlier = [
        EarlierItem(
            item.name,
            item.type or "",
            item.kind or "",
            item.state,
            item.received_at.date(),
            like.likeness,
            like.points,
            like.reasons,
        )
        for item, like in _like_items(handle, context, person, found, own_number)
    ]
    earlier.sort(key=lambda one: (one.likeness is not Likeness.STRONG, one.likeness is Likeness.LIKE, -one.points))
    return tuple(earlier[:EARLIER_ITEM_LIMIT])


def register_matches(
    handle: Handle, context: Context, person: SourcePerson, found: WatchFinding
) -> tuple[RegisterMatch, ...]:
    """The registers' entries on the same or a like person."""
    return tuple(
        RegisterMatch(entry, like.likeness, like.points, like.reasons)
        for entry, like in _like_entries(handle, context, person, found)
    )


def like_persons(handle: Handle, context: Context, person: SourcePerson, own_number: int | None) -> list[LikePerson]:
    """Everyone whom the rules on history and registers compare with the person, and who is the same or alike."""
    found = find_watched(handle, context, person)
    items_found = [like for _, like in _like_items(handle, context, person, found, own_number)]
    return items_found + [like for _, like in _like_entries(handle, context, person, found)]


def _like_items(
    handle: Handle, context: Context, person: SourcePerson, found: WatchFinding, own_number: int | None
) -> Iterator[tuple[Item, LikePerson]]:
    if person.identity.is_empty and not found.matches:
        return
    senders = persons.with_refused_or_recalled(handle, source_bureaus(context.directory, person.sender))
    like = {match.person.item: match for match in found.matches if match.person.item is not None}
    exact = persons.matching_items(handle, senders, person.identity, REFUSED_OR_RECALLED) if senders else []
    for number in dict.fromkeys((*exact, *like)):
        item = items.find(handle, number) if number != own_number else None
        if item is None or item.state not in REFUSED_OR_RECALLED or item.sender not in senders:
            continue
        sure = likeness(person.identity, persons.identity_of_filed_item(handle, number)) if number in exact else None
        match = like.get(number)
        if match is None and sure is Likeness.WEAK:
            match = _compared(person, watched.of_item(handle, number))
        weighed = _weighed(handle, context, person, item.name, sure, match)
        if weighed is not None:
            yield item, weighed


def _like_entries(
    handle: Handle, context: Context, person: SourcePerson, found: WatchFinding
) -> Iterator[tuple[RegisterEntry, LikePerson]]:
    exact = dict(persons.matching_entries(handle, person.identity)) if found.has_exact else {}
    like = {match.person.entry: match for match in found.matches if match.person.entry is not None}
    for number in dict.fromkeys((*exact, *like)):
        entry = exact.get(number) or persons.register_entry(handle, number)
        if not entry.in_force:
            continue
        sure = likeness(person.identity, entry.identity) if number in exact else None
        match = like.get(number)
        if match is None and sure is Likeness.WEAK:
            match = _compared(person, watched.of_entry(handle, number))
        weighed = _weighed(handle, context, person, entry.reference, sure, match)
        if weighed is not None:
            yield entry, weighed


def _compared(person: SourcePerson, other: WatchedPerson | None) -> WatchMatch | None:
    """The likeness of a person of the same name whom the search did not find: too many bear that name."""
    return None if other is None else WatchMatch(other, watch_list.compare(person.facts, other))


def _weighed(
    handle: Handle,
    context: Context,
    person: SourcePerson,
    reference: str,
    sure: Likeness | None,
    match: WatchMatch | None,
) -> LikePerson | None:
    """How like both are; ``None`` where they are not alike, or were judged to be two persons.

    What is certain is not judged by anybody.
    """
    if sure is Likeness.STRONG:
        return LikePerson(reference, sure)
    if match is None:
        return None if sure is None else LikePerson(reference, sure)
    number, score = match.person.number, match.score
    source = root_bureau(context.directory, person.sender)
    pair = watched.JudgedPair(source, person.facts.digest(), number, score.points)
    if watched.are_distinguished(handle, context.clock_steps, pair):
        return None
    return LikePerson(reference, sure or Likeness.LIKE, score.points, score.words, number)


def root_bureau(directory: Directory, sender: str) -> str:
    return directory.parent(sender) or sender


# What is filed


def file_entry(transaction: Transaction, number: int, entry: RegisterEntry, facts: PersonFacts) -> None:
    """Files a register's entry, of which ``facts`` are :func:`facts_of_entry`; one that is not in force is removed."""
    watch_list.remove_person(transaction, entry=number)
    is_nobodys = entry.register is Register.REFUGEES and entry.country is None
    if not entry.in_force or is_nobodys:
        return
    scope = EVERYONE if entry.register is Register.CCF else entry.country or EVERYONE
    draft = watch_list.draft_person(facts, scope, persons.exact_marks(entry.identity))
    watch_list.file_person(transaction, replace(draft, entry=number))


def forget_entry(transaction: Transaction, number: int) -> None:
    """Removes an entry that is no longer in force."""
    watch_list.remove_person(transaction, entry=number)


def facts_of_entry(entry: RegisterEntry) -> PersonFacts:
    """What an entry says of its person; by its keys, where an earlier release has stored nothing else of the names."""
    written = entry.names or [PersonName(original_script=key) for key in sorted(entry.identity.names)]
    papers = sorted((document.number, document.issuer or "") for document in entry.identity.documents)
    of = (entry.country,) if entry.country is not None else ()
    return PersonFacts(fold_names(written), entry.identity.birth, of, tuple(papers))


def file_item(transaction: Transaction, item: Item) -> None:
    """Files the person of an item that was refused or recalled; removes that of any other item."""
    watch_list.remove_person(transaction, item=item.number)
    filed = records.of_item(transaction, item.number)
    person = None if filed is None else next(iter(records.persons(transaction, [filed.record])), None)
    if item.state not in REFUSED_OR_RECALLED or item.sender is None or person is None or not person.names:
        return
    facts = PersonFacts(
        tuple(map(names.name_from_text, person.names)),
        parse_birth(person.birth),
        person.nationalities,
        person.documents,
    )
    watch_list.file_person(transaction, replace(watch_list.draft_person(facts, item.sender), item=item.number))


def forget_item(transaction: Transaction, number: int) -> None:
    """Removes an item's person, and what was judged of it, because the item is purged."""
    watch_list.remove_person(transaction, item=number)
    watched.forget_distinctions(transaction, number)
