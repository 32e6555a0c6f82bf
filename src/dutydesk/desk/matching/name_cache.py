"""Cache the neighbours of name skeletons for all the checks of one process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dutydesk.desk.matching.known_keys import KnownKeys
from dutydesk.domain.limits import DEFAULT_LIMITS, MemoryLimits
from dutydesk.screening import keys, sounds
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import skeleton_index

#: Counts the skeletons in the index; it rises whenever the neighbours of one may have changed.
SKELETON_COUNTER = "skeletons"


class NameCache:
    """A cache of the skeletons near each one that was searched for; it is cleared once the index has a new one.

    ``keys`` tells which keys the index lacks.

    It never changes the result of a check. A search in a transaction neither reads nor fills it, because the
    transaction may be rolled back.
    """

    def __init__(self, limits: MemoryLimits = DEFAULT_LIMITS.memory) -> None:
        self.keys = KnownKeys(limits)
        self._limit = limits.known_neighbours
        self._known = -1
        self._near: dict[int, keys.Near] = {}
        self._shared: dict[int, int] = {}
        self._neighbours = 0

    @property
    def size(self) -> int:
        """The number of cached skeletons: those searched for and their neighbours."""
        return len(self._near) + self._neighbours

    def neighbours_of(self, handle: Handle, skeletons: Iterable[int]) -> dict[int, keys.Near]:
        """Return the neighbours of each skeleton, from the cache where possible; other keys may be present."""
        if isinstance(handle, Transaction):
            return _read_neighbours(handle, skeletons, {})
        near, known = self._near, handle.value("counter_value", name=SKELETON_COUNTER) or 0
        if known != self._known or self.size > self._limit:
            self._near, self._known = near, known = {}, known
            self._shared, self._neighbours = {}, 0
        missing = [skeleton for skeleton in skeletons if skeleton not in near]
        if missing:
            found = _read_neighbours(handle, missing, self._shared)
            self._neighbours += _count(found)
            near |= found
        return near


class TransactionNameCache(NameCache):
    """A cache for one transaction that adds no skeleton to the index, such as an import of a register."""

    def neighbours_of(self, handle: Handle, skeletons: Iterable[int]) -> dict[int, keys.Near]:
        wanted = list(skeletons)
        if self.size > self._limit:
            self._near, self._shared, self._neighbours = {}, {}, 0
        missing = [skeleton for skeleton in wanted if skeleton not in self._near]
        if missing:
            found = _read_neighbours(handle, missing, self._shared)
            self._neighbours += _count(found)
            self._near |= found
        return self._near


def _count(found: Mapping[int, keys.Near]) -> int:
    return sum(len(near.parts) + len(near.whole_names) for near in found.values())


def _read_neighbours(handle: Handle, skeletons: Iterable[int], shared: dict[int, int]) -> dict[int, keys.Near]:
    """Read the neighbours. ``shared`` has each one once: many skeletons have the same, and a number takes 32 bytes."""
    found: dict[int, keys.Near] = {}
    for skeleton in skeletons:
        near = keys.near_skeletons(skeleton, skeleton_index.with_variants(handle, sounds.shortened_skeletons(skeleton)))
        found[skeleton] = keys.Near(*(tuple([shared.setdefault(one, one) for one in part]) for part in near))
    return found
