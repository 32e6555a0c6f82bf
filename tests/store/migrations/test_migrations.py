"""The effect of each migration on the rows of an older store."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import make_store_file, open_store_file, raw_connection

from dutydesk.desk.checks.matching import search
from dutydesk.desk.matching.folding import parse_birth
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.records import births
from dutydesk.screening import keys, sounds
from dutydesk.screening.names import possible_names
from dutydesk.screening.score import phonetic_name
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.sqlite import database
from dutydesk.store.tables import items

pytestmark = pytest.mark.sqlite_only("files of earlier releases")


def store_before(version: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store before that migration; opening it runs that migration and all later ones."""
    with monkeypatch.context() as earlier:
        scripts = tuple(one for one in database.migrations() if one[0] < version)
        earlier.setattr(database, "migrations", lambda: scripts)
        return make_store_file(folder / "desk.db")


async def test_items_of_before_are_confidential_where_their_body_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store_before(4, tmp_path, monkeypatch)
    bodies = [
        b'{"confidentiality": "confidential"}',
        b'{"confidentiality": "restricted"}',
        b"{}",
        b"\xff{",
        b"[1]",
        None,
    ]
    with raw_connection(path) as connection:
        for number, body in enumerate(bodies, start=1):
            connection.execute(
                "INSERT INTO item (number, state, urgency, precedence, received_at, routed_at, title)"
                " VALUES (?, 'held', 'routine', 2, 0, 0, 't')",
                (number,),
            )
            connection.execute(
                "INSERT INTO body (item, version, received_at, sha256, findings, raw) VALUES (?, 1, 0, '', '[]', ?)",
                (number, body),
            )
        connection.execute("INSERT INTO counter VALUES ('state:held', ?)", (len(bodies),))
    async with open_store_file(path) as store:
        found = [await store.read(lambda handle, n=n: items.get(handle, n)) for n in range(1, len(bodies) + 1)]
    assert [item.confidential for item in found] == [True, False, False, False, False, False]


async def test_keys_of_before_stand_beside_their_records_births(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store_before(9, tmp_path, monkeypatch)
    written = ["", "1968", "1968-02", "1968-02-29", "0999-12-01"]
    with raw_connection(path) as connection:
        for number, birth in enumerate(written, start=1):
            connection.execute(
                "INSERT INTO record (id, source, origin, subject, title, birth, entered_at)"
                " VALUES (?, 'DE', 'item', 'person', 't', ?, 0)",
                (number, birth),
            )
            connection.executemany("INSERT INTO record_key VALUES (?, ?)", [(9 - number, number), (40, number)])
    async with open_store_file(path):
        pass
    with raw_connection(path) as connection:
        rows = connection.execute("SELECT mark, record, born FROM record_key ORDER BY record, mark").fetchall()
    expected = [births.as_number(parse_birth(birth)) for birth in written]
    assert [tuple(row) for row in rows] == [
        (mark, number, born) for number, born in enumerate(expected, start=1) for mark in (9 - number, 40)
    ]
    assert expected == [0, 1968_00_00, 1968_02_00, 1968_02_29, 999_12_01]


async def test_names_of_one_part_of_before_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records under their old keys: the key of one part alone, and its neighbours with those of all parts."""
    path = store_before(9, tmp_path, monkeypatch)
    filed = {1: possible_names("Quillabrand"), 2: possible_names("Irzo Drozhnev")}
    with raw_connection(path) as connection:
        for number, read in filed.items():
            marks = keys.keys_of(read)
            told = ("\n".join(name.to_text() for name in read), "\n".join(map(phonetic_name, read)))
            connection.execute(
                "INSERT INTO record (id, source, origin, subject, title, names, heard, entered_at)"
                " VALUES (?, 'DE', 'item', 'person', 't', ?, ?, 0)",
                (number, *told),
            )
            connection.executemany("INSERT INTO record_key VALUES (?, ?)", [(mark, number) for mark in marks])
            skeletons = {mark >> 24 for mark in marks}
            connection.executemany(
                "INSERT INTO neighbour VALUES (?, ?)",
                [(variant, skeleton) for skeleton in skeletons for variant in sounds.shortened_skeletons(skeleton)],
            )

    def found(handle: Handle, asked: str) -> list[int]:
        return search(handle, NameCache(), NominalQuery(asked), 85).ranked

    async with open_store_file(path) as store:
        for asked in ("Quillabrand", "Quilabrant", "Irzo Quillabrant"):
            assert await store.read(lambda handle, asked=asked: found(handle, asked)) == [1], asked
        assert await store.read(lambda handle: found(handle, "Drozhnev Irso")) == [2]
