"""What is kept and for how long, and what somebody must look at now."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.answers import do_act
from dutydesk.cli._core.call import Call, at_desk, pass_call, reading
from dutydesk.cli._core.commands import acting, command
from dutydesk.cli._core.output import json_line, json_lines, sentence, table


@command(
    "legal-hold", 'dutydesk legal-hold D-000001 --reason "a court asks for it"', "dutydesk legal-hold D-000001 --lift"
)
@click.argument("item", type=arguments.item)
@click.option("--lift", is_flag=True, help="Give it back to its retention.")
@click.option("--reason", metavar="R", type=arguments.words, help="Why.")
@acting
@pass_call
def legal_hold_command(call: Call, item: int, lift: bool, reason: str | None, command_id: str | None) -> None:
    """Keep an item from the purge, whatever its retention."""
    do_act(call, lambda desk, actor: desk.legal_hold(actor, item, reason, held=not lift), command_id)


@command("purge", "dutydesk purge")
@pass_call
def purge_command(call: Call) -> None:
    """Take away the bodies of what has ended and is past its retention.

    Hashes, events and the chain stay.
    """
    done = at_desk(call, lambda desk, actor: desk.purge(actor))
    if call.json:
        json_line(done)
        return
    sentence(f"{len(done.purged)} item{'s' if len(done.purged) != 1 else ''} purged.")
    for name, why in done.kept:
        sentence(f"  {name} stays: {why}")


@command("alarms", "dutydesk alarms", "dutydesk alarms --json")
@pass_call
def alarms_command(call: Call) -> None:
    """What somebody must look at now, the gravest first."""
    rows = reading(call, lambda desk: desk.alarms())
    if call.json:
        json_lines(rows)
    elif not rows:
        sentence("No alarm.")
    else:
        table(("Alarm", "About", "Since", "What"), ((r.alarm, r.subject, r.since, r.words) for r in rows))


@command("worklist", "dutydesk worklist M-0001")
@click.argument("measure", type=arguments.measure)
@pass_call
def worklist_command(call: Call, measure: int) -> None:
    """What a measure stopped, for when it is found wrong.

    Nothing of it is sent again by itself.
    """
    rows = reading(call, lambda desk: desk.worklist(measure))
    if call.json:
        json_lines(rows)
    elif not rows:
        sentence("The measure stopped nothing.")
    else:
        table(("Item", "State", "What"), ((r.item, r.state, r.what) for r in rows))
