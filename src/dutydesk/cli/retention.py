"""Commands for retention, alarms and the worklist of a measure."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import run_act
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_json_lines, print_sentence, print_table
from dutydesk.language.phrases import marked, translate, translate_count
from dutydesk.language.sentences import read_sentence


@command(
    "legal-hold", 'dutydesk legal-hold D-000001 --reason "a court asks for it"', "dutydesk legal-hold D-000001 --lift"
)
@click.argument("item", type=arguments.item)
@click.option("--lift", is_flag=True, help="Lift the legal hold; the retention applies again.")
@click.option("--reason", metavar="R", type=free_text, help="Why.")
@with_command_id
@pass_call
def legal_hold_command(call: Call, item: int, lift: bool, reason: str | None, command_id: str | None) -> None:
    """Keep an item from the purge, even past its retention."""
    run_act(call, lambda desk, actor: desk.retention.legal_hold(actor, item, reason, held=not lift), command_id)


@command("purge", "dutydesk purge", "dutydesk purge --rewrite")
@click.option("--rewrite", is_flag=True, help="Also write a large store anew, while everybody waits.")
@pass_call
def purge_command(call: Call, rewrite: bool) -> None:
    """Remove the bodies of closed items that are past their retention.

    Hashes, events and the chain stay. No byte of a body is left in the store or in later backups; a store of more than
    256 MiB needs --rewrite for that, at a quiet hour, and a cluster VACUUM FULL by the owner of the tables.
    """
    done = run_at_desk(call, lambda desk, actor: desk.retention.purge(actor, rewrite=rewrite or None))
    if call.json:
        print_json_line(done)
        return
    print_sentence(translate_count("{number} item purged.", "{number} items purged.", len(done.purged)))
    if done.left_to_vacuum:
        print_sentence(translate("The cluster keeps old versions of their rows until its owner runs VACUUM FULL."))
    elif not done.erased:
        print_sentence(translate("Copies of their rows may be left in the file's free space: run it with --rewrite."))
    for name, why in done.kept:
        print_sentence(f"  {translate('{item} stays: {why}', item=name, why=read_sentence(why))}")


@command("alarms", "dutydesk alarms", "dutydesk alarms --json")
@pass_call
def alarms_command(call: Call) -> None:
    """List what an officer must look at now, the most serious first."""
    rows = read_at_desk(call, lambda desk: desk.queries.alarms())
    if call.json:
        print_json_lines(rows)
    elif not rows:
        print_sentence(translate("No alarm."))
    else:
        columns = marked(("Alarm", "About", "Since", "What"))
        print_table(columns, ((r.alarm, r.subject, r.since, read_sentence(r.words)) for r in rows))


@command("worklist", "dutydesk worklist M-0001")
@click.argument("measure", type=arguments.measure)
@pass_call
def worklist_command(call: Call, measure: int) -> None:
    """List what a measure stopped, in case it proves wrong.

    Nothing is sent again automatically.
    """
    rows = read_at_desk(call, lambda desk: desk.queries.worklist(measure))
    if call.json:
        print_json_lines(rows)
    elif not rows:
        print_sentence(translate("The measure stopped nothing."))
    else:
        print_table(marked(("Item", "State", "What")), ((r.item, r.state, read_sentence(r.what)) for r in rows))
