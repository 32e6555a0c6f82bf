"""Items on the desk whose person is the same as, or like, a person of whom more is known now."""

from __future__ import annotations

from collections.abc import Collection

from dutydesk.desk.base.context import Context
from dutydesk.desk.examination.persons import with_likeness
from dutydesk.desk.examination.watch import source_bureaus
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.record_search import search_person
from dutydesk.desk.matching.watch_list import facts_of_watched
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState
from dutydesk.screening.score import SoughtPerson
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import items, persons, records, watched

#: Items that are examined again for one person because theirs is like it, the likest first.
LIKE_ITEM_LIMIT = 50


def like_items(
    handle: Handle, context: Context, facts: PersonFacts, name_cache: NameCache, states: Collection[ItemState]
) -> list[int]:
    """The items in these states whose person is like this one, the likest first."""
    if not facts.names:
        return []
    least = context.settings.likeness_score
    item_of: dict[int, int] = {}

    def visible(numbers: list[int]) -> set[int]:
        standings = records.standings(handle, numbers, "")
        found = {number: one.item for number, one in standings.items() if one.item is not None and one.state in states}
        item_of.update(found)
        return set(found)

    wanted = SoughtPerson(facts.names, facts.birth, next(iter(facts.nationalities), None))
    matches = search_person(handle, name_cache, wanted, least).best_matches(handle, visible, LIKE_ITEM_LIMIT)
    return [item_of[match.record] for match in matches if match.score.points >= least]


def other_open_items_on_person(handle: Handle, context: Context, item: Item) -> list[Item]:
    """The source's other items on the item's person, or one like it, that wait for a decision; newest first."""
    if item.sender is None:
        return []
    senders = source_bureaus(context.directory, item.sender)
    now = persons.identity_of_item(handle, item.number)
    alike = persons.matching_items(handle, senders, now, OPEN_STATES)
    found = {other.number: other for other, _ in with_likeness(handle, alike, now, item.number)}
    filed = watched.of_item(handle, item.number)
    if filed is not None:
        for number in like_items(handle, context, facts_of_watched(filed), NameCache(), OPEN_STATES):
            other = items.get(handle, number)
            if number != item.number and other.sender in senders:
                found.setdefault(number, other)
    return [found[number] for number in sorted(found, reverse=True)]
