"""Commands on bureaus and their data: restrictions, offline and online bureaus, retry of a dead delivery."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result, run_act
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.domain.messages.message import Recipients


@command(
    "restrict",
    "dutydesk restrict UA --deny RU,BY",
    "dutydesk restrict UA --allow BY",
    "dutydesk restrict UA --deny all --item D-000007",
)
@click.argument("owner", metavar="OWNER", type=free_text)
@click.option(
    "--deny", metavar="CC,..", type=arguments.bureau_codes, help="Bureaus that may not have the owner's data, or all."
)
@click.option("--allow", metavar="CC,..", type=arguments.bureau_codes, help="Bureaus that may have it again, or all.")
@click.option("--item", type=arguments.item, help="One item of the owner; else all of the owner's data.")
@with_command_id
@pass_call
def restrict_command(
    call: Call, owner: str, deny: Recipients | None, allow: Recipients | None, item: int | None, command_id: str | None
) -> None:
    """Restrict an owner's data on its behalf.

    A denial takes effect at once and stops what is queued for a denied bureau. An allowance is proposed and waits for
    the confirmation of another officer.
    """
    result = run_at_desk(
        call, lambda desk, actor: desk.supervision.restrict(actor, owner, deny, allow, item), command_id=command_id
    )
    print_result(
        call, result, "owner" if item is None else "item", **({} if result.restriction else {"restriction": None})
    )


@command("offline", "dutydesk offline UA")
@click.argument("country", metavar="CC", type=free_text)
@with_command_id
@pass_call
def offline_command(call: Call, country: str, command_id: str | None) -> None:
    """Mark a bureau as offline; its deliveries wait."""
    run_act(call, lambda desk, actor: desk.supervision.set_offline(actor, country, offline=True), command_id, "country")


@command("online", "dutydesk online UA")
@click.argument("country", metavar="CC", type=free_text)
@with_command_id
@pass_call
def online_command(call: Call, country: str, command_id: str | None) -> None:
    """Mark a bureau as online; what waited is delivered.

    Levels and restrictions are checked again first.
    """
    run_act(
        call, lambda desk, actor: desk.supervision.set_offline(actor, country, offline=False), command_id, "country"
    )


@command("retry", "dutydesk retry D-000001 PL")
@click.argument("item", type=arguments.item)
@click.argument("country", metavar="CC", type=free_text)
@with_command_id
@pass_call
def retry_command(call: Call, item: int, country: str, command_id: str | None) -> None:
    """Retry a dead delivery."""
    run_act(call, lambda desk, actor: desk.review.retry(actor, item, country), command_id)
