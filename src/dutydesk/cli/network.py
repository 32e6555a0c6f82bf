"""Acts on bureaus and their data: restrictions, bureaus off the network, a dead delivery tried again."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result, run_act
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.domain.messages.message import Recipients


@command(
    "restrict",
    "dutydesk restrict UA --deny RU,BY",
    "dutydesk restrict UA --allow BY",
    "dutydesk restrict UA --deny all --item D-000007",
)
@click.argument("owner", metavar="OWNER", type=arguments.free_text)
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

    A denial takes effect at once: what is queued for a denied bureau stops. An allowance is proposed, and waits for
    another officer's confirm.
    """
    answer = run_at_desk(
        call, lambda desk, actor: desk.supervision.restrict(actor, owner, deny, allow, item), command_id=command_id
    )
    print_result(
        call, answer, "owner" if item is None else "item", **({} if answer.restriction else {"restriction": None})
    )


@command("offline", "dutydesk offline UA")
@click.argument("country", metavar="CC", type=arguments.free_text)
@with_command_id
@pass_call
def offline_command(call: Call, country: str, command_id: str | None) -> None:
    """A bureau has left the network; its deliveries wait."""
    run_act(call, lambda desk, actor: desk.supervision.set_offline(actor, country, offline=True), command_id, "country")


@command("online", "dutydesk online UA")
@click.argument("country", metavar="CC", type=arguments.free_text)
@with_command_id
@pass_call
def online_command(call: Call, country: str, command_id: str | None) -> None:
    """A bureau has rejoined; what waited goes out.

    Levels and restrictions are read again first.
    """
    run_act(
        call, lambda desk, actor: desk.supervision.set_offline(actor, country, offline=False), command_id, "country"
    )


@command("retry", "dutydesk retry D-000001 PL")
@click.argument("item", type=arguments.item)
@click.argument("country", metavar="CC", type=arguments.free_text)
@with_command_id
@pass_call
def retry_command(call: Call, item: int, country: str, command_id: str | None) -> None:
    """Give a dead delivery its tries back."""
    run_act(call, lambda desk, actor: desk.review.retry(actor, item, country), command_id)
