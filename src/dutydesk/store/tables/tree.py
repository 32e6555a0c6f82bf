"""The Merkle tree over the log: it grows in whole tiles after the commits, and gives roots, proofs and checkpoints.

A tile is written once, from the hashes of its events. What no tile has yet is hashed when it is asked for, so that a
root never lacks an event; only its cost depends on the tiles.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress

from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import LogCheckpointed, LogCosigned, LogCosigningRefused
from dutydesk.domain.frozen import value
from dutydesk.domain.proof import merkle
from dutydesk.domain.proof.merkle import fold, leaf_hash
from dutydesk.domain.proof.tiles import TILE_WIDTH, TileNodes, split_hashes
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log
from dutydesk.store.tables.log_queries import fact_as

LOG = "log"
_WITNESS = "witness "


@value(frozen=True, slots=True)
class TileFault:
    """A tile that the events do not give: its ``column`` that differs, else its row, which is there or missing."""

    key: str
    column: str | None = None
    is_missing: bool = False


def grow(transaction: Transaction) -> bool:
    """Write some of the whole tiles that are missing; return whether more are.

    The same events give the same tiles, so that a tree is never wrong for having been written late, or in pieces.
    """
    limits = transaction.limits
    most = limits.brief_grown_tiles if transaction.brief else limits.grown_tiles
    for row in missing_tiles(transaction, most):
        transaction.run("tree_tile_add", **row)
    return is_behind(transaction)


def missing_tiles(handle: Handle, most: int) -> Iterator[dict[str, object]]:
    """The next whole tiles that are missing, up to ``most`` of events and those above them.

    Each is written before the next is asked for.
    """
    first = tiles_of(handle, 0)
    below = min(first + most, log.head_seq(handle) // TILE_WIDTH)
    for number in range(first, below):
        yield _row(0, number, _leaves(handle, number))
    level = 1
    while below := below // TILE_WIDTH:
        for number in range(tiles_of(handle, level), below):
            yield _row(level, number, _roots(handle, level, number))
        level += 1


def _row(level: int, number: int, hashes: Sequence[bytes]) -> dict[str, object]:
    return {"level": level, "number": number, "root": fold(hashes), "hashes": b"".join(hashes)}


def tiles_of(handle: Handle, level: int) -> int:
    """How many tiles of the level are written."""
    return int(handle.value("tree_tiles_of", level=level))


def is_behind(handle: Handle) -> bool:
    """Whether whole tiles are missing."""
    return log.head_seq(handle) // TILE_WIDTH > tiles_of(handle, 0)


def nodes(handle: Handle) -> TileNodes:
    """The nodes of the tree, read from this handle; see :data:`dutydesk.domain.proof.merkle.Nodes`."""

    def read(level: int, number: int) -> Sequence[bytes]:
        stored = handle.value("tree_tile_hashes", level=level, number=number)
        if stored is not None:
            return split_hashes(bytes(stored))
        return _leaves(handle, number) if level == 0 else _roots(handle, level, number)

    return TileNodes(read)


def _leaves(handle: Handle, number: int) -> list[bytes]:
    """The hashes of the leaves of a tile, from the events."""
    after = number * TILE_WIDTH
    rows = handle.tuples("tree_event_hashes", after=after, upto=after + TILE_WIDTH)
    return [leaf_hash(bytes(digest)) for (digest,) in rows]


def _roots(handle: Handle, level: int, number: int) -> list[bytes]:
    """The roots of the whole tiles that a tile of a higher level stands on; hashed where a tile is missing."""
    first = number * TILE_WIDTH
    rows = handle.tuples("tree_tile_roots", level=level - 1, first=first, last=first + TILE_WIDTH)
    roots = [bytes(root) for (root,) in rows]
    for below in range(first + len(roots), first + TILE_WIDTH):
        hashes = _leaves(handle, below) if level == 1 else _roots(handle, level - 1, below)
        if len(hashes) < TILE_WIDTH:
            break
        roots.append(fold(hashes))
    return roots


def root(handle: Handle, size: int) -> bytes:
    """The root of the tree over the first ``size`` events. Raises MissingTileError where the log has fewer."""
    return merkle.root_of(nodes(handle), size)


def tile_faults(handle: Handle) -> Iterator[TileFault]:
    """The tiles that are not those of the events, and those of the last checkpoint's tree that are missing.

    Later tiles may be missing: they are written after their events.
    """
    stored = {(level, number): (kept, hashes) for level, number, kept, hashes in handle.tuples("state_tree_tiles")}
    last = last_checkpoint(handle)
    below, level = log.head_seq(handle), 0
    wanted = 0 if last is None else required(last.event.through)
    roots: list[bytes] = []
    while below := below // TILE_WIDTH:
        wanted, above = wanted // TILE_WIDTH, []
        for number in range(below):
            first = number * TILE_WIDTH
            found = stored.pop((level, number), None)
            if found is None and number >= wanted and (level, number + 1) not in stored:
                break
            hashes = roots[first : first + TILE_WIDTH] if level else _leaves(handle, number)
            if len(hashes) < TILE_WIDTH:
                break
            above.append(fold(hashes))
            yield from _tile_faults(f"{level}/{number}", found, above[-1], hashes)
        roots, level = above, level + 1
    yield from (TileFault(f"{level}/{number}") for level, number in stored)


def _tile_faults(
    key: str, found: tuple[object, object] | None, right: bytes, hashes: Sequence[bytes]
) -> Iterator[TileFault]:
    if found is None:
        yield TileFault(key, is_missing=True)
        return
    if found[0] != right:
        yield TileFault(key, "root")
    if found[1] != b"".join(hashes):
        yield TileFault(key, "hashes")


def last_checkpoint(handle: Handle) -> Fact[LogCheckpointed] | None:
    """The last event of a checkpoint of the tree; ``None`` if there is none, or it can't be read."""
    row = handle.one("log_last_of", subject=LOG, kind=EventKind.LOG_CHECKPOINTED.value)
    with suppress(IncompleteEvent):
        fact = None if row is None else fact_as(row, LogCheckpointed)
        return fact if fact is not None and optional(fact.event.note) is not None else None
    return None


def last_root(handle: Handle) -> tuple[int, str]:
    """Number of events and root, in hex, of the last checkpoint of the tree; 0 and nothing if there is none."""
    last = last_checkpoint(handle)
    if last is None:
        return 0, ""
    lines = required(last.event.note).split("\n", 3)
    try:
        return int(lines[1]), b64decode(lines[2], validate=True).hex()
    except (IndexError, ValueError):
        return 0, ""


def last_cosigned(handle: Handle, witness: str) -> Fact[LogCosigned] | None:
    """The last event by which a witness has cosigned; ``None`` if there is none, or it can't be read."""
    row = handle.one("log_last_of", subject=witness_subject(witness), kind=EventKind.LOG_COSIGNED.value)
    with suppress(IncompleteEvent):
        return None if row is None else fact_as(row, LogCosigned)
    return None


def last_refused(handle: Handle, witness: str) -> Fact[LogCosigningRefused] | None:
    """The same for the last time at which it would not."""
    row = handle.one("log_last_of", subject=witness_subject(witness), kind=EventKind.LOG_COSIGNING_REFUSED.value)
    with suppress(IncompleteEvent):
        return None if row is None else fact_as(row, LogCosigningRefused)
    return None


def witness_subject(name: str) -> str:
    """The subject of the events about a witness."""
    return _WITNESS + name


def has_news(handle: Handle, seq: int) -> bool:
    """Whether anything stands in the log above an event but checkpoints and what witnesses said of them."""
    return bool(handle.value("tree_has_news", seq=seq))
