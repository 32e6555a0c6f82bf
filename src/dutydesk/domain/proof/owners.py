"""The restrictions of data owners at each moment: who may not see their data, or one family of it (RPD 58)."""

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
    """The denials in the form that the domain's policy reads; statements are numbered in their order.

    ``family_denials`` are by the number of the root, ``item_denials`` by the item that was named. The latter count
    alone until the first event that names an item's family: from then on statements cover families.
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
        """``item`` is the named one, if it came in. In one statement ``allow`` counts after ``deny``."""
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
        """A correction joins the family: from now on it is denied to all whom an earlier or the new body keeps out."""
        self.covers_families = True
        targets = inherited_denials(before, new, self.family_denials.get(root, NO_DENIALS))
        if targets:
            self._state([_of(self._families, self.family_denials, root)], targets, denied=True)

    def denials_for(self, item: ReplayedItem) -> Denials:
        """The denials for one item at this point of the log."""
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
