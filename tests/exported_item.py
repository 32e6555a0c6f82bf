"""The files of an item that a desk has exported, proved to a checkpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from desks import Bench, diffusion, prepared_desk
from dutydesk.desk.audit.item_export import ExportForm, export_item
from dutydesk.desk.audit.item_proof import open_head
from dutydesk.desk.audit.log_export import write_checkpoint


def export_files(folder: Path, senders: Sequence[str], later_notes: Sequence[str] = ()) -> None:
    """Exports item 1 as ``whole`` and ``redacted``, proved to the checkpoint ``kept``; later notes came after that."""
    asyncio.run(_export_files(folder, senders, later_notes))


async def _export_files(folder: Path, senders: Sequence[str], later_notes: Sequence[str]) -> None:
    desk, clock = await prepared_desk(folder / "desk.db", [])
    bench = Bench(desk, clock)
    actor = bench.actor("root")
    try:
        for sender in senders:
            await bench.sent(diffusion(sender))
        await desk.review.note(actor, 1, "Seen.")
        await write_checkpoint(desk.store, desk.context, actor, folder / "kept")
        for note in later_notes:
            await desk.review.note(actor, 1, note)
        for name in ("whole", "redacted"):
            form = ExportForm(open_head(folder / "kept"), is_redacted=name == "redacted")
            await export_item(desk.store, desk.context, actor, 1, folder / name, form=form)
    finally:
        await desk.close()
