"""Commands that print the configuration of an ops box, for an administrator to read and install."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shlex import join

import click

from dutydesk.cli._core.call import Call, pass_call, read_at_desk
from dutydesk.cli._core.cluster_pages import ClusterPlan, Network, cluster_pages
from dutydesk.cli._core.commands import group
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.network_arguments import cluster_server, database_name, network
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.public_keys import read_public_key
from dutydesk.cli._core.units import Reach, UnitNetwork, dispatcher_unit, network_to
from dutydesk.cli.ops_box_nats import (
    ops_box_nats_command,
    ops_box_nats_key_command,
    ops_box_nats_streams_command,
)
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.location import database_hosts, is_in_database

KEYS_FILE = "/etc/ssh/dutydesk_keys"

_SSHD = """\
# /etc/ssh/sshd_config.d/dutydesk.conf: officers reach the console through one account, each with a key of their own.
Match User {account}
    AuthenticationMethods publickey
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    AuthorizedKeysFile {keys}
    PermitTTY yes
    MaxSessions 1
    DisableForwarding yes
    PermitTunnel no
    PermitUserRC no
    ClientAliveInterval 15
    ClientAliveCountMax 4
"""

_STEPS = """\
Wherever dutydesk is called here, DUTYDESK_DB={store} must be set, or --db given.
1. An account that owns the store and is nobody's login:       useradd --system --create-home {account}
2. The store, made by that account:                            dutydesk init
3. Every officer, as a person:                                 dutydesk officers add NAME --role officer --country -
4. The dispatcher as a service:                                dutydesk ops-box systemd
5. What sshd gives that account, the console and no more:      dutydesk ops-box sshd
6. For each officer's key a line in {keys}:    dutydesk ops-box key NAME FILE.pub
7. For bureaus that are reached over NATS:                     dutydesk ops-box nats --help
8. What is still wrong here:                                   dutydesk doctor
Several boxes on one PostgreSQL cluster, in place of 2 and 4:  dutydesk ops-box postgresql
What 4 to 6 print belongs where its first line says; {keys} belongs to root, mode 0644.
On thin lines officers log in with ssh -C; in tmux: set -sg escape-time 10, and for Y (copy): set -s set-clipboard on.
"""

_account_option = click.option(
    "--account",
    metavar="USER",
    type=free_text,
    default="dutydesk",
    show_default=True,
    help="The account that owns the store and that officers log in through.",
)


@group("ops-box", "dutydesk ops-box", "dutydesk ops-box sshd", 'dutydesk ops-box key "Ada Quill" quill.pub')
@_account_option
@pass_call
@click.pass_context
def ops_box_command(ctx: click.Context, call: Call, account: str) -> None:
    """Show how to set up a box for several officers over SSH.

    The subcommands print what sshd, systemd and the file of keys need; nothing is written.
    """
    if ctx.invoked_subcommand is None:
        _print_text(call, "steps", _STEPS.format(account=account, store=_store_path(call), keys=KEYS_FILE))


@ops_box_command.command("sshd", examples=("dutydesk ops-box sshd --account dutydesk",))
@_account_option
@click.option(
    "--keys",
    metavar="FILE",
    type=free_text,
    default=KEYS_FILE,
    show_default=True,
    help="The file of the officers' keys.",
)
@pass_call
def ops_box_sshd_command(call: Call, account: str, keys: str) -> None:
    """Print the settings of sshd that give the account a console and nothing else."""
    _print_text(call, "sshd", _SSHD.format(account=account, keys=keys))


@ops_box_command.command("key", examples=('dutydesk ops-box key "Ada Quill" quill.pub',))
@click.argument("name", type=free_text)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def ops_box_key_command(call: Call, name: str, file: Path) -> None:
    """Print the line for one officer's key: it opens the console as NAME and nothing else."""
    key = read_public_key(file)
    known = {officer.name for officer in read_at_desk(call, lambda desk: desk.queries.officers())}
    if name not in known:
        raise InvalidRequest(
            InvalidRequestCode.UNLISTED_OFFICER,
            sentence("{name} is no officer here; dutydesk officers lists them, officers add adds one", name=name),
        )
    console = join([*program_command(), "--db", str(_store_path(call)), "--as", name, "console"])
    escaped = console.replace("\\", "\\\\").replace('"', '\\"')
    _print_text(call, "key", f'restrict,pty,command="{escaped}" {key}\n')


