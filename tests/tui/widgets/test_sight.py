"""The selected row stays in sight, and a label never leaves its text without room."""

from __future__ import annotations

from rich.cells import cell_len

from consoles import console
from desks import Bench, notice_request
from dutydesk.tui.widgets.text_layout import Paragraph, lay_out


async def test_the_selected_row_stays_in_sight_when_others_come_above_it(bench: Bench) -> None:
    for _ in range(3):
        await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        for _ in range(20):
            await bench.sent(notice_request("BR", urgency="flash"))
        await desk.until(lambda: len(desk.queue.rows) == 23, "the queue did not grow")
        await desk.until(lambda: (desk.queue.place_of("D-000003") or 0) in desk.queue._visible_rows(), "out of sight")
        await desk.shows("D-000003")


def test_a_long_label_stands_above_its_text() -> None:
    label = "No longer confirmable:"
    lines, _ = lay_out([Paragraph("recipient UA was removed after this was proposed", label, "bad", indent=2)], 30)
    assert lines[0].label.strip() == label
    assert all(cell_len(line.text) > 8 for line in lines[1:-1])
    assert len(lines) < 6
    wide, _ = lay_out([Paragraph("recipient UA was removed", label, "bad", indent=2)], 76)
    assert len(wide) == 1
