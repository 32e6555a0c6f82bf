"""Stores of earlier releases, made by their migrations, with rows of every kind inserted by SQL."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from store_kit import AT

from dutydesk.domain.delivery.states import DeliveryState, ItemState
from dutydesk.domain.events.log import GENESIS, link
from dutydesk.store.engine.reader import to_us
from dutydesk.store.engines.sqlite import database

AT_US = to_us(AT)
RELEASED_VERSIONS = tuple(number for number, _ in database.migrations())
#: States in the schema of the first release; later releases only added attributes.
STATES = tuple(state.value for state in ItemState)
CODES = ("DE", "FR", "PL", "UA")
BODY = json.dumps({"schema": "dutydesk/1", "type": "diffusion", "confidentiality": "confidential"})

_ITEM = (
    "INSERT INTO item (type, kind, reference, sender, state, urgency, precedence, received_at, routed_at, title,"
    " open_deliveries, due_at) VALUES ('diffusion', 'red', ?, 'DE', ?, 'routine', 2, ?, ?, ?, ?, ?)"
)
_DELIVERY = "INSERT INTO delivery (item, recipient, version, cycle, state, cause, due_at) VALUES (?, ?, 1, 1, ?, ?, ?)"
_MEASURE = (
    "INSERT INTO measure (country, level, channels, kinds, decision, decided_by, reason, officer, ordered_at,"
    " effective_at, review_by, state, endorsement, endorsement_due)"
    " VALUES (?, 'held', '[\"diffusion\"]', '[]', 'SG/1', 'Secretary General', 'The rules were broken.', 'Ines',"
    " ?, ?, ?, ?, 'awaiting', ?)"
)


def old_store(path: Path, version: int) -> Path:
    """A store of that version with items and deliveries in every state, measures, restrictions and a log."""
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        for number, script in database.migrations():
            if number <= version:
                connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("BEGIN")
        _fill(connection)
        _count(connection)
        connection.execute("COMMIT")
    return path


def _fill(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO desk (id, realm, made_at, segment) VALUES (1, 'live', ?, 3)", (AT_US,))
    connection.execute("INSERT INTO officer (name, role, country) VALUES ('Ines', 'supervisor', '-')")
    connection.execute("INSERT INTO login VALUES ('ines', 1)")
    connection.executemany("INSERT INTO bureau (code) VALUES (?)", [(code,) for code in CODES])
    for state in STATES:
        _item(connection, state)
    connection.executemany(
        _MEASURE,
        [
            ("RU", AT_US, AT_US, AT_US * 2, "effective", AT_US * 2),
            ("BY", AT_US, AT_US * 2, AT_US * 2, "ordered", AT_US * 2),
            ("DE", AT_US, AT_US, AT_US, "lifted", AT_US),
        ],
    )
    connection.execute("INSERT INTO restriction VALUES (1, 'DE', NULL, 'UA', 1, ?, 'DE')", (AT_US,))
    connection.execute(
        "INSERT INTO review VALUES (1, 1, 1, 'Ines', 'refuse', 'Political.', 'art_3', '[]', ?)", (AT_US,)
    )
    connection.execute("INSERT INTO remark VALUES (1, 1, 'Ines', 'a note', ?)", (AT_US,))
    connection.execute("INSERT INTO tick VALUES (1, 1, 'article_3', 'Ines', ?, NULL)", (AT_US,))
    connection.execute("INSERT INTO command (id, digest, answer, at) VALUES ('c-1', 'x', '{}', ?)", (AT_US,))
    _events(connection)


def _item(connection: sqlite3.Connection, state: str) -> None:
    released = state == ItemState.RELEASED
    rows = [delivery.value for delivery in DeliveryState] if released else []
    still_open = sum(row in ("queued", "failed", "sending") for row in rows)
    values = (f"DE-{state}", state, AT_US, AT_US, f"Invented, {state}", still_open, AT_US if still_open else 0)
    number = connection.execute(_ITEM, values).lastrowid
    connection.execute(
        "INSERT INTO body (item, version, received_at, sha256, findings, raw) VALUES (?, 1, ?, ?, '[]', ?)",
        (number, AT_US, "0" * 64, BODY.encode()),
    )
    connection.execute("INSERT INTO reference VALUES ('DE', ?, 'hash', ?, '{}')", (f"DE-{state}", number))
    if not released:
        return
    for serial, delivery in enumerate(rows):
        bureau = connection.execute("INSERT INTO bureau (code) VALUES (?)", (f"{serial:03d}",)).lastrowid
        due = AT_US if delivery in ("queued", "failed") else None
        cause = "restricted" if delivery == "suppressed" else None
        connection.execute(_DELIVERY, (number, bureau, delivery, cause, due))
    connection.execute(
        "INSERT INTO notice (item, recipient, notice, version, cycle, data, state, due_at)"
        " VALUES (?, 1, 'receipt', 1, 1, '{}', 'queued', ?)",
        (number, AT_US),
    )


def _events(connection: sqlite3.Connection) -> None:
    previous = GENESIS
    kinds = ["store.made", "officer.added", *(["intake.accepted"] * len(STATES)), "restriction.stated"]
    for seq, kind in enumerate(kinds, start=1):
        digest = link(previous, seq, AT_US, "system", kind, f"D-{seq:06d}", "{}")
        connection.execute(
            "INSERT INTO event VALUES (?, ?, 'system', ?, ?, '{}', ?, ?)",
            (seq, AT_US, kind, f"D-{seq:06d}", previous, digest),
        )
        previous = digest


def _count(connection: sqlite3.Connection) -> None:
    for select in (
        "SELECT 'state:' || state, count(*) FROM item GROUP BY state",
        "SELECT 'delivery:' || state, count(*) FROM delivery GROUP BY state",
        "SELECT 'suppressed:' || cause, count(*) FROM delivery WHERE cause IS NOT NULL GROUP BY cause",
    ):
        connection.execute(f"INSERT INTO counter {select}")


def rows_by_table(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the first release, with the columns of that release."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as first:
        first.executescript(database.migrations()[0][1])
        tables = [row[0] for row in first.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [table for table in tables if not table.startswith(("sqlite_", "item_words"))]
        columns = {table: [row[1] for row in first.execute(f"PRAGMA table_info({table})")] for table in tables}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall(), key=repr)
            for table, names in columns.items()
        }