@ops_box_command.command(
    "systemd", examples=("dutydesk ops-box systemd --account dutydesk", "dutydesk ops-box systemd --metrics 9108")
)
@_account_option
@click.option("--metrics", metavar="ADDR", type=free_text, help="Serve metrics here: a port, or an IP address:port.")
@click.option("--nats", is_flag=True, help="Let it reach the NATS servers of the settings.")
@pass_call
def ops_box_systemd_command(call: Call, account: str, metrics: str | None, nats: bool) -> None:
    """Print the systemd unit of the dispatcher; it needs no network and writes next to the store only.

    If desk.toml names an inbox or outbox elsewhere, it writes there too. With --metrics it has the network of this
    machine; with --nats, or an address that others can reach, all of it. A store on a PostgreSQL cluster is reached by
    the addresses in its URL alone, and by all of the network if it names servers; ops-box postgresql prints units that
    need no more than their addresses.
    """
    from dutydesk.dispatch.health.metrics_address import parse_metrics_address

    address = None if metrics is None else parse_metrics_address(metrics)
    store = _store_path(call)
    options = ["--journal", *(() if address is None else ("--metrics", str(address)))]
    command = [*program_command(), "--db", str(store), "dispatch", *options]
    network = network_to(database_hosts(store) or ())
    if nats or (address is not None and not address.is_loopback):
        network = UnitNetwork(Reach.EVERYTHING, is_online=network.is_online)
    elif address is not None and network.reach is Reach.NOTHING:
        network = UnitNetwork(Reach.THIS_MACHINE)
    head = ": the dispatcher. A console takes over while it is down."
    passwords = os.environ.get("PGPASSFILE") if is_in_database(store) else None
    environment = [] if passwords is None else [f"PGPASSFILE={passwords}"]
    text = dispatcher_unit(head, account, command, _written_folders(store), network, environment=environment)
    _print_text(call, "systemd", text)


@ops_box_command.command(
    "postgresql",
    examples=("dutydesk ops-box postgresql --server db1=10.0.0.21 --server db2=10.0.0.22 --box 10.0.0.11",),
)
@click.option(
    "--server",
    "servers",
    metavar="NAME=ADDRESS",
    type=cluster_server,
    multiple=True,
    required=True,
    help="A server of the cluster, as its certificate names it; repeat it for each.",
)
@click.option(
    "--box",
    "boxes",
    metavar="ADDRESS",
    type=network,
    multiple=True,
    required=True,
    help="The address of an ops box; repeat it for each.",
)
@click.option(
    "--database", metavar="NAME", type=database_name, default="desk", show_default=True, help="The desk's database."
)
@click.option(
    "--home",
    metavar="DIR",
    type=free_text,
    default="/srv/dutydesk",
    show_default=True,
    help="The folder of each box for settings, signing key, drafts and inbox.",
)
@click.option(
    "--outbox",
    metavar="DIR",
    type=free_text,
    default="/srv/shared/outbox",
    show_default=True,
    help="The outbox: one folder that all boxes share.",
)
@_account_option
@pass_call
def ops_box_postgresql_command(
    call: Call,
    servers: tuple[tuple[str, Network], ...],
    boxes: tuple[Network, ...],
    database: str,
    home: str,
    outbox: str,
    account: str,
) -> None:
    """Print what several boxes on one PostgreSQL cluster need.

    That is: roles, lines of pg_hba.conf, settings of the servers, what each box needs, its systemd unit, and the
    command that makes the store.
    """
    plan = ClusterPlan(
        servers=[name for name, _address in servers],
        server_networks=[address for _name, address in servers],
        boxes=boxes,
        database=database,
        account=account,
        home=home,
        outbox=outbox,
    )
    pages = cluster_pages(plan, program_command())
    if call.json:
        print_json_line({"postgresql": pages})
        return
    for name, text in pages.items():
        _print_text(call, name, text + "\n")


ops_box_command.add_command(ops_box_nats_command)
ops_box_command.add_command(ops_box_nats_key_command)
ops_box_command.add_command(ops_box_nats_streams_command)


def program_command() -> list[str]:
    """The command that starts this program by its full path."""
    script = Path(sys.executable).with_name("dutydesk")
    return [str(script)] if script.exists() else [sys.executable, "-m", "dutydesk"]


def _written_folders(store: Path) -> list[str]:
    """The store's own, and each inbox and outbox of its settings that is elsewhere. Raises InvalidSettings."""
    from dutydesk.desk.base.settings import load
    from dutydesk.dispatch.places import inbox_folders_in, outbox_folders_in
    from dutydesk.wire.reference.read_rule_table import load_rules

    places = load(store, load_rules().ids).settings.transport
    named = [store.parent / each for each in (*inbox_folders_in(places), *outbox_folders_in(places))]
    return [str(store.parent), *(str(each) for each in named if not each.is_relative_to(store.parent))]


def _store_path(call: Call) -> Path:
    return call.store.absolute()


def _print_text(call: Call, name: str, text: str) -> None:
    if call.json:
        print_json_line({name: text})
        return
    for line in text.splitlines():
        print_sentence(line)
