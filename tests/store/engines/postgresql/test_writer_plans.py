"""How the cluster finds rows for a session that writes."""

from __future__ import annotations

from pathlib import Path

from store_kit import open_store_file, write_note

from dutydesk.store.engine.transaction import Transaction

_WALKED = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'event'"
_EVENTS = 200


async def test_the_check_of_the_logs_order_does_not_walk_through_the_log(place: Path) -> None:
    def work(transaction: Transaction) -> int:
        for number in range(_EVENTS):
            write_note(f"event {number}")(transaction)
            transaction.link_events()
        return int(transaction.connection.execute(_WALKED).fetchall()[0][0])

    async with open_store_file(place) as store:
        assert await store.write(work) < _EVENTS
