"""The page after an absence lists as much as the screen has room for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consoles import Console
from desks import Bench, notice_request
from dutydesk.desk.shift import presence
from dutydesk.tui.app import DutyDeskApp


@pytest.mark.parametrize(("size", "more"), [((80, 24), True), ((150, 45), False)])
async def test_a_high_screen_lists_more_decisions(bench: Bench, size: tuple[int, int], more: bool) -> None:
    await presence.record_arrival(bench.desk, bench.actor("Ines"))
    bench.clock.move(minutes=1)
    await presence.record_departure(bench.desk, bench.actor("Ines"))
    for _ in range(9):
        bench.clock.move(minutes=1)
        await bench.refuse(await bench.sent(notice_request("BR")))
    bench.clock.at = max(bench.clock.at, datetime(2022, 3, 10, 20, tzinfo=UTC))
    changed = await presence.changes_while_away(bench.desk, bench.actor("Ines"))
    assert changed is not None
    assert len(changed.decisions) == 9
    app = DutyDeskApp(bench.desk, bench.actor("Ines"), changed=changed)
    async with app.run_test(size=size) as pilot:
        desk = Console(app, pilot)
        await desk.shows("D-000009")
        assert ("and 5 more" in desk.screen_text()) is more, desk.screen_text()
        assert ("D-000001" in desk.screen_text()) is not more
