"""What a migration makes of the rows of an older store."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_bench import made, opened, raw

from dutydesk.store import database, items


async def test_items_of_before_are_confidential_where_their_body_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = database.migrations()
    monkeypatch.setattr(database, "migrations", lambda: tuple(one for one in scripts if one[0] < 4))
    path = made(tmp_path / "desk.db")
    bodies = [
        b'{"confidentiality": "confidential"}',
        b'{"confidentiality": "restricted"}',
        b"{}",
        b"\xff{",
        b"[1]",
        None,
    ]
    with raw(path) as connection:
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
    monkeypatch.setattr(database, "migrations", lambda: scripts)
    async with opened(path) as store:
        found = [await store.read(lambda handle, n=n: items.get(handle, n)) for n in range(1, len(bodies) + 1)]
    assert [item.confidential for item in found] == [True, False, False, False, False, False]
