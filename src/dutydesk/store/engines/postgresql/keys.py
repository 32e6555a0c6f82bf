"""The advisory locks of one database, by number. PostgreSQL frees them when their transaction or session ends."""

from __future__ import annotations

from typing import Final

#: "DUTY", so that no other program's locks in the same database are meant.
_SPACE: Final = 0x44555459
#: Whoever writes holds it from before the first statement until after the commit: its order is the chain's.
CHAIN: Final = f"{_SPACE}, 1"
#: An officer's transaction holds it shared from before it waits for the chain, so that intake sees who waits.
OFFICERS: Final = f"{_SPACE}, 2"
#: Whoever makes or upgrades the schema.
SCHEMA: Final = f"{_SPACE}, 3"

#: An officer's transaction: it waits in the queue for the chain.
BEGIN_AS_OFFICER: Final = (
    f"BEGIN; SELECT pg_advisory_xact_lock_shared({OFFICERS}); SELECT pg_advisory_xact_lock({CHAIN})"
)
#: A transaction that works on one snapshot before it takes the chain.
BEGIN_BEFORE_TURN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"
#: Takes the chain where it is free, and wherever no officer waits.
TRY_BEHIND_OFFICERS: Final = (
    f"SELECT CASE WHEN pg_try_advisory_lock({OFFICERS}) THEN CASE WHEN pg_advisory_unlock({OFFICERS}) "
    f"THEN pg_try_advisory_xact_lock({CHAIN}) ELSE false END ELSE false END"
)
TRY_CHAIN: Final = f"SELECT pg_try_advisory_xact_lock({CHAIN})"
WAIT_FOR_CHAIN: Final = f"SELECT pg_advisory_xact_lock({CHAIN})"
#: Whether no officer holds or waits, and nobody holds the chain.
CHAIN_IS_FREE: Final = (
    f"SELECT CASE WHEN pg_try_advisory_lock({OFFICERS}) THEN CASE WHEN pg_advisory_unlock({OFFICERS}) "
    f"AND pg_try_advisory_lock_shared({CHAIN}) THEN pg_advisory_unlock_shared({CHAIN}) ELSE false END ELSE false END"
)
#: Whether no officer holds or waits.
NO_OFFICER: Final = (
    f"SELECT CASE WHEN pg_try_advisory_lock({OFFICERS}) THEN pg_advisory_unlock({OFFICERS}) ELSE false END"
)
