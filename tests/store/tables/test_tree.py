"""The tree over the log in its store: grown in pieces, the same however it grew, and compared with the events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_kit import AT, make_store_file, raw_connection

from dutydesk.domain.limits import StoreLimits
from dutydesk.domain.proof.merkle import inclusion_proof, is_included, leaf_hash, node_hash, root_of
from dutydesk.domain.proof.tiles import TILE_WIDTH, MissingTileError
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.tables import tree
from long_logs import add_events

#: Above 65,536, so that a tile of the second level is whole.
LONG = TILE_WIDTH**2 + 2 * TILE_WIDTH + 17


@contextmanager
def store_of(folder: Path, events: int) -> Iterator[Connection]:
    with raw_connection(make_store_file(folder / "desk.db")) as connection:
        connection.execute("BEGIN")
        connection.execute("DELETE FROM tree_tile")
        add_events(connection, events)
        yield connection
        connection.execute("ROLLBACK")


def grow(connection: Connection, tiles: int = 32) -> bool:
    return tree.grow(Transaction(connection, AT, limits=StoreLimits(grown_tiles=tiles)))


def hashes(connection: Connection) -> list[bytes]:
    return [leaf_hash(bytes(row[0])) for row in connection.execute("SELECT hash FROM event ORDER BY seq").fetchall()]


def plain_root(leaves: list[bytes]) -> bytes:
    """From the bottom up: two neighbours are one node, and what is left alone goes up as it is."""
    while len(leaves) > 1:
        pairs = [node_hash(leaves[place], leaves[place + 1]) for place in range(0, len(leaves) - 1, 2)]
        leaves = [*pairs, *leaves[len(leaves) & ~1 :]]
    return leaves[0]


def test_the_root_is_the_same_before_while_and_after_the_tiles_are_written(tmp_path: Path) -> None:
    with store_of(tmp_path, LONG) as connection:
        handle, leaves = Handle(connection, AT), hashes(connection)
        sizes = (1, 255, 257, TILE_WIDTH**2, LONG)
        expected = {size: plain_root(leaves[:size]) for size in sizes}
        assert tree.root(handle, LONG) == expected[LONG], "no tile is written"
        rounds = 0
        while grow(connection, 100):
            rounds += 1
            assert tree.root(handle, LONG) == expected[LONG]
        assert rounds == LONG // TILE_WIDTH // 100
        assert (tree.tiles_of(handle, 0), tree.tiles_of(handle, 1), tree.tiles_of(handle, 2)) == (258, 1, 0)
        assert not grow(connection)
        assert {size: tree.root(handle, size) for size in sizes} == expected
        assert not list(tree.tile_faults(handle))
        nodes = tree.nodes(handle)
        for place in (0, 255, 256, 40_000, TILE_WIDTH**2, LONG - 1):
            proof = inclusion_proof(nodes, place, LONG)
            assert is_included(leaves[place], place, LONG, proof, expected[LONG])
            assert sum(map(len, proof)) <= 32 * 18
        with pytest.raises(MissingTileError):
            tree.root(handle, LONG + 1)


def test_what_a_kill_left_is_finished_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with store_of(tmp_path, 4 * TILE_WIDTH + 5) as connection:
        handle = Handle(connection, AT)
        connection.execute("SAVEPOINT piece")
        grow(connection, 2)
        connection.execute("ROLLBACK TO piece")
        assert tree.tiles_of(handle, 0) == 0
        assert tree.is_behind(handle)
        while grow(connection, 1):
            pass
        rows = connection.execute("SELECT level, number, root, hashes FROM tree_tile ORDER BY level, number").fetchall()
        pieces = [tuple(row) for row in rows]
        connection.execute("DELETE FROM tree_tile")
        grow(connection, 100)
        rows = connection.execute("SELECT level, number, root, hashes FROM tree_tile ORDER BY level, number").fetchall()
        assert [tuple(row) for row in rows] == pieces
        assert len(pieces) == 4
        assert not tree.is_behind(handle)


def test_an_officer_who_waited_lately_waits_for_few_tiles(tmp_path: Path) -> None:
    with store_of(tmp_path, 20 * TILE_WIDTH) as connection:
        limits = StoreLimits(grown_tiles=10, brief_grown_tiles=3)
        assert tree.grow(Transaction(connection, AT, brief=True, limits=limits))
        assert tree.tiles_of(Handle(connection, AT), 0) == 3


@pytest.mark.parametrize(
    ("edit", "values", "named"),
    [
        ("UPDATE tree_tile SET hashes = ? WHERE level = 0 AND number = 1", [bytes(8192)], [("0/1", "hashes")]),
        ("UPDATE tree_tile SET root = ? WHERE level = 0 AND number = 1", [bytes(32)], [("0/1", "root")]),
        ("UPDATE tree_tile SET root = ? WHERE level = 1", [bytes(32)], [("1/0", "root")]),
        ("DELETE FROM tree_tile WHERE level = 0 AND number = 1", [], [("0/1", None)]),
        ("UPDATE tree_tile SET number = 9999 WHERE level = 0 AND number = 257", [], [("0/9999", None)]),
        ("UPDATE tree_tile SET level = 7 WHERE level = 1", [], [("7/0", None)]),
        pytest.param(
            *("UPDATE tree_tile SET level = 'x' WHERE level = 1", [], [("x/0", None)]),
            marks=pytest.mark.sqlite_only("a number's column, which takes a text there"),
        ),
        (
            *("UPDATE event SET hash = ? WHERE seq = 300", [bytes(32)]),
            [("0/1", "root"), ("0/1", "hashes"), ("1/0", "root")],
        ),
    ],
)
def test_a_changed_tile_is_named_and_so_is_one_that_is_gone(
    grown: Connection, edit: str, values: list[bytes], named: list[tuple[str, str | None]]
) -> None:
    grown.execute("SAVEPOINT edit")
    assert grown.execute(edit, values).rowcount == 1
    found = [(fault.key, fault.column) for fault in tree.tile_faults(Handle(grown, AT))]
    grown.execute("ROLLBACK TO edit")
    assert set(named) <= set(found)
    assert {key for key, _ in found} <= {key for key, _ in named} | {"1/0"}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with store_of(tmp_path_factory.mktemp("grown"), LONG) as connection:
        if not isinstance(connection, PostgresConnection):  # whose owner has no triggers here
            connection.execute("DROP TRIGGER event_is_never_changed")
        grow(connection, 1_000)
        yield connection


def test_a_root_by_a_changed_tile_is_another(grown: Connection) -> None:
    """Who changes a tile changes what the desk signs next, and the last signed root names it."""
    handle = Handle(grown, AT)
    before = root_of(tree.nodes(handle), LONG)
    grown.execute("SAVEPOINT edit")
    grown.execute("UPDATE tree_tile SET root = ? WHERE level = 1", (bytes(32),))
    assert root_of(tree.nodes(handle), LONG) != before
    grown.execute("ROLLBACK TO edit")
