"""The hashes of a tree in tiles of 256, as C2SP's tlog-tiles cuts them, and every node of the tree from its tiles.

Tile ``number`` of level 0 has the hashes of the leaves from ``256 * number`` on; one of a higher level has the roots
of 256 whole tiles of the level below. Only the last tile of a level can be partial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from dutydesk.domain.proof.merkle import HASH_BYTES, fold

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
#: Gives the hashes of a tile, all that there are: ``read(level, number)``.
TileReader = Callable[[int, int], Sequence[bytes]]
_TILES_KEPT = 64


class MissingTileError(Exception):
    """A tile has fewer hashes than the tree needs of it."""


class TileNodes:
    """Every node of a tree; see :data:`dutydesk.domain.proof.merkle.Nodes`. It keeps the tiles that it has read."""

    def __init__(self, read: TileReader) -> None:
        self._read = lru_cache(_TILES_KEPT)(read)

    def __call__(self, level: int, place: int) -> bytes:
        """Raises MissingTileError where the tree does not reach so far."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, first = divmod(place << height, TILE_WIDTH)
        width = first + (1 << height)
        hashes = self._read(tile_level, number)
        if len(hashes) < width:
            raise MissingTileError(f"tile {tile_path(tile_level, number)} has {len(hashes)} hashes, and not {width}")
        return fold(hashes[first:width])


def split_hashes(joined: bytes) -> list[bytes]:
    """The hashes of a tile that is stored as one text of bytes."""
    return [joined[first : first + HASH_BYTES] for first in range(0, len(joined), HASH_BYTES)]


def tile_path(level: int, number: int, width: int = TILE_WIDTH) -> str:
    """The name of a tile as a log serves it: ``tile/0/x001/x234/067``, with ``.p/8`` where it has only 8 hashes."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"
