"""The command that backs a store up while it is open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.count_bar import count_bar
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    pass


@command("backup", "dutydesk backup /mnt/other/desk-2026-11-25.db", "dutydesk backup /mnt/other/desk.db --json")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def backup_command(call: Call, file: Path) -> None:
    """Copy the store into FILE while others work on it, and verify the copy.

    FILE is a complete store: dutydesk --db FILE doctor reads it. An existing file is never replaced, and FILE appears
    only when the copy is complete. To restore it, put it in the store's place; an administrator then runs dispatch
    --restored once.
    """
    with count_bar("Copying") as progress:
        done = run_at_desk(call, lambda desk, actor: desk.backups.back_up(actor, file, progress))
    if call.json:
        print_json_line(done)
    else:
        print_sentence(
            f"{done.file} holds {done.events} events in {done.bytes:,} bytes; the last one's hash is {done.head}"
        )
        print_sentence(
            f"pages, chain and figures of the copy are verified; that each delivery was permitted: {done.policy}"
        )
    if done.unrecorded is not None:
        print(f"dutydesk: the backup is whole, but not in the log: {safe_text(done.unrecorded)}", file=sys.stderr)
