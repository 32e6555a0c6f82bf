"""Commands that list and add officers."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import group, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_lines, print_table
from dutydesk.domain.review.officers import Officer, Role


@group("officers", "dutydesk officers", 'dutydesk officers add "Ada Quill" --role supervisor --country -')
@click.pass_context
def officers_command(ctx: click.Context) -> None:
    """List the officers, their roles and logins."""
    if ctx.invoked_subcommand is not None:
        return
    call = ctx.ensure_object(Call)
    rows = read_at_desk(call, lambda desk: desk.queries.officers())
    if call.json:
        print_json_lines(rows)
    else:
        print_table(
            ("Name", "Role", "Country", "Logins"), ((row.name, row.role, row.country, row.logins) for row in rows)
        )


@officers_command.command(
    "add", examples=('dutydesk officers add "Ada Quill" --role supervisor --country - --os-user aquill',)
)
@click.argument("name", type=free_text)
@click.option(
    "--role", type=arguments.one_of(Role), required=True, help="The officer's role; each role includes those before it."
)
@click.option(
    "--country",
    metavar="CC",
    type=free_text,
    required=True,
    help="The officer's own bureau; - for the Secretariat.",
)
@click.option("--os-user", "os_users", metavar="U", type=free_text, multiple=True, help="A login of this person.")
@with_command_id
@pass_call
def officers_add_command(
    call: Call, name: str, role: str, country: str, os_users: tuple[str, ...], command_id: str | None
) -> None:
    """Add an officer, or change the role, country or logins of one."""
    officer = Officer(name, Role(role), country, tuple(dict.fromkeys(os_users)))
    result = run_at_desk(call, lambda desk, actor: desk.people.add_officer(actor, officer), command_id=command_id)
    print_result(call, result, "officer", role=role, country=country)
