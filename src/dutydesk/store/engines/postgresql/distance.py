"""How far this box is from the primary: everybody waits for a transaction that crosses a long line."""

from __future__ import annotations

import time
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.connection import PostgresConnection

_ROUND_TRIPS: Final = 9
#: More of them before a box is refused that seemed far: a busy machine makes many long, a long line all of them.
_ROUND_TRIPS_OF_THE_FAR: Final = 45


def round_trip_ms(line: PostgresConnection, most_ms: float = 0.0, trips: int = _ROUND_TRIPS) -> float:
    """The shortest of some round trips, in milliseconds, or the first that takes up to ``most_ms``.

    Raises psycopg.Error.
    """
    shortest = float("inf")
    for _ in range(trips):
        begun = time.perf_counter()
        line.command("SELECT 1")
        shortest = min(shortest, (time.perf_counter() - begun) * 1_000)
        if shortest <= most_ms:
            break
    return shortest


def surer_round_trip_ms(line: PostgresConnection, most_ms: float) -> float:
    """The round trip, asked for again where it seems too long, as before a box is refused. Raises psycopg.Error."""
    found_ms = round_trip_ms(line)
    if found_ms <= most_ms:
        return found_ms
    return min(found_ms, round_trip_ms(line, most_ms, _ROUND_TRIPS_OF_THE_FAR))


def require_near(line: PostgresConnection, known_ms: float, most_ms: float) -> float:
    """The round trip, asked again where the known one was too long. Raises StoreUnusable, psycopg.Error."""
    found_ms = known_ms if known_ms <= most_ms else round_trip_ms(line, most_ms, _ROUND_TRIPS_OF_THE_FAR)
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
    return found_ms
