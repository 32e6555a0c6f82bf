"""Commands that export one item and verify such a file against the log."""

from __future__ import annotations

from pathlib import Path

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import DeskCommand, command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import number_and_noun, print_json_line, print_sentence
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.language.sentences import sentence

_FILE = click.Path(path_type=Path, dir_okay=False)


@command(
    "export",
    "dutydesk export D-000001 D-000001.jsonl",
    "dutydesk export D-000001 D-000001.jsonl --redacted --checkpoint friday.checkpoint",
    "dutydesk audit item D-000001.jsonl",
)
@click.argument("item", type=arguments.item)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@click.option("--checkpoint", metavar="FILE", type=_FILE, help="Prove the item to this checkpoint.")
@click.option("--witnessed", is_flag=True, help="Prove it to the last checkpoint that witnesses have cosigned.")
@click.option("--redacted", is_flag=True, help="Leave out bodies, officers' texts and other bureaus; hashes stay.")
@pass_call
@click.pass_context
def export_command(
    ctx: click.Context,
    call: Call,
    item: int,
    file: Path,
    force: bool,
    checkpoint: Path | None,
    witnessed: bool,
    redacted: bool,
) -> None:
    """Export one item with its part of the log into FILE.

    FILE holds JSON lines: the item, its bodies with their bytes and SHA-256, deliveries, reviews, notes, and its events
    with their hashes. Only its owner can read the file. The export is recorded in the log as a read of the item. The
    text of ordinary correspondence is left out. dutydesk audit item FILE verifies the file against the log.

    Each event has a proof that it stands in the log of a checkpoint, which is in the file too: one that the desk signs
    now, or the one that is named. dutydesk verify-item FILE checks it anywhere, without this log.
    """
    if checkpoint is not None and witnessed:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--checkpoint and --witnessed name two checkpoints"), ctx
        )
    from dutydesk.desk.audit import item_export, item_proof

    head = None if checkpoint is None else item_proof.open_head(checkpoint)
    form = item_export.ExportForm(head, is_witnessed=witnessed, is_redacted=redacted)
    done = run_at_desk(
        call,
        lambda desk, actor: item_export.export_item(
            desk.store, desk.context, actor, item, file, replace=force, form=form
        ),
    )
    if call.json:
        print_json_line(done)
        return
    bodies = number_and_noun(done.bodies, "body", "bodies")
    events = number_and_noun(done.events, "event", "events")
    print_sentence(f"{done.file} holds {done.item}: {bodies}, {events}")
    for version in done.changed:
        print_sentence(f"version {version} was {CHANGED_WORDS}: its bytes are not in the file")
    print_sentence(f"the log ended at event {done.head_seq} with the hash {done.head}")
    if done.checkpoint is None:
        print_sentence("its events have no proofs: the desk's signing key can't be read, and no checkpoint is there")
    else:
        print_sentence(f"its events are proved to a checkpoint of {done.checkpoint} events; verify-item checks them")


@click.command("item", cls=DeskCommand, examples=("dutydesk audit item D-000001.jsonl --log desk.log",))
@click.argument("file", type=_FILE)
@click.option("--log", "log_file", metavar="LOG", type=_FILE, help="An exported log, instead of the store's own.")
@pass_call
@click.pass_context
def audit_item_command(ctx: click.Context, call: Call, file: Path, log_file: Path | None) -> None:
    """Verify an exported item against the log.

    The file alone shows only that its events and bodies match their hashes. Whether they belong to a log is verified
    against that log: the store's own, or with --log an exported one, whose chain is verified to its head. A log that is
    older than the export lacks its later events.
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
