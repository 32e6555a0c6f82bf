"""What changes behind a dialog and what is typed in it are both painted, also when they come together."""

from __future__ import annotations

from textual.widgets import TextArea

from consoles import console, fill_desk
from desks import Bench
from dutydesk.tui.widgets.frame_lines import HeaderLine


async def test_neither_takes_the_others_place(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("2", "n")
        await desk.shows("Note on")
        dialog, header = desk.app.screen, desk.main.query_one(HeaderLine)
        note = dialog.query_one(TextArea)
        await desk.until(lambda: not dialog._dirty_widgets, "the dialog does not come to rest")
        note.insert("both")
        dialog._dirty_widgets.add(note)
        header._set_dirty()
        desk.main._compositor.update_widgets({header})
        desk.main._compositor_refresh()
        dialog._on_timer_update()
        assert not note._repaint_regions, "what was typed is not painted"
        assert not header._repaint_regions, "what is behind is not painted"
