"""A log whose routes can't be read: nothing goes out, else it might go out by the outbox of another route."""

from __future__ import annotations

from pathlib import Path

from desks import prepared_desk
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.events.bureau_routes import BureauRouted
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.tables import bureau_routes
from refusals import raises_code


async def test_a_route_that_can_not_be_read_lets_nothing_out(tmp_path: Path) -> None:
    desk, _clock = await prepared_desk(tmp_path / "desk.db", (), DEFAULT_LIMITS)
    event = BureauRouted(login="root", bureau=ABSENT, route="africa")
    try:
        await desk.store.write(lambda transaction: bureau_routes.record(transaction, "root", event))
        with raises_code(StoreCode.STORE_DAMAGED):
            await desk.delivery.lease(10)
    finally:
        await desk.close()
