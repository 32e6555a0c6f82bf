"""The command that prints a person's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.output import print_json_line
from dutydesk.cli.items import warn_unrecorded_read
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.records.records import hit_name
from dutydesk.domain.review.officers import Right

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.base.person_rows import PersonFile
    from dutydesk.desk.service.desk import Desk


@command("person", "dutydesk person D-000001", "dutydesk person H-000001 --json")
@click.argument("item", type=arguments.item_or_hit)
@pass_call
def person_command(call: Call, item: arguments.ItemOrHit) -> None:
    """Show all that the desk knows of the person behind an item or a hit.

    Items of any bureau, refusals, recalls, hits, records and register entries, newest first, each with its
    likeness in points of 100 and why. What you may not see is neither shown nor counted.
    """
    subject = hit_name(item.number) if item.is_hit else item_name(item.number)

    async def read_file(desk: Desk, actor: Actor) -> tuple[PersonFile, str | None]:
        file = await desk.queries.person(subject)
        own = next((line.item for line in file.lines if line.item and line.item.item == file.subject), None)
        return file, None if own is None else await desk.record_read(actor, own)

    file, missed = run_at_desk(call, read_file, Right.READ)
    warn_unrecorded_read(missed)
    from dutydesk.cli._core import person_page

    if call.json:
        print_json_line(person_page.as_object(file))
    else:
        person_page.print_person(file)
