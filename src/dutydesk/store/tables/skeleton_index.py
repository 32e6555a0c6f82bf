"""The index of name skeletons on record, each also under variants that lack some of its consonants."""

from __future__ import annotations

import json
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction

_known: WeakKeyDictionary[Connection, set[int]] = WeakKeyDictionary()


def missing_skeletons(handle: Handle, skeletons: Iterable[int]) -> set[int]:
    """The skeletons that the index lacks. It never deletes any, so a connection may remember what it has found."""
    known = _known.setdefault(handle.connection, set())
    wanted = set(skeletons).difference(known)
    if not wanted:
        return wanted
    found = {row[0] for row in handle.all("neighbour_knows", skeletons=json.dumps(sorted(wanted)))}
    if len(known) > handle.limits.known_skeletons:
        known.clear()
    known |= found
    return wanted - found


def clear_cache(connection: Connection) -> None:
    """Forget what was found after a rollback, because it may not have been committed."""
    _known.pop(connection, None)


def add(transaction: Transaction, pairs: Iterable[tuple[int, int]]) -> None:
    """Add pairs of a variant, which lacks some consonants, and its skeleton."""
    transaction.run_many("neighbour_add", [{"variant": variant, "skeleton": skeleton} for variant, skeleton in pairs])


def with_variants(handle: Handle, variants: Iterable[int]) -> set[int]:
    """The skeletons of the index that share one of these variants."""
    return set(json.loads(handle.value("neighbours_of", variants=json.dumps(list(variants)))))
