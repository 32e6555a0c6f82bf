"""Commands on the keys of bureaus and of the desk, on which messages must be signed, and on the routes of bureaus."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result, run_act
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import DeskGroup, group, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_lines, print_sentence, print_table
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Channel
from dutydesk.language.phrases import translate
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.key_rows import KeyRow, SignatureRules
    from dutydesk.desk.service.desk import Desk

BUREAU = "bureau"
_MAX_KEY_BYTES = 1 << 14


@group("bureaus", "dutydesk bureaus keys list", "dutydesk bureaus signatures FR required")
@click.pass_context
def bureaus_command(ctx: click.Context) -> None:
    """Manage the keys of bureaus and of the desk, and the routes of bureaus.

    Without a command it lists the bureaus that have keys, or whose messages must be signed.
    """
    if ctx.invoked_subcommand is None:
        _print_rules(ctx.ensure_object(Call), None)


@bureaus_command.group(
    "keys",
    cls=DeskGroup,
    examples=("dutydesk bureaus keys add FR fr-2026.pem", "dutydesk bureaus keys list"),
    invoke_without_command=True,
)
@click.pass_context
def keys_command(ctx: click.Context) -> None:
    """Enter, list, retire and revoke the keys by which bureaus sign."""
    if ctx.invoked_subcommand is None:
        raise WrongUsage(
            InvalidRequestCode.MISSING_ARGUMENT,
            sentence("say what to do with the keys: add, list, retire or revoke"),
            ctx,
        )


@keys_command.command("add", examples=("dutydesk bureaus keys add FR fr-2026.pem --from 2026-12-01T00:00:00Z",))
@click.argument("country", metavar="CC", type=free_text)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "since", metavar="T", type=arguments.moment, help="When the key begins; else at once.")
@click.option("--until", metavar="T", type=arguments.moment, help="When it ends; else it is retired by a command.")
@with_command_id
@pass_call
def add_command(
    call: Call, country: str, file: Path, since: datetime | None, until: datetime | None, command_id: str | None
) -> None:
    """Enter a bureau's public key from FILE, a PEM file with an Ed25519 key.

    The bureau names its key by the fingerprint that is printed: it is the kid of its signatures. Compare it with the
    bureau by telephone before you rely on it.
    """
    from dutydesk.desk.base.user_files import open_file
    from dutydesk.wire.signed.keys import read_bureau_key

    with open_file(file) as source:
        public = read_bureau_key(source.read(_MAX_KEY_BYTES), str(file))
    run_act(call, lambda desk, actor: desk.keys.add(actor, country, public, since, until), command_id, BUREAU)


@keys_command.command("list", examples=("dutydesk bureaus keys list FR",))
@click.argument("country", metavar="[CC]", required=False, type=free_text)
@pass_call
def list_command(call: Call, country: str | None) -> None:
    """List the keys of one bureau or of all, and how their messages must be signed."""
    _print_rules(call, country)


@keys_command.command("retire", examples=("dutydesk bureaus keys retire FR --at 2027-01-01T00:00:00Z",))
@click.argument("country", metavar="CC", type=free_text)
@click.argument("key", metavar="[KEY]", required=False, type=free_text)
@click.option("--at", "until", metavar="T", type=arguments.moment, help="When it ends; else at once.")
@with_command_id
@pass_call
def retire_command(call: Call, country: str, key: str | None, until: datetime | None, command_id: str | None) -> None:
    """End a bureau's key; what it signed before stays valid.

    KEY is its fingerprint, and may be left out where the bureau has one key.
    """
    run_act(call, lambda desk, actor: desk.keys.retire(actor, country, key, until), command_id, BUREAU)


@keys_command.command(
    "revoke", examples=('dutydesk bureaus keys revoke FR --since 2026-11-28T22:00:00Z --reason "laptop stolen"',)
)
@click.argument("country", metavar="CC", type=free_text)
@click.argument("key", metavar="[KEY]", required=False, type=free_text)
@click.option("--since", metavar="T", type=arguments.moment, required=True, help="Since when others may have had it.")
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why; it is kept in the log.")
@with_command_id
@pass_call
def revoke_command(
    call: Call, country: str, key: str | None, since: datetime, reason: str, command_id: str | None
) -> None:
    """Take a bureau's key away at once and for ever, because others may have it.

    The answer lists the items that it has signed since T. The desk changes none of them: look at each, and recall what
    the bureau did not send.
    """
    run_act(call, lambda desk, actor: desk.keys.revoke(actor, country, since, reason, key), command_id, BUREAU)


@bureaus_command.command(
    "signatures", examples=("dutydesk bureaus signatures FR preferred", "dutydesk bureaus signatures FR required")
)
@click.argument("country", metavar="CC", type=free_text)
@click.argument("level", type=arguments.one_of(SignatureLevel))
@click.option(
    "--channels",
    metavar="C,..",
    type=arguments.names_of(Channel),
    help="The channels that it is for: diffusion, message, record, check; else all.",
)
@click.option("--from", "since", metavar="T", type=arguments.moment, help="When it begins; else at once.")
@with_command_id
@pass_call
def signatures_command(
    call: Call,
    country: str,
    level: str,
    channels: frozenset[Channel] | None,
    since: datetime | None,
    command_id: str | None,
) -> None:
    """Order how a bureau's messages must be signed.

    unsigned asks for nothing; preferred takes an unsigned message and flags it; required puts it in quarantine, with an
    alarm. A wrong signature is never taken. Responses, information, withdrawals and confirmations of recalls belong to
    the channel message, restrictions to record.
    """
    wanted, on = SignatureLevel(level), channels or frozenset(Channel)
    run_act(call, lambda desk, actor: desk.keys.order(actor, country, wanted, on, since), command_id, BUREAU)


@bureaus_command.command("desk-key", examples=("dutydesk bureaus desk-key", "dutydesk bureaus desk-key --new"))
@click.option("--new", is_flag=True, help="Make a new key.")
@click.option("--from", "since", metavar="T", type=arguments.moment, help="With --new: when it begins; else at once.")
@pass_call
@click.pass_context
def desk_key_command(ctx: click.Context, call: Call, new: bool, since: datetime | None) -> None:
    """List the keys by which the desk signs what it hands over, or make a new one.

    Give every bureau the public key that is printed, and its fingerprint by another way. To change the key without a
    gap, make the new one with --from a later time: until then the present one signs.
    """
    if new:
        print_result(call, run_at_desk(call, lambda desk, actor: desk.keys.make_desk_key(actor, since)), "key")
        return
    if since is not None:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--from is for a new key; give --new too"), ctx
        )
    rows = read_at_desk(call, lambda desk: desk.queries.desk_keys())
    if call.json:
        print_json_lines(rows)
        return
    if not rows:
        print_sentence("the desk has no key, and signs nothing; bureaus desk-key --new makes one")
    for row in rows:
        print_sentence(f"{row.key} {row.state} {_utc(row.since)}")
        print(row.public_key, end="")


@bureaus_command.command(
    "route", examples=("dutydesk bureaus route", "dutydesk bureaus route KE africa", "dutydesk bureaus route KE main")
)
@click.argument("country", metavar="[CC]", required=False, type=free_text)
@click.argument("route", metavar="[ROUTE]", required=False, type=free_text)
@with_command_id
@pass_call
@click.pass_context
def route_command(
    ctx: click.Context, call: Call, country: str | None, route: str | None, command_id: str | None
) -> None:
    """Give a bureau a route, or list the bureaus that were given one.

    On a cluster each route has an outbox, and one dispatcher at a time on a box that serves it: dispatch --route names
    them. The route main is that of all other bureaus. What is queued for the bureau follows; while anything is being
    sent to it the route can't be changed.
    """
    if country is None:
        _print_routes(call)
        return
    if route is None:
        raise WrongUsage(InvalidRequestCode.MISSING_ARGUMENT, sentence("name the route: bureaus route CC ROUTE"), ctx)
    run_act(call, lambda desk, actor: desk.routes.set_route(actor, country, route), command_id, BUREAU)


def _print_routes(call: Call) -> None:
    book = read_at_desk(call, lambda desk: desk.delivery.routes())
    rows = sorted(book.routes.items())
    if call.json:
        print_json_lines([{BUREAU: bureau, "route": name} for bureau, name in rows])
    elif not rows:
        print_sentence(translate("All bureaus have the route {route}.", route=MAIN))
    else:
        print_table(("Bureau", "Route"), rows)


def _print_rules(call: Call, country: str | None) -> None:
    async def read(desk: Desk) -> list[SignatureRules]:
        if country is None:
            return await desk.queries.all_signature_rules()
        return [await desk.queries.signature_rules(country)]

    found = read_at_desk(call, read)
    if call.json:
        print_json_lines(found)
        return
    print_table(("Bureau", "Signatures"), ((each.bureau, _levels(each)) for each in found))
    print_table(("Bureau", "Key", "State", "From", "Until"), (_cells(key) for each in found for key in each.keys))


def _levels(rules: SignatureRules) -> str:
    levels = set(rules.levels.values())
    if len(levels) == 1:
        return levels.pop()
    return ", ".join(f"{channel} {level}" for channel, level in rules.levels.items())


def _cells(key: KeyRow) -> tuple[str, ...]:
    end = key.revoked_since or key.until
    return key.bureau, key.key, key.state, _utc(key.since), _utc(end) if end is not None else ""


def _utc(at: datetime) -> str:
    from dutydesk.desk.base.context import format_utc

    return format_utc(at)
