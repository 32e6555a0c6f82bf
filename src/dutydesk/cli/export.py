"""One item as a file, and such a file held against the log that it says to be of."""

from __future__ import annotations

from pathlib import Path

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import DeskCommand, command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.domain.delivery.bodies import CHANGED_WORDS

_FILE = click.Path(path_type=Path, dir_okay=False)


@command("export", "dutydesk export D-000001 D-000001.jsonl", "dutydesk audit item D-000001.jsonl")
@click.argument("item", type=arguments.item)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@pass_call
def export_command(call: Call, item: int, file: Path, force: bool) -> None:
    """Take one item out, with its part of the log, into FILE.

    JSON lines: the item, its bodies with their bytes and SHA-256, deliveries, reviews, notes, and its events with their
    hashes. The file is its owner's alone. Taking an item out is a read of it, and is in the log. The text of ordinary
    correspondence stays closed. dutydesk audit item FILE shows whether it is what the log says.
    """
    from dutydesk.desk.audit import item_export

    done = run_at_desk(
        call, lambda desk, actor: item_export.export_item(desk.store, desk.context, actor, item, file, replace=force)
    )
    if call.json:
        print_json_line(done)
        return
    print_sentence(f"{done.file} holds {done.item}: {done.bodies} bodies, {done.events} events")
    for version in done.changed:
        print_sentence(f"version {version} was {CHANGED_WORDS}: its bytes are not in the file")
    print_sentence(f"the log ended at event {done.head_seq} with the hash {done.head}")


@click.command("item", cls=DeskCommand, examples=("dutydesk audit item D-000001.jsonl --log desk.log",))
@click.argument("file", type=_FILE)
@click.option("--log", "log_file", metavar="LOG", type=_FILE, help="An exported log, instead of the store's own.")
@pass_call
@click.pass_context
def audit_item_command(ctx: click.Context, call: Call, file: Path, log_file: Path | None) -> None:
    """Whether an exported item is what the log says of it.

    The file alone shows that its events and bodies fit their hashes. That they belong to a log shows only that log: the
    store's own, or with --log an exported one, whose chain is walked to its head. Against a log of before the item was
    taken out, events that came later are missing.
    """
    from dutydesk.desk.audit import item_export

    if log_file is not None:
        found = item_export.check_against_log(file, log_file)
    else:
        found = read_at_desk(call, lambda desk: item_export.check_against_store(desk.store, file))
    if call.json:
        print_json_line(found)
    elif found.fault is not None:
        print_sentence(f"{file} does not hold: {found.fault}")
    else:
        print_sentence(f"{found.item} holds: its {found.events} events and {found.bodies} bodies are those of the log")
        print_sentence(f"{found.held_against} ends at event {found.head_seq} with the hash {found.head}")
    if found.fault is not None:
        ctx.exit(NO)
