"""What data owners had stated at each moment: who may not see their data, in general or for one family (RPD 58)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.supervision.restrictions import NO_DENIALS, Denials, inherited_denials

Statements = dict[str, tuple[int, bool]]
Key = TypeVar("Key")


class Owners:
    """Kept as the domain's policy reads it; each statement has its place in the order of statements.

    ``on_families`` are by the number of the root. ``on_items`` are by the item that was named: they alone counted
    before statements held for families, which is from the first event on that says an item's family.
    """

    def __init__(self) -> None:
        self.owner_denials: dict[str, Denials] = {}
        self.family_denials: dict[int, Denials] = {}
        self.item_denials: dict[int, Denials] = {}
        self.covers_families = False
        self._standing: dict[str, Statements] = {}
        self._families: dict[int, Statements] = {}
        self._items: dict[int, Statements] = {}
        self._count = 0

    def verify_statement(self, fact: Fact[RestrictionStated], item: ReplayedItem | None) -> Iterator[str]:
        """``item`` is the one that is named, if it came in. In one statement an ``allow`` counts after a ``deny``."""
        owner, name = required(fact.event.owner), optional(fact.event.item)
        if name is not None and (item is None or item.sender != owner):
            yield f"{owner} restricts {name}, which is not its own"
        number = None if name is None else item_number(name)
        if name is not None and number is None:
            raise IncompleteEvent(f"{fact.kind} names no item")
        scopes = list(self._scopes(owner, number, item))
        for denied, targets in ((True, required(fact.event.deny)), (False, required(fact.event.allow))):
            self._state(scopes, targets, denied=denied)

    def extend_denials(self, root: int, before: Iterable[str], new: Iterable[str]) -> None:
        """A correction came into the family: whom the bodies before and the new one keep out is denied from now on."""
        self.covers_families = True
        targets = inherited_denials(before, new, self.family_denials.get(root, NO_DENIALS))
        if targets:
            self._state([_of(self._families, self.family_denials, root)], targets, denied=True)

    def denials_for(self, item: ReplayedItem) -> Denials:
        """The scope of one item, by what counted at this point of the log."""
        if self.covers_families:
            return NO_DENIALS if item.root is None else self.family_denials.get(item.root, NO_DENIALS)
        return self.item_denials.get(item_number(item.name) or 0, NO_DENIALS)

    def _scopes(self, owner: str, number: int | None, item: ReplayedItem | None) -> Iterator[Statements]:
        if number is None:
            yield _of(self._standing, self.owner_denials, owner)
            return
        yield _of(self._items, self.item_denials, number)
        root = item.root if item is not None and item.root is not None else number
        yield _of(self._families, self.family_denials, root)

    def _state(self, scopes: list[Statements], targets: Iterable[str], *, denied: bool) -> None:
        for target in targets:
            self._count += 1
            for statements in scopes:
                statements[target] = (self._count, denied)


def _of(all_of_them: dict[Key, Statements], shown: dict[Key, Denials], key: Key) -> Statements:
    statements = all_of_them.get(key)
    if statements is None:
        statements = all_of_them[key] = {}
        shown[key] = Denials(statements)
    return statements
