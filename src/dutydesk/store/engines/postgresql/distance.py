"""How far this box is from the primary: everybody waits for a transaction that crosses a long line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.connection import PostgresConnection

_ROUND_TRIPS: Final = 9


def round_trip_ms(line: PostgresConnection) -> float:
    """The shortest of some round trips, in milliseconds: a busy machine makes some long. Raises psycopg.Error."""
    return min(_round_trips(line)) * 1_000


def require_near(found_ms: float, most_ms: float) -> None:
    """Raises StoreUnusable."""
    if found_ms > most_ms:
        raise StoreUnusable(
            StoreCode.STORE_TOO_FAR,
            sentence(
                "the database is {found:.0f} ms away, and everybody would wait for this box from {most:g} ms on; "
                "nothing was changed: work by SSH on a box near the database",
                found=found_ms,
                most=most_ms,
            ),
        )


def _round_trips(line: PostgresConnection) -> Iterator[float]:
    for _ in range(_ROUND_TRIPS):
        begun = time.perf_counter()
        line.command("SELECT 1")
        yield time.perf_counter() - begun
