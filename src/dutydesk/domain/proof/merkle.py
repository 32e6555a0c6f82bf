"""A Merkle tree over a log, hashed as RFC 6962 and RFC 9162 (section 2.1) say, and the proofs that it gives.

A leaf is an event: the bytes of its hash in the chain. A proof is a list of hashes of 32 bytes; it shows to somebody
who knows only the root of the tree that one event stands in it, or that one tree begins with all of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
#: A proof in a tree of 2**63 leaves has as many hashes; a longer one is refused before it is read.
MOST_HASHES: Final = 63
#: Gives the hash over 2**level leaves from leaf ``place * 2**level`` on: ``nodes(level, place)``.
Nodes = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over a number of neighbours that is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def root_of(nodes: Nodes, size: int) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return _range_hash(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, leaf: int, size: int) -> list[bytes]:
    """The proof that the leaf stands in the tree over the first ``size`` leaves; leaves are counted from 0.

    Raises ValueError for a leaf that the tree does not have.
    """
    if not 0 <= leaf < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {leaf}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _half(end - begin)
        if leaf < middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(nodes: Nodes, earlier: int, size: int) -> list[bytes]:
    """The proof that the tree over ``size`` leaves begins with the tree over the ``earlier`` first; empty from 0 on.

    Raises ValueError where the earlier tree is the larger one.
    """
    if not 0 <= earlier <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with {earlier}")
    if earlier == 0:
        return []
    begin, end, path, is_whole = 0, size, [], True
    while earlier != end:
        middle = begin + _half(end - begin)
        if earlier <= middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        path.append(_range_hash(nodes, begin, end))
    return path[::-1]


def is_included(leaf: bytes, place: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the hash of leaf ``place`` to the root of a tree of ``size`` leaves."""
    if not 0 <= place < size or not _are_hashes(leaf, root, *proof):
        return False
    number, last, found = place, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(each, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, each)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def is_extension(earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``root`` begins with the tree of ``earlier_root``.

    A tree and itself take an empty proof. The empty tree proves nothing of another, and so is never one's beginning.
    """
    if earlier == size > 0:
        return not proof and earlier_root == root
    if not 0 < earlier < size or not _are_hashes(earlier_root, root, *proof):
        return False
    path = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    if not path:
        return False
    number, last = earlier - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, each)
        number, last = number >> 1, last >> 1
    return last == 0 and before == earlier_root and after == root


def _are_hashes(*values: bytes) -> bool:
    return len(values) <= MOST_HASHES + 2 and all(len(each) == HASH_BYTES for each in values)


def _half(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << (width - 1).bit_length() - 1


def _range_hash(nodes: Nodes, begin: int, end: int) -> bytes:
    """The hash over a range that a tree of this kind has as a node; ``begin`` fits its width."""
    parts = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(nodes(level, begin >> level))
        begin += 1 << level
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
