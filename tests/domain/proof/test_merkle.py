"""The tree over the log beside published vectors, and beside a tree that somebody else wrote."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.proof.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    is_extension,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)
from dutydesk.domain.proof.tiles import TILE_WIDTH, MissingTileError, TileNodes, tile_path

VECTORS = json.loads((Path(__file__).parent / "vectors" / "transparency_dev.json").read_text())
#: The inputs and roots of the vectors that Certificate Transparency's own tests use (RFC 6962).
KNOWN_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
KNOWN_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def entries(count: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(count)]


def nodes_of(leaves: Sequence[bytes]) -> TileNodes:
    """A tree whose tiles are made when they are read."""

    def read(level: int, number: int) -> Sequence[bytes]:
        span = TILE_WIDTH**level
        first = number * TILE_WIDTH * span
        whole = [
            leaves[begin : begin + span]
            for begin in range(first, min(first + TILE_WIDTH * span, len(leaves)), span)
            if begin + span <= len(leaves)
        ]
        return [plain_root(part, hashed=True) for part in whole]

    return TileNodes(read)


def plain_root(leaves: Sequence[bytes], *, hashed: bool = False) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0] if hashed else leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(plain_root(leaves[:half], hashed=hashed), plain_root(leaves[half:], hashed=hashed))


def test_roots_of_the_published_leaves() -> None:
    leaves = [leaf_hash(bytes.fromhex(each)) for each in KNOWN_LEAVES]
    nodes = nodes_of(leaves)
    assert root_of(nodes, 0) == EMPTY_ROOT
    assert [root_of(nodes, size).hex() for size in range(1, 9)] == list(KNOWN_ROOTS)


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_published_proofs_of_inclusion(vector: dict[str, Any]) -> None:
    proof = [b64decode(each) for each in vector["proof"] or ()]
    holds = is_included(
        b64decode(vector["leafHash"] or ""),
        vector["leafIdx"],
        vector["treeSize"],
        proof,
        b64decode(vector["root"] or ""),
    )
    assert holds is not vector["wantErr"], vector["desc"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_published_proofs_of_consistency(vector: dict[str, Any]) -> None:
    proof = [b64decode(each) for each in vector["proof"] or ()]
    roots = b64decode(vector["root1"] or ""), b64decode(vector["root2"] or "")
    holds = is_extension(vector["size1"], roots[0], vector["size2"], roots[1], proof)
    assert holds is not vector["wantErr"], vector["desc"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 66_000])
def test_tiles_give_the_root_of_the_whole_and_every_proof_holds(size: int) -> None:
    leaves = [leaf_hash(each) for each in entries(size)]
    nodes = nodes_of(leaves)
    root = root_of(nodes, size)
    assert root == plain_root(leaves, hashed=True)
    for place in sorted({0, 1, size // 3, size // 2, 254, 255, 256, size - 2, size - 1} & set(range(size))):
        proof = inclusion_proof(nodes, place, size)
        assert is_included(leaves[place], place, size, proof, root)
        assert not is_included(leaf_hash(b"another"), place, size, proof, root)
        assert size == 1 or not is_included(leaves[place], (place + 1) % size, size, proof, root)
        earlier = root_of(nodes, place + 1)
        proof = consistency_proof(nodes, place + 1, size)
        assert is_extension(place + 1, earlier, size, root, proof)
        assert not is_extension(place + 1, root_of(nodes, place), size, root, proof)


@given(st.integers(1, 600), st.data())
def test_a_changed_bit_of_a_proof_is_noticed(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(each) for each in entries(size)]
    nodes = nodes_of(leaves)
    root, place = root_of(nodes, size), data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(nodes, place, size)
    assert is_included(leaves[place], place, size, proof, root)
    if proof:
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        bent = bytearray(proof[at])
        bent[bit // 8] ^= 1 << bit % 8
        assert not is_included(leaves[place], place, size, [*proof[:at], bytes(bent), *proof[at + 1 :]], root)
        assert not is_included(leaves[place], place, size, proof[:-1], root)
    assert not is_included(leaves[place], place, size, [*proof, root], root)


def test_pymerkle_has_the_same_roots_and_takes_our_proofs() -> None:
    pymerkle = pytest.importorskip("pymerkle", reason="pymerkle is not installed")
    tree, data = pymerkle.InmemoryTree(algorithm="sha256"), entries(300)
    for entry in data:
        tree.append_entry(entry)
    leaves = [leaf_hash(each) for each in data]
    nodes = nodes_of(leaves)
    for size in (1, 2, 3, 128, 255, 256, 257, 300):
        assert tree.get_root(size) == root_of(nodes, size)
    for place in (0, 1, 137, 255, 256, 299):
        theirs = tree.prove_inclusion(place + 1, 300)
        pymerkle.verify_inclusion(leaves[place], tree.get_root(300), theirs)
        siblings = [each for each in theirs.path if each != leaves[place]] if 300 > 1 else []
        assert set(inclusion_proof(nodes, place, 300)) == set(siblings)


def test_a_tree_does_not_reach_further_than_its_tiles() -> None:
    nodes = nodes_of([leaf_hash(each) for each in entries(10)])
    with pytest.raises(MissingTileError):
        root_of(nodes, 11)
    for wrong in (-1, 10):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(nodes, wrong, 10)
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(nodes, 11, 10)


def test_names_of_tiles_are_those_of_the_specification() -> None:
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 8) == "tile/1/000.p/8"
    assert tile_path(2, 999) == "tile/2/999"
