"""Commands that set up a NATS server for a desk: its configuration, keys and streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import DeskCommand
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.place_options import with_server_files
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.places import ServerAddress, TransportPlaces, parse_server
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.dispatch.nats.server_text import PublicKeys
    from dutydesk.dispatch.nats.streams import StreamOptions

Function = TypeVar("Function", bound=Callable[..., Any])
_MAX_BYTES = 1024 * 1024
_GIB = 1024**3

_keys_option = click.option(
    "--keys",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="A line with a code and a public key for each bureau, and one that begins with desk.",
)


@click.command(
    "nats",
    cls=DeskCommand,
    examples=(
        "dutydesk ops-box nats --keys keys.txt --certificate /etc/nats/cert.pem --certificate-key /etc/nats/key.pem",
    ),
)
@_keys_option
@click.option("--certificate", metavar="FILE", type=click.Path(path_type=Path), help="The server's own certificate.")
@click.option("--certificate-key", metavar="FILE", type=click.Path(path_type=Path), help="Its secret key.")
@click.option("--host", metavar="ADDRESS", type=free_text, help="Where it listens; else everywhere.")
@click.option("--port", type=click.IntRange(1, 65_535), default=4222, show_default=True, help="The port of the server.")
@click.option("--folder", metavar="DIR", type=click.Path(path_type=Path), help="Where it keeps the streams.")
@click.option("--old-server", is_flag=True, help="For a server before 2.10, which can't sync each message.")
@pass_call
def ops_box_nats_command(
    call: Call,
    keys: Path,
    certificate: Path | None,
    certificate_key: Path | None,
    host: str | None,
    port: int,
    folder: Path | None,
    old_server: bool,
) -> None:
    """Print the configuration of a NATS server: the desk, each bureau with an account of its own, TLS.

    FILE holds public keys only, such as ops-box nats-key prints. A bureau may publish to its own inbox and read its own
    outbox; nothing else of the server can be reached with its key.
    """
    from dutydesk.dispatch.nats.server_text import ServerOptions, server_configuration

    if (certificate is None) != (certificate_key is None):
        raise InvalidRequest(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("--certificate and --certificate-key go together; give both"),
        )
    options = ServerOptions(port=port, certificate=certificate, key=certificate_key, syncs=not old_server)
    if certificate is None:
        options = replace(options, host="127.0.0.1")
    options = replace(options, host=host or options.host, folder=folder or options.folder)
    if certificate is None and not parse_server(f"nats://{options.host}").is_loopback:
        raise InvalidRequest(
            InvalidRequestCode.TLS_DEMANDED,
            sentence("a server that other machines reach needs TLS; give --certificate and --certificate-key"),
        )
    text = server_configuration(_read_keys(keys), options)
    if call.json:
        print_json_line({"nats": text})
        return
    for line in text.splitlines():
        print_sentence(line)


@click.command(
    "nats-key",
    cls=DeskCommand,
    examples=("dutydesk ops-box nats-key nats.nk", "dutydesk ops-box nats-key nats.nk --show"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--show", is_flag=True, help="Print the public key of a file that is there.")
@pass_call
def ops_box_nats_key_command(call: Call, file: Path, show: bool) -> None:
    """Make a key for NATS in the new file FILE and print its public part, which the server's configuration names.

    The file stays where it is used, readable by its owner alone; a key is never given on a command line.
    """
    from dutydesk.desk.base.user_files import new_file
    from dutydesk.dispatch.nats.access import make_seed, public_key, read_seed, require_packages

    require_packages()
    if show:
        seed = read_seed(file).encode()
    else:
        seed = make_seed()
        with new_file(file, replace=False) as out:
            out.write(seed + b"\n")
    public = public_key(seed)
    if call.json:
        print_json_line({"file": file, "public_key": public})
    else:
        print_sentence(f"{public}")


@click.command(
    "nats-streams",
    cls=DeskCommand,
    examples=("dutydesk ops-box nats-streams tls://nats1,nats2,nats3 --keys keys.txt --replicas 3",),
)
@click.argument("server", type=free_text)
@_keys_option
@with_server_files
@click.option(
    "--replicas", type=click.IntRange(1, 5), default=1, show_default=True, help="Servers that keep each message."
)
@click.option(
    "--days",
    type=click.IntRange(0, 36_500),
    default=400,
    show_default=True,
    help="How long the outbox keeps a line: longer than anything is ever sent again. 0 is for ever.",
)
@click.option(
    "--outbox-gib", type=click.IntRange(1, 100_000), default=10, show_default=True, help="Room of the outbox."
)
@click.option(
    "--inbox-messages",
    type=click.IntRange(1_000, 100_000_000),
    default=100_000,
    show_default=True,
    help="Messages that may wait for the desk, of 1 MiB each at most.",
)
@pass_call
def ops_box_nats_streams_command(
    call: Call,
    server: str,
    keys: Path,
    places: TransportPlaces,
    replicas: int,
    days: int,
    outbox_gib: int,
    inbox_messages: int,
) -> None:
    """Make the streams of a desk on SERVER, and for each bureau the consumer that it reads by.

    What is there already stays as it is, so that the command may be run again for new bureaus. A stream that the desk
    can't use is refused.
    """
    from dutydesk.dispatch.nats.access import require_packages, require_tls
    from dutydesk.dispatch.nats.streams import StreamOptions

    require_packages()
    address = parse_server(server)
    require_tls(address, "live")
    options = StreamOptions(replicas=replicas, days=days, outbox_bytes=outbox_gib * _GIB, inbox_messages=inbox_messages)
    bureaus = tuple(sorted(_read_keys(keys).bureaus))
    for name, is_new in asyncio.run(_make_streams(call, address, places, options, bureaus)):
        if call.json:
            print_json_line({"name": name, "made": is_new})
        else:
            print_sentence(sentence("{name} is made", name=name) if is_new else sentence("{name} is there", name=name))


async def _make_streams(
    call: Call, address: ServerAddress, places: TransportPlaces, options: StreamOptions, bureaus: tuple[str, ...]
) -> list[tuple[str, bool]]:
    from dutydesk.dispatch.nats.link import NatsLink
    from dutydesk.dispatch.nats.streams import make_streams
    from dutydesk.dispatch.places import nats_access

    link = NatsLink(address, nats_access(call.store.absolute().parent, places), call.limits.nats)
    try:
        return await make_streams(link, options, bureaus, call.limits.inbox.in_flight)
    finally:
        await link.close()


def _read_keys(file: Path) -> PublicKeys:
    from dutydesk.desk.base.user_files import open_file
    from dutydesk.dispatch.nats.server_text import read_public_keys

    with open_file(file) as source:
        return read_public_keys(source.read(_MAX_BYTES).decode("utf-8", errors="replace"))
